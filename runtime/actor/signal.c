/* signal.c: who acts on which signal.
 *
 * Only the root acts on SIGINT, by its own state; every other actor ignores it, always, and says
 * so. Escalation goes by state, not by count: each accepted SIGINT moves the root one stage on,
 * and two within CORE_MERGE_NS are one (a terminal and a forwarding parent), by the time when they
 * came: a loop that is late reads several at once. While the lock is
 * assigned nothing changes; `a`, SIGQUIT and SIGTERM always work. */
#include "runtime/actor/parts.h"

enum { STAGE_RUNNING, STAGE_CANCELLING, STAGE_ABORTING, STAGE_KILLED };

static void handled(struct step *s, int number, enum sig_decision decision)
{
    point(s, POINT_SIG_HANDLED, ACTOR_NONE, 0, number, decision);
}

/* One stage on: cancel, abort, kill. */
static void root_escalate(struct step *s, int number, enum cause cause, int64_t grace_ns)
{
    struct core *c = s->c;

    c->self.signal = (uint8_t)number;
    if (c->self.stage == STAGE_RUNNING) {
        c->self.stage = STAGE_CANCELLING;
        handled(s, number, SIG_CANCEL);
        print_line(s, PRINT_CANCELLING, ACTOR_NONE, number);
        self_cancel(s, CANCEL_GRACEFUL, cause, s->now + grace_ns);
    } else if (c->self.stage == STAGE_CANCELLING) {
        c->self.stage = STAGE_ABORTING;
        handled(s, number, SIG_ABORT);
        self_cancel(s, CANCEL_ABORT, cause, s->now + CORE_ACK_NS);
    } else {
        c->self.stage = STAGE_KILLED;
        handled(s, number, SIG_KILL);
        c->self.returned = 1;
        self_kill_all(s, KILL_OPERATOR);
    }
}

/* What the root knows of a holder: everything, unless the defect hides those below its own
 * children. */
static bool root_sees_holder(const struct step *s)
{
    const struct core *c = s->c;

    if (c->lock.state == LOCK_FREE)
        return false;
    if (!defect(s, DEFECT_INTERRUPT_UNSEEN) || c->lock.holder == c->self.id)
        return true;
    return child_by_id(c, c->lock.holder) != SLOT_NONE;
}

static void root_interrupt(struct step *s, int64_t at_ns)
{
    struct core *c = s->c;

    if (root_sees_holder(s) || defect(s, DEFECT_IGNORE_INTERRUPT)) {
        handled(s, NUMBER_INT, SIG_IGNORED);
        lock_redraw(s);
        return;
    }
    if (c->self.sig_at_ns[0] != 0 && at_ns - c->self.sig_at_ns[0] < CORE_MERGE_NS) {
        point(s, POINT_SIG_DUPLICATE, ACTOR_NONE, 0, NUMBER_INT, 0);
        handled(s, NUMBER_INT, SIG_IGNORED);
        return;
    }
    c->self.sig_at_ns[0] = at_ns;
    root_escalate(s, NUMBER_INT, CAUSE_SIGINT, CORE_CANCEL_NS);
}

void signal_insist(struct step *s)
{
    if (s->c->self.stage == STAGE_CANCELLING)
        s->c->self.stage = STAGE_ABORTING;
    self_cancel(s, CANCEL_ABORT, s->c->self.cause, s->now + CORE_ACK_NS);
}

static void root_terminate(struct step *s, int number)
{
    struct core *c = s->c;
    bool hup = number == NUMBER_HUP;

    if (hup && c->self.hung_up) {
        c->self.hung_up = 0;
        handled(s, number, SIG_NOTED);
        return;
    }
    enum cause cause = hup ? CAUSE_SIGHUP : CAUSE_SIGTERM;
    int64_t grace_ns = hup ? CORE_HANG_UP_NS : CORE_CANCEL_NS;

    if (c->lock.state != LOCK_FREE && c->self.stage == STAGE_RUNNING) {
        c->self.stage = STAGE_CANCELLING;
        c->self.signal = (uint8_t)number;
        handled(s, number, SIG_REVOKE);
        lock_revoke(s, hup ? s->now : s->now + CORE_REVOKE_NS);
        self_cancel(s, CANCEL_GRACEFUL, cause, s->now + grace_ns);
        return;
    }
    root_escalate(s, number, cause, grace_ns);
}

