/* job_left.h: who of a command lives on when its first process has ended, and for how long.
 *
 * Whoever is found alive lives; the question is what time counts. A machine that is busy, or stands
 * still, must not make somebody late who is ending: so of the time between two looks no more
 * counts than looks are apart when nothing is in the way, and none in which one of those who are
 * still there could run and only waited for a processor. */
#ifndef HARNESS_REAL_JOB_LEFT_H
#define HARNESS_REAL_JOB_LEFT_H

#include "runtime/base/err.h"
#include "runtime/base/procfs.h"

#include <stdint.h>
#include <sys/types.h>

enum { JOB_LEFT_MAX = 64 }; /* that are told; a guard knows all who stay to the end */

#define JOB_LEFT_LOOK_NS (INT64_C(10) * 1000 * 1000) /* between two looks, at least */

struct job_left_process {
    uint64_t start;
    int64_t waited_ns; /* for a processor, since it began */
    pid_t pid;
    char name[PROCFS_NAME_BYTES];
};

/* Zeroed: nobody has looked. */
struct job_left {
    int64_t age_ns;  /* that counts, since the first look */
    int64_t last_ns; /* when the last one was */
    size_t count;    /* alive then */
    struct job_left_process process[JOB_LEFT_MAX];
};

/* Looks once more. Errors as of job_look(), with nothing changed but who is there. */
int job_left_look(struct job_left *l, pid_t guard, int64_t now_ns, struct diag *diag);

/* How much of the time since the last look counts, `waited_ns` of which somebody waited for a
 * processor. Seam for tests: no test can make a machine busy at will. */
int64_t job_left_counts(int64_t since_ns, int64_t waited_ns);

#endif
