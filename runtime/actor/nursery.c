/* nursery.c: scopes of children, and the life of the actor itself: it ends when its own code is
 * done, every child is reaped, and nobody it is responsible for is at a prompt. */
#include "runtime/actor/parts.h"

#include <string.h>

static bool nursery_has_children(const struct core *c, unsigned number)
{
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state != CHILD_FREE && c->child[i].nursery == number)
            return true;
    }
    return false;
}

static bool self_has_children(const struct core *c)
{
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (c->child[i].state != CHILD_FREE)
            return true;
    }
    return false;
}

/* ---- nurseries ---- */

void nursery_open(struct step *s, unsigned number, int64_t deadline_ns, bool collect)
{
    struct core_nursery *n = &s->c->nursery[number];

    memset(n, 0, sizeof(*n));
    nursery_move(n, NURSERY_OPEN);
    n->collect = collect;
    point(s, POINT_NURSERY_OPEN, ACTOR_NONE, 0, number, 0);
    if (deadline_ns > 0) {
        n->deadline_ns = s->now + deadline_ns;
        timer_set(s, TIMER_NURSERY + number, n->deadline_ns);
    }
}

static void nursery_cancel(struct step *s, unsigned number, enum cancel_mode mode, enum cause cause,
                           int64_t deadline_ns)
{
    struct core_nursery *n = &s->c->nursery[number];

    if (n->state == NURSERY_NONE || n->state == NURSERY_CLOSED || mode <= n->mode)
        return;
    n->mode = (uint8_t)mode;
    nursery_move(n, NURSERY_CANCELLING);
    point(s, POINT_NURSERY_CANCEL_FANOUT, ACTOR_NONE, 0, number, cause);
    timer_clear(s, TIMER_NURSERY + number);
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (s->c->child[i].state != CHILD_FREE && s->c->child[i].nursery == number)
            child_want_cancel(s, i, mode, cause, deadline_ns);
    }
}

/* Tells the actor's own code, once, that it is to end, and gives it a little less time than the
 * actor itself has; an abort leaves it less than the cancel before. */
static void body_cancel(struct step *s, int64_t deadline_ns)
{
    struct core *c = s->c;

    if (c->self.returned || !self_born(c) || c->self.state == SELF_FAILED)
        return;
    int64_t left = deadline_ns > s->now ? deadline_ns - s->now : 0;
    int64_t slack = left / 8 > CORE_SLACK_MIN_NS ? left / 8 : CORE_SLACK_MIN_NS;
    if (c->self.cancel_told) {
        if (c->timer[TIMER_CANCEL].at_ns > deadline_ns - slack)
            timer_set(s, TIMER_CANCEL, deadline_ns - slack);
        return;
    }
    c->self.cancel_told = 1;
    timer_set(s, TIMER_CANCEL, deadline_ns - slack);
    point_peer(s, POINT_CANCEL_USER_CB, ACTOR_NONE);
    user_event(s, ACTOR_EVENT_CANCEL, c->self.id);
}

static void nursery_fail(struct step *s, unsigned number, uint16_t child,
                         const struct error_box *box)
{
    struct core *c = s->c;
    struct core_nursery *n = &c->nursery[number];
    bool first = !n->failed;

    n->failed = 1;
    if (number == 0)
        error_add(s, box);
    else if (first)
        c->note.nursery_error[number] = *box;
    if (!first)
        return;
    point_peer(s, POINT_NURSERY_FIRST_ERROR, child);
    if (n->collect || c->self.kill_all != 0)
        return;
    int64_t deadline = s->now + CORE_CANCEL_NS;
    nursery_cancel(s, number, CANCEL_GRACEFUL, CAUSE_SIBLING_ERROR, deadline);
    if (number == 0) {
        lock_cancelled(s, CANCEL_GRACEFUL);
        body_cancel(s, deadline);
    }
}

void nursery_outcome(struct step *s, uint16_t slot)
{
    struct core_child *ch = &s->c->child[slot];
    const struct error_box *box = &s->c->note.child[slot].error;

    point(s, POINT_NURSERY_OUTCOME, ch->id, 0, box->kind, box->code);
    if (defect(s, DEFECT_TWO_OUTCOMES))
        point(s, POINT_NURSERY_OUTCOME, ch->id, 0, ERROR_EXIT, 0);
    struct core_user *u = user_event(s, ACTOR_EVENT_OUTCOME, ch->id);
    error_tell(u, box);
    /* A cancel that this actor asked for is no error when it comes back. */
    if (box->kind == ERROR_NONE || (box->kind == ERROR_CANCELLED && ch->asked))
        return;
    nursery_fail(s, ch->nursery, ch->id, box);
}

