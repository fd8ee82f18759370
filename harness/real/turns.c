/* turns.c: the own time of threads, added up from look to look. */
#include "harness/real/turns.h"

#include "runtime/base/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ROOM = 64 };

/* A thread, and, where it is its own `unit`, what it and all that it has started have had. */
struct turn {
    struct turn_sample last;
    uint64_t look;     /* when it was seen last */
    pid_t unit;        /* tid of who has its time */
    bool fresh;        /* was not there in the look before */
    bool same;         /* asleep in both, and has not run in between */
    bool woke;         /* it has run in between */
    int64_t ran_ns;    /* on a processor, between the two */
    int64_t reaped_ns; /* what those have run that it has reaped in between */
    int64_t given_ns;  /* both, since it was seen first */
    int64_t slept_ns;  /* of a sleeper in both; else 0 */

    /* Of a unit. */
    int64_t own_ns;  /* time of its own so far */
    int64_t lent_ns; /* of it, of the dead who were not reaped yet: to be told once more then */
    int64_t left_ns; /* that the wait under way may still count */
    unsigned rests;  /* looks that have found all of it at rest, and unchanged */
    bool changed;    /* somebody has come or gone */
    bool stayed;     /* all of it the same */
    bool stirred;    /* somebody of it has run */
    int64_t nap_ns;  /* the shortest of its sleeps; 0 when somebody of it was awake */
};

void turns_release(struct turns *t)
{
    free(t->turn);
    *t = (struct turns){0};
}

void turns_anew(struct turns *t, int64_t wanted_ns)
{
    t->count = 0;
    t->looks = 0;
    t->at_ns = 0;
    t->before_ns = 0;
    t->wanted_ns = wanted_ns;
}

static struct turn *turn_find(const struct turns *t, pid_t tid)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->turn[i].last.tid == tid)
            return &t->turn[i];
    }
    return NULL;
}

static struct turn *turn_new(struct turns *t)
{
    if (t->count == t->room) {
        size_t room = t->room == 0 ? FIRST_ROOM : 2 * t->room;
        struct turn *grown = realloc(t->turn, room * sizeof(*grown));
        if (grown == NULL) {
            t->failed = true;
            return NULL;
        }
        t->turn = grown;
        t->room = room;
    }
    return &t->turn[t->count++];
}

void turns_begin(struct turns *t, int64_t at_ns)
{
    t->before_ns = t->at_ns;
    t->at_ns = at_ns;
    t->looks++;
}

/* Whose time that of a new one is: its own, in the first look and where nobody of the table has
 * started it. */
static pid_t unit_of_new(const struct turns *t, const struct turn_sample *s)
{
    pid_t starter = s->tid != s->pid ? s->pid : s->parent;
    const struct turn *by = t->looks > 1 && starter != 0 ? turn_find(t, starter) : NULL;

    return by != NULL ? by->unit : s->tid;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void turns_add(struct turns *t, const struct turn_sample *s)
{
    struct turn *turn = turn_find(t, s->tid);
    bool known = turn != NULL && turn->last.pid == s->pid && turn->last.switches <= s->switches &&
                 turn->last.cpu_ns <= s->cpu_ns && turn->last.children_ns <= s->children_ns;

    if (!known) {
        /* A number that is used again is somebody else. */
        pid_t unit = unit_of_new(t, s);
        turn = turn != NULL ? turn : turn_new(t);
        if (turn == NULL)
            return;
        *turn = (struct turn){.last = *s, .look = t->looks, .unit = unit, .fresh = true};
        turn->left_ns = t->wanted_ns / TURN_WAITS;
        return;
    }
    int64_t queued_ns = s->queued_ns - turn->last.queued_ns;
    int64_t slept_ns;
    turn->fresh = false;
    turn->ran_ns = s->cpu_ns - turn->last.cpu_ns;
    turn->reaped_ns = s->children_ns - turn->last.children_ns;
    turn->given_ns += turn->ran_ns + turn->reaped_ns;
    turn->woke = s->switches != turn->last.switches;
    turn->same = s->rests && turn->last.rests && !turn->woke;
    /* Awake in one of them it may have waited for a processor all the time: that is not counted
     * before it is over. */
    slept_ns = t->at_ns - t->before_ns - turn->ran_ns - queued_ns;
    turn->slept_ns = s->rests && turn->last.rests && slept_ns > 0 ? slept_ns : 0;
    turn->last = *s;
    turn->look = t->looks;
}

/* Whoever is gone leaves; what it has started and was its own to count counts for itself now. */
static void gone_leave(struct turns *t)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct turn *turn = &t->turn[i];
        struct turn *unit = turn->look != t->looks ? turn_find(t, turn->unit) : NULL;
        if (unit == NULL)
            continue;
        unit->changed = true;
        unit->lent_ns += turn->last.tid == turn->last.pid ? turn->given_ns : 0;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (t->turn[i].look == t->looks)
            t->turn[kept++] = t->turn[i];
    }
    t->count = kept;
    for (size_t i = 0; i < t->count; i++) {
        struct turn *turn = &t->turn[i];
        if (turn->unit != turn->last.tid && turn_find(t, turn->unit) == NULL) {
            turn->unit = turn->last.tid;
            turn->fresh = true;
        }
    }
}

