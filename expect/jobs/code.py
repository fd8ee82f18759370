import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(r"code is (\d+)")
shown = child.match[1]
child.expect("code: ")
child.sendline(shown)
child.expect("accepted|refused")
print(child.after)
child.expect(pexpect.EOF)