void nursery_deadline(struct step *s, unsigned number)
{
    struct core *c = s->c;
    int64_t deadline = s->now + CORE_CANCEL_NS;

    point(s, POINT_CANCEL_REQUESTED, ACTOR_NONE, 0, CAUSE_DEADLINE, deadline);
    if (number != 0) {
        c->nursery[number].failed = 1;
        c->note.nursery_error[number] =
            (struct error_box){.kind = ERROR_TIMEOUT, .origin = c->self.id};
        error_path(&c->note.nursery_error[number], c->note.name);
        nursery_cancel(s, number, CANCEL_GRACEFUL, CAUSE_DEADLINE, deadline);
        return;
    }
    static const char text[] = "deadline passed";
    error_raise(s, ERROR_TIMEOUT, 0, CAUSE_DEADLINE, text, sizeof(text) - 1);
    nursery_cancel(s, 0, CANCEL_GRACEFUL, CAUSE_DEADLINE, deadline);
    lock_cancelled(s, CANCEL_GRACEFUL);
    body_cancel(s, deadline);
}

bool nursery_settle(struct step *s, unsigned number)
{
    struct core_nursery *n = &s->c->nursery[number];

    if (n->state == NURSERY_NONE || n->state == NURSERY_CLOSED || !n->joining)
        return false;
    if (nursery_has_children(s->c, number))
        return false;
    nursery_move(n, NURSERY_CLOSED);
    timer_clear(s, TIMER_NURSERY + number);
    point(s, POINT_NURSERY_CLOSED, ACTOR_NONE, 0, number, 0);
    if (number != 0) {
        struct core_user *u = user_event(s, ACTOR_EVENT_CLOSED, s->c->self.id);
        u->request = number;
        if (n->failed)
            error_tell(u, &s->c->note.nursery_error[number]);
    }
    return true;
}

static void nursery_join(struct step *s, unsigned number)
{
    struct core_nursery *n = &s->c->nursery[number];

    if (n->state == NURSERY_NONE || n->state == NURSERY_CLOSED || n->joining)
        return;
    n->joining = 1;
    if (n->state == NURSERY_OPEN)
        nursery_move(n, NURSERY_JOINING);
    point(s, POINT_NURSERY_JOINING, ACTOR_NONE, 0, number, 0);
}

/* ---- the actor itself ---- */

void self_run(struct step *s)
{
    struct core *c = s->c;

    self_move(c, SELF_RUNNING);
    point_peer(s, POINT_SPAWN_READY, c->self.parent);
    struct core_user *u = user_event(s, ACTOR_EVENT_START, c->self.id);
    u->size = c->note.arg_size;
    memcpy(u->data, c->note.arg, c->note.arg_size);
    /* A SIGTERM may come before the actor knows what it is. */
    if (c->self.cancel != CANCEL_NONE) {
        self_move(c, SELF_CANCELLING);
        body_cancel(s, c->self.deadline_ns);
    }
}

void adopted_hurry(struct step *s)
{
    struct core *c = s->c;
    int64_t at_ns = c->timer[TIMER_ADOPTED].at_ns;

    if (at_ns != 0 && c->self.cancel == CANCEL_ABORT && c->self.deadline_ns < at_ns)
        timer_set(s, TIMER_ADOPTED, c->self.deadline_ns);
}

void self_cancel(struct step *s, enum cancel_mode mode, enum cause cause, int64_t deadline_ns)
{
    struct core *c = s->c;

    if (mode <= c->self.cancel || self_over(c))
        return;
    c->self.cancel = (uint8_t)mode;
    c->self.cause = (uint8_t)cause;
    c->self.deadline_ns = deadline_ns;
    point(s, POINT_CANCEL_REQUESTED, ACTOR_NONE, 0, cause, deadline_ns);
    if (c->self.state == SELF_RUNNING)
        self_move(c, SELF_CANCELLING);
    lock_cancelled(s, mode);
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++)
        nursery_cancel(s, i, mode, cause, deadline_ns);
    body_cancel(s, deadline_ns);
    adopted_hurry(s);
}

void self_cancel_due(struct step *s)
{
    struct core *c = s->c;

    c->self.shield_until_ns = 0;
    if (c->self.pend_mode == CANCEL_NONE)
        return;
    uint8_t mode = c->self.pend_mode;
    c->self.pend_mode = CANCEL_NONE;
    self_cancel(s, mode, c->self.pend_cause, c->self.pend_deadline_ns);
}

