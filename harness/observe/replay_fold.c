/* replay_fold.c: what one record changes in what is known.
 *
 * Each function below takes the records of one speaker: the harness, the observer, an actor about
 * itself, a parent about its child, an ancestor or the root about an origin. */
#include "harness/observe/replay.h"
#include "runtime/base/status.h"

#include <signal.h>

void replay_actor_dies(struct replay *r, uint16_t id)
{
    struct replay_actor *a = &r->actor[id];

    if (a->process.dead)
        return;
    a->process.dead = true;
    a->process.dead_ns = r->now_ns;
    if (a->process.delayed)
        a->process.resume_ns = r->now_ns; /* its death is the news now */
    r->deaths++;
    if (a->cancel.mode != CANCEL_NONE)
        r->cancels--;
    a->origin.baton = false;
    a->origin.unreleased = false;
    replay_active_remove(r, id);
    replay_claim_end(r, id);
}

static void process_resumes(struct replay *r, struct replay_process *p)
{
    p->stopped = false;
    p->resume_ns = r->now_ns;
}

/* A signal of the harness to an actor's process. */
static void signal_lands(struct replay *r, uint16_t id, int64_t number)
{
    struct replay_process *p = &r->actor[id].process;

    if (number == SIGKILL || signal_is_crash(number)) {
        p->killed = true;
        p->faulted = true;
    } else if (number == SIGSTOP) {
        p->stopped = true;
        p->faulted = true;
    } else if (number == SIGCONT) {
        process_resumes(r, p);
    }
}

static void link_ends(struct replay *r, uint16_t child)
{
    struct replay_process *p = &r->actor[child].process;

    if (!p->cut)
        p->cut_ns = r->now_ns;
    p->cut = true;
    /* That nothing came is known now. */
    if (p->delayed)
        p->resume_ns = r->now_ns;
    p->delayed = false;
}

/* Records of the harness about one actor, which stands in `peer`. */
static void fold_harness(struct replay *r, const struct trace_record *rec)
{
    struct replay_process *p = &r->actor[rec->peer].process;
    unsigned traits = rec->point == POINT_LINK_HARMED ? link_harm_traits(rec->value) : 0;

    switch (rec->point) {
    case POINT_SIGNAL_SENT:
        signal_lands(r, rec->peer, rec->value);
        break;
    case POINT_FAULT_DONE:
        signal_lands(r, rec->peer, rec->extra);
        break;
    case POINT_LINK_HARMED:
        if ((traits & HARM_LOSES) != 0 && rec->extra != SIDE_DOWN)
            p->muted = true;
        if ((traits & (HARM_DELAYS | HARM_DROPS)) != 0) {
            p->delayed = !p->cut;
        } else if ((traits & HARM_RESUMES) != 0) {
            p->delayed = false;
            p->resume_ns = r->now_ns;
        }
        break;
    case POINT_HOLD_BEGIN:
        p->held = true;
        break;
    case POINT_HOLD_END:
        p->held = false;
        p->resume_ns = r->now_ns;
        break;
    default:
        break;
    }
}

static void zombie_ends(struct replay *r, uint16_t id)
{
    if (r->actor[id].process.zombie_ns == REPLAY_NEVER)
        return;
    r->actor[id].process.zombie_ns = REPLAY_NEVER;
    r->zombies--;
}

/* What the observer and the actor itself say about the actor's process. */
static void fold_process(struct replay *r, const struct trace_record *rec)
{
    struct replay_process *p = &r->actor[rec->actor].process;

    switch (rec->point) {
    case POINT_PROC_SPAWNED:
        p->orphan = rec->peer == ACTOR_NONE && r->cast->who[ACTOR_ROOT].kind == WHO_PROCESS;
        return;
    case POINT_PROC_EXITED:
        replay_actor_dies(r, rec->actor);
        if (!p->reaped && p->zombie_ns == REPLAY_NEVER) {
            p->zombie_ns = r->now_ns;
            r->zombies++;
        }
        return;
    case POINT_PROC_REAPED:
        replay_actor_dies(r, rec->actor);
        zombie_ends(r, rec->actor);
        return;
    case POINT_PROC_STOPPED:
    case POINT_SIG_STOP:
        p->stopped = true;
        return;
    case POINT_SIG_FROZEN:
        p->stopped = true;
        p->faulted = true;
        p->frozen_ns = r->now_ns + (r->engine == ENGINE_SIM ? CORE_FROZEN_NS : 0);
        return;
    case POINT_PROC_CONTINUED:
    case POINT_SIG_CONT:
        process_resumes(r, p);
        return;
    case POINT_EXIT_CLOSED:
        p->closed = true;
        replay_claim_end(r, rec->actor);
        return;
    case POINT_ORPHAN_NOTICED:
        p->orphaned = true;
        return;
    default:
        return;
    }
}

