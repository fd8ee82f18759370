import contextlib
import os
import signal
import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
child.expect("working")
with contextlib.suppress(OSError):  # expect(EOF) may wait for the program's end, too
    while os.read(child.child_fd, 1024):
        pass
os.kill(child.pid, signal.SIGUSR1)
child.wait()