void signal_hung_up(struct step *s)
{
    struct core *c = s->c;

    if (c->self.stage != STAGE_RUNNING)
        return;
    c->self.hung_up = 1;
    c->self.stage = STAGE_CANCELLING;
    c->self.signal = NUMBER_HUP;
    lock_revoke(s, s->now);
    self_cancel(s, CANCEL_GRACEFUL, CAUSE_SIGHUP, s->now + CORE_HANG_UP_NS);
}

static void root_quit(struct step *s)
{
    struct core *c = s->c;

    handled(s, NUMBER_QUIT, SIG_KILL);
    c->self.signal = NUMBER_QUIT;
    c->self.stage = STAGE_KILLED;
    c->self.returned = 1;
    emit(s, EFFECT_TTY_RESTORE)->value = 0;
    self_kill_all(s, KILL_OPERATOR);
    self_join(s);
}

static void child_terminate(struct step *s, int64_t at_ns)
{
    struct core *c = s->c;
    bool again = c->self.sig_at_ns[1] != 0 && at_ns - c->self.sig_at_ns[1] < CORE_SIGTERM2_NS &&
                 at_ns != c->self.sig_at_ns[1];

    c->self.sig_at_ns[1] = at_ns;
    if (own_granted(c)) {
        handled(s, NUMBER_TERM, SIG_LEAVE);
        self_cancel(s, CANCEL_GRACEFUL, CAUSE_SIGTERM, s->now + CORE_CANCEL_NS);
        lock_leave(s, LEAVE_SIGNAL);
        return;
    }
    handled(s, NUMBER_TERM, again ? SIG_ABORT : SIG_CANCEL);
    if (again)
        self_cancel(s, CANCEL_ABORT, CAUSE_SIGTERM, s->now + CORE_ACK_NS);
    else
        self_cancel(s, CANCEL_GRACEFUL, CAUSE_SIGTERM, s->now + CORE_CANCEL_NS);
    if (c->lock.dbg == DBG_WAIT)
        lock_cancelled(s, CANCEL_ABORT);
}

/* Only who has the terminal hears of it, to give the modes back first: all others are stopped by
 * the kernel, whatever they are doing. */
static void stop(struct step *s)
{
    handled(s, NUMBER_TSTP, SIG_NOTED);
    lock_suspend(s);
    point(s, POINT_SIG_STOP, ACTOR_NONE, 0, NUMBER_TSTP, 0);
    emit(s, EFFECT_STOP);
}

/* A dump changes nothing. On the terminal it stands only where nobody else can be at a prompt: in
 * the holder, on its own lines, and in a root whose lock is free. */
void signal_dump(struct step *s)
{
    const struct core *c = s->c;
    bool prompts = c->lock.dbg == DBG_ACTIVE && !c->lock.suspended;
    bool nobody = c->self.root && c->lock.state == LOCK_FREE;

    point(s, POINT_SIG_DUMPED, lock_known_holder(c), c->lock.request, c->self.state, c->lock.dbg);
    struct core_effect *e = emit(s, EFFECT_PRINT);
    e->print = PRINT_DUMP;
    e->value = prompts || nobody;
    e->extra = s->now;
    if (prompts)
        emit(s, EFFECT_PROMPT);
    child_dump(s);
}

void signal_event(struct step *s, int number, int64_t at_ns)
{
    bool root = s->c->self.root != 0;

    /* Who sent it is not looked at: siginfo cannot tell one sender from a group's. */
    if (number == NUMBER_INT && root) {
        root_interrupt(s, at_ns);
    } else if (number == NUMBER_INT) {
        handled(s, number, SIG_IGNORED);
        lock_redraw(s);
    } else if ((number == NUMBER_TERM || number == NUMBER_HUP) && root) {
        root_terminate(s, number);
    } else if (number == NUMBER_TERM) {
        child_terminate(s, at_ns);
    } else if (number == NUMBER_QUIT && root) {
        root_quit(s);
    } else if (number == NUMBER_USR1) {
        handled(s, number, SIG_NOTED);
        signal_dump(s);
    } else if (number == NUMBER_TSTP) {
        stop(s);
    } else if (number == NUMBER_CONT) {
        handled(s, number, SIG_NOTED);
        point(s, POINT_SIG_CONT, ACTOR_NONE, 0, number, 0);
        child_rearm(s);
        lock_resume(s);
    } else {
        handled(s, number, SIG_IGNORED);
    }
}
