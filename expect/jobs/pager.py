import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("lines|--More--")
child.send(" ")
child.expect("line 46\r\n")
child.expect(":|--More--")
child.send("/")
child.expect("/")
child.sendline("line 77")
child.expect(r"line 78\r\n")
child.send("q")
child.expect(pexpect.EOF)
