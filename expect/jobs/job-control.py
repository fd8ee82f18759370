import os
import sys

import pexpect

prompt = r"[$#%] (?:\x1b\[[?0-9;]*[a-zA-Z])*$"
child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect(prompt)
child.sendline("sleep 1000")
while os.tcgetpgrp(child.child_fd) == child.pid:  # ^Z would be the shell's
    pass
child.sendcontrol("z")
child.expect("(?i)stopped|suspended")
child.expect(prompt)
child.sendline("bg")
child.expect(prompt)
child.sendline("fg")
while os.tcgetpgrp(child.child_fd) == child.pid:
    pass
child.sendintr()
child.expect(prompt)
child.sendline("exit 7")
child.expect(pexpect.EOF)
