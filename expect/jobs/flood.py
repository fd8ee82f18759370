import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=30,
                      maxread=65536, searchwindowsize=200)
child.expect(r"more\? ")
child.sendline("no")
child.expect("answered no")
print(child.after)
child.expect(pexpect.EOF)
