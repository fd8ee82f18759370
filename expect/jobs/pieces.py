import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(r"grüße\S* \S*~/日本\S* ❯ ")
child.sendline("ß")
child.expect("<.+>")
print(child.after)
child.expect(pexpect.EOF)