/* What this look adds to one of the unit's. */
static void unit_add(struct turn *unit, const struct turn *turn)
{
    unit->changed = unit->changed || turn->fresh;
    unit->stayed = unit->stayed && turn->same;
    unit->stirred = unit->stirred || turn->woke;
    unit->nap_ns = least(unit->nap_ns, turn->slept_ns);
    if (turn->fresh)
        return;
    int64_t told_ns = least(unit->lent_ns, turn->reaped_ns);
    unit->lent_ns -= told_ns;
    unit->own_ns += turn->ran_ns + turn->reaped_ns - told_ns;
}

void turns_end(struct turns *t)
{
    gone_leave(t);
    for (size_t i = 0; i < t->count; i++) {
        struct turn *unit = &t->turn[i];
        unit->stayed = true;
        unit->stirred = false;
        unit->nap_ns = INT64_MAX;
    }
    for (size_t i = 0; i < t->count; i++) {
        struct turn *unit = turn_find(t, t->turn[i].unit);
        CHECK(unit != NULL);
        unit_add(unit, &t->turn[i]);
    }
    for (size_t i = 0; i < t->count; i++) {
        struct turn *unit = &t->turn[i];
        if (unit->unit != unit->last.tid)
            continue;
        if (unit->stirred || unit->changed)
            unit->left_ns = t->wanted_ns / TURN_WAITS;
        if (!unit->changed) {
            int64_t nap_ns = least(unit->nap_ns, unit->left_ns);
            unit->left_ns -= nap_ns;
            unit->own_ns += nap_ns;
        }
        unit->rests = unit->stayed && !unit->changed ? unit->rests + 1 : 0;
        unit->changed = false;
    }
}

static bool unit_rests(const struct turn *unit)
{
    return unit->rests + 1 >= TURN_LOOKS;
}

bool turns_over(const struct turns *t)
{
    if (t->failed || t->looks < TURN_LOOKS)
        return false;
    for (size_t i = 0; i < t->count; i++) {
        const struct turn *unit = &t->turn[i];
        if (unit->unit == unit->last.tid && !unit_rests(unit) && unit->own_ns < t->wanted_ns)
            return false;
    }
    return true;
}

bool turns_process_over(const struct turns *t, pid_t pid, bool *rests)
{
    bool over = !t->failed;
    bool seen = false;

    *rests = true;
    for (size_t i = 0; i < t->count; i++) {
        const struct turn *unit = &t->turn[i];
        if (unit->last.pid != pid || unit->unit != unit->last.tid)
            continue;
        seen = true;
        *rests = *rests && unit_rests(unit);
        over = over && (unit_rests(unit) || unit->own_ns >= t->wanted_ns);
    }
    *rests = *rests && seen;
    return over && seen;
}

unsigned turns_tell(const struct turns *t, struct buf *out)
{
    pid_t told[TURN_NAMES_MAX];
    unsigned count = 0;
    unsigned more = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct turn *unit = &t->turn[i];
        bool again = unit->unit != unit->last.tid || unit_rests(unit);
        for (unsigned k = 0; k < count; k++)
            again = again || told[k] == unit->last.pid;
        if (again)
            continue;
        if (count == TURN_NAMES_MAX) {
            more++;
            continue;
        }
        told[count++] = unit->last.pid;
        buf_addf(out, "%s%s (%d)", count > 1 ? ", " : "", unit->last.name, (int)unit->last.pid);
    }
    if (more > 0)
        buf_addf(out, " and %u more", more);
    return count + more;
}

/* ---- /proc ---- */

static int64_t ticks_ns(uint64_t ticks)
{
    return (int64_t)(ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK)));
}

void turns_read(struct turns *t, const struct turn_process *p, pid_t tid,
                const struct ready_status *status)
{
    struct turn_sample s = {.tid = tid,
                            .pid = p->pid,
                            .parent = p->parent,
                            .rests = ready_rests(status),
                            .switches = status->switches};
    char text[128];
    char *end;

    (void)memcpy(s.name, p->stat->name, sizeof(s.name));
    if (procfs_read(tid, "schedstat", text, sizeof(text)) > 0) {
        s.cpu_ns = strtoll(text, &end, 10);
        s.queued_ns = strtoll(end, NULL, 10);
    } else if (tid == p->pid) {
        s.cpu_ns = ticks_ns(p->stat->ticks);
    }
    if (tid == p->pid)
        s.children_ns = ticks_ns(p->stat->children_ticks);
    turns_add(t, &s);
}

void turns_add_process(struct turns *t, pid_t pid)
{
    struct procfs_stat stat;
    const struct turn_process process = {.pid = pid, .stat = &stat};
    struct ready_status s;
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = procfs_stat(pid, &stat) ? opendir(path) : NULL;
    if (tasks == NULL)
        return; /* it has died */
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        pid_t tid = procfs_number(entry->d_name);
        if (ready_read(tid, &s, NULL) >= 0 && !procfs_state_dead(s.state))
            turns_read(t, &process, tid, &s);
    }
    (void)closedir(tasks);
}
