/* parts.h: what the files of the core share. Not for drivers.
 *
 * Every handler gets the step: the core, the time, and the effects so far. What must follow from
 * the state is not done by whoever changed it but by settle(), which looks at the state again and
 * again until nothing is due: so an obligation cannot be forgotten on one path, and a step that
 * runs out of room for effects goes on with EVENT_CONTINUE. */
#ifndef RUNTIME_ACTOR_PARTS_H
#define RUNTIME_ACTOR_PARTS_H

#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/include/actor.h"

struct step {
    struct core *c;
    struct core_effects *fx;
    int64_t now;
};

/* Signals by number: <signal.h> is not for the core. */
enum {
    NUMBER_HUP = 1,
    NUMBER_INT = 2,
    NUMBER_QUIT = 3,
    NUMBER_USR1 = 10,
    NUMBER_TERM = 15,
    NUMBER_CONT = 18,
    NUMBER_TSTP = 20
};

/* Why a child's lock requests are being dropped. */
enum purge { PURGE_NONE, PURGE_DEAD, PURGE_DENY };

enum {
    SETTLE_EFFECTS = 32, /* room that one piece of settle() may need: self_leave_failed() */
    SETTLE_FRAMES = 5,
    SETTLE_USERS = 3, /* an outcome that is an error, while a task waits for the terminal */
    CORE_USERS_MAX = 8,
};

/* ---- effects.c: appending effects ---- */
bool room_left(const struct step *s);
struct core_effect *emit(struct step *s, enum core_effect_kind kind);
void point(struct step *s, unsigned which, uint16_t peer, uint32_t request, int64_t value,
           int64_t extra);
void point_peer(struct step *s, unsigned which, uint16_t peer);
/* Sends with the point before it. Nothing happens when the link is closed. */
void send_frame(struct step *s, uint16_t link, const struct frame *f);
void timer_set(struct step *s, unsigned timer, int64_t at_ns);
void timer_clear(struct step *s, unsigned timer);
void print_line(struct step *s, enum core_print what, uint16_t peer, int64_t value);
struct core_user *user_event(struct step *s, enum actor_event_kind kind, uint16_t id);
/* Our signal policy holds from here on, whatever the actor's own code has done to it. */
void policy_assert(struct step *s);
bool defect(const struct step *s, enum defect d);

/* ---- moves.c: the only place where a state is assigned; one that may not follow stops there ----
 */
void self_move(struct core *c, enum self_state to);
void child_move(struct core_child *ch, enum child_state to);
void nursery_move(struct core_nursery *n, enum nursery_state to);
void own_move(struct core *c, enum dbg_state to);
void entry_move(struct core_entry *e, enum entry_state to);
void lock_move(struct core *c, enum lock_state to);
bool self_born(const struct core *c);           /* knows what it is */
bool self_works(const struct core *c);          /* that, and has not said its last word */
bool self_over(const struct core *c);           /* has, or has nobody to say it to */
bool child_works(const struct core_child *ch);  /* as far as is known: it takes a cancel */
bool child_alive(const struct core_child *ch);  /* has a process that may live */
bool entry_granted(const struct core_entry *e); /* somebody has the terminal, or soon has */
bool own_granted(const struct core *c);         /* this actor */

/* ---- child.c: the ladder of one child ---- */
uint16_t child_by_id(const struct core *c, uint16_t id);   /* slot of that child, or SLOT_NONE */
uint16_t child_towards(const struct core *c, uint16_t id); /* slot at or above that actor */
void child_spawn(struct step *s, const struct core_call *call);
void child_spawned(struct step *s, uint16_t slot, int64_t value);
void child_frame(struct step *s, uint16_t slot, const struct frame *f);
void child_eof(struct step *s, uint16_t slot);
void child_dead(struct step *s, uint16_t slot);
void child_exit(struct step *s, uint16_t slot, int64_t status);
void child_timer(struct step *s, uint16_t slot);
void child_fault(struct step *s, uint16_t slot, enum link_fault fault);
void child_heartbeat(struct step *s);
void child_rearm(struct step *s); /* after SIGCONT */
void child_dump(struct step *s);  /* every child that can still hear it is to tell its state */
void child_spec(struct step *s, uint16_t slot); /* once; what is sent before it waits behind it */
void child_want_cancel(struct step *s, uint16_t slot, enum cancel_mode mode, enum cause cause,
                       int64_t deadline_ns);
bool child_settle(struct step *s, uint16_t slot);
void child_outcome(struct step *s, uint16_t slot, enum error_kind kind, int32_t code);
void child_signal(struct step *s, uint16_t slot, bool term, enum kill_reason reason);
void ladder_set(struct step *s, uint16_t slot, int64_t at_ns); /* when its next step is due */

