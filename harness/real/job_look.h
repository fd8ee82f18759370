/* job_look.h: one look at all processes of a command: who there is, and whether anybody runs.
 *
 * The command's processes are those below the guard, which is a subreaper, so none can leave. A
 * look is no snapshot: processes are read one after the other. But when two looks find the same
 * threads asleep or stopped with the same counts of context switches, there was a moment between
 * them in which nobody ran. (proc(5); the argument is that of a double collect.) */
#ifndef HARNESS_REAL_JOB_LOOK_H
#define HARNESS_REAL_JOB_LOOK_H

#include "harness/real/turns.h"
#include "runtime/base/err.h"
#include "runtime/base/procfs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { JOB_PROCESSES_MAX = 2048 };

/* One whose parent dies just then is not found by a look, but by one of so many in a row. */
enum { JOB_LOOKS = 2 };

/* A process as messages name it. */
struct job_process {
    pid_t pid;
    char name[PROCFS_NAME_BYTES];
};

/* What is asked about one process group, beside the whole. */
struct job_question {
    pid_t guard;
    pid_t anchor;        /* passed over, but not those below it; 0: there is none */
    pid_t group;         /* 0: none */
    int signal;          /* 0: none */
    struct turns *turns; /* gets every thread; NULL: nobody asks */
    /* Called for each process, dead ones included, a parent before its children. May be NULL. */
    void (*each)(void *user, pid_t pid, const struct procfs_stat *stat);
    /* Whether the process only waits as somebody is held, which may look like waiting for a disk.
     * May be NULL. */
    bool (*keeps)(void *user, pid_t pid);
    void *user;
    dev_t terminal; /* 0: nobody asks */
};

/* Of a whole or of a group. */
struct job_crowd {
    unsigned count;  /* processes alive */
    bool rest;       /* every thread of them is asleep or stopped */
    uint64_t digest; /* of their threads, states and context switches */
    struct job_process first;
    struct job_process busy; /* the first that is not at rest */
    bool disk;               /* one of their threads waits for a disk, or for the like */
    uint64_t cpu_ns;         /* time on a processor so far, of all of them; counted in 10 ms */
    int64_t queued_ns;       /* how long their threads have waited for one so far */
};

struct job_look {
    struct job_crowd all;
    struct job_crowd group;
    bool terminal; /* somebody has it open, or nobody can tell */
    /* How the main thread of each process of the group would meet the signal. */
    uint64_t met; /* digest of that */
    bool caught;  /* each has a handler for it and does not block it */
    bool pending; /* somebody has it pending */
};

/* Returns 0; ERR_FULL past JOB_PROCESSES_MAX; ERR_UNSUPPORTED when this kernel does not list
 * children in /proc. */
int job_look(const struct job_question *question, struct job_look *out, struct diag *diag);

/* True when the process has the terminal open, by its name or as /dev/tty. `doubt`: what is said of
 * one whose descriptors may not be seen. */
bool job_has_open(pid_t pid, const struct procfs_stat *stat_of, dev_t terminal, bool doubt);

#endif
