import contextlib
import os
import signal
import sys

import pexpect

child = pexpect.spawn(sys.argv[1], sys.argv[2:], encoding="utf-8", timeout=10)
terminal = os.stat(f"/proc/{child.pid}/fd/0")
child.expect("the server runs")
print(child.after)
child.wait()
left = []
for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
    with contextlib.suppress(OSError):
        if os.path.samestat(os.stat(f"/proc/{pid}/fd/0"), terminal):
            left.append(pid)
for pid in left:
    os.kill(pid, signal.SIGKILL)
assert len(left) == 1
