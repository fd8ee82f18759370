/* signals_owned.c: ^C reaches the runtime's own handler in every actor, whatever the actor's own
 * code has done to SIGINT; and SIGCONT takes a stop back that has not come to pass.
 *
 * Two things show that it did not: an actor dies by SIGINT without an end of its own, and an actor
 * says nothing to a press that others have handled (key.done waits for all that can answer).
 * Excuses: a press that the terminal has lost; an actor that was not ready when it came, that the
 * harness held or had stopped since, that never returns to its loop, that is on its way out or
 * dead, or that somebody has sent SIGKILL: its parent, the root that has adopted it, the harness.
 *
 * Of a stop: who stops by a SIGTSTP that was sent before the harness has let him go on. */
#include "harness/observe/replay.h"
#include "harness/observe/rows.h"

#include <signal.h>

/* What is known of the press under way. */
struct press {
    bool open;
    bool handled; /* by somebody: it was a signal, and it came */
    int64_t sent_ns;
};

enum { SUSPEND = 0x1A };

/* The last SIGTSTP that was sent to an actor: there is none, or it has stopped; it was sent; and
 * then a SIGCONT, before it has stopped. */
enum stop_sent { STOP_NONE, STOP_SENT, STOP_TAKEN_BACK };

/* What is known of an actor. */
struct listener {
    bool owes;
    bool ready;   /* has its handlers, from before a press on */
    uint8_t stop; /* enum stop_sent */
};

static bool can_answer(const struct replay *r, uint16_t id)
{
    const struct replay_process *p = &r->actor[id].process;

    return replay_is_live(r, id) && !p->closed && !p->orphaned && !replay_is_blocked(r, id);
}

static void press_begins(const struct replay *r, struct press *press, struct listener *all)
{
    press->open = true;
    press->handled = false;
    press->sent_ns = r->now_ns;
    for (uint16_t id = 0; id < r->count; id++)
        all[id].owes = all[id].ready && can_answer(r, id);
}

/* An actor that owes an answer when all that could give one have, or ACTOR_NONE. */
static uint16_t press_ends(const struct replay *r, struct press *press, const struct listener *all)
{
    press->open = false;
    for (uint16_t id = 0; press->handled && id < r->count; id++) {
        int64_t resume_ns = r->actor[id].process.resume_ns;
        if (all[id].owes && can_answer(r, id) && (resume_ns == 0 || resume_ns < press->sent_ns))
            return id;
    }
    return ACTOR_NONE;
}

/* Takes one record in; returns the actor that has not answered, or ACTOR_NONE. */
static uint16_t press_fold(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct press *press = l->memory;
    struct listener *all = l->actors;

    if (rec->point == POINT_KEY_SENT) {
        press_begins(r, press, all);
    } else if (rec->point == POINT_KEY_DONE && press->open) {
        press->handled = press->handled && rec->extra == 0;
        return press_ends(r, press, all);
    } else if (!replay_knows(r, rec->actor)) {
        return ACTOR_NONE;
    } else if (rec->point == POINT_SPAWN_READY) {
        all[rec->actor].ready = true;
    } else if ((rec->point == POINT_SIG_HANDLED || rec->point == POINT_SIG_DUPLICATE) &&
               rec->value == SIGINT) {
        press->handled = true;
        all[rec->actor].owes = false;
    }
    return ACTOR_NONE;
}

static void stop_sent(struct listener *one, int64_t signal)
{
    if (signal == SIGTSTP)
        one->stop = STOP_SENT;
    else if (signal == SIGCONT && one->stop == STOP_SENT)
        one->stop = STOP_TAKEN_BACK;
}

/* Takes one record in; returns true when its actor stops although it was let go on. */
static bool stop_fold(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    struct listener *all = l->actors;
    bool key = rec->point == POINT_KEY_SENT && rec->value == SUSPEND;
    /* A fault that is done to nobody alone lets the whole job go on: fg, and a hang-up. */
    bool job = rec->point == POINT_FAULT_DONE && !replay_knows(r, rec->peer);

    for (uint16_t id = 0; (key || job) && id < r->count; id++)
        stop_sent(&all[id], key ? SIGTSTP : SIGCONT);
    if (rec->point == POINT_SIGNAL_SENT && replay_knows(r, rec->peer))
        stop_sent(&all[rec->peer], rec->value);
    if (rec->point != POINT_PROC_STOPPED || !replay_knows(r, rec->actor))
        return false;
    bool late = all[rec->actor].stop == STOP_TAKEN_BACK && rec->value == SIGTSTP;
    all[rec->actor].stop = STOP_NONE;
    return late;
}

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;

    if (stop_fold(l)) {
        return replay_violation(r, l->out, l->rec->actor, CAUSE_SIGTSTP,
                                "%s stops by a SIGTSTP that a SIGCONT has taken back",
                                replay_name(r, l->rec->actor));
    }
    if (replay_dies_by_interrupt(r, l->rec)) {
        return replay_violation(r, l->out, l->rec->actor, CAUSE_SIGINT,
                                "%s dies by SIGINT without having decided to",
                                replay_name(r, l->rec->actor));
    }
    uint16_t silent = press_fold(l);
    if (silent == ACTOR_NONE)
        return false;
    return replay_violation(r, l->out, silent, CAUSE_SIGINT,
                            "%s has not heard of a ^C that others have handled",
                            replay_name(r, silent));
}

const struct invariant_entry invariant_signals_owned = {
    .name = "signals-owned",
    .note = "",
    .help = "SIGINT reaches the runtime's handler in every actor, whatever its own code has done "
            "to it, and SIGCONT takes back a stop that has not come to pass; actor: the one whose "
            "handler was replaced, or that stops",
    .points = ROW_POINTS(POINT_KEY_SENT, POINT_KEY_DONE, POINT_SPAWN_READY, POINT_SIG_HANDLED,
                         POINT_SIG_DUPLICATE, POINT_PROC_EXITED, POINT_PROC_REAPED,
                         POINT_PROC_STOPPED, POINT_SIGNAL_SENT, POINT_FAULT_DONE),
    .memory_bytes = sizeof(struct press),
    .actor_bytes = sizeof(struct listener),
    .on = check,
};
