/* world.h: the interface that a run drives and that the engines implement.
 *
 * A world holds one subject: a tree of actors, or a command, behind a terminal. A run gives it
 * actions and gets events. The world writes the trace: every report of an actor and every action of
 * the run, in an order that respects causality. Events are given from inside world_turn() only,
 * never from inside an action, so a run may act from its event handler.
 *
 * Real: turn serves the event loop once (it may wait for the next event). Sim: turn takes one
 * scheduled transition. Times are nanoseconds since the start of the run, on the engine's clock. */
#ifndef HARNESS_WORLD_WORLD_H
#define HARNESS_WORLD_WORLD_H

#include "harness/language/action.h"
#include "harness/language/call.h"
#include "harness/subject/cast.h"
#include "harness/subject/subject.h"
#include "harness/world/feature.h"
#include "harness/world/queue.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/base/kept.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum process_state { PROCESS_NONE, PROCESS_LIVE, PROCESS_STOPPED, PROCESS_ZOMBIE, PROCESS_REAPED };

/* What is known of one actor's process now. */
struct who_state {
    enum process_state state;
    const char *why; /* what is still waited for: "python3 (412) is busy"; lent. Never NULL */
};

/* The guard as a subreaper, or as the first process of a namespace of pids. */
enum adopt { ADOPT_SUBREAPER, ADOPT_PIDNS };

struct world_options {
    /* Everybody there is from the start; an engine adds whom it comes to know. Lent until
     * world_free, as the next two, of which the subject has one. */
    struct cast *cast;
    enum subject subject;
    const struct tree *tree;
    const struct command_line *command;
    uint16_t rows, columns;
    const uint8_t *asks; /* POINTS bits, least significant first: points that hold; lent */
    const struct call_watch *calls; /* of a command: its calls that are points; lent */
    size_t call_count;
    bool calls_firm;        /* who is held at one gets no signal but SIGKILL meanwhile */
    uint64_t seed;          /* sim */
    struct kept *kept;      /* sim: memory kept from run to run; lent, may be NULL */
    int64_t grace_ns;       /* how long the end of the subject may take after world_stop() */
    const char *helper_dir; /* real: where guard and actor-tree lie; lent */
    bool leads_session;     /* real: a command is the leader of its session, not a job in it */
    enum adopt adopt;       /* real: who is the parent of those that lose theirs */
    bool isolate;           /* real: in a control group of its own, where one can be made */
    const char *state_dir;  /* real: what it has started is told there; lent, may be NULL */
    unsigned without;       /* real: set of enum feature that are not to be used */
    const char *run_id;     /* real: cookie in the subject's environment, SCENARIO_RUN; lent */
    void (*on_event)(void *user, const struct world_event *event);
    void *user;
};

struct world; /* first member of the engine's own struct */

/* What an engine says of an action that it is asked for. */
enum { ALLOW_NOW, ALLOW_LATE };

/* How an action stands when it was begun. */
enum { ACT_DONE, ACT_GOES_ON };

/* What an engine can say of its subject as it is now, in words that differ from run to run. */
enum world_words {
    WORDS_PROCESSES, /* a line for each process of a command */
    WORDS_WAITS, /* of a command: who waits for what, "bash waits for a child, "; held ones not */
    WORDS_MODES, /* what of the terminal's modes is not as at the start: "ECHO off, VMIN 0 (was 1)"
                  */
};

/* The same, kept from its end: none of it can be asked for afterwards. */
struct world_end {
    struct buf processes; /* of a command: who lived on; empty: nobody */
    struct buf modes;     /* when everybody was gone */
    struct buf files;     /* of a command: new in its fresh work directory, "pid, sock" */
    struct buf memory;    /* the same of shared memory */
    const char *stage;    /* of a command: what has ended its root, "SIGTERM"; NULL: it did so */
};

struct world_ops {
    int (*start)(struct world *w, struct diag *diag);
    /* Takes or serves the next event; at most max_wait_ns of waiting (real). Returns true while
     * the world can still give events. */
    bool (*turn)(struct world *w, int64_t max_wait_ns);
    /* Whether the action can be done now: a negative enum err, with nothing done, or ALLOW_NOW.
     * Then it is recorded and done before anything else, so what has happened before is taken in
     * here. ALLOW_LATE, where the row has it: the engine records it itself when it does it. */
    int (*allow)(struct world *w, const struct action *a, struct diag *diag);
    /* Does what was allowed. ACT_DONE, ACT_GOES_ON, or what the machine says. */
    int (*act)(struct world *w, const struct action *a, struct diag *diag);
    void (*release)(struct world *w, uint16_t actor);
    void (*want)(struct world *w, enum world_event_kind what, int64_t at_ns);
    void (*look)(struct world *w, uint16_t actor, struct who_state *out);
    unsigned (*left)(struct world *w, struct buf *who); /* NULL: none */
    int64_t (*now)(const struct world *w);              /* on the trace's clock */
    /* NULL: its terminal has none, or always those that own actors have. */
    int (*modes)(struct world *w, struct termios *out);
    void (*stop)(struct world *w, enum stop_why why);
    void (*free)(struct world *w);
    void (*say)(struct world *w, enum world_words what, struct buf *out); /* NULL: not a word */
};

