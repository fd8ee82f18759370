import sys

import pexpect

prompt = r"\(gdb\) \x1b\[0m"
child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(prompt)
child.sendline("break tick")
child.expect("Breakpoint 1 at ")
child.expect(prompt)
child.sendline("run")
child.expect(r"Breakpoint 1, .*tick.*=(?:\x1b\[\d*m)*(\d+)")
print("count", child.match.group(1))
child.expect(prompt)
child.sendline("continue")
child.expect("count 42\r\n")
child.sendintr()
child.expect("SIGINT.*Interrupt")
child.expect(prompt)
child.sendline("backtrace")
child.expect(r"#\d+ .*main")
child.expect(prompt)
child.sendline("quit")
child.expect(r"Quit anyway\? \(y or n\)")
child.sendline("y")
child.expect(pexpect.EOF)
