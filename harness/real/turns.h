/* turns.h: whether those who never rest have had their turn since something was last shown or done.
 *
 * That a terminal is still proves nothing about a program that computes, or polls: on a loaded
 * machine it may just not have been let. So its own time is counted, which is what it would have
 * had on an idle machine: its time on a processor, and its waits. A wait counts as long as it
 * sleeps, and at most a tenth of what is wanted: who sleeps long waits for somebody, and what it
 * does when that one is done is still to come. Time in which it could run and was not let does not
 * count, nor does a wait for a disk.
 *
 * Threads are counted one by one, so that one that spins proves nothing about another. What is
 * started meanwhile is its starter's: a loop of short commands is as busy as if it did their work
 * itself. (proc(5): status, schedstat. Measured: stillness of 100 ms alone is wrong in 3 of 12
 * programs that compute 30 ms between two outputs.) */
#ifndef HARNESS_REAL_TURNS_H
#define HARNESS_REAL_TURNS_H

#include "harness/real/ready.h"
#include "runtime/base/buf.h"
#include "runtime/base/procfs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    TURN_WAITS = 10,    /* as many make a turn, when each is long enough */
    TURN_LOOKS = 3,     /* that find the same: then it is at rest */
    TURN_NAMES_MAX = 3, /* the others are counted */
};

/* A thread as one look has found it. */
struct turn_sample {
    pid_t tid;
    pid_t pid;
    pid_t parent; /* of the process; 0: it is looked at for itself */
    char name[PROCFS_NAME_BYTES];
    bool rests; /* asleep or stopped */
    uint64_t switches;
    int64_t cpu_ns;      /* on a processor */
    int64_t queued_ns;   /* it could run and was not let; 0 where the kernel does not tell */
    int64_t children_ns; /* of a main thread: what the children have run that it has reaped */
};

struct turn;

/* Empty when zero. */
struct turns {
    struct turn *turn; /* owned */
    size_t count;
    size_t room;
    int64_t wanted_ns; /* of time of their own */
    int64_t at_ns;     /* of the last look */
    int64_t before_ns; /* and of the one before */
    uint64_t looks;
    bool failed; /* no memory: nobody has had his turn */
};

void turns_release(struct turns *t);

/* Something was shown or done: what they have had does not count any more. */
void turns_anew(struct turns *t, int64_t wanted_ns);

/* A look: begin, add each thread that is there (parents before their children), end. */
void turns_begin(struct turns *t, int64_t at_ns);
void turns_end(struct turns *t);

/* One thread. Seam for tests: no kernel can be made to say these numbers. */
void turns_add(struct turns *t, const struct turn_sample *s);

/* True when each thread is at rest, or has had its turn. */
bool turns_over(const struct turns *t);

/* The same of one process; false as long as it was not looked at. `rests`: it is all at rest. */
bool turns_process_over(const struct turns *t, pid_t pid, bool *rests);

/* Adds whoever is not at rest, "bash (412), make (77) and 2 more", and returns how many. */
unsigned turns_tell(const struct turns *t, struct buf *out);

/* Adds a thread of a process, as /proc has it. */
struct turn_process {
    pid_t pid;
    pid_t parent; /* as in struct turn_sample */
    const struct procfs_stat *stat;
};
void turns_read(struct turns *t, const struct turn_process *p, pid_t tid,
                const struct ready_status *status);

/* Adds all threads of a process that is looked at for itself. */
void turns_add_process(struct turns *t, pid_t pid);

#endif
