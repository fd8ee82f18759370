/* sim.h: the simulated engine: what its files share.
 *
 * struct sim_state and the arrays it names are the world: flat, indices instead of pointers. The
 * rest of struct sim is about it: the trace, the events that wait to be given, scratch memory.
 * One turn of the world takes one transition of schedule.c; a transition lets one actor run until
 * it waits again, is held, stops or dies. */
#ifndef HARNESS_SIM_SIM_H
#define HARNESS_SIM_SIM_H

#include "harness/sim/kernel.h"
#include "harness/sim/schedule.h"
#include "harness/sim/sim_link.h"
#include "harness/sim/sim_terminal.h"
#include "harness/world/world.h"
#include "runtime/actor/driver.h"
#include "runtime/base/buf.h"
#include "runtime/base/prng.h"
#include "runtime/include/actor.h"

enum {
    SIM_STRAYS_MAX = 64,            /* processes left behind that are not reaped */
    SIM_TELLS_MAX = 16,             /* not yet heard by one actor */
    SIM_TRANSITIONS_MAX = 2000000,  /* of one run */
    SIM_DRIVE_STEPS_MAX = 100000,   /* steps of one actor in one transition */
    SIM_PRINT_BYTES_MAX = 32 * 1024 /* what one EFFECT_PRINT may say */
};

/* Virtual time after which a run that has not ended is given up. */
#define SIM_TIME_MAX_NS (INT64_C(3600000) * MS_NS)

/* A timer that an actor has set. */
struct sim_timer {
    int64_t at_ns;
    uint16_t timer;
    uint16_t generation;
};

struct sim_actor {
    struct core core;
    struct core_effects fx;
    struct user_calls calls;
    uint16_t held_point; /* where it is held */
    bool held;
    bool spinning;     /* never comes back to its loop */
    bool want_written; /* its result waits on a delayed link */
    struct escape escape;
    uint8_t tells;
    uint8_t tell[SIM_TELLS_MAX]; /* enum tell_op, oldest first */
    uint16_t timers;
    int64_t next_timer_ns; /* the earliest of them, or INT64_MAX */
    struct sim_timer timer[TIMERS];
    uint16_t child[CORE_CHILDREN_MAX]; /* row of the child in each slot, or ACTOR_NONE */
    struct driver driver;
};

enum sim_phase {
    PHASE_RUN,
    PHASE_GRACE,  /* the subject is to end until end_ns */
    PHASE_KILLED, /* it did not */
    PHASE_OVER,
};

struct sim_state {
    struct kernel kernel;
    struct prng prng;
    struct sim_terminal terminal;
    int64_t timer_ns; /* of the run; INT64_MAX: none */
    int64_t end_ns;
    uint64_t transitions_max; /* of the world, until it is given up or killed */
    uint8_t phase;            /* enum sim_phase */
    bool started;
    bool quiet_wanted;
    bool settled_wanted;
    bool still_wanted;
    bool harmed;   /* a link was: what was lost may yet be missed */
    bool key_open; /* a press is not done yet */
    int key_signal;
    uint8_t key_byte;
    bool stopping;   /* world_stop() was called: nothing is held any more */
    bool root_looks; /* the root looks for those that it has adopted, and has not seen all */
};

struct sim {
    struct world world; /* first */
    struct world_options options;
    struct actor_program program;
    struct sim_state state;
    uint16_t count;           /* actors and links */
    uint16_t rows;            /* of the table of processes: actors, then what they leave behind */
    struct sim_proc *proc;    /* owned, rows */
    struct sim_link *link;    /* owned, rows; by the child */
    struct sim_actor **actor; /* owned, rows; NULL before the first boot, and for no actor */

    struct buf echo; /* scratch: what the terminal shows */
    struct schedule schedule;
    bool in_turn;
    char text[SIM_PRINT_BYTES_MAX];
};

/* ---- sim_record.c ---- */

/* The engine cannot go on: WORLD_FAILED is given with this text, once. */
void sim_fail(struct sim *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Shows text on the terminal. */
void sim_show(struct sim *s, const char *text, size_t size);

/* Sets the terminal's modes for this actor, with a record when they change. */
void sim_modes(struct sim *s, uint16_t row, uint32_t modes);

/* How the terminal is at a moment of rest. */
void sim_terminal_look(struct sim *s);

/* A record of the harness about an actor. */
void sim_note(struct sim *s, enum point point, uint16_t peer, int64_t value, int64_t extra);

/* Who has the record lock, as a record. */
void sim_witness(struct sim *s);

/* ---- sim_world.c ---- */

/* The grace is over: notes who still lives and kills everything. */
void sim_kill_all(struct sim *s);

/* ---- sim_effects.c ---- */

/* The name of an actor; `user` is the struct sim. Never NULL. */
const char *sim_name(uint16_t id, void *user);

/* Does what the effect says for the actor of that row. */
void sim_effect_perform(struct sim *s, uint16_t row, const struct core_effect *effect);

/* What the actor has written has left it now; it hears so if it asked. */
void sim_written(struct sim *s, uint16_t row);

/* Takes a timer out, by its index. */
void sim_timer_remove(struct sim_actor *a, unsigned index);

/* ---- sim_actor.c ---- */

/* Memory for the actor of a row and its first event. */
void sim_actor_boot(struct sim *s, uint16_t row);

/* True when the actor would take an event now: its process runs, nothing holds it, and it has
 * done what it owed itself. */
bool sim_actor_ready(const struct sim *s, uint16_t row);

/* True when it could go on with what it owes itself. */
bool sim_actor_resumable(const struct sim *s, uint16_t row);

/* Gives one event; the actor runs until it waits again, is held, stops or dies. */
void sim_actor_event(struct sim *s, uint16_t row, struct core_event *e);

/* Lets it go on with what it owes itself. */
void sim_actor_resume(struct sim *s, uint16_t row);

/* Gives the oldest message of the harness. */
void sim_actor_tell(struct sim *s, uint16_t row);

/* Takes the due timer of that index away and gives it. */
void sim_actor_timer(struct sim *s, uint16_t row, unsigned index);

/* True when its process takes part in what goes on: running, not stopped, held, spinning or on its
 * way out. */
bool sim_actor_awake(const struct sim *s, uint16_t row);

/* A signal that the actor's process handles is delivered to it. */
void sim_actor_signal(struct sim *s, uint16_t row, int signal);

/* True when a root on its way out can go on with that: reap, kill, end. */
bool sim_actor_sweeps(const struct sim *s, uint16_t row);
void sim_actor_sweep(struct sim *s, uint16_t row);

/* The wait status of one whose core has ended. */
int32_t sim_actor_status(const struct sim_actor *a);

/* Its process has closed everything: link ends, the terminal, the record lock. */
void sim_actor_close(struct sim *s, uint16_t row);

#endif
