"""The tree of `ci/bench ctrlc` on tractor's public API: root, two parents, a leaf at its prompt.

Runs it behind a pty, presses Ctrl-C at the prompt, waits for the prompt to be drawn again, leaves
it with `c` and waits for the end. Exits with the tree's status. `tree` runs the tree itself.
"""

import os
import pty
import select
import sys
import time

DEPTH = 2
PROMPT = b"(Pdb++) "
LIMIT_S = 60


def tree():
    import tractor
    import trio

    async def main():
        async with tractor.open_nursery(debug_mode=True) as nursery:
            await nursery.run_in_actor(parent, depth=DEPTH, name=f"mid_{DEPTH}")

    trio.run(main)


async def parent(depth):
    import tractor

    async with tractor.open_nursery() as nursery:
        if depth > 1:
            await nursery.run_in_actor(parent, depth=depth - 1, name=f"mid_{depth - 1}")
        else:
            await nursery.run_in_actor(leaf, name="leaf")


async def leaf():
    import tractor

    await tractor.breakpoint()


def read_until(master, seen, wanted, deadline):
    """Reads until `wanted` prompts were seen, or to the end when it is None."""
    while wanted is None or seen.count(PROMPT) < wanted:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([master], [], [], left)[0]:
            raise SystemExit(f"no answer within {LIMIT_S} s:\n{seen.decode(errors='replace')}")
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux: every holder of the other side has closed it
            data = b""
        if not data:
            if wanted is None:
                return
            raise SystemExit(f"ended too early:\n{seen.decode(errors='replace')}")
        seen += data


def drive():
    pid, master = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, __file__, "tree"])
    seen = bytearray()
    deadline = time.monotonic() + LIMIT_S
    read_until(master, seen, 1, deadline)
    os.write(master, b"\x03")
    read_until(master, seen, 2, deadline)
    os.write(master, b"c\r")
    read_until(master, seen, None, deadline)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status != 0:
        sys.stdout.write(seen.decode(errors="replace"))
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    if sys.argv[1:] == ["tree"]:
        tree()
    else:
        sys.exit(drive())
