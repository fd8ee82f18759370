/* actor.h: write an actor.
 *
 * An actor is a process; its parent is the actor that spawned it. The code of an actor is a set
 * of functions that are called on events and return quickly; what they ask for happens after
 * they have returned, and the answer is another event. Nothing here blocks, so the same code runs
 * in real processes and in the simulator, and the prompt of a debugger stays live.
 *
 * What is promised: an actor ends only when all its children have ended and were reaped; the
 * first error of a child cancels its siblings; every child has exactly one outcome; a terminal
 * prompt is held by one actor at a time, and while it is, ^C changes nothing.
 *
 * Functions return 0 (or a number) or a negative enum actor_err. Times are nanoseconds of
 * CLOCK_MONOTONIC (virtual in the simulator). */
#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct actor; /* this actor; good inside a callback only */

enum {
    ACTOR_STATE_BYTES_MAX = 4096, /* of an actor's own state */
    ACTOR_BYTES_MAX = 256,        /* of an argument, a call, an answer */
    ACTOR_CALLS_QUEUED_MAX = 32,  /* requests made in one callback */
    ACTOR_PARENT = 0xFFFF,        /* as the receiver of a call; task numbers of pauses start at 1 */
    ACTOR_SELF = 0xFFFF,          /* as what is cancelled */
};

enum actor_err {
    ACTOR_ERR_FULL = -2,     /* too many requests in one callback, or a table is full */
    ACTOR_ERR_RANGE = -4,    /* an argument is out of range */
    ACTOR_ERR_CANCELED = -20 /* this actor, or the nursery, is being cancelled */
};

enum actor_event_kind {
    ACTOR_EVENT_START,   /* first; data: the argument */
    ACTOR_EVENT_LIVE,    /* child `from` is ready */
    ACTOR_EVENT_OUTCOME, /* child `from` has ended and was reaped; error_kind 0: well */
    ACTOR_EVENT_CLOSED,  /* nursery `id` has closed; error_kind: of its first error */
    ACTOR_EVENT_CANCEL,  /* this actor is to end */
    ACTOR_EVENT_CALL,    /* `from` asks; answer with actor_reply(a, from, id, ...) */
    ACTOR_EVENT_REPLY,   /* the answer to call `id`; error_kind not 0: there will be none */
    ACTOR_EVENT_TIMER,   /* timer `id` */
    ACTOR_EVENT_LEFT,    /* prompt of task `id` is over; code: enum actor_left */
    ACTOR_EVENT_TELL,    /* the harness asks; code: which (see runtime/roles/tree.h) */
    ACTOR_EVENT_COMMAND, /* `x TEXT` was typed at the prompt of task `id`; data: TEXT */
};

enum actor_left { ACTOR_LEFT_CONTINUE, ACTOR_LEFT_QUIT, ACTOR_LEFT_DENIED };

/* What a signal does when code of the actor's own has its way; see actor_signal(). */
enum actor_signal { ACTOR_SIGNAL_DEFAULT, ACTOR_SIGNAL_IGNORE, ACTOR_SIGNAL_HANDLER };

struct actor_event {
    enum actor_event_kind kind;
    uint16_t from;       /* actor */
    uint32_t id;         /* call, timer, task, nursery */
    int32_t code;        /* of an error; how a prompt was left; what is told */
    unsigned error_kind; /* 0: none; see `error:` of a scenario's outcome */
    const void *data;    /* lent for the callback */
    size_t size;
};

/* What runs in an actor. Its state is `state_bytes` zeroed bytes, a plain struct without
 * pointers: the simulator copies it. */
struct actor_def {
    const char *name;
    size_t state_bytes;
    void (*event)(struct actor *a, const struct actor_event *event);
};

/* A program is a table of actors; number 0 is the root's. The same table is used in every
 * process of the tree. */
struct actor_program {
    const struct actor_def *def;
    unsigned def_count;
    const void *shared; /* constant data that every actor of the tree sees, or NULL */
    /* Name of an actor for messages, or NULL: "actor ID". */
    const char *(*name_of)(uint16_t id, const void *shared);
};

