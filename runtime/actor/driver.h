/* driver.h: what a host owes a core, whichever host it is: the real one and the simulator use it.
 *
 * Both would otherwise write the same three things: the order in which an actor does what it owes
 * itself (D4, and what follows from a step), which signals end a root whose loop is stuck, and what
 * a root that ends owes to those it has adopted (D9). Like the core this does nothing by itself: a
 * host asks what is next, and does it.
 *
 * A host keeps a struct driver for each actor. The effects and calls of one that rests hold
 * nothing, so these may be memory that actors share. */
#ifndef RUNTIME_ACTOR_DRIVER_H
#define RUNTIME_ACTOR_DRIVER_H

#include "runtime/actor/core.h"
#include "runtime/actor/user.h"

/* ---- What an actor owes itself: effects, then the rest of a step that was cut short, then
 * answers, then what its own code has asked for, each in order, and all before anything else that
 * happens to it. Nothing follows an EFFECT_DIE. ---- */

enum {
    /* An effect has one answer at most, but for an EFFECT_POLICY that finds several signals, after
     * which the next one finds none; children come and go while steps that were cut short go on. */
    DRIVER_ANSWERS_MAX = 2 * CORE_CHILDREN_MAX + CORE_EFFECTS_MAX,
    DRIVER_ORPHAN_S = 3, /* an orphan that has not ended by then is ended by SIGALRM */
};

/* What a step has changed for the process; each is told once. */
enum driver_news {
    DRIVER_NAMED = 1,    /* the actor knows what it is: its name, its defects */
    DRIVER_ORPHANED = 2, /* its parent is gone: SIGALRM in DRIVER_ORPHAN_S */
};

struct driver_answer {
    int64_t value;
    int32_t pid;
    uint16_t link;
    uint8_t kind; /* enum core_event_kind */
    uint8_t zero;
};

struct driver {
    uint16_t at;    /* next effect of the last step */
    uint16_t count; /* its effects */
    uint16_t first; /* of the open answers, in a ring */
    uint16_t answers;
    uint8_t busy;     /* owes itself something */
    uint8_t more;     /* EFFECT_CONTINUE */
    uint8_t told;     /* set of enum driver_news */
    uint8_t dying;    /* EFFECT_DIE was handed out; its numbers follow */
    uint8_t restores; /* the terminal's modes go back last */
    int32_t status;
    int32_t signal;
    struct driver_answer answer[DRIVER_ANSWERS_MAX];
};

void driver_init(struct driver *d);

/* Hands the core an event: one from outside if the actor rests, or the one of driver_event().
 * Returns the enum driver_news of it, for the host to act on before it performs the effects. */
unsigned driver_step(struct driver *d, struct core *c, const struct core_event *e,
                     struct core_effects *fx);

/* The next effect to perform, or NULL: then driver_event() is next. */
const struct core_effect *driver_effect(struct driver *d, const struct core_effects *fx);

/* The next event that the actor owes itself, all but its time. Returns false when it rests. */
bool driver_event(struct driver *d, struct user_calls *calls, struct core_event *e);

/* Queues the answer to an effect. */
void driver_answer(struct driver *d, enum core_event_kind kind, uint16_t link, int64_t value,
                   int32_t pid);

/* The harness tells the actor's own code something (enum tell_op), which it hears while it runs. */
void driver_tell(struct driver *d, struct core *c, int op, const struct actor_program *program,
                 int64_t now_ns, struct user_calls *calls);

/* ---- The escape from a busy loop: three signals of one kind that nobody has heard, made at least
 * CORE_MERGE_NS apart, mean that the loop is stuck; the terminal's modes go back, and the process
 * dies by the signal. When they were made nobody tells: a loop that uses its processor up is late
 * with its handlers, too, where others want it. So two that are handled ESCAPE_APART_NS apart are
 * two, and three are deadly when the last is ESCAPE_SPAN_NS behind the first, which a burst is not.
 * The record lock goes with it, and what lived below dies as after any death of the root.
 *
 * | signal           | ESCAPE_ANY | ESCAPE_INSIST | ESCAPE_NONE          |
 * |------------------|------------|---------------|----------------------|
 * | SIGINT           | escapes    | never         | never; all count one |
 * | SIGTERM, SIGQUIT | escapes    | escapes       | never; all count one |
 *
 * A loop that comes round hears them first, whatever their number, and does what the core's table
 * of signals says. ---- */

enum { ESCAPE_PRESSES = 3, ESCAPE_SIGNALS = 3 };

#define ESCAPE_APART_NS (CORE_MERGE_NS / 2)
#define ESCAPE_SPAN_NS  (CORE_MERGE_NS * 3 / 2)

/* What may end a loop that is stuck. */
enum escape_by {
    ESCAPE_NONE,   /* closed: not the root, or held at a point, where the loop may be well */
    ESCAPE_INSIST, /* SIGTERM and SIGQUIT: somebody has the terminal */
    ESCAPE_ANY,    /* SIGINT as well */
};

struct escape {
    volatile int presses[ESCAPE_SIGNALS]; /* int: what sig_atomic_t is wherever this runs */
    int64_t first_ns[ESCAPE_SIGNALS];     /* only escape_press() touches these two */
    int64_t last_ns[ESCAPE_SIGNALS];
};

/* What may end the loop of this actor, by its state. */
enum escape_by escape_by(const struct core *c);

/* Counts a signal that has come; returns true when it is to be deadly. Safe in a signal handler
 * that the other signals wait for. */
bool escape_press(struct escape *e, enum escape_by by, int number, int64_t now_ns);

/* The loop has come round. */
void escape_heard(struct escape *e);

/* ---- The end of a root ---- */

/* The next point for a process that a root at its end finds among its children although nobody of
 * its own has started it. orphan.adopted and orphan.killed are reported, the latter before SIGKILL;
 * orphan.reaped once it is reaped, with which it is done. POINTS: wait until it is dead. The root
 * ends when no such process is left: killing one may bring others. */
enum point driver_sweep(bool known, bool dead, bool killed);

#endif
