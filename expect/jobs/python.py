import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(">>> ")
child.sendline("while True: pass")
child.expect(r"\.\.\. ")
child.sendline("")
child.expect("\n")
child.sendintr()
child.expect("KeyboardInterrupt\r\n>>> ")
child.sendline("def twice(n):")
child.expect(r"\.\.\. ")
child.sendline("    return 2 * n")
child.expect(r"\.\.\. ")
child.sendline("")
child.expect(">>> ")
child.sendline("twice(21)")
child.expect(r"\n(\d+)\r\n>>> ")
print(child.match[1])
child.sendeof()
child.expect(pexpect.EOF)
