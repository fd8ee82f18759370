#!/usr/bin/env python3
"""job.py SCENARIO JOB | job.py SCENARIO --table: runs a job as a script and as its twin in pexpect.
job.py - JOB --program: is the program of the job, with what it needs around it, in this folder.

Both get the same program in a fresh folder that is their HOME, with nothing of the user's
environment, and must come to the same: what was noted (`note`, print), the files named below, and
how the program ended. Exit code 77 is a skip: the program is missing, and its Debian package named.
--table compares the table of README.md with what the files say; with --write it writes it.
"""
import argparse
import ast
import contextlib
import dataclasses
import importlib.util
import json
import operator
import os
import pathlib
import pwd
import re
import runpy
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
SECONDS_MAX = 30
SKIP = 77
PASSWORD = "correct horse"


@dataclasses.dataclass(frozen=True)
class Job:
    script: str
    command: str  # words; {dir}, {port}, {python}, {programs}, {counter} are replaced
    package: str  # of its first word, in Debian
    files: tuple = ()  # what it leaves, compared as well
    setup: str = ""  # a function below, called with the folder
    finds: tuple = ()  # what the script must fail with: a signature's beginning, and of whom


def own(name, **more):
    return Job(name, "{python} -I {programs} " + name, "python3", **more)


SSH = ("ssh -F none -p {port} -o HostKeyAlias=there -o UserKnownHostsFile={dir}/known "
       "-o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -o IdentityAgent=none "
       "-i {dir}/%s 127.0.0.1")
MENU = "sh -c '%s --output-fd 3 --menu choose 12 40 4 1 first 2 second 3 third 3>chosen'"

JOBS = {
    "vim": Job("vim", "vim -u NONE -i NONE -N note.txt", "vim", files=("note.txt",)),
    "fzf": Job("fzf", "sh -c 'printf \"%s\\n\" apple mango banana orange plum >list && "
                      "fzf <list >chosen'", "fzf", files=("chosen",)),
    "gdb": Job("gdb", "gdb -nx -q -ex 'set style enabled on' "
                      "-ex 'set prompt \\033[1;32m(gdb) \\033[0m' {counter}", "gdb"),
    "job-control-bash": Job("job-control", "bash --norc --noprofile -i", "bash"),
    "job-control-zsh": Job("job-control", "zsh -f -i", "zsh"),
    "job-control-dash": Job("job-control", "dash -i", "dash"),
    "ssh-unknown-host": Job("ssh", SSH % "key", "openssh-client", setup="ssh_unknown"),
    "ssh-password": Job("ssh", SSH % "none", "openssh-client", setup="ssh_known"),
    "ssh-key": Job("ssh", SSH % "key", "openssh-client", setup="ssh_known"),
    "login": own("login"),
    "sudo": own("sudo"),
    "python": Job("python", "{python} -I -q", "python3"),
    "less": Job("pager", "less lines", "less", setup="lines"),
    "more": Job("pager", "more lines", "util-linux", setup="lines"),
    "dialog": Job("menu", MENU % "dialog", "dialog", files=("chosen",)),
    "whiptail": Job("menu", MENU % "whiptail", "whiptail", files=("chosen",)),
    "progress": own("progress"),
    "pieces": own("pieces"),
    "flood": own("flood"),
    "size": own("size"),
    "closes": own("closes", files=("report",)),
    "dies": own("dies"),
    "daemon": own("daemon", finds=("leak:survivor", "holds the terminal open")),
    "more-to-the-end": Job("more-to-the-end", "more -e lines", "util-linux", setup="lines"),
    "code": own("code"),
    "ssh-timeout": Job("ssh-timeout", SSH % "none", "openssh-client", setup="silent"),
}


# ---- Set-ups: what each returns has a port and is closed in the end, or is None


class Server:
    """Listens on a port of the loopback; `answer` is called with each connection, in a thread."""

    def __init__(self, answer):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.open = []
        self.thread = threading.Thread(target=self.serve, args=(answer,))
        self.thread.start()

    def serve(self, answer):
        with contextlib.suppress(OSError):  # it is closed
            while True:
                connection = self.socket.accept()[0]
                self.open.append((connection, answer(connection)))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()
        for connection, process in self.open:
            with contextlib.suppress(OSError):  # the other side is gone
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            if process is not None:
                process.wait(SECONDS_MAX)


def lines(folder):
    """Ten screens of text."""
    (folder / "lines").write_text("".join(f"line {n}\n" for n in range(1, 231)))


def silent(_):
    return Server(lambda connection: None)


