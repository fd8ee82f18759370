/* stops.c: what looks at a command's processes find stopped becomes records. */
#include "harness/real/stops.h"

#include "harness/real/job_list.h"

enum { STOPS_SEEN = 2 }; /* in a row, before it is told */

void stops_look_begin(struct stops *s)
{
    s->look++;
}

void stops_see(struct stops *s, const struct real_world *r, pid_t pid,
               const struct procfs_stat *stat)
{
    size_t i = 0;

    /* One that a debugger has stopped is looked at by somebody. */
    if (stat->state != 'T' || pid == r->process[ACTOR_ROOT].pid)
        return;
    while (i < s->count && (s->stop[i].pid != pid || s->stop[i].start != stat->start))
        i++;
    if (i == STOPS_MAX)
        return;
    if (i == s->count)
        s->stop[s->count++] = (struct stop){.start = stat->start, .pid = pid};
    s->stop[i].look = s->look;
    s->stop[i].seen++;
}

static void stop_tell(struct real_world *r, pid_t pid)
{
    uint16_t actor = process_find(r, pid);

    if (actor != ACTOR_NONE && r->process[actor].state == PROCESS_LIVE)
        process_stopped(r, actor, job_stopped_by(pid));
}

void stops_look_end(struct stops *s, struct real_world *r)
{
    size_t kept = 0;

    for (uint16_t i = ACTOR_ROOT + 1; i < r->cast->count; i++) {
        if (r->process[i].state == PROCESS_STOPPED && !process_is_still(&r->process[i]))
            process_continued(r, i);
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->stop[i].look != s->look)
            continue;
        s->stop[kept++] = s->stop[i];
        if (s->stop[i].seen >= STOPS_SEEN)
            stop_tell(r, s->stop[i].pid);
    }
    s->count = kept;
}
