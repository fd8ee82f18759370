/* describe_state.c: the tree, the lock and the terminal as of a record, in words. */
#include "harness/observe/describe.h"
#include "harness/observe/describe_end.h"
#include "harness/observe/replay.h"

#include <stdlib.h>

static void age_add(const struct replay *r, int64_t since, struct buf *out)
{
    describe_time(r->now_ns - since, out);
    buf_add_text(out, "s");
}

/* What the actor's process does, when it does not run. */
static bool process_add(const struct replay *r, const struct end_story *ends, uint16_t id,
                        struct buf *out)
{
    const struct replay_process *p = &r->actor[id].process;

    if (p->dead || p->zombie_ns != REPLAY_NEVER) {
        end_how_add(ends, id, out);
        end_why_add(ends, r, id, out);
        if (p->zombie_ns != REPLAY_NEVER) {
            buf_add_text(out, ", not reaped for ");
            age_add(r, p->zombie_ns, out);
        }
    } else if (p->closed) {
        buf_add_text(out, "exiting");
    } else {
        return false;
    }
    return true;
}

static void claim_add(const struct replay *r, uint16_t id, struct buf *out)
{
    const struct replay_origin *o = &r->actor[id].origin;

    if (o->active) {
        buf_add_text(out, "at prompt");
    } else if (o->claim == CLAIM_GRANTED) {
        buf_add_text(out, "terminal granted");
    } else if (o->claim == CLAIM_WAIT) {
        buf_add_text(out, "waits for the terminal");
    } else {
        buf_add_text(out, "runs");
    }
}

/* For whom this actor is shielded. */
static void shield_add(const struct replay *r, uint16_t id, struct buf *out)
{
    uint16_t depth = r->actor[id].depth;

    for (unsigned below = id + 1U; below < r->count && replay_is_above(r, id, (uint16_t)below);
         below++) {
        if (r->actor[below].origin.entry[depth].state >= ENTRY_GRANTED)
            buf_addf(out, ", shielded for %s", replay_name(r, (uint16_t)below));
    }
}

/* Children that it has cancelled and that are still there; the first says it for all. */
static void waits_add(const struct replay *r, uint16_t id, struct buf *out)
{
    uint16_t child = id;

    while ((child = cast_next_child(r->cast, id, child)) != ACTOR_NONE) {
        const struct replay_cancel *c = &r->actor[child].cancel;
        if (c->mode == CANCEL_NONE || r->actor[child].process.reaped)
            continue;
        buf_addf(out, ", waits for child %s, cancelled ", replay_name(r, child));
        age_add(r, c->sent_ns, out);
        buf_addf(out, " ago%s%s", c->parked ? ", deadline parked" : "",
                 c->kill ? ", SIGKILL sent" : (c->term ? ", SIGTERM sent" : ""));
        return;
    }
}

static void actor_add(const struct replay *r, const struct end_story *ends, uint16_t id,
                      struct buf *out)
{
    const struct replay_actor *a = &r->actor[id];

    buf_addf(out, "%*s%-*s ", 2 * a->depth, "", a->depth < 10 ? 24 - 2 * a->depth : 1,
             replay_name(r, id));
    if (!process_add(r, ends, id, out)) {
        claim_add(r, id, out);
        shield_add(r, id, out);
        if (a->nursery.cancel_requested || a->nursery.cancelling)
            buf_add_text(out, ", cancelling");
        waits_add(r, id, out);
        if (a->process.orphaned)
            buf_add_text(out, ", orphaned");
        if (a->process.stopped)
            buf_add_text(out, ", stopped");
        if (a->process.held)
            buf_add_text(out, ", held");
    }
    buf_add_text(out, "\n");
}

static void tree_add(const struct replay *r, const struct end_story *ends, struct buf *out)
{
    for (uint16_t id = 0; id < r->count; id++) {
        if (r->actor[id].process.spawned)
            actor_add(r, ends, id, out);
    }
}

/* The waiting actors in the order of the root's queue. */
static void queue_add(const struct replay *r, struct buf *out)
{
    uint64_t rank = 0;
    bool any = false;

    for (;;) {
        uint16_t next = ACTOR_NONE;
        for (uint16_t id = 0; id < r->count; id++) {
            uint64_t at = r->actor[id].origin.queued;
            if (at > rank && (next == ACTOR_NONE || at < r->actor[next].origin.queued))
                next = id;
        }
        if (next == ACTOR_NONE)
            break;
        rank = r->actor[next].origin.queued;
        buf_addf(out, "%s%s", any ? ", " : "", replay_name(r, next));
        any = true;
    }
    if (!any)
        buf_add_text(out, "none");
}

static void lock_add(const struct replay *r, struct buf *out)
{
    buf_add_text(out, "Lock tty   ");
    if (r->lock.state == LOCK_FREE || !replay_knows(r, r->lock.holder)) {
        buf_add_text(out, "free");
    } else {
        const struct replay_actor *holder = &r->actor[r->lock.holder];
        const char *state = holder->process.dead    ? "dead"
                            : holder->origin.active ? "at prompt"
                                                    : "not at prompt";
        buf_addf(out, "%s %s (%s)", r->lock.state == LOCK_HELD ? "holder" : "lost holder",
                 replay_name(r, r->lock.holder), state);
    }
    buf_add_text(out, "   queue: ");
    queue_add(r, out);
    buf_add_text(out, "   last change t=");
    describe_time(r->lock.since_ns, out);
    buf_add_text(out, "s\n");
}

static void terminal_add(const struct replay *r, struct buf *out)
{
    buf_add_text(out, "Terminal   modes ");
    if (!r->modes_known) {
        buf_add_text(out, "not seen");
    } else {
        buf_add_text(out, r->modes_saved ? "as saved" : "changed");
    }
    for (size_t i = 0; i < r->active_count; i++)
        buf_addf(out, "%s%s", i == 0 ? "   in use by " : ", ", replay_name(r, r->active[i]));
    buf_add_text(out, "\n");
}

int observe_state_text(const struct observation *o, size_t index, const struct state_text *out,
                       struct diag *diag)
{
    struct replay *r = kept_take(o->kept, replay_bytes(o->cast));
    struct end_story *ends = end_story_new(o->cast->count);

    if (r == NULL || ends == NULL) {
        free(ends);
        kept_give(o->kept, r);
        return diag_set(diag, ERR_NOMEM, "out of memory while describing a trace");
    }
    replay_begin(r, o);
    for (size_t i = 0; i < index && i < o->trace->count; i++) {
        replay_reach(r, &o->trace->record[i]);
        replay_take(r, &o->trace->record[i]);
        end_story_take(ends, r, &o->trace->record[i]);
    }
    tree_add(r, ends, out->tree);
    lock_add(r, out->lock);
    terminal_add(r, out->terminal);
    free(ends);
    kept_give(o->kept, r);
    return 0;
}
