/* world.h: the interface that a run drives and that the two engines implement.
 *
 * A world holds one subject: a tree of actors behind a terminal. A run gives it actions and gets
 * events. The world writes the trace: every report of an actor and every action of its own, in an
 * order that respects causality. Events are given from inside world_turn() only, never from inside
 * an action, so a run may act from its event handler.
 *
 * Real: turn serves the event loop once (it may wait for the next event). Sim: turn takes one
 * scheduled transition. Times are nanoseconds since the start of the run, on the engine's clock. */
#ifndef HARNESS_WORLD_WORLD_H
#define HARNESS_WORLD_WORLD_H

#include "runtime/base/err.h"
#include "runtime/base/harm.h"
#include "runtime/base/kept.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum world_event_kind {
    WORLD_RECORD,  /* record was added to the trace; index says where */
    WORLD_HELD,    /* actor is held at point (its record came before); it waits for release */
    WORLD_OUTPUT,  /* data, size: the terminal has shown these bytes; lent */
    WORLD_KEY,     /* the press is done: every member of the foreground group handled it */
    WORLD_QUIET,   /* nothing can happen by itself: obligatory work is done, see world_quiet() */
    WORLD_TIMER,   /* the time asked for by world_timer() has come */
    WORLD_LINK,    /* the harm to the link of actor is done */
    WORLD_STOPPED, /* after world_stop() or the subject's own end: nothing is left. Last event. */
    WORLD_FAILED,  /* the engine itself failed: diag says why. world_stop() follows by the run */
};

struct world_event {
    enum world_event_kind kind;
    uint16_t actor;
    uint16_t point;
    size_t index;
    const struct trace_record *record;
    const char *data;
    size_t size;
    const struct diag *diag;
};

/* What is known of one actor's process now. */
enum process_state { PROCESS_NONE, PROCESS_LIVE, PROCESS_STOPPED, PROCESS_ZOMBIE, PROCESS_REAPED };

/* A program that is not ours, in place of a tree. All lent until world_free(). */
struct world_command {
    const char *path; /* of the program; no search in PATH */
    const char *const *argv;
    const char *const *envp; /* all of its environment */
    const char *cwd;         /* NULL: the harness's */
};

struct world_options {
    const struct tree *tree; /* lent until world_free */
    /* Real: what runs; the tree then has one actor, which stands for it. NULL: the tree runs. */
    const struct world_command *command;
    uint16_t rows, columns;
    const uint8_t *asks;    /* POINTS bits, least significant first: points that hold; lent */
    uint64_t seed;          /* sim */
    struct kept *kept;      /* sim: memory kept from run to run; lent, may be NULL */
    int64_t grace_ns;       /* how long the end of the subject may take after world_stop() */
    const char *helper_dir; /* real: where guard and actor-tree lie; lent */
    const char *run_id;     /* real: cookie in the subject's environment, SCENARIO_RUN; lent */
    void (*on_event)(void *user, const struct world_event *event);
    void *user;
};

struct world; /* first member of the engine's own struct */

struct world_ops {
    int (*start)(struct world *w, struct diag *diag);
    /* Takes or serves the next event; at most max_wait_ns of waiting (real). Returns true while
     * the world can still give events. */
    bool (*turn)(struct world *w, int64_t max_wait_ns);
    void (*release)(struct world *w, uint16_t actor);
    int (*input)(struct world *w, const void *data, size_t size, struct diag *diag);
    int (*key)(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag);
    int (*signal)(struct world *w, uint16_t actor, int signal, struct diag *diag);
    int (*tell)(struct world *w, uint16_t actor, int op, struct diag *diag);
    int (*resize)(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag);
    int (*hang_up)(struct world *w, struct diag *diag);
    int (*resume)(struct world *w, struct diag *diag);
    /* NULL where there are no links. */
    int (*link)(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
                struct diag *diag);
    /* NULL where processes are signalled actor by actor. */
    int (*signal_group)(struct world *w, bool foreground, int signal, struct diag *diag);
    const char *(*why)(struct world *w); /* NULL: it never says */
    void (*quiet)(struct world *w, bool want);
    void (*timer)(struct world *w, int64_t at_ns);
    enum process_state (*state)(struct world *w, uint16_t actor);
    int64_t (*now)(struct world *w);
    void (*note)(struct world *w, const struct trace_record *record);
    void (*stop)(struct world *w, int why);
    void (*free)(struct world *w);
};