void self_fail(struct step *s, bool prompt)
{
    self_move(s->c, SELF_FAILED);
    timer_clear(s, TIMER_CANCEL);
    if (prompt)
        lock_want(s, 0, true);
    else
        s->c->self.crash_left = 1;
}

void self_join(struct step *s)
{
    if (self_works(s->c) && s->c->self.state != SELF_JOINING)
        self_move(s->c, SELF_JOINING);
}

void self_kill_all(struct step *s, enum kill_reason reason)
{
    s->c->self.kill_all = (uint8_t)(reason + 1);
}

/* A root that ends with the lock in its hand has the last word on the terminal's modes. */
static void die(struct step *s, int status, int signal)
{
    const struct core *c = s->c;
    struct core_effect *e = emit(s, EFFECT_DIE);

    e->value = status;
    e->extra = signal;
    e->request = c->self.root && c->lock.state != LOCK_FREE && !defect(s, DEFECT_KEEP_MODES);
}

static void self_exit(struct step *s, int status, int signal)
{
    struct core *c = s->c;

    if (!c->self.root && !c->self.parent_eof) {
        point_peer(s, POINT_EXIT_BEFORE_CLOSE, c->self.parent);
        emit(s, EFFECT_CLOSE)->link = LINK_PARENT;
    }
    self_move(c, SELF_EXITED);
    point(s, POINT_EXIT_CLOSED, ACTOR_NONE, 0, signal != 0 ? signal : status << 8, 0);
    die(s, status, signal);
}

void self_orphan(struct step *s)
{
    struct core *c = s->c;

    if (c->self.root || c->self.state == SELF_ORPHANED || c->self.state == SELF_EXITED)
        return;
    c->self.parent_eof = 1;
    c->self.returned = 1;
    self_move(c, SELF_ORPHANED);
    point_peer(s, POINT_ORPHAN_NOTICED, c->self.parent);
    emit(s, EFFECT_CLOSE)->link = LINK_PARENT;
    lock_orphaned(s);
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++)
        nursery_cancel(s, i, CANCEL_ABORT, CAUSE_FAULT, s->now + CORE_ORPHAN_NS);
    timer_set(s, TIMER_ORPHAN, s->now + CORE_ORPHAN_NS);
}

void self_orphan_timer(struct step *s)
{
    if (s->c->self.kill_all != 0) {
        self_exit(s, CORE_STATUS_ORPHANED, 0); /* the hard limit */
        return;
    }
    self_kill_all(s, KILL_ORPHANED);
    timer_set(s, TIMER_ORPHAN, s->now + CORE_ORPHAN_HARD_NS - CORE_ORPHAN_NS);
}

/* `a` at a prompt never ends well. The actor that was left with it has failed by that, but the way
 * of its error may end in a nursery whose errors its owner deals with, or be cut by the abort. */
static void root_blame(struct step *s)
{
    static const char text[] = "aborted at a prompt";
    const struct core_self *self = &s->c->self;

    if (self->errors == 0 && self->cancel == CANCEL_ABORT && self->cause == CAUSE_CANCEL &&
        self->signal == 0)
        error_raise(s, ERROR_APP, ERROR_CODE_QUIT, CAUSE_NONE, text, sizeof(text) - 1);
}

/* The result of the root goes to the person at the terminal and into the trace. */
static void root_report(struct step *s)
{
    struct core *c = s->c;

    root_blame(s);
    struct error_box box = error_result(s);
    point(s, POINT_EXIT_BEFORE_RESULT, ACTOR_NONE, 0, box.kind, box.code);
    if (box.kind != ERROR_NONE && box.kind != ERROR_CANCELLED && !c->self.final) {
        c->self.final = 1;
        point(s, POINT_ERR_FINAL, box.origin, 0, box.kind, box.code);
        print_line(s, PRINT_FINAL_ERROR, box.origin, box.kind);
    } else if (box.kind == ERROR_CANCELLED && c->self.errors > 0) {
        point(s, POINT_ERR_FINAL, box.origin, 0, box.kind, box.code);
    }
    int status = c->self.errors > 0 ? 1 : 0;
    self_exit(s, status, c->self.signal);
}

static void self_report(struct step *s)
{
    struct core *c = s->c;

    self_move(c, SELF_REPORTING);
    if (c->self.root) {
        root_report(s);
        return;
    }
    struct frame f = {.type = FRAME_RESULT};
    f.u.error = error_result(s);
    c->self.reported = f.u.error.kind;
    point(s, POINT_EXIT_BEFORE_RESULT, ACTOR_NONE, 0, f.u.error.kind, f.u.error.code);
    send_frame(s, LINK_PARENT, &f);
    point_peer(s, POINT_EXIT_AFTER_RESULT, ACTOR_NONE);
    timer_set(s, TIMER_REPORT, s->now + CORE_REPORT_NS);
    emit(s, EFFECT_WATCH_RESULT);
}

