import os
import sys

import pexpect

prompt = r"[$#%] (?:\x1b\[[?0-9;]*[a-zA-Z])*$"
child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(prompt)
child.sendline("sleep 1000")
while open(f"/proc/{os.tcgetpgrp(child.child_fd)}/comm").read() != "sleep\n":
    pass  # before, ^Z would be the shell's, or be ignored as the shell does
child.sendcontrol("z")
child.expect("(?i)stopped|suspended")
child.expect(prompt)
child.sendline("bg")
child.expect("sleep 1000")
child.sendline("fg")
child.expect("sleep 1000")
while os.tcgetpgrp(child.child_fd) == child.pid:
    pass
child.sendintr()
child.expect(prompt)
child.sendline("exit 7")
child.expect(pexpect.EOF)
