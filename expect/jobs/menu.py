import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("third")
child.send("\x1bOB\x1bOB")
child.send("\r")
child.expect(pexpect.EOF)
