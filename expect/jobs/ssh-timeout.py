import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
if child.expect(["password: ", pexpect.TIMEOUT], timeout=1) == 1:
    print("timed out")
    child.sendintr()
child.expect(pexpect.EOF)