/* ---- foreign.c: a child that is no actor ---- */
void foreign_began(struct step *s, uint16_t slot);
void foreign_exit(struct step *s, uint16_t slot, int64_t status);
void foreign_cancel(struct step *s, uint16_t slot);
bool foreign_settle(struct step *s, uint16_t slot); /* reaped; true when it has an outcome now */
bool child_hears_cancel(const struct core_child *ch);

/* ---- nursery.c: scopes of children, and this actor's own life ---- */
void nursery_open(struct step *s, unsigned number, int64_t deadline_ns, bool collect);
void nursery_deadline(struct step *s, unsigned number);
void nursery_outcome(struct step *s, uint16_t slot);
/* The error of a child, or below it, that has ended in a nursery other than the actor's own; or
 * NULL: there is none, or it is not known any more. */
const struct error_box *nursery_error_of(const struct core *c, uint16_t child);
bool nursery_settle(struct step *s, unsigned number);
void self_run(struct step *s);
void self_cancel(struct step *s, enum cancel_mode mode, enum cause cause, int64_t deadline_ns);
void self_cancel_due(struct step *s);

/* Whoever aborts does not wait longer for what it has adopted than for its own. */
void adopted_hurry(struct step *s);
void self_orphan(struct step *s);
void self_orphan_timer(struct step *s);
void self_written(struct step *s);
void self_fail(struct step *s, bool prompt); /* its code is over, with an error that is boxed */
void self_join(struct step *s);              /* its code is over, at a signal's word */
void self_kill_all(struct step *s, enum kill_reason reason);
bool self_settle(struct step *s);
void call_user(struct step *s, const struct core_call *call);

/* ---- call.c: questions between parent and child, and their answers ---- */
void call_ask(struct step *s, const struct core_call *call);
void call_frame(struct step *s, uint16_t peer, const struct frame *f);
bool call_end(struct step *s, uint16_t peer, enum error_kind why); /* one; false: there is none */

/* ---- error.c: boxes ---- */
void error_raise(struct step *s, enum error_kind kind, int32_t code, uint8_t cause,
                 const char *text, size_t size);
void error_add(struct step *s, const struct error_box *box);
void error_path(struct error_box *box, const char *name); /* of an origin, or of who is above */
void error_tell(struct core_user *u, const struct error_box *box); /* to the actor's own code */
struct error_box error_result(struct step *s);

/* ---- lock*.c: the debug lock; the only files that change core->lock ---- */
void lock_want(struct step *s, uint32_t task, bool shield);
void lock_frame_up(struct step *s, uint16_t slot, const struct frame *f);
void lock_frame_down(struct step *s, const struct frame *f);
void lock_baton(struct step *s, const struct core_event *e);
void lock_tty(struct step *s, enum tty_event what);
void lock_line(struct step *s, const char *text, size_t size);
void lock_leave(struct step *s, enum leave_how how);
void lock_cancelled(struct step *s, enum cancel_mode mode);
void lock_revoke(struct step *s, int64_t deadline_ns);
void lock_revoke_due(struct step *s);
void lock_orphaned(struct step *s);
void lock_timer(struct step *s);
void lock_suspend(struct step *s);
void lock_resume(struct step *s);
bool lock_purge(struct step *s, uint16_t slot); /* one entry; true when there was one */
bool lock_settle(struct step *s);
bool lock_claimed(const struct core *c); /* root: the lock is not FREE, or somebody is next */
bool lock_waits(const struct core *c);   /* this actor's own tasks want or have the terminal */
void lock_redraw(struct step *s);
uint16_t lock_known_holder(const struct core *c); /* who has the terminal, or ACTOR_NONE */

/* ---- lines.c: what the actors' own code prints ---- */
void lines_print(struct step *s, const char *text, size_t size);
void lines_frame_up(struct step *s, const struct frame *f);
void lines_frame_down(struct step *s, const struct frame *f);
bool lines_settle(struct step *s); /* root: one text; true when one could go */

/* ---- signal.c ---- */
/* Root: the time to leave a prompt is over and it was not left: the cancel becomes an abort. */
void signal_insist(struct step *s);
/* Root: a prompt has seen that the terminal has hung up. The SIGHUP of it is another word for that.
 */
void signal_hung_up(struct step *s);
void signal_event(struct step *s, int number, int64_t at_ns);
void signal_dump(struct step *s); /* this actor's state, and then everybody's below */

#endif
