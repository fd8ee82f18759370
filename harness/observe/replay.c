/* replay.c: walking a trace, and questions about the state at a record. */
#include "harness/observe/replay.h"

#include "harness/observe/describe.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

size_t replay_bytes(const struct tree *tree)
{
    CHECK(tree->count >= 1 && tree->count <= TREE_ACTORS_MAX);
    return sizeof(struct replay) + tree->count * sizeof(struct replay_actor);
}

static void actor_reset(struct replay *r, uint16_t id)
{
    struct replay_actor *a = &r->actor[id];
    const struct tree_node *node = &r->tree->node[id];

    memset(a, 0, sizeof(*a));
    if (node->parent < id)
        a->depth = (uint16_t)(r->actor[node->parent].depth + 1);
    CHECK(a->depth < TREE_DEPTH_MAX);
    a->process.zombie_ns = REPLAY_NEVER;
    a->origin.ended_ns = REPLAY_NEVER;
    a->cancel.received_ns = REPLAY_NEVER;
    a->cancel.silent_ns = REPLAY_NEVER;
}

void replay_begin(struct replay *r, const struct observation *o)
{
    memset(r, 0, sizeof(*r));
    r->tree = o->tree;
    r->engine = o->engine;
    r->deadline_zero_ns = o->deadline_zero_ns;
    r->count = (uint16_t)o->tree->count;
    r->lock.holder = ACTOR_NONE;
    for (uint16_t id = 0; id < r->count; id++)
        actor_reset(r, id);
}

void replay_reach(struct replay *r, const struct trace_record *rec)
{
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
    return r->tree->node[actor].parent;
}

bool replay_is_above(const struct replay *r, uint16_t above, uint16_t below)
{
    return above < below && below - above <= r->tree->node[above].below;
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
    const struct tree_node *n = &r->tree->node[rec->actor];
    bool told_to = n->exit_how == EXIT_SIGNAL && n->exit_value == SIGINT;
    /* The root's escape from a busy loop. */
    bool escapes = rec->actor == ACTOR_ROOT && n->role == ROLE_SPINNER;
    return !r->actor[rec->actor].process.closed && !told_to && !escapes;
}

bool replay_is_blocked(const struct replay *r, uint16_t actor)
{
    const struct replay_process *p = &r->actor[actor].process;

    return p->held || p->stopped || r->tree->node[actor].role == ROLE_SPINNER;
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
    unsigned last = child + r->tree->node[child].below;
    bool aborted = r->actor[child].cancel.mode == CANCEL_ABORT;

    if (r->entries == 0)
        return false;
    for (unsigned id = child; id <= last && id < r->count; id++) {
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
    return describe_actor(r->tree, actor);
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
