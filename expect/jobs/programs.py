"""programs.py NAME: small programs that stand for kinds of which no packaged one is at hand.

Each has its terminal to itself and needs nothing but Python. They wait for what is typed, for a
signal or for each other, never for time.
"""
import fcntl
import getpass
import os
import signal
import struct
import sys
import termios


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def login():
    """Asks for a name, and for a password that is not echoed."""
    name = input("login: ")
    password = getpass.getpass("Password: ")
    print(f"Welcome, {name}." if password == "correct horse" else "Login incorrect")


def sudo():
    """Like sudo: says that the password was wrong, and sudo again, three times at most."""
    for _ in range(3):
        if getpass.getpass("[sudo] password for ann: ") == "second":
            print("uid=0(root)")
            return
        print("Sorry, try again.")
    sys.exit("3 incorrect password attempts")


def progress():
    """A bar that is drawn over itself."""
    for done in range(0, 101, 4):
        say(f"\r[{'#' * (done // 4):25}] {done:3} %")
    say("\nbuilt 25 files\n")


def pieces():
    """A coloured prompt that comes byte by byte, its characters and escapes cut in two."""
    for byte in "\x1b[1;32mgrüße\x1b[0m \x1b[34m~/日本\x1b[0m ❯ ".encode():
        os.write(1, bytes([byte]))
    print(f"<{sys.stdin.readline().strip()}>")


def flood():
    """10 MB of lines, and then a prompt."""
    line = "x" * 78 + "\n"
    for _ in range(128):
        sys.stdout.write(line * 1024)
    say("more? ")
    print(f"answered {sys.stdin.readline().strip()}")


def size():
    """Its terminal's size, at the start and whenever that changes, until it is told to end."""
    def tell(*_):
        there = fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8)
        rows, columns = struct.unpack("HHHH", there)[:2]
        os.write(1, f"{rows}x{columns}\n".encode())  # it may interrupt itself

    signal.signal(signal.SIGWINCH, tell)
    tell()
    sys.stdin.readline()


def closes():
    """Closes its terminal, runs on until SIGUSR1, and leaves a report."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    say("working\n")
    for fd in (0, 1, 2):
        os.close(fd)
    signal.sigwait([signal.SIGUSR1])
    with open("report", "w", encoding="ascii") as report:
        report.write("done without a terminal\n")
    os._exit(4)


def dies():
    """Dies by the signal that it is told."""
    number = getattr(signal, input("signal? "))
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    signal.pause()


def daemon():
    """Leaves a process of a session of its own behind, with the terminal still open."""
    ready, told = os.pipe()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.write(told, b"1")
        while True:
            signal.pause()
    os.read(ready, 1)
    print("the server runs")


def code():
    """Shows a one-time code, and wants it back."""
    shown = f"{int.from_bytes(os.urandom(3), 'big') % 1000000:06}"
    print(f"Your code is {shown}.")
    print("accepted" if input("code: ") == shown else "refused")


PROGRAMS = {f.__name__: f for f in (login, sudo, progress, pieces, flood, size, closes, dies,
                                    daemon, code)}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]]()