def ssh_server(folder):
    """An sshd for each connection, with keys of its own, that lets in who runs this test."""
    sshd = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin")
    if sshd is None:
        skip("there is no sshd: apt-get install openssh-server")
    shell = pwd.getpwuid(os.geteuid()).pw_shell
    if pathlib.Path(shell).name in ("nologin", "false"):
        skip(f"nobody logs in who has {shell} for a shell: run this as another user")
    for key in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key],
                       check=True)
    shell = folder / "shell"
    shell.write_text(f"#!/bin/sh\nexec env -i PATH=/usr/bin:/bin HOME={folder} TERM=xterm "
                     "PS1='remote$ ' /bin/sh -i\n")
    shell.chmod(0o755)
    config = folder / "sshd_config"
    config.write_text(f"HostKey {folder}/host\nAuthorizedKeysFile {folder}/key.pub\n"
                      f"StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n"
                      f"PasswordAuthentication yes\nKbdInteractiveAuthentication no\n"
                      f"SetEnv HOME={folder}\nForceCommand {shell}\nPrintMotd no\n"
                      f"PrintLastLog no\nLogLevel VERBOSE\n")
    if os.geteuid() == 0:
        # Root's sshd wants this folder, which its service makes when it starts.
        with contextlib.suppress(OSError):
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    check = subprocess.run([sshd, "-t", "-f", config], capture_output=True, text=True, check=False)
    if check.returncode != 0:
        skip(f"no sshd can be had here: {check.stderr.strip()}")
    log = folder / "sshd.log"
    return Server(lambda connection: subprocess.Popen(
        [sshd, "-i", "-f", config, "-E", log], stdin=connection, stdout=connection))


def ssh_unknown(folder):
    return ssh_server(folder)


def ssh_known(folder):
    server = ssh_server(folder)
    (folder / "known").write_text("there " + (folder / "host.pub").read_text())
    return server


# ---- One job


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIP)


def words_of(job, folder, server, counter):
    known = {"dir": str(folder), "port": str(server.port) if server else "",
             "python": sys.executable, "programs": str(HERE / "programs.py"), "counter": counter}
    line = re.sub(r"\{(\w+)\}", lambda m: known.get(m[1], m[0]), job.command)
    return shlex.split(line)


def environment(folder):
    """All that the program finds: nothing of the user's."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh", "password": PASSWORD,
            "USER": pwd.getpwuid(os.geteuid()).pw_name}


def scenario_run(scenario, job, words, folder):
    """Returns what was noted, and how the program ended."""
    secret = "secret: true" in (HERE / f"{job.script}.yaml").read_text()
    result = subprocess.run(
        [scenario, "expect", HERE / f"{job.script}.yaml", *(["--with", "password"] * secret),
         "--results", folder / "results", "--json", folder / "result.json", "--", *words],
        env=environment(folder), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX, check=False)
    notes, told = [], ""
    for line in result.stdout.splitlines():
        line = line[8:].lstrip(" 0123456789.")
        if line.startswith("· "):
            told = line[2:]
        found = re.match(r'✓ note "(.*)" +\S+:\d+$', line)
        if found:
            notes.append(told if "${" in found[1] else found[1])
    report = folder / "result.json"
    if not report.exists():
        sys.exit(f"{result.stdout}\nthe script is wrong, exit code {result.returncode}")
    with report.open(encoding="utf-8") as lines:
        verdict = next((v for v in map(json.loads, lines) if v["ev"] == "verdict"), {})
    found = [verdict.get("signature", ""), verdict.get("processes", "")] if job.finds else []
    if result.returncode != (1 if job.finds else 0) or not all(map(operator.contains, found,
                                                                   job.finds)):
        sys.exit(f"{result.stdout}\nexit code {result.returncode}, wanted: {job.finds or 0}")
    return notes, verdict["ended"]


def twin_run(job, words, folder):
    """The same of the twin, in a process of its own."""
    result = subprocess.run([sys.executable, "-I", __file__, "--twin", HERE / f"{job.script}.py",
                             *words], env=environment(folder), cwd=folder,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX, check=False)
    if result.returncode != 0:
        sys.exit(f"{result.stdout}\nthe twin failed, exit code {result.returncode}")
    *notes, ended = result.stdout.splitlines()
    return notes, ended


def twin(path, words):
    """Inside that process: the twin leaves its child in `child`."""
    sys.argv = [path, *words]
    child = runpy.run_path(path)["child"]
    child.close()
    if child.signalstatus is not None:
        print(f"by {signal.Signals(child.signalstatus).name}")
    else:
        print(f"with status {child.exitstatus}")


def job_run(job, run, counter):
    """Returns what the job came to in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="job") as name:
        folder = pathlib.Path(name)
        server = globals()[job.setup](folder) if job.setup else None
        try:
            notes, ended = run(words_of(job, folder, server, counter), folder)
        finally:
            if server is not None:
                server.close()
        files = {f: (folder / f).read_text() if (folder / f).exists() else None for f in job.files}
        return {"noted": notes, "ended": ended, "files": files}


