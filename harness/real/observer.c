/* observer.c: walks from the guard down, and what they find becomes members and records. */
#include "harness/real/observer.h"

#include "harness/real/job_list.h"
#include "runtime/base/pidfd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MS INT64_C(1000000)

/* Who lives on is told at this age, then at each that is twice the last. */
#define LEFT_FIRST_NS (100 * MS)

/* Of very many processes a walk takes its time, and of a processor it shall have no more than a
 * tenth. */
enum { WALK_REST = 9 };
#define WALK_GAP_MAX_NS (500 * MS)

enum {
    ASKED_MAX = 8,  /* one that is so old has begun what it was born for, or has no hurry */
    TURN_MAX = 64,  /* of the old ones, in each walk */
    SETTLE_MAX = 8, /* walks: whoever forks for ever is never through */
    PROBES_MAX = 8, /* places of a nameless one */
};

/* ---- By number ---- */

static size_t bucket_of(pid_t pid)
{
    return (size_t)pid & (OBSERVER_BUCKETS - 1);
}

static void index_add(struct observer *o, uint16_t actor, pid_t pid)
{
    uint16_t *bucket = &o->bucket[bucket_of(pid)];

    o->member[actor].next = *bucket;
    *bucket = (uint16_t)(actor + 1);
}

static bool is_there(const struct real_process *p, pid_t pid)
{
    return p->pid == pid && (process_lives(p) || p->state == PROCESS_ZOMBIE);
}

uint16_t observer_find(const struct observer *o, const struct real_world *r, pid_t pid)
{
    if (is_there(&r->process[ACTOR_ROOT], pid))
        return ACTOR_ROOT;
    for (uint16_t at = o->bucket[bucket_of(pid)]; at != 0; at = o->member[at - 1].next) {
        if (is_there(&r->process[at - 1], pid))
            return (uint16_t)(at - 1);
    }
    return ACTOR_NONE;
}

/* ---- Programs ---- */

/* What it was called with, as one line. NULL: it has nothing of its own yet, or no memory. */
static char *argv_read(pid_t pid)
{
    char text[OBSERVER_ARGV_BYTES];
    ssize_t size = procfs_read(pid, "cmdline", text, sizeof(text));

    if (size <= 0)
        return NULL;
    for (ssize_t i = 0; i < size; i++) {
        if (text[i] == 0)
            text[i] = ' ';
    }
    if (text[size - 1] == ' ')
        text[size - 1] = 0;
    return strdup(text);
}

/* It is known as what it runs now. */
static void name_set(struct real_world *r, uint16_t actor, const char *name, char *argv)
{
    struct who *who = &r->cast->who[actor];

    if (actor != ACTOR_ROOT)
        who_name(who, name);
    free(r->process[actor].argv);
    r->process[actor].argv = argv;
    who->argv = argv;
}

/* True when it has called execve since the last time, as far as can be known. */
static bool has_execed(const struct observed *m, const struct procfs_stat *stat)
{
    if (!m->execed)
        return !stat->forked;
    return m->image != 0 && stat->image != 0 && m->image != stat->image;
}

/* Looks what it runs. While an execve is under way there is nothing to be read, and the next look
 * finds it. */
static void program_look(struct observer *o, struct real_world *r, uint16_t actor,
                         const struct procfs_stat *seen)
{
    struct observed *m = &o->member[actor];
    struct procfs_stat stat = *seen;
    char *argv;

    if (!has_execed(m, &stat))
        return;
    argv = argv_read(r->process[actor].pid);
    /* The kernel gives it its name before its arguments, which a dead one has no more. */
    if (!procfs_stat(r->process[actor].pid, &stat) || !has_execed(m, &stat) ||
        (argv == NULL && !procfs_state_dead(stat.state))) {
        free(argv);
        return;
    }
    m->execed = true;
    m->image = stat.image;
    name_set(r, actor, stat.name, argv);
    process_execed(r, actor);
}

