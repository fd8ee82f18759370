/* job_left.c: looks, and the time between them. */
#include "harness/real/job_left.h"

enum {
    LATE_FACTOR = 2
}; /* a look that comes later than so many times its interval was kept from it */

int64_t job_left_counts(int64_t since_ns, int64_t waited_ns)
{
    int64_t counts =
        since_ns < LATE_FACTOR * JOB_LEFT_LOOK_NS ? since_ns : LATE_FACTOR * JOB_LEFT_LOOK_NS;

    return counts > waited_ns ? counts - waited_ns : 0;
}

void job_left_add(struct job_left *now, uint16_t actor, int64_t waited_ns)
{
    if (now->count < JOB_LEFT_MAX)
        now->process[now->count++] =
            (struct job_left_process){.waited_ns = waited_ns, .actor = actor};
}

/* How long the one of them has waited, since the last look, that has waited longest. */
static int64_t longest_wait(const struct job_left *last, const struct job_left *now)
{
    int64_t longest_ns = 0;
    size_t was = 0;

    for (size_t i = 0; i < now->count; i++) {
        const struct job_left_process *p = &now->process[i];
        while (was < last->count && last->process[was].actor < p->actor)
            was++;
        if (was == last->count || last->process[was].actor != p->actor)
            continue;
        int64_t waited_ns = p->waited_ns - last->process[was].waited_ns;
        longest_ns = waited_ns > longest_ns ? waited_ns : longest_ns;
    }
    return longest_ns;
}

void job_left_look(struct job_left *l, struct job_left *now)
{
    now->age_ns = l->age_ns;
    if (l->last_ns != 0)
        now->age_ns += job_left_counts(now->last_ns - l->last_ns, longest_wait(l, now));
    *l = *now;
}