def job_program(job, counter):
    """For who drives it himself: scenarios/jobs. What the terminal sends is for the program."""
    folder = pathlib.Path.cwd()
    server = globals()[job.setup](folder) if job.setup else None
    try:
        child = subprocess.Popen(words_of(job, folder, server, counter))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = child.wait()
    finally:
        if server is not None:
            server.close()
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


def job_test(scenario, name, counter):
    job = JOBS[name]
    program = job.command.split()[0]
    if program == "sh":  # the program stands behind what it needs
        program = job.package
    if not program.startswith("{") and shutil.which(program) is None:
        skip(f"there is no {program}: apt-get install {job.package}")
    script = job_run(job, lambda words, folder: scenario_run(scenario, job, words, folder), counter)
    print(f"script: {script}")
    if importlib.util.find_spec("pexpect") is None:
        print("its twin did not run: there is no pexpect: apt-get install python3-pexpect")
        return
    other = job_run(job, lambda words, folder: twin_run(job, words, folder), counter)
    print(f"twin:   {other}")
    if script != other:
        sys.exit("they do not come to the same")


# ---- The table


def steps_count(node):
    """Each step is one, those below it as well."""
    lists = []
    if isinstance(node, list):
        return sum(1 + steps_count(step) for step in node)
    for key, value in node.items() if isinstance(node, dict) else ():
        if key in ("steps", "then", "eof", "timeout"):
            lists.append(value)
        elif key == "first":
            lists += [branch.get("then", []) for branch in value]
        elif key == "parallel":
            lists += value
        elif isinstance(value, dict):
            lists.append(value)
    return sum(steps_count(each) for each in lists)


def statements_count(text):
    """Each statement is one, but for imports, and the one that starts the program."""
    tree = ast.parse(text)
    count = sum(isinstance(n, ast.stmt) and not isinstance(n, (ast.Import, ast.ImportFrom))
                for n in ast.walk(tree))
    return count - 1


def table_make():
    import yaml
    rows = ["| job | program | steps | statements of its twin |", "|--|--|--|--|"]
    bad = []
    for script in sorted({job.script for job in JOBS.values()}):
        programs = [j.package if j.package != "python3" or j.script == "python" else "programs.py"
                    for j in JOBS.values() if j.script == script]
        with open(HERE / f"{script}.yaml", encoding="utf-8") as text:
            steps = steps_count(yaml.safe_load(text)["steps"])
        statements = statements_count((HERE / f"{script}.py").read_text())
        if steps > statements:
            bad.append(f"{script}: {steps} steps, and its twin has {statements} statements")
        rows.append(f"| {script} | {', '.join(dict.fromkeys(programs))} | {steps} | "
                    f"{statements} |")
    return "\n".join(rows) + "\n", bad


def table_test(write):
    if importlib.util.find_spec("yaml") is None:
        skip("there is no yaml: apt-get install python3-yaml")
    table, bad = table_make()
    path = HERE / "README.md"
    text = path.read_text()
    start = text.index("| job |")
    end = text.index("\n\n", start) + 1
    if write:
        path.write_text(text[:start] + table + text[end:])
    elif text[start:end] != table:
        bad.append("README.md: the table is another: run job.py SCENARIO --table --write")
    files = {p.stem for p in HERE.glob("*.yaml")} ^ {j.script for j in JOBS.values()}
    bad += [f"{name}: a script without a row, or a row without a script" for name in sorted(files)]
    if bad:
        sys.exit("\n".join(bad))
    print(table, end="")


def main():
    if sys.argv[1:2] == ["--twin"]:
        twin(sys.argv[2], sys.argv[3:])
        return
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("scenario")
    options.add_argument("job", nargs="?", choices=JOBS)
    options.add_argument("--counter", default="counter")
    options.add_argument("--table", action="store_true")
    options.add_argument("--write", action="store_true")
    options.add_argument("--list", action="store_true")
    options.add_argument("--program", action="store_true")
    given = options.parse_args()
    if given.list:
        print(";".join(JOBS), end="")
    elif given.program:
        job_program(JOBS[given.job], given.counter)
    elif given.table:
        table_test(given.write)
    else:
        job_test(os.path.abspath(given.scenario), given.job, given.counter)


if __name__ == "__main__":
    main()
