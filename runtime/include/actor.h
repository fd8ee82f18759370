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
    ACTOR_STATE_BYTES_MAX = 4096,      /* of an actor's own state */
    ACTOR_BYTES_MAX = 256,             /* of an argument, a call, an answer */
    ACTOR_CALLS_QUEUED_MAX = 32,       /* requests made in one callback */
    ACTOR_WATCHES_MAX = 64,            /* descriptors that one actor watches at a time */
    ACTOR_EXEC_BYTES_MAX = 128 * 1024, /* of a program's arguments, environment, folder */
    ACTOR_PRINT_BYTES_MAX = 768,       /* of what actor_print() keeps together, newline included */
    ACTOR_PARENT = 0xFFFF, /* as the receiver of a call; task numbers of pauses start at 1 */
    ACTOR_SELF = 0xFFFF,   /* as what is cancelled */
};

enum actor_err {
    ACTOR_ERR_NOMEM = -1,       /* out of memory, or of descriptors */
    ACTOR_ERR_FULL = -2,        /* too many requests in one callback, or a table is full */
    ACTOR_ERR_RANGE = -4,       /* an argument is out of range */
    ACTOR_ERR_UNSUPPORTED = -8, /* not in the simulator */
    ACTOR_ERR_CANCELED = -20    /* this actor, or the nursery, is being cancelled */
};

/* How somebody has ended; `error:` of a scenario's outcome has the same words. Values stay. */
enum actor_error {
    ACTOR_ERROR_NONE,   /* well */
    ACTOR_ERROR_APP,    /* its own code has failed; code: that of actor_fail(), ACTOR_CODE_QUIT */
    ACTOR_ERROR_SIGNAL, /* killed by a signal that was not ours; code: its number */
    ACTOR_ERROR_EXIT,   /* an actor that left without a result, a program whose exit status is
                           not 0; code: the status */
    ACTOR_ERROR_CANCELLED, /* it was told to end, and did */
    ACTOR_ERROR_TIMEOUT,   /* its own deadline has passed */
    ACTOR_ERROR_SPAWN,     /* could not be started; code: an errno, 0 for too many children */
    ACTOR_ERROR_BOOT,  /* died, or said nothing for 5 s, before it was ready; code: the status or
                          the signal, or 0 */
    ACTOR_ERROR_PROTO, /* broke the protocol between actors */
    ACTOR_ERROR_LOST,  /* the way to it was lost, or nothing was heard of it for 10 s */
    ACTOR_ERROR_GROUP  /* two or more errors; code, origin, path and text: of the first */
};

enum {
    ACTOR_CODE_QUIT = 1000 /* code of an APP error: a prompt was left with q or a */
};

enum actor_event_kind {
    ACTOR_EVENT_START,   /* first; data: the argument */
    ACTOR_EVENT_LIVE,    /* child `from` is ready */
    ACTOR_EVENT_OUTCOME, /* child `from` has ended and was reaped; error_kind 0: well */
    ACTOR_EVENT_CLOSED,  /* nursery `id` has closed; error_kind: of the first error in it */
    ACTOR_EVENT_CANCEL,  /* this actor is to end */
    ACTOR_EVENT_CALL,    /* `from` asks; answer with actor_reply(a, from, id, ...) */
    ACTOR_EVENT_REPLY,   /* the answer to call `id`; error_kind not 0: there will be none */
    ACTOR_EVENT_TIMER,   /* timer `id` */
    ACTOR_EVENT_LEFT,    /* prompt of task `id` is over; code: enum actor_left */
    ACTOR_EVENT_TELL,    /* the harness asks; code: which (see runtime/roles/tree.h) */
    ACTOR_EVENT_COMMAND, /* `x TEXT` was typed at the prompt of task `id`; data: TEXT */
    ACTOR_EVENT_READY    /* descriptor `id` is ready; code: set of enum actor_ready */
};

enum actor_left { ACTOR_LEFT_CONTINUE, ACTOR_LEFT_QUIT, ACTOR_LEFT_DENIED };

/* What a signal does when code of the actor's own has its way; see actor_signal(). */
enum actor_signal { ACTOR_SIGNAL_DEFAULT, ACTOR_SIGNAL_IGNORE, ACTOR_SIGNAL_HANDLER };

