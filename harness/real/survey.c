/* survey.c: see survey.h. */
#include "harness/real/survey.h"

#include "harness/real/isolate.h"
#include "harness/real/real.h"
#include "harness/real/seccomp.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"

#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Children that end at once ---- */

static void pidfds_try(struct survey_row *hup, struct survey_row *getinfo)
{
    pid_t pid = fork();
    int status;

    if (pid == 0)
        _exit(7);
    int pidfd = pid > 0 ? pidfd_of(pid) : -1;
    if (pid > 0)
        (void)waitpid(pid, &status, 0);
    struct pollfd reaped = {.fd = pidfd};
    hup->have = pidfd >= 0 && poll(&reaped, 1, 0) == 1 && (reaped.revents & POLLHUP) != 0;
    getinfo->have = pidfd >= 0 && pidfd_status(pidfd) == 7 << 8;
    fd_close(&pidfd);
}

static bool namespace_try(int flags)
{
    pid_t pid = fork();
    int status = -1;

    if (pid == 0)
        _exit(unshare(flags) == 0 ? 0 : 1);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool group_try(void)
{
    struct isolate group = ISOLATE_NONE;

    if (!isolate_open(&group))
        return false;
    isolate_close(&group);
    return true;
}

/* ---- System calls ---- */

static void calls_try(struct survey_row *row)
{
    const struct listener_facts f = listener_probe();

    row->tried = true;
    row->have = f.can != LISTENER_NOT;
    if (f.can == LISTENER_NOT) {
        row->text = f.why;
    } else if (f.can == LISTENER_NO_NEW_PRIVS) {
        row->text = "system calls can be points, where sudo and su lose their privileges (as root "
                    "they keep them)";
    } else {
        row->text = f.firm ? "system calls can be points"
                           : "system calls can be points; `hold: firm` needs Linux 5.19";
    }
}

/* ---- From outside ---- */

static void row_set(struct survey_row *row, bool have, const char *with, const char *without)
{
    *row = (struct survey_row){.tried = true, .have = have, .text = have ? with : without};
}

void survey_machine(struct survey_row out[FEATURES])
{
    struct survey_row hup = {0};
    struct survey_row getinfo = {0};

    for (unsigned i = 0; i < FEATURES; i++)
        out[i] = (struct survey_row){0};
    pidfds_try(&hup, &getinfo);
    row_set(&out[FEATURE_PIDFD_HUP], hup.have, "a zombie's age is exact",
            "zombies are found by looking; Linux 6.9 tells");
    row_set(&out[FEATURE_GETINFO], getinfo.have, "how any process ended is known",
            "how a grandchild ended is known only if it is seen in time; Linux 6.15 tells");
    if (namespace_try(CLONE_NEWPID | CLONE_NEWNS)) {
        row_set(&out[FEATURE_USERNS], true, "`adopt: pidns` works, as root", "");
    } else {
        row_set(&out[FEATURE_USERNS], namespace_try(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS),
                "`adopt: pidns` works, by a namespace of users: not for sudo and su",
                "no `adopt: pidns`; run as root, or allow it: sysctl "
                "kernel.unprivileged_userns_clone=1, in a container --privileged");
    }
    row_set(
        &out[FEATURE_CGROUP], group_try(), "each command has a control group of its own",
        "the guard alone contains a command; one comes with a cgroup v2 that can be written to, "
        "as of `systemd-run --user --scope -p Delegate=yes`");
    calls_try(&out[FEATURE_SECCOMP]);
}
