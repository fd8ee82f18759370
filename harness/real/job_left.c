/* job_left.c: looks, and the time between them. */
#include "harness/real/job_left.h"

#include "harness/real/job_look.h"
#include "harness/real/real.h"

#include <string.h>

enum {
    LATE_FACTOR = 2
}; /* a look that comes later than so many times its interval was kept from it */

int64_t job_left_counts(int64_t since_ns, int64_t waited_ns)
{
    int64_t counts =
        since_ns < LATE_FACTOR * JOB_LEFT_LOOK_NS ? since_ns : LATE_FACTOR * JOB_LEFT_LOOK_NS;

    return counts > waited_ns ? counts - waited_ns : 0;
}

struct left_look {
    const struct job_left *last;
    struct job_left now;
    int64_t waited_ns; /* the longest of those that were there before */
};

static void process_found(void *user, pid_t pid, const struct procfs_stat *stat)
{
    struct left_look *look = user;

    if (procfs_state_dead(stat->state) || look->now.count == JOB_LEFT_MAX)
        return;
    struct job_left_process *p = &look->now.process[look->now.count++];
    *p = (struct job_left_process){.start = stat->start, .waited_ns = pid_waited(pid), .pid = pid};
    memcpy(p->name, stat->name, sizeof(p->name));
    for (size_t i = 0; i < look->last->count; i++) {
        const struct job_left_process *was = &look->last->process[i];
        if (was->pid == pid && was->start == stat->start &&
            p->waited_ns - was->waited_ns > look->waited_ns)
            look->waited_ns = p->waited_ns - was->waited_ns;
    }
}

int job_left_look(struct job_left *l, pid_t guard, int64_t now_ns, struct diag *diag)
{
    struct left_look look = {.last = l};
    const struct job_question question = {.guard = guard, .each = process_found, .user = &look};
    struct job_look seen;

    int rc = job_look(&question, &seen, diag);
    if (rc < 0)
        return rc;
    look.now.last_ns = now_ns;
    look.now.age_ns = l->age_ns;
    if (l->last_ns != 0)
        look.now.age_ns += job_left_counts(now_ns - l->last_ns, look.waited_ns);
    *l = look.now;
    return 0;
}