struct actor_event {
    enum actor_event_kind kind;
    uint16_t from;       /* actor */
    uint32_t id;         /* call, timer, task, nursery */
    int32_t code;        /* of an error; how a prompt was left; what is told, or ready */
    unsigned error_kind; /* enum actor_error */
    const void *data;    /* lent for the callback, as is all below; aligned for any type */
    size_t size;
    /* Of the error of an OUTCOME or CLOSED; 0 and "" where there is none. */
    uint16_t origin;  /* the actor that failed first: the child, or one below it */
    const char *path; /* names on the way to that, the child's first: "mid/leaf"; of one that is
                         longer than 127 bytes the end, behind "..." */
    const char *text; /* what it has said about it; at most 127 bytes */
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

/* Runs the tree: as the root, or as the child that a parent of this program started. `name` is the
 * root's prompt; `arg` is its argument. Returns the exit status for main():
 *
 *   0  all ended well, or the tree was cancelled by its own code
 *   1  an error was left at the root, which prints it with the names on the way to who failed:
 *      "root: error APP:7, first raised by leaf (root/mid/leaf): no route"; or a prompt was left
 *      with `a`, which ends the tree at once: error APP:QUIT where no other is known
 *   69 only in a child: its parent is gone
 *
 * A tree that was cancelled by a signal dies by that signal instead of returning. */
int actor_main(const struct actor_program *program, const char *name, const void *arg,
               size_t arg_size);

/* "APP", "SIGNAL", ...; "UNKNOWN" for a number that is no enum actor_error. Static. */
const char *actor_error_name(unsigned kind);

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
    unsigned room;       /* how many may ever be below it; one that is started again counts again */
    uint16_t id;         /* 0: the next number; else this one of the caller's, not used before */
    int64_t deadline_ns; /* relative, of its own nursery; 0: none */
    bool collect;        /* it collects its children's errors instead of cancelling on the first */
};

/* Starts a child and returns its number. Numbers are given in order of the calls: the first
 * child of actor 0 is 1, the next one 2 + room of the first. */
int actor_spawn(struct actor *a, const struct actor_spawn *spawn);

/* Standard input, output and error of a program, in struct actor_exec: one of these or the number,
 * 1 or more, of a descriptor of this actor's own. */
enum { ACTOR_STDIO_SAME = 0, ACTOR_STDIO_NULL = -1 };

/* All of it is copied, descriptors too: what was made for the program alone may be closed as soon
 * as actor_exec() has returned. */
struct actor_exec {
    const char *const *argv; /* ends in NULL; argv[0] without a / is searched in this PATH */
    const char *const *env;  /* the same, "NAME=VALUE"; NULL: this actor's */
    const char *cwd;         /* NULL: this actor's */
    const char *name;        /* at most 31 bytes; NULL: the last part of argv[0] */
    unsigned nursery;        /* 0: the actor's own */
    int in;                  /* SAME: this actor's, which is never the terminal */
    int out;
    int err;
    bool group; /* in a process group of its own, out of reach of the terminal's keys */
};

/* Starts a program that is no actor, as a child like any other: it has a number, an
 * ACTOR_EVENT_LIVE when it runs, one ACTOR_EVENT_OUTCOME when it was reaped, and its nursery waits
 * for it. It ends well with exit status 0; another status (EXIT), a signal (SIGNAL), or that it
 * could not be started (SPAWN; code: ENOENT, EACCES, ...) is an error as any child's is.
 *
 * It has no descriptors but its three, all signals at their defaults, none blocked. A cancel is
 * SIGTERM (and SIGCONT) to it, then SIGKILL when the cancel's deadline is near: after 2.6 of 3 s.
 * In a group of its own all of the group gets them. One that was cancelled is CANCELLED, whatever
 * it exits with. If its actor dies it gets SIGKILL; what it leaves behind itself the root kills
 * within 2 s.
 *
 * Without `group` it stands in the terminal's foreground group as all actors do, so the terminal
 * sends it SIGINT on ^C as well, and it dies of that unless it says otherwise. While nobody has the
 * terminal that is part of the cancel: CANCELLED. While somebody prompts, when ^C changes nothing
 * for actors, it is an error of the program, SIGNAL with code 2. What must live through that wants
 * `group`, and then ^Z does not stop it either.
 *
 * Only actors share the terminal out: a program that writes there writes over prompts. Give it a
 * pipe, actor_watch() the other end and actor_print() what comes.
 *
 * Returns its number, or ACTOR_ERR_RANGE (a descriptor that is not open too), ACTOR_ERR_CANCELED,
 * ACTOR_ERR_FULL, ACTOR_ERR_NOMEM, ACTOR_ERR_UNSUPPORTED. */
