import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(r"\[New\]")
child.send("ihello, world")
child.expect("INSERT")
child.send("\x1b")
child.send(":x\r")
child.expect(r"(\d+)L, \d+B written")
print("wrote", child.match.group(1))
child.expect(pexpect.EOF)
