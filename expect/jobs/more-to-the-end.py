import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
while child.expect(["--More--", pexpect.EOF]) == 0:
    child.send(" ")