void observer_becomes(struct real_world *r, uint16_t actor, const char *name, const char *argv)
{
    struct procfs_stat stat;

    if (name != NULL)
        name_set(r, actor, name, strdup(argv));
    else if (procfs_stat(r->process[actor].pid, &stat))
        name_set(r, actor, stat.name, argv_read(r->process[actor].pid));
}

/* ---- Births ---- */

/* Each member is an open file. The subject has the limit that was there when it began. */
static bool files_raise(struct real_world *r)
{
    struct rlimit limit;

    if (errno != EMFILE || getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= limit.rlim_max)
        return false;
    if (r->files_before == 0)
        r->files_before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max / 2 < limit.rlim_cur ? limit.rlim_max : 2 * limit.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

void observer_files_restore(const struct real_world *r)
{
    struct rlimit limit;

    if (r->files_before == 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = r->files_before;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static uint16_t member_add(struct observer *o, struct real_world *r, pid_t pid,
                           const struct procfs_stat *stat, unsigned level);

/* The member below which it is put; *known: that is its parent. ACTOR_NONE: the parent has no place
 * itself. */
static uint16_t parent_see(struct observer *o, struct real_world *r, pid_t parent, unsigned level,
                           bool *known)
{
    struct procfs_stat stat;

    /* It has lost its parent. The first process of all is above it in any case. */
    if (parent == r->guard.pid || parent == r->anchor || parent <= 1)
        return ACTOR_ROOT;
    uint16_t actor = observer_find(o, r, parent);
    if (actor == ACTOR_NONE && level < TREE_DEPTH_MAX && procfs_stat(parent, &stat))
        actor = member_add(o, r, parent, &stat, level + 1);
    *known = actor != ACTOR_NONE;
    return actor;
}

/* Somebody whom nobody has seen before. */
static uint16_t member_add(struct observer *o, struct real_world *r, pid_t pid,
                           const struct procfs_stat *stat, unsigned level)
{
    struct who who = {.kind = WHO_PROCESS};
    struct procfs_stat now;
    bool known = false;

    who.parent = parent_see(o, r, stat->parent, level, &known);
    who.orphan = !known;
    who_name(&who, stat->name);
    int pidfd = pidfd_of(pid);
    if (pidfd < 0 && files_raise(r))
        pidfd = pidfd_of(pid);
    /* It is the same one as before when it has begun at the same time. */
    bool same = pidfd >= 0 && procfs_stat(pid, &now) && now.start == stat->start;
    uint16_t actor = same && who.parent != ACTOR_NONE ? cast_add(r->cast, &who) : ACTOR_NONE;
    if (actor == ACTOR_NONE) {
        if (pidfd >= 0)
            (void)close(pidfd);
        return ACTOR_NONE;
    }
    o->member[actor] = (struct observed){.image = now.image};
    process_register(r, actor, pid, pidfd);
    index_add(o, actor, pid);
    name_set(r, actor, now.name, argv_read(pid));
    program_look(o, r, actor, &now);
    return actor;
}

/* ---- More than there is room for ---- */

/* Births leave some room, as long as the command runs. */
static bool has_room(const struct real_world *r)
{
    unsigned spare = r->cast->room / OBSERVER_SPARE_RATIO;

    return r->cast->count + (r->phase == REAL_RUN ? spare : 0) < r->cast->room;
}

/* Where it is remembered, or may be. */
static struct nameless *nameless_find(struct observer *o, pid_t pid)
{
    struct nameless *free_one = NULL;

    for (unsigned i = 0; i < PROBES_MAX; i++) {
        struct nameless *n = &o->nameless[((unsigned)pid + i) & (OBSERVER_NAMELESS_MAX - 1)];
        bool there = n->walk != 0 && n->walk + 1 >= o->walks;
        if (there && n->pid == pid)
            return n;
        if (!there && free_one == NULL)
            free_one = n;
    }
    if (free_one == NULL)
        free_one = &o->nameless[(unsigned)pid & (OBSERVER_NAMELESS_MAX - 1)];
    *free_one = (struct nameless){.pid = pid};
    return free_one;
}

static struct nameless *nameless_count(struct observer *o, struct real_world *r, pid_t pid)
{
    struct nameless *n = nameless_find(o, pid);

    if (n->walk == 0) {
        real_record(r, (struct trace_record){.point = POINT_PROC_SPAWNED,
                                             .actor = ACTOR_NONE,
                                             .peer = ACTOR_NONE,
                                             .value = pid});
        r->activity++;
    }
    n->walk = o->walks;
    return n;
}

void observer_count(struct observer *o, struct real_world *r, pid_t pid)
{
    (void)nameless_count(o, r, pid);
}

/* It is counted, once; when it stays dead it is worth a name. */
static void nameless_see(struct observer *o, struct real_world *r, pid_t pid)
{
    struct nameless *n = nameless_count(o, r, pid);
    size_t place = (size_t)(n - o->nameless);
    struct procfs_stat stat;

    if ((place - o->turn) % OBSERVER_NAMELESS_MAX >= TURN_MAX || !procfs_stat(pid, &stat))
        return;
    bool stays = n->dead;
    n->dead = procfs_state_dead(stat.state) && stat.parent != r->guard.pid;
    if (stays && n->dead)
        (void)member_add(o, r, pid, &stat, 0);
}

/* ---- Walks ---- */

/* The member of that number. One of the past is recorded as reaped first, where that can be. */
static uint16_t member_find(const struct observer *o, struct real_world *r, pid_t pid)
{
    uint16_t actor = observer_find(o, r, pid);

    if (actor == ACTOR_NONE || !pidfd_is_reaped(r->process[actor].pidfd))
        return actor;
    processes_drain(r);
    processes_look(r);
    return observer_find(o, r, pid);
}

uint16_t observer_see(struct observer *o, struct real_world *r, pid_t pid,
                      const struct procfs_stat *stat)
{
    uint16_t actor = member_find(o, r, pid);

    if (actor != ACTOR_NONE)
        program_look(o, r, actor, stat);
    else if (has_room(r))
        actor = member_add(o, r, pid, stat, 0);
    return actor;
}

/* Of a walk: asks about each as often as it is worth. */
static void pid_see(struct observer *o, struct real_world *r, pid_t pid)
{
    uint16_t actor = member_find(o, r, pid);
    struct procfs_stat stat;

    if (actor == ACTOR_NONE && !has_room(r)) {
        nameless_see(o, r, pid);
    } else if (actor == ACTOR_NONE) {
        if (procfs_stat(pid, &stat) && member_add(o, r, pid, &stat, 0) == ACTOR_NONE)
            nameless_see(o, r, pid);
    } else if (r->process[actor].state != PROCESS_ZOMBIE) {
        struct observed *m = &o->member[actor];
        bool old = m->asked == ASKED_MAX;
        m->asked = (uint8_t)(m->asked + !old);
        if (old && (size_t)(actor - o->turn) % CAST_COMMAND_ROOM >= TURN_MAX)
            return;
        if (procfs_stat(pid, &stat))
            program_look(o, r, actor, &stat);
    }
}

void observer_walk(struct observer *o, struct real_world *r)
{
    pid_t pid[JOB_PROCESSES_MAX];
    int count = procfs_children_of_all(r->guard.pid, pid, JOB_PROCESSES_MAX);

    o->walks++;
    o->turn = (uint16_t)(o->turn + TURN_MAX);
    for (int i = 0; i < count && i < JOB_PROCESSES_MAX; i++) {
        if (pid[i] != r->anchor)
            pid_see(o, r, pid[i]);
        int more = procfs_children_of_all(pid[i], pid + count, JOB_PROCESSES_MAX - count);
        count += more > 0 ? more : 0;
        count = count < JOB_PROCESSES_MAX ? count : JOB_PROCESSES_MAX;
    }
    /* Some were dead already. */
    processes_drain(r);
}

int64_t observer_turn(struct observer *o, struct real_world *r)
{
    int64_t begin_ns = loop_now_ns();
    uint64_t activity = r->activity;

    if ((r->phase != REAL_RUN && r->phase != REAL_GRACE) || r->guard.fd < 0)
        return 0;
    if (begin_ns >= o->due_ns || (begin_ns >= o->next_walk_ns && o->activity != activity)) {
        observer_walk(o, r);
        int64_t end_ns = loop_now_ns();
        int64_t rest_ns = WALK_REST * (end_ns - begin_ns);
        rest_ns = rest_ns < WALK_GAP_MAX_NS ? rest_ns : WALK_GAP_MAX_NS;
        o->next_walk_ns = end_ns + rest_ns;
        o->due_ns = end_ns + (rest_ns > OBSERVER_WALK_NS ? rest_ns : OBSERVER_WALK_NS);
        o->activity = activity;
    }
    return o->activity != r->activity ? o->next_walk_ns : o->due_ns;
}

void observer_settle(struct observer *o, struct real_world *r)
{
    uint16_t before = ACTOR_NONE;

    for (unsigned i = 0; i < SETTLE_MAX && r->cast->count != before; i++) {
        before = r->cast->count;
        observer_walk(o, r);
    }
}

/* ---- Left over ---- */

static void left_tell(struct observer *o, struct real_world *r)
{
    for (size_t i = 0; i < o->left.count; i++) {
        uint16_t actor = o->left.process[i].actor;
        real_record(r, (struct trace_record){.point = POINT_PROC_SURVIVED,
                                             .actor = ACTOR_HARNESS,
                                             .peer = actor,
                                             .value = r->process[actor].pid,
                                             .extra = o->left.age_ns / MS,
                                             .request = 1});
    }
    if (o->told_ns == 0)
        end_tell_processes(r);
    o->told_ns = o->left.age_ns;
}

/* One more look at who is alive. */
static void left_look(struct observer *o, struct real_world *r, int64_t now_ns)
{
    struct job_left now = {.last_ns = now_ns};

    observer_walk(o, r);
    for (uint16_t i = ACTOR_ROOT + 1; i < r->cast->count; i++) {
        if (process_lives(&r->process[i]))
            job_left_add(&now, i, pid_waited(r->process[i].pid));
    }
    job_left_look(&o->left, &now);
}

int64_t observer_left(struct observer *o, struct real_world *r)
{
    int64_t begin_ns = loop_now_ns();

    /* What a step waits for is no leftover yet. */
    if (r->phase != REAL_GRACE || !r->ends || r->spare.holds || r->stopping || r->guard.fd < 0)
        return 0;
    if (begin_ns < o->next_look_ns)
        return o->next_look_ns;
    left_look(o, r, begin_ns);
    if (o->left.age_ns > (o->told_ns == 0 ? LEFT_FIRST_NS : 2 * o->told_ns))
        left_tell(o, r);
    int64_t took_ns = loop_now_ns() - begin_ns;
    o->next_look_ns = begin_ns + JOB_LEFT_LOOK_NS + 4 * took_ns;
    return o->next_look_ns;
}

/* ---- In words ---- */

struct lister {
    const struct observer *o;
    struct real_world *r;
};

/* Whose child one is that has lost its parent. */
static bool parent_tell(void *user, pid_t pid, struct job_process *parent)
{
    const struct lister *l = user;
    uint16_t actor = observer_find(l->o, l->r, pid);

    if (actor == ACTOR_NONE || actor == ACTOR_ROOT || l->r->cast->who[actor].orphan)
        return false;
    uint16_t above = l->r->cast->who[actor].parent;
    parent->pid = l->r->process[above].pid;
    (void)snprintf(parent->name, sizeof(parent->name), "%s", l->r->cast->who[above].name);
    return true;
}

void observer_list(struct observer *o, struct real_world *r, struct buf *out)
{
    struct lister lister = {o, r};
    const struct job_list list = {.guard = r->guard.pid,
                                  .anchor = r->anchor,
                                  .root = r->process[ACTOR_ROOT].pid,
                                  .terminal = r->pty != NULL ? pty_device(r->pty) : 0,
                                  .parent = parent_tell,
                                  .user = &lister};

    if (r->guard.fd >= 0)
        (void)job_list(&list, out, NULL);
}
