import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("password for ann: ")
child.sendline("first")
while child.expect(["try again.*password for ann: ", "uid=0"]) == 0:
    print("wrong")
    child.sendline("second")
print("right")
child.expect(pexpect.EOF)
