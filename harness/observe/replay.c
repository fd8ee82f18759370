/* replay.c: walking a trace, and questions about the state at a record. */
#include "harness/observe/replay.h"

#include "harness/observe/describe.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

size_t replay_bytes(const struct cast *cast)
{
    CHECK(cast->count >= 1);
    return sizeof(struct replay) + cast->room * sizeof(struct replay_actor);
}

static void actor_reset(struct replay *r, uint16_t id)
{
    struct replay_actor *a = &r->actor[id];

    memset(a, 0, sizeof(*a));
    a->depth = r->cast->who[id].depth;
    a->process.zombie_ns = REPLAY_NEVER;
    a->origin.ended_ns = REPLAY_NEVER;
    a->cancel.received_ns = REPLAY_NEVER;
    a->cancel.silent_ns = REPLAY_NEVER;
}

/* The cast may have grown. */
static void actors_add(struct replay *r)
{
    while (r->count < r->cast->count)
        actor_reset(r, r->count++);
}

void replay_begin(struct replay *r, const struct observation *o)
{
    memset(r, 0, sizeof(*r));
    r->cast = o->cast;
    r->engine = o->engine;
    r->deadline_zero_ns = o->deadline_zero_ns;
    r->typed = o->typed;
    r->lock.holder = ACTOR_NONE;
    actors_add(r);
}

void replay_reach(struct replay *r, const struct trace_record *rec)
{
    actors_add(r);
    /* Time passes before the record changes anything; reports may be late, time goes forward. */
    if (rec->at_ns > r->now_ns)
        r->now_ns = rec->at_ns;
    if (rec->point == POINT_RUN_STOPPED && rec->value != 0)
        r->forced = true;
}

void replay_take(struct replay *r, const struct trace_record *rec)
{
    replay_apply(r, rec);
    r->index++;
}

bool replay_time_moved(const struct replay *r, int64_t *tick)
{
    if (*tick == r->now_ns + 1)
        return false;
    *tick = r->now_ns + 1;
    return true;
}

bool replay_knows(const struct replay *r, uint16_t actor)
{
    return actor < r->count;
}

uint16_t replay_parent(const struct replay *r, uint16_t actor)
{
    return r->cast->who[actor].parent;
}

bool replay_is_above(const struct replay *r, uint16_t above, uint16_t below)
{
    return cast_is_above(r->cast, above, below);
}

bool replay_is_live(const struct replay *r, uint16_t actor)
{
    const struct replay_process *p = &r->actor[actor].process;

    return !p->dead && !p->killed && !p->closed;
}

bool replay_path_is_live(const struct replay *r, uint16_t actor)
{
    for (uint16_t id = actor; id != ACTOR_NONE; id = replay_parent(r, id)) {
        const struct replay_process *p = &r->actor[id].process;
        if (!replay_is_live(r, id) || p->cut || p->orphaned || p->given_up)
            return false;
    }
    return true;
}

bool replay_dies_by_interrupt(const struct replay *r, const struct trace_record *rec)
{
    if ((rec->point != POINT_PROC_EXITED && rec->point != POINT_PROC_REAPED) || rec->value < 0 ||
        (rec->value & 0x7f) != SIGINT || !replay_knows(r, rec->actor))
        return false;
    const struct who *who = &r->cast->who[rec->actor];
    /* The root's escape from a busy loop. */
    bool escapes = rec->actor == ACTOR_ROOT && who->spins;
    return !r->actor[rec->actor].process.closed && who->dies_by != SIGINT && !escapes;
}

bool replay_is_blocked(const struct replay *r, uint16_t actor)
{
    const struct replay_process *p = &r->actor[actor].process;

    return p->held || p->stopped || r->cast->who[actor].spins;
}

bool replay_is_halted(const struct replay *r, uint16_t actor)
{
    const struct replay_process *p = &r->actor[actor].process;
    bool own = r->cast->who[ACTOR_ROOT].kind == WHO_ACTOR;

    return p->held || (p->stopped && (own || p->faulted));
}

bool replay_way_is_blocked(const struct replay *r, uint16_t above, uint16_t below)
{
    for (uint16_t id = below;; id = replay_parent(r, id)) {
        const struct replay_process *p = &r->actor[id].process;
        if (!p->dead && (replay_is_blocked(r, id) || (p->delayed && id != above)))
            return true;
        if (id == above || id == ACTOR_ROOT)
            return false;
    }
}

int64_t replay_way_since(const struct replay *r, uint16_t above, uint16_t below, int64_t since)
{
    for (uint16_t id = below;; id = replay_parent(r, id)) {
        if (r->actor[id].process.resume_ns > since)
            since = r->actor[id].process.resume_ns;
        if (id == above || id == ACTOR_ROOT)
            return since;
    }
}

bool replay_parks(const struct replay *r, uint16_t parent, uint16_t child)
{
    uint16_t depth = r->actor[parent].depth;
    bool aborted = r->actor[child].cancel.mode == CANCEL_ABORT;

    if (r->entries == 0)
        return false;
    for (uint16_t id = child; id != ACTOR_NONE; id = cast_next_below(r->cast, child, id)) {
        const struct replay_entry *e = &r->actor[id].origin.entry[depth];
        if (e->state >= ENTRY_GRANTED || (e->state == ENTRY_WAIT && e->shield && !aborted))
            return true;
    }
    return false;
}

bool replay_report_is_late(const struct replay *r, uint16_t actor, int64_t at_ns)
{
    int64_t resume_ns = r->actor[actor].process.resume_ns;

    return resume_ns != 0 && resume_ns + 250 * MS_NS >= at_ns;
}

int64_t replay_deadline(const struct replay *r, int64_t deadline)
{
    return deadline - r->deadline_zero_ns;
}

unsigned replay_fault_cause(const struct replay *r, uint16_t actor)
{
    return replay_knows(r, actor) && r->actor[actor].process.faulted ? CAUSE_FAULT : CAUSE_NONE;
}

const char *replay_name(const struct replay *r, uint16_t actor)
{
    return describe_actor(r->cast, actor);
}

bool replay_violation(const struct replay *r, struct violation *out, uint16_t actor, unsigned cause,
                      const char *format, ...)
{
    va_list args;

    out->index = r->index;
    out->actor = actor;
    out->cause = (uint8_t)(cause < CAUSES ? cause : CAUSE_NONE);
    va_start(args, format);
    (void)vsnprintf(out->text, sizeof(out->text), format, args);
    va_end(args);
    return true;
}