/* Runs the tree: as the root, or as the child that a parent of this program started. Returns the
 * exit status for main(); a tree that was cancelled by a signal dies by that signal instead of
 * returning. `name` is the root's prompt; `arg` is its argument. */
int actor_main(const struct actor_program *program, const char *name, const void *arg,
               size_t arg_size);

uint16_t actor_id(const struct actor *a);
const char *actor_name(const struct actor *a);
int64_t actor_now_ns(const struct actor *a);
void *actor_state(struct actor *a);
const void *actor_shared(const struct actor *a);
/* True once this actor has accepted a cancel; it stays true. */
bool actor_cancelled(const struct actor *a);

struct actor_spawn {
    unsigned def;        /* index into the program's table */
    unsigned nursery;    /* 0: the actor's own */
    const char *name;    /* at most 31 bytes; copied */
    const void *arg;     /* copied */
    size_t arg_size;     /* at most ACTOR_BYTES_MAX */
    unsigned room;       /* how many actors may ever be below it */
    uint16_t id;         /* 0: the next number; else this one of the caller's, not used before */
    int64_t deadline_ns; /* relative, of its own nursery; 0: none */
    bool collect;        /* it collects its children's errors instead of cancelling on the first */
};

/* Starts a child and returns its number. Numbers are given in order of the calls: the first
 * child of actor 0 is 1, the next one 2 + room of the first. */
int actor_spawn(struct actor *a, const struct actor_spawn *spawn);

/* Opens one more nursery inside this actor and returns its number; closed by
 * actor_nursery_close(), which lets it end when its children have. */
int actor_nursery_open(struct actor *a, int64_t deadline_ns, bool collect);
int actor_nursery_close(struct actor *a, unsigned nursery);

/* The actor's code is done: it ends well when its children have ended. */
int actor_return(struct actor *a);

/* The actor's code has failed. With `prompt`, a crash prompt opens first. */
int actor_fail(struct actor *a, int32_t code, const char *text, bool prompt);

/* Passes on the error of an ended child as this actor's own. */
int actor_raise(struct actor *a, uint16_t child);

/* Cancels a child, or ACTOR_SELF: all of this actor's children, for a leaf itself. `grace_ns` is
 * relative, 0: 3 s. */
int actor_cancel(struct actor *a, uint16_t child, int64_t grace_ns);

/* A cancel that comes now waits until the shield ends, at most so long. */
int actor_shield(struct actor *a, int64_t ns);

/* Asks the parent or a child; returns the number of the call. ACTOR_EVENT_REPLY follows once. */
int actor_call(struct actor *a, uint16_t to, const void *data, size_t size);
int actor_reply(struct actor *a, uint16_t to, uint32_t call, const void *data, size_t size);

/* ACTOR_EVENT_TIMER with this number, 0 .. 31, at the absolute time. */
int actor_timer(struct actor *a, uint32_t number, int64_t at_ns);

/* Asks for the terminal and prompts; ACTOR_EVENT_LEFT follows. Several tasks of one actor queue.
 * With `shield` the request survives a cancel, as a crash prompt does. */
int actor_pause(struct actor *a, uint32_t task, bool shield);

/* A named point of the actor's own code, user.point with this value. */
int actor_point(struct actor *a, uint32_t number);

/* For tests of others: replaces the handler of SIGINT, as code that calls sigaction(2) itself does.
 * The runtime puts its own back whenever it is its turn again: behind every callback, before a
 * prompt and after it. */
int actor_signal(struct actor *a, int signal, enum actor_signal how);

/* For tests of others: leaves a process behind that nobody waits for and that ignores all it can;
 * with `session` in a session of its own. */
int actor_detach(struct actor *a, bool session);

/* For tests of others: waits in the kernel, where no signal but SIGKILL reaches it. */
int actor_freeze(struct actor *a);

/* For tests of others: end at once, without any clean-up, or never return to the loop. */
int actor_exit_now(struct actor *a, int status);
int actor_die_by(struct actor *a, int signal);
int actor_spin(struct actor *a);

#ifdef __cplusplus
}
#endif

#endif