int actor_exec(struct actor *a, const struct actor_exec *exec);

/* What a descriptor is watched for, and is. READABLE: read() returns at once, with 0 or an error
 * where nothing more will come. HANGUP is told unasked: an error on it, as when nobody reads a
 * pipe. */
enum actor_ready { ACTOR_READABLE = 1, ACTOR_WRITABLE = 2, ACTOR_HANGUP = 4 };

/* One ACTOR_EVENT_READY when the descriptor is ready for one of `ready`: ask again for the next
 * one. Asking again before it has come replaces what was asked for; 0 takes it back. Takes effect
 * at once.
 *
 * The descriptor stays the caller's: take its watch back before closing it. It becomes
 * non-blocking, for all who share its open file. A watch keeps no actor alive, and ends with
 * it; a held or stopped actor hears of it later; prompts, its own too, and a cancel change nothing.
 *
 * Returns 0, or ACTOR_ERR_RANGE (not open, or a file that is always ready), ACTOR_ERR_FULL for more
 * than ACTOR_WATCHES_MAX, ACTOR_ERR_NOMEM, ACTOR_ERR_UNSUPPORTED. */
int actor_watch(struct actor *a, int fd, unsigned ready);

/* Opens one more nursery inside this actor and returns its number; closed by
 * actor_nursery_close(), which lets it end when its children have: ACTOR_EVENT_CLOSED.
 *
 * Its errors are for the actor's code to deal with: unless that calls actor_raise() they are no
 * error of the actor. (In its own nursery, 0, every error of a child is one of its own, for good.)
 * By the first error, or when `deadline_ns` (relative, 0: none) has passed, its other children are
 * cancelled and none can be started in it any more. With `collect` errors cancel nobody and it
 * stays open: a child that has failed can be started again in it, from its ACTOR_EVENT_OUTCOME on,
 * under the same name and with a new number; how often and how soon is the code's to say. A nursery
 * that was closed takes no children. */
int actor_nursery_open(struct actor *a, int64_t deadline_ns, bool collect);
int actor_nursery_close(struct actor *a, unsigned nursery);

/* The actor's code is done: it ends well when its children have ended. */
int actor_return(struct actor *a);

/* The actor's code has failed. With `prompt`, a crash prompt opens first. */
int actor_fail(struct actor *a, int32_t code, const char *text, bool prompt);

/* Fails with the error of a child that has ended in a nursery other than the actor's own. Known are
 * the error of each child until another one is started in its place, so at least in its
 * ACTOR_EVENT_OUTCOME, and the first one of each nursery. ACTOR_ERR_RANGE when there is none. */
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

/* Prints lines where people look: on the terminal if standard output is one, so that no prompt is
 * written over. Whoever prompts shows them on lines of their own and then the prompt again, whoever
 * has printed them; with nobody at a prompt they are just written. They come out in the order in
 * which this actor prints and asks for the terminal. Else they go to standard output, as by
 * write(2). Text that does not end in a newline gets one; at a prompt what is longer than
 * ACTOR_PRINT_BYTES_MAX is shown in pieces, cut behind a newline if there is one. Where it comes
 * faster than it can be shown, text is left out, and a line says so. Returns 0, or
 * ACTOR_ERR_FULL: nothing of it was printed. */
int actor_print(struct actor *a, const char *text, size_t size);

/* Asks for the terminal and prompts; ACTOR_EVENT_LEFT follows. Several tasks of one actor queue.
 * With `shield` the request survives a cancel, as a crash prompt does. */
int actor_pause(struct actor *a, uint32_t task, bool shield);

/* A named point of the actor's own code, user.point with this value. */
int actor_point(struct actor *a, uint32_t number);

/* For tests of others: replaces what a signal does, as code that calls sigaction(2) itself does.
 * Of those that the runtime uses (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCONT, SIGTSTP,
 * SIGALRM, SIGPIPE, SIGTTIN, SIGTTOU, and SIGCHLD in the root) it puts its own back whenever it is
 * its turn again: behind every callback, before a prompt and after it. All others, SIGUSR2 or
 * SIGSEGV, stay replaced. SIGKILL and SIGSTOP cannot be: ACTOR_ERR_RANGE. */
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
