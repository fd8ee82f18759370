import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("5/5")
child.send("an")
child.expect("3/5")
child.send("\x1b[A")
child.expect(r"\x1b\[\?25h")
child.send("\r")
child.expect(pexpect.EOF)
