import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
while child.expect([r" (\d+) %", r"built (\d+) files"]) == 0:
    pass
print(child.match[1], "files")
child.expect(pexpect.EOF)