void self_written(struct step *s)
{
    struct core *c = s->c;

    if (c->self.state != SELF_REPORTING)
        return;
    bool well = c->self.reported == ERROR_NONE || c->self.reported == ERROR_CANCELLED;
    self_exit(s, well ? 0 : 1, 0);
}

/* held(c) for the whole actor: may it report now? */
static bool self_may_report(struct step *s)
{
    struct core *c = s->c;
    bool children = self_has_children(c);

    if (children && defect(s, DEFECT_REPORT_HELD)) {
        for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
            if (c->child[i].state != CHILD_FREE && core_held(c, i))
                return true;
        }
    }
    if (children || lock_waits(c))
        return false;
    return !c->self.root || (!lock_claimed(c) && c->lock.texts == 0 && c->self.adopted == 0);
}

/* The two mistakes that only the root can make: printing and exiting over somebody's prompt. */
static bool root_mistakes(struct step *s)
{
    struct core *c = s->c;

    if (!c->self.root || c->lock.state != LOCK_HELD)
        return false;
    if (c->self.errors == 0 && c->self.cancel == CANCEL_NONE && c->nursery[0].mode == CANCEL_NONE)
        return false;
    if (defect(s, DEFECT_EXIT_HELD)) {
        self_exit(s, 1, c->self.signal);
        return true;
    }
    if (defect(s, DEFECT_PRINT_HELD) && !c->self.final) {
        c->self.final = 1;
        struct error_box box = error_result(s);
        point(s, POINT_ERR_FINAL, box.origin, 0, box.kind, box.code);
        print_line(s, PRINT_FINAL_ERROR, box.origin, box.kind);
        return true;
    }
    return false;
}

/* Calls without an answer end when the actor is cancelled. Returns true when one was ended. */
static bool self_end_call(struct step *s)
{
    if (s->c->self.cancel == CANCEL_NONE && !s->c->self.cancel_told)
        return false;
    return call_end(s, ACTOR_NONE, ERROR_CANCELLED);
}

static bool self_leave_failed(struct step *s)
{
    struct core *c = s->c;

    c->self.returned = 1;
    self_move(c, SELF_JOINING);
    point(s, POINT_EXIT_USER_RETURNED, ACTOR_NONE, 0, ERROR_APP, 0);
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++) {
        nursery_cancel(s, i, CANCEL_GRACEFUL, CAUSE_CANCEL, s->now + CORE_CANCEL_NS);
        nursery_join(s, i);
    }
    return true;
}

bool self_settle(struct step *s)
{
    struct core *c = s->c;

    if (root_mistakes(s))
        return true;
    switch ((enum self_state)c->self.state) {
    case SELF_FAILED:
        return c->self.crash_left ? self_leave_failed(s) : false;
    case SELF_RUNNING:
    case SELF_CANCELLING:
        if (self_end_call(s))
            return true;
        if (!c->self.returned)
            return false;
        self_move(c, SELF_JOINING);
        point(s, POINT_EXIT_USER_RETURNED, ACTOR_NONE, 0, 0, 0);
        for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++)
            nursery_join(s, i);
        return true;
    case SELF_JOINING:
        if (self_end_call(s))
            return true;
        if (c->self.stage == 3 && !self_has_children(c)) {
            self_exit(s, 1, c->self.signal);
            return true;
        }
        if (!self_may_report(s))
            return false;
        self_report(s);
        return true;
    case SELF_ORPHANED:
        if (self_has_children(c) || lock_waits(c))
            return false;
        self_exit(s, CORE_STATUS_ORPHANED, 0);
        return true;
    case SELF_BOOT:
    case SELF_HANDSHAKE:
    case SELF_REPORTING:
    case SELF_EXITED:
    case SELF_STATES:
        return false;
    }
    return false;
}

/* ---- what the actor's own code asks for ---- */

static void call_fail(struct step *s, const struct core_call *call)
{
    struct core *c = s->c;
    size_t size = 0;

    if (c->self.state != SELF_RUNNING && c->self.state != SELF_CANCELLING)
        return;
    while (size < sizeof(call->u.text) && call->u.text[size] != 0)
        size++;
    error_raise(s, ERROR_APP, call->code, CAUSE_NONE, call->u.text, size);
    self_fail(s, (call->flags & 1) != 0);
}

