/* parallel.h: how many runs go on at once, and which is the next.
 *
 * Given -j N it is N, in the jobs' order, or in that of order.h. Otherwise each engine has its own
 * measure, as they want different things. A simulated run wants a core and nothing else: as many as
 * there are cores. A real one waits most of the time (a press that must not merge with the one
 * before, a patience that must run out), but when something happens all of its processes want to
 * run at once, and are judged by the clock: so it is processes that are counted, so many a core. A
 * large tree counts as half of all at most, or it would wait until the last of the others has
 * ended, and all behind it with it. Each engine's jobs start in their order; one that does not fit
 * holds back those behind it, as it might never start otherwise. */
#ifndef HARNESS_CLI_PARALLEL_H
#define HARNESS_CLI_PARALLEL_H

#include "harness/cli/suite.h"

#include <stddef.h>

enum {
    /* What a core does without anybody noticing: measured, see ci/bench fast. */
    PARALLEL_PROCESSES_PER_CORE = 192,
    PARALLEL_HARNESS = 3,  /* processes of ours in a real run: worker, guard, anchor */
    PARALLEL_SPINNER = 32, /* what one counts beside that never rests */
    PARALLEL_FILES = 24,   /* open in the pool beside its workers' pipes */
};

/* What is there; SIZE_MAX: without a limit. */
struct parallel_limits {
    size_t cores;
    size_t processes;
    size_t files;
};

struct parallel {
    size_t most; /* runs at once */
    size_t runs;
    size_t processes_most; /* in them */
    size_t processes;
    size_t large; /* what a job counts at most */
    struct parallel_lane {
        size_t room; /* SIZE_MAX: `most` alone counts */
        size_t used;
        size_t next; /* no job of this engine before it is to be started */
    } lane[2];       /* real, sim */
};

/* `asked` is -j, 0 when it is not given; never more than `most` at once. */
struct parallel parallel_init(size_t asked, size_t most, const struct parallel_limits *limits);

/* Takes the next job that may start now. Returns its index, or SIZE_MAX. */
size_t parallel_take(struct parallel *p, const struct jobs *jobs);

/* A job that was taken has ended. */
void parallel_give(struct parallel *p, const struct job *job);

/* The machine had no room for the job just taken: it is the next again, and from now on no more run
 * at once than do now. Returns false when none do: it will never start. */
bool parallel_refuse(struct parallel *p, const struct jobs *jobs, size_t taken);

/* A job that has ended is to be started once more: it is the next of its engine. */
void parallel_again(struct parallel *p, struct jobs *jobs, size_t index);

/* Every job that is not running may be taken anew, from the first on. */
void parallel_rewind(struct parallel *p);

/* True when every job was taken. */
bool parallel_done(struct parallel *p, const struct jobs *jobs);

/* How many start at once in the beginning. */
size_t parallel_begin(struct parallel p, const struct jobs *jobs);

#endif
