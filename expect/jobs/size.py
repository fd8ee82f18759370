import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10, dimensions=(30, 100))
child.expect(r"\d+x\d+")
print(child.after)
child.setwinsize(50, 132)
child.expect(r"\d+x\d+")
print(child.after)
child.send("\r")
child.expect(pexpect.EOF)