/* What is waited for of a command. Its end waits as well when its root is over: nobody is killed
 * meanwhile. */
enum spare {
    SPARE_NOT,
    SPARE_OUTPUT, /* while somebody has the terminal open; once nobody has, WORLD_EOF is given */
    SPARE_ALL,    /* whoever is left */
};

struct world {
    const struct world_ops *ops;
    const struct world_options *options; /* lent copy inside the engine */
    struct trace trace;                  /* owned by the world until world_free */
    struct queue queue;                  /* what waits to be given */
    struct world_end end;                /* owned by the world */
    uint64_t typed;           /* a command: bit N for each signal that what was typed has made */
    int64_t deadline_zero_ns; /* deadlines in records minus this are on the run's clock; set by
                                 the engine, 0 when they already are */
    int64_t stalled_ns;       /* for how long the engine could not run, which no deadline counts */
    uint64_t transitions;     /* sim: taken so far */
    const char *subject;      /* what runs, for messages: "the tree" */
    const char *tier; /* of a command: how many of its processes are seen: "base", as often as is
                         looked, or "complete"; NULL: it says itself what it does */
    enum spare spare; /* set by the run */
    bool groups;      /* the engine signals groups itself; else they are the actors that live */
};

/* The engines. Each returns 0 and stores a world, or an error. Free with world_free(). */
int real_world_new(const struct world_options *options, struct world **out, struct diag *diag);
int sim_world_new(const struct world_options *options, struct world **out, struct diag *diag);

/* Starts the subject. Arms the points of options->asks first. */
int world_start(struct world *w, struct diag *diag);
bool world_turn(struct world *w, int64_t max_wait_ns);

/* Does one action and writes its record, which stands before whatever it causes. Returns ACT_DONE;
 * ACT_GOES_ON when an event says that it is done (WORLD_KEY of a key and of a signal that goes to a
 * command's group, WORLD_LINK of a link, WORLD_JOB of a continue and a hang-up); or a negative enum
 * err. ERR_NOTFOUND, ERR_STATE, ERR_GONE: its actor is not there, was not started, is dead; the
 * rest as in action.h. What was refused left no record.
 *
 * A signal to a group goes to each actor that lives, one after the other, as an action of its own;
 * ERR_GONE when there is none. */
int world_act(struct world *w, const struct action *a, struct diag *diag);

/* For an engine: writes the record of an action that it does late. */
void world_acted(struct world *w, const struct action *a);

/* Lets a held actor go on. */
void world_release(struct world *w, uint16_t actor);

/* Asks for an event when its time has come; INT64_MAX takes it back, another time replaces it.
 *
 * WORLD_QUIET, at 0: once. Sim: no obligatory event is enabled; real: every loop is idle, sent
 * equals received on every link, no exit is unreaped, the terminal is drained both ways, seen twice
 * with no event in between. Held and stopped actors count as idle; timers do not count.
 * WORLD_SETTLED, at how long the terminal must be still: once, when it would be quiet but for some
 * who compute or poll. They have had that much time of their own since something was shown or done
 * (turns.h); of a command, stillness and they are all that counts. Sim: at once, but for spinners.
 * WORLD_STILL, at 0: once, when nothing can happen any more but by the run: it is quiet, and no
 * timer of the subject is armed but those that only watch over others, with nobody to be found
 * missing. Of a command only while somebody is held at a system call, and all others wait for one
 * another or for what the run may type. Not given beside a spinner, nor after harm to a link.
 * Leaves no record.
 *
 * WORLD_TIMER: on sim the clock may jump to it when nothing else is enabled.
 * WORLD_STOPPED, at 0, of a command: no step waits for anybody of it any more, so who lives on from
 * here, or from the end of its first process where that comes later, is looked at. */
void world_want(struct world *w, enum world_event_kind what, int64_t at_ns);

/* Looks at an actor now. The root stands for a command, and knows what a key, a signal or a quiet
 * of it still waits for. */
struct who_state world_look(struct world *w, uint16_t actor);
enum process_state world_state(struct world *w, uint16_t actor);
bool world_is_alive(struct world *w, uint16_t actor);

/* The terminal's modes now, and how many bytes it has shown by now that were not given yet. Returns
 * 0; ERR_FULL: the same, but it is in a line editor's modes, and what was typed before is still
 * to be read; ERR_UNSUPPORTED: they are those that own actors have; ERR_GONE: it is closed. */
int world_modes(struct world *w, struct termios *out, size_t *shown);

/* How many processes of a command are alive; the first is named in `who`, "sleep (412)". Of a tree
 * the actors are all, and this is 0. */
unsigned world_left(struct world *w, struct buf *who);

/* The run's clock: the trace's without the time in which the engine could not run. */
int64_t world_now(const struct world *w);

/* Adds a record of the harness to the trace (at_ns is filled in). */
void world_note(struct world *w, struct trace_record record);

/* Adds what the engine says of its subject now; nothing where it does not know. */
void world_say(struct world *w, enum world_words what, struct buf *out);

/* Ends what is left: releases the held, closes the terminal's input, SIGTERM, grace, SIGKILL, reap.
 * WORLD_STOPPED follows. */
void world_stop(struct world *w, enum stop_why why);

void world_free(struct world *w);

#endif