/* True when the parent has no ACTIVE entry at or below the child: exception E1 of the design. */
static bool prompt_is_unknown(const struct replay *r, uint16_t parent, uint16_t child)
{
    uint16_t depth = r->actor[parent].depth;

    for (uint16_t id = child; id != ACTOR_NONE; id = cast_next_below(r->cast, child, id)) {
        if (r->actor[id].origin.entry[depth].state == ENTRY_ACTIVE)
            return false;
    }
    return true;
}

/* What a parent says about its child, which stands in `peer`. */
static void fold_child(struct replay *r, const struct trace_record *rec)
{
    struct replay_actor *c = &r->actor[rec->peer];

    switch (rec->point) {
    case POINT_SPAWN_BEFORE_FORK:
        c->nursery.spawning_late = r->actor[rec->actor].nursery.cancelling;
        break;
    case POINT_SPAWN_AFTER_FORK:
        c->process.spawned = rec->value > 0;
        c->process.pid = rec->value > 0 ? rec->value : 0;
        break;
    case POINT_NURSERY_CHILD_LIVE:
        c->process.live = true;
        break;
    case POINT_EXIT_STATUS_READY:
    case POINT_EXIT_BEFORE_REAP:
        replay_actor_dies(r, rec->peer);
        break;
    case POINT_EXIT_REAPED:
        replay_actor_dies(r, rec->peer);
        c->process.reaped = true;
        zombie_ends(r, rec->peer);
        break;
    case POINT_LINK_EOF_SEEN:
        link_ends(r, rec->peer);
        c->cancel.silent_ns = r->now_ns;
        break;
    case POINT_LINK_BEFORE_RECV + FRAME_RESULT:
        c->process.given_up = false;
        c->nursery.silent = false;
        c->cancel.silent_ns = r->now_ns;
        break;
    case POINT_LINK_BROKEN:
        c->nursery.broken = true;
        link_ends(r, rec->peer);
        break;
    case POINT_HEARTBEAT_MISSED:
        c->nursery.silent = true;
        c->process.given_up = prompt_is_unknown(r, rec->actor, rec->peer);
        break;
    default:
        if (rec->point >= POINT_LINK_BEFORE_RECV) {
            c->process.given_up = false;
            c->nursery.silent = false;
        }
        break;
    }
}

/* The root kills what it has adopted, and knows that by its number only. */
static void adopted_is_killed(struct replay *r, const struct trace_record *rec)
{
    for (uint16_t id = 0; id < r->count; id++) {
        struct replay_process *p = &r->actor[id].process;
        /* A dead process may have had the number before. */
        if (p->pid == rec->value && !p->dead)
            p->killed = true;
    }
}

static void cancel_is_sent(struct replay *r, const struct trace_record *rec)
{
    struct replay_cancel *c = &r->actor[rec->peer].cancel;
    uint8_t mode = (uint8_t)(rec->extra & 0xFF);

    if (c->mode == CANCEL_NONE && !r->actor[rec->peer].process.dead)
        r->cancels++;
    c->mode = mode > c->mode ? mode : c->mode;
    c->cause = (uint8_t)((rec->extra >> 8) & 0xFF);
    c->request = rec->request;
    c->sent_ns = r->now_ns;
    c->deadline_ns = rec->value;
    c->received_ns = REPLAY_NEVER;
    c->acked = false;
    c->parked = false;
    c->unparked = false;
}

/* The cancel of a child as its parent reports it. */
static void fold_cancel(struct replay *r, const struct trace_record *rec)
{
    struct replay_cancel *c = &r->actor[rec->peer].cancel;

    switch (rec->point) {
    case POINT_CANCEL_SENT:
        cancel_is_sent(r, rec);
        break;
    case POINT_CANCEL_ACKED:
        c->acked = true;
        break;
    case POINT_CANCEL_PARKED:
        c->parked = true;
        break;
    case POINT_CANCEL_UNPARKED:
        c->parked = false;
        c->unparked = true;
        c->unparked_ns = rec->at_ns;
        c->grace_ns = rec->extra;
        break;
    case POINT_CANCEL_CLOSE_SENT:
        c->closed = true;
        break;
    case POINT_CANCEL_ACK_TIMEOUT:
    case POINT_CANCEL_DEADLINE:
        c->unparked = false;
        break;
    case POINT_CANCEL_TERM_SENT:
        c->unparked = false;
        c->term = true;
        c->term_ns = rec->at_ns;
        break;
    case POINT_CANCEL_KILL_SENT:
        /* Nothing runs on after SIGKILL, however late the news of the death. */
        c->kill = true;
        r->actor[rec->peer].process.killed = true;
        break;
    default:
        break;
    }
}