/* A child that has ended is known until another one is started in its place; the first error of a
 * nursery is known until its number is opened again. */
const struct error_box *nursery_error_of(const struct core *c, uint16_t child)
{
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        const struct core_child *ch = &c->child[i];
        if (ch->id == child && ch->state == CHILD_FREE && ch->nursery != 0 &&
            c->note.child[i].error.kind != ERROR_NONE)
            return &c->note.child[i].error;
    }
    for (unsigned i = 1; i < CORE_NURSERIES_MAX; i++) {
        if (c->nursery[i].failed && c->note.nursery_error[i].origin == child)
            return &c->note.nursery_error[i];
    }
    return NULL;
}

static void call_raise(struct step *s, uint16_t child)
{
    struct core *c = s->c;
    const struct error_box *box = nursery_error_of(c, child);

    if (box == NULL || (c->self.state != SELF_RUNNING && c->self.state != SELF_CANCELLING))
        return;
    error_add(s, box);
    self_fail(s, false);
}

static void call_cancel(struct step *s, const struct core_call *call)
{
    int64_t deadline = s->now + (call->deadline_ns > 0 ? call->deadline_ns : CORE_CANCEL_NS);

    if (call->id != ACTOR_SELF) {
        uint16_t slot = child_by_id(s->c, call->id);
        if (slot != SLOT_NONE)
            child_want_cancel(s, slot, CANCEL_GRACEFUL, CAUSE_CANCEL, deadline);
        return;
    }
    if (!self_has_children(s->c)) {
        self_cancel(s, CANCEL_GRACEFUL, CAUSE_CANCEL, deadline);
        return;
    }
    point(s, POINT_CANCEL_REQUESTED, ACTOR_NONE, 0, CAUSE_CANCEL, deadline);
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++)
        nursery_cancel(s, i, CANCEL_GRACEFUL, CAUSE_CANCEL, deadline);
}

/* One row per call: a table in the form of a switch. */
// NOLINTNEXTLINE(readability-function-size)
void call_user(struct step *s, const struct core_call *call)
{
    struct core *c = s->c;

    switch ((enum core_call_kind)call->kind) {
    case CALL_SPAWN:
    case CALL_EXEC:
        child_spawn(s, call);
        break;
    case CALL_NURSERY:
        nursery_open(s, call->nursery, call->deadline_ns, (call->flags & 1) != 0);
        break;
    case CALL_CLOSE:
        nursery_join(s, call->nursery);
        break;
    case CALL_RETURN:
        if (c->self.state == SELF_RUNNING || c->self.state == SELF_CANCELLING) {
            c->self.returned = 1;
            timer_clear(s, TIMER_CANCEL);
        }
        break;
    case CALL_FAIL:
        call_fail(s, call);
        break;
    case CALL_RAISE:
        call_raise(s, call->id);
        break;
    case CALL_CANCEL:
        call_cancel(s, call);
        break;
    case CALL_PAUSE:
        lock_want(s, call->request, (call->flags & 1) != 0);
        break;
    case CALL_CALL:
    case CALL_REPLY:
        call_ask(s, call);
        break;
    case CALL_TIMER:
        timer_set(s, TIMER_USER + call->request, call->deadline_ns);
        break;
    case CALL_SHIELD:
        c->self.shield_until_ns = s->now + call->deadline_ns;
        timer_set(s, TIMER_SHIELD, c->self.shield_until_ns);
        break;
    case CALL_PRINT:
        lines_print(s, call->u.lines, call->size);
        break;
    case CALL_POINT:
        point(s, POINT_USER, ACTOR_NONE, 0, call->request, 0);
        break;
    case CALL_SIGNAL: {
        point(s, POINT_SIG_REPLACED, ACTOR_NONE, 0, call->code, call->flags);
        struct core_effect *e = emit(s, EFFECT_SIGACTION);
        e->value = call->code;
        e->extra = call->flags;
        policy_assert(s);
        break;
    }
    case CALL_DETACH:
        emit(s, EFFECT_DETACH)->value = call->flags & 1;
        break;
    case CALL_FREEZE:
        point(s, POINT_SIG_FROZEN, ACTOR_NONE, 0, 0, 0);
        emit(s, EFFECT_FREEZE);
        break;
    case CALL_DIE:
        die(s, (call->flags & 1) != 0 ? 0 : call->code, (call->flags & 1) != 0 ? call->code : 0);
        break;
    case CALL_SPIN:
        emit(s, EFFECT_SPIN);
        break;
    }
}
