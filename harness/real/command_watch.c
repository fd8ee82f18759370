/* command_watch.c: what looks at a command's processes find becomes records. */
#include "harness/real/command_watch.h"

#include "harness/real/job_look.h"
#include "runtime/base/pidfd.h"

#include <unistd.h>

#define MS INT64_C(1000000)

/* A zombie that is there for so long is none that its parent is just about to reap. */
#define ZOMBIE_STAYS_NS (250 * MS)

/* Who lives on is told at this age, then at each that is twice the last. */
#define LEFT_FIRST_NS (100 * MS)

/* ---- The cast ---- */

/* The one of that number in the cast, which grows by it and by those above it that it lacks.
 * ACTOR_NONE: it is gone, or there is no room. */
static uint16_t cast_join(struct real_world *r, pid_t pid)
{
    struct {
        pid_t pid;
        struct who who;
    } line[TREE_DEPTH_MAX];
    uint16_t actor = process_find(r, pid);
    struct procfs_stat stat;
    size_t count = 0;

    for (; actor == ACTOR_NONE; actor = process_find(r, pid)) {
        if (count == TREE_DEPTH_MAX || !procfs_stat(pid, &stat))
            return ACTOR_NONE;
        line[count].pid = pid;
        line[count].who = (struct who){.kind = WHO_PROCESS};
        who_name(&line[count++].who, stat.name);
        pid = stat.parent;
        /* It has lost its parent. The first process of all is above it in any case. */
        if (pid == r->guard.pid || pid <= 1) {
            actor = ACTOR_ROOT;
            break;
        }
    }
    while (count > 0 && actor != ACTOR_NONE) {
        int pidfd = pidfd_of(line[--count].pid);
        line[count].who.parent = actor;
        actor = pidfd >= 0 ? cast_add(r->cast, &line[count].who) : (uint16_t)ACTOR_NONE;
        if (actor != ACTOR_NONE)
            process_register(r, actor, line[count].pid, pidfd);
        else if (pidfd >= 0)
            (void)close(pidfd);
    }
    return actor;
}

/* ---- Zombies ---- */

void watch_look_begin(struct command_watch *w)
{
    w->look++;
}

void watch_process(struct command_watch *w, const struct real_world *r, pid_t pid,
                   const struct procfs_stat *stat)
{
    size_t i = 0;

    job_remember(&w->memory, pid, stat);
    /* Whose parent is gone is reaped by us, and the first one by the leader of its session. */
    if (!procfs_state_dead(stat->state) || stat->parent == r->guard.pid ||
        pid == r->process[ACTOR_ROOT].pid)
        return;
    while (i < w->zombies && (w->zombie[i].pid != pid || w->zombie[i].start != stat->start))
        i++;
    if (i == WATCH_ZOMBIES_MAX)
        return;
    if (i == w->zombies)
        w->zombie[w->zombies++] =
            (struct watch_zombie){.start = stat->start, .since_ns = loop_now_ns(), .pid = pid};
    w->zombie[i].look = w->look;
}

void watch_zombies_join(struct command_watch *w, struct real_world *r, bool rest)
{
    size_t kept = 0;
    bool joined = false;

    for (size_t i = 0; i < w->zombies; i++) {
        const struct watch_zombie *z = &w->zombie[i];
        if (z->look != w->look)
            continue;
        w->zombie[kept++] = *z;
        if (!rest && loop_now_ns() - z->since_ns < ZOMBIE_STAYS_NS)
            continue;
        joined = joined || process_find(r, z->pid) == ACTOR_NONE;
        (void)cast_join(r, z->pid);
    }
    w->zombies = kept;
    if (joined)
        processes_drain(r);
}

/* ---- Left over ---- */

static void left_tell(struct command_watch *w, struct real_world *r)
{
    for (size_t i = 0; i < w->left.count; i++) {
        const struct job_left_process *p = &w->left.process[i];
        real_record(r, (struct trace_record){.point = POINT_PROC_SURVIVED,
                                             .actor = ACTOR_HARNESS,
                                             .peer = cast_join(r, p->pid),
                                             .value = p->pid,
                                             .extra = w->left.age_ns / MS,
                                             .request = 1});
    }
    if (w->told_ns == 0)
        end_tell_processes(r);
    w->told_ns = w->left.age_ns;
}

int64_t watch_left(struct command_watch *w, struct real_world *r)
{
    int64_t begin_ns = loop_now_ns();

    /* What a step waits for is no leftover yet. */
    if (r->phase != REAL_GRACE || !r->ends || r->spare.holds || r->stopping || r->guard.fd < 0)
        return 0;
    if (begin_ns < w->next_look_ns)
        return w->next_look_ns;
    if (job_left_look(&w->left, r->guard.pid, begin_ns, NULL) < 0)
        return 0;
    if (w->left.age_ns > (w->told_ns == 0 ? LEFT_FIRST_NS : 2 * w->told_ns))
        left_tell(w, r);
    /* Of very many processes a look takes its time. */
    int64_t took_ns = loop_now_ns() - begin_ns;
    w->next_look_ns = begin_ns + JOB_LEFT_LOOK_NS + 4 * took_ns;
    return w->next_look_ns;
}

void watch_list(const struct command_watch *w, struct real_world *r, struct buf *out)
{
    const struct job_list list = {.guard = r->guard.pid,
                                  .root = r->process[ACTOR_ROOT].pid,
                                  .terminal = r->pty != NULL ? pty_device(r->pty) : 0,
                                  .memory = &w->memory};

    if (r->guard.fd >= 0)
        (void)job_list(&list, out, NULL);
}
