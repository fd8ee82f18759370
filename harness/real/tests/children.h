/* children.h: children of a test that wait, each with what a look is to find of it. */
#ifndef HARNESS_REAL_TESTS_CHILDREN_H
#define HARNESS_REAL_TESTS_CHILDREN_H

#include "runtime/base/check.h"
#include "runtime/base/procfs.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHILD_ODD_NAME "an odd\tname\x7f!"

enum {
    BURN_MS = 60,
    ORPHAN_S = 60, /* one that nobody has ended by then is its own end */
};

static inline void child_on_signal(int signal)
{
    (void)signal;
}

enum {
    OWN_GROUP = 1,
    CATCHES = 2,     /* SIGUSR1 */
    BLOCKS = 4,      /* the same */
    HAS_CHILD = 16,  /* that waits, too, in its group */
    HAS_BURNT = 32,  /* time on a processor */
    HAS_ZOMBIE = 64, /* a child that is dead */
    ODD_NAME = 128,  /* CHILD_ODD_NAME */
    OUTLIVED = 256,  /* by its child */
};

static inline void child_become(unsigned traits)
{
    struct sigaction action = {.sa_handler = child_on_signal};
    sigset_t set;

    if ((traits & OWN_GROUP) != 0)
        CHECK(setpgid(0, 0) == 0);
    if ((traits & CATCHES) != 0)
        CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    if ((traits & BLOCKS) != 0)
        CHECK(sigemptyset(&set) == 0 && sigaddset(&set, SIGUSR1) == 0 &&
              sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    while ((traits & HAS_BURNT) != 0 && clock() < BURN_MS * CLOCKS_PER_SEC / 1000) {
    }
    if ((traits & ODD_NAME) != 0)
        CHECK(prctl(PR_SET_NAME, CHILD_ODD_NAME) == 0);
    if ((traits & HAS_ZOMBIE) != 0) {
        siginfo_t info;
        pid_t dead = fork();
        if (dead == 0)
            _exit(0);
        CHECK(waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT) == 0);
    }
    if ((traits & HAS_CHILD) != 0 && fork() == 0) {
        if ((traits & OUTLIVED) != 0)
            (void)alarm(ORPHAN_S);
        else
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
}

/* A child of these traits, all done, and then asleep. */
static inline pid_t child_of(unsigned traits)
{
    int up[2];
    char byte;

    (void)fflush(NULL);
    CHECK(pipe(up) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        child_become(traits);
        CHECK(close(up[0]) == 0 && close(up[1]) == 0);
        for (;;)
            (void)pause();
    }
    CHECK(close(up[1]) == 0 && read(up[0], &byte, 1) == 0 && close(up[0]) == 0);
    return pid;
}

static inline void child_stop(pid_t pid)
{
    siginfo_t info;

    CHECK(kill(pid, SIGSTOP) == 0 && waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
}

/* The one child that it has. */
static inline pid_t child_below(pid_t pid)
{
    pid_t below = 0;

    CHECK(procfs_children(pid, pid, &below, 1) == 1);
    return below;
}

#endif
