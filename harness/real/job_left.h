/* job_left.h: for how long those of a command live on whose first process has ended.
 *
 * Whoever is alive lives; the question is what time counts. A machine that is busy, or stands
 * still, must not make somebody late who is ending: so of the time between two looks no more
 * counts than looks are apart when nothing is in the way, and none in which one of those who are
 * still there could run and only waited for a processor. */
#ifndef HARNESS_REAL_JOB_LEFT_H
#define HARNESS_REAL_JOB_LEFT_H

#include <stddef.h>
#include <stdint.h>

enum { JOB_LEFT_MAX = 64 }; /* that are told; a guard knows all who stay to the end */

#define JOB_LEFT_LOOK_NS (INT64_C(10) * 1000 * 1000) /* between two looks, at least */

struct job_left_process {
    int64_t waited_ns; /* for a processor, since it began */
    uint16_t actor;
};

/* Zeroed: nobody has looked. */
struct job_left {
    int64_t age_ns;  /* that counts, since the first look */
    int64_t last_ns; /* when the last one was */
    size_t count;    /* alive then */
    struct job_left_process process[JOB_LEFT_MAX];
};

/* One that is alive, in ascending order of numbers, in a look that has only its time yet. */
void job_left_add(struct job_left *now, uint16_t actor, int64_t waited_ns);

/* Takes that look in. */
void job_left_look(struct job_left *l, struct job_left *now);

/* How much of the time since the last look counts, `waited_ns` of which somebody waited for a
 * processor. Seam for tests: no test can make a machine busy at will. */
int64_t job_left_counts(int64_t since_ns, int64_t waited_ns);

#endif