struct world {
    const struct world_ops *ops;
    const struct world_options *options; /* lent copy inside the engine */
    struct trace trace;                  /* owned by the world until world_free */
    int64_t deadline_zero_ns; /* deadlines in records minus this are on the run's clock; set by
                                 the engine, 0 when they already are */
};

/* The engines. Each returns 0 and stores a world, or an error. Free with world_free(). */
int real_world_new(const struct world_options *options, struct world **out, struct diag *diag);
int sim_world_new(const struct world_options *options, struct world **out, struct diag *diag);

/* Starts the subject. Arms the points of options->asks first. */
int world_start(struct world *w, struct diag *diag);
bool world_turn(struct world *w, int64_t max_wait_ns);

/* Lets a held actor go on. */
void world_release(struct world *w, uint16_t actor);

/* Types bytes at the terminal; ERR_FULL when the terminal takes no more. */
int world_input(struct world *w, const void *data, size_t size, struct diag *diag);

/* Presses one key; WORLD_KEY follows. One press at a time. For the interrupt, quit and suspend
 * characters done means: each live member of the foreground group that is not held and not
 * stopped has reported sig.handled (or has died). `tiocsig`: as the driver would, whatever the
 * terminal's modes. */
int world_key(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag);

/* Sends a signal to one actor's process (by pidfd). ERR_GONE when it is dead. */
int world_signal(struct world *w, uint16_t actor, int signal, struct diag *diag);

/* Of a command: sends a signal to the terminal's foreground group, or to the command's own group,
 * when that is ready for it; WORLD_KEY follows. One press or signal at a time. ERR_UNSUPPORTED
 * where the subject is a tree: signal its actors. */
int world_signal_group(struct world *w, bool foreground, int signal, struct diag *diag);

/* What a key, a signal or a quiet of a command still waits for: "python3 (412) is busy"; "" when
 * there is nothing to say. Lent until the next call. */
const char *world_why(struct world *w);

/* Asks an actor's code to do something (enum tell_op). ERR_GONE when it is dead. */
int world_tell(struct world *w, uint16_t actor, int op, struct diag *diag);

/* Does harm to the link between an actor and its parent; WORLD_LINK with this actor follows when it
 * is done, before an actor that is held goes on. The sending end does it: of a cut the child, or
 * its parent when the child is stopped. link.harmed is written at once. ERR_GONE or ERR_STATE when
 * the end that must do it is dead, does not run yet, or is stopped; ERR_INPUT for the root, which
 * has no parent. */
int world_link(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
               struct diag *diag);

/* Gives the terminal another size: the foreground group gets SIGWINCH. ERR_GONE after a hang-up. */
int world_resize(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag);

/* The terminal goes away for good, as when its window is closed: nobody reads or writes it any
 * more, and the session's leader passes SIGHUP on to the job. ERR_GONE when it has gone before. */
int world_hang_up(struct world *w, struct diag *diag);

/* A stopped job goes on in the foreground, as by a shell's `fg`. ERR_GONE when the root is dead. */
int world_resume(struct world *w, struct diag *diag);

/* Asks for WORLD_QUIET, once: sim: no obligatory event is enabled; real: every loop is idle, sent
 * equals received on every link, no exit is unreaped, the terminal is drained both ways, seen
 * twice with no event in between. Held and stopped actors count as idle; timers do not count.
 * false takes it back. */
void world_quiet(struct world *w, bool want);

/* Asks for WORLD_TIMER at that time; replaces the one asked for before; INT64_MAX: none. On sim
 * the clock may jump to it when nothing else is enabled. */
void world_timer(struct world *w, int64_t at_ns);

enum process_state world_state(struct world *w, uint16_t actor);
int64_t world_now(struct world *w);

/* Adds a record of the harness to the trace (at_ns is filled in). */
void world_note(struct world *w, const struct trace_record *record);

/* Ends what is left: releases the held, closes the terminal's input, SIGTERM, grace, SIGKILL, reap.
 * `why` as in run.stopped. WORLD_STOPPED follows. */
void world_stop(struct world *w, int why);

void world_free(struct world *w);

#endif
