import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(r"signal\? ")
child.sendline("SIGSEGV")
child.expect(pexpect.EOF)