static void outcome_is_known(struct replay *r, const struct trace_record *rec)
{
    struct replay_nursery *child = &r->actor[rec->peer].nursery;
    struct replay_nursery *parent = &r->actor[rec->actor].nursery;

    if (child->outcomes++ > 0)
        return;
    child->outcome = (uint8_t)rec->value;
    child->asked = r->actor[rec->peer].cancel.mode != CANCEL_NONE;
    child->foreign = rec->value == ERROR_CANCELLED && !child->asked && !child->first_error &&
                     !parent->cancelling && !parent->cancel_requested && !parent->saw_error;
}

/* An actor about its own life and nurseries. */
static void fold_self(struct replay *r, const struct trace_record *rec)
{
    struct replay_actor *a = &r->actor[rec->actor];

    switch (rec->point) {
    case POINT_NURSERY_OUTCOME:
        if (replay_knows(r, rec->peer))
            outcome_is_known(r, rec);
        break;
    case POINT_NURSERY_FIRST_ERROR:
        a->nursery.saw_error = true;
        if (replay_knows(r, rec->peer))
            r->actor[rec->peer].nursery.first_error = true;
        break;
    case POINT_NURSERY_CANCEL_FANOUT:
        if (rec->value == 0)
            a->nursery.cancelling = true;
        break;
    case POINT_CANCEL_REQUESTED:
        a->nursery.cancel_requested = true;
        a->cancel.own_deadline = rec->extra;
        break;
    case POINT_CANCEL_RECEIVED:
        a->cancel.received_ns = r->now_ns;
        a->cancel.ack_sent = false;
        break;
    case POINT_LINK_BEFORE_SEND + FRAME_ACK:
        a->cancel.ack_sent = true;
        break;
    case POINT_EXIT_BEFORE_RESULT:
        a->nursery.resulted = true;
        a->nursery.result = (uint8_t)rec->value;
        break;
    case POINT_LINK_EOF_SEEN:
    case POINT_LINK_BROKEN:
        if (rec->peer == replay_parent(r, rec->actor))
            link_ends(r, rec->actor);
        break;
    case POINT_SIG_HANDLED:
        if (rec->actor == ACTOR_ROOT && (rec->extra == SIG_KILL || rec->extra == SIG_DIE))
            r->root_insists = true;
        break;
    default:
        break;
    }
}

void replay_apply(struct replay *r, const struct trace_record *rec)
{
    bool peer = replay_knows(r, rec->peer);

    if (rec->point == POINT_TTY_MODES && !r->hung_up) {
        r->modes_known = true;
        r->modes_saved = rec->value == 1;
    } else if (rec->point == POINT_TTY_HUNG_UP) {
        r->modes_known = false; /* it is gone, and its modes with it */
        r->hung_up = true;
    }
    if (peer)
        fold_harness(r, rec);
    if (!replay_knows(r, rec->actor))
        return;
    if (rec->point != POINT_PROC_SURVIVED && rec->point != POINT_BATON_SEEN) {
        r->actor[rec->actor].process.spawned = true;
        if (rec->point < POINT_PROC_SPAWNED || rec->point >= POINT_LINK_BEFORE_SEND)
            replay_effects_are_over(r, &r->actor[rec->actor].origin);
        if (rec->point >= POINT_LINK_BEFORE_SEND && rec->point < POINT_LINK_BEFORE_RECV)
            r->actor[rec->actor].nursery.links = true;
    }
    fold_process(r, rec);
    fold_self(r, rec);
    replay_fold_origin(r, rec);
    if (rec->actor == ACTOR_ROOT) {
        if (rec->point == POINT_ORPHAN_KILLED)
            adopted_is_killed(r, rec);
        if (rec->point == POINT_DBG_FREE)
            replay_lock_is_free(r);
    }
    if (!peer)
        return;
    replay_fold_hop(r, rec);
    if (rec->actor == ACTOR_ROOT)
        replay_fold_root(r, rec);
    if (replay_parent(r, rec->peer) == rec->actor) {
        fold_child(r, rec);
        fold_cancel(r, rec);
    }
}
