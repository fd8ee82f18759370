import os
import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("login: ")
child.sendline("ann")
child.expect("Password: ")
child.waitnoecho()
child.sendline(os.environ["password"])
child.expect(r"Welcome, \w+")
shown = child.before
print(child.after)
child.expect(pexpect.EOF)
assert os.environ["password"] not in shown + child.before
