/* tree.h: what a `tree:` of a scenario becomes: a flat table of actors in pre-order.
 *
 * The harness writes it, every actor reads it. It is passed as raw bytes between programs of one
 * build; tree_check() refuses everything else. */
#ifndef RUNTIME_ROLES_TREE_H
#define RUNTIME_ROLES_TREE_H

#include "runtime/base/err.h"
#include "runtime/base/names.h"
#include "runtime/base/trace.h"

#include <stddef.h>
#include <stdint.h>

enum { TREE_SIGNAL_LAST = 31 };

enum { TREE_ACTORS_MAX = 1100, TREE_NAME_BYTES = 32, TREE_DEPTH_MAX = 64 };

/* X(identifier, name in a scenario, help) */
#define ROLE_MAP(X)                                                                       \
    X(ROLE_SUPERVISOR, "supervisor", "starts its children and ends when they have ended") \
    X(ROLE_WORKER, "worker", "does what it is told")                                      \
    X(ROLE_REPL, "repl", "asks for the terminal and prompts")                             \
    X(ROLE_DAEMON, "daemon", "runs until it is cancelled")                                \
    X(ROLE_SPINNER, "spinner", "never returns to its loop")

enum role { ROLE_MAP(ROW_ID) ROLES };

enum tree_when { WHEN_NEVER, WHEN_START, WHEN_TOLD, WHEN_CHILDREN_GONE };
enum tree_prompt { PROMPT_PAUSE, PROMPT_CRASH };
enum tree_exit { EXIT_STATUS, EXIT_SIGNAL, EXIT_ERROR };
enum tree_on_child_error { CHILD_ERROR_CANCEL, CHILD_ERROR_COLLECT };
enum tree_on_cancel { CANCEL_OBEY, CANCEL_IGNORE, CANCEL_SLOW };
/* What its own code does to a signal: enum actor_signal + 1. */
enum tree_override { OVERRIDE_NONE, OVERRIDE_DEFAULT, OVERRIDE_IGNORE, OVERRIDE_HANDLER };
enum tree_override_when { OVERRIDE_START, OVERRIDE_IN_PROMPT, OVERRIDE_AFTER_PROMPT };
enum tree_detach { DETACH_NONE, DETACH_DOUBLE_FORK, DETACH_SETSID };

/* What an actor can be asked to do. X(identifier, name, help): the words of `tell`, and behind them
 * what only faults ask for. */
#define TELL_MAP(X)                                                            \
    X(TELL_PAUSE, "pause", "asks for a prompt")                                \
    X(TELL_CRASH, "crash", "fails, and prompts about it first")                \
    X(TELL_EXIT, "exit", "ends as `exits` says")                               \
    X(TELL_FAIL, "fail", "fails with the error of `exits`")                    \
    X(TELL_CANCEL, "cancel", "cancels its own nursery, and with it all below") \
    X(TELL_SPAWN, "spawn", "starts the next child that is `late`")

#define TELL_FAULT_MAP(X) X(TELL_FREEZE, "freeze", "waits in the kernel")

enum tell_op {
    TELL_MAP(ROW_ID)
        TELL_WORDS, /* asks for nothing; what is behind it keeps its number in a trace */
    TELL_FAULT_MAP(ROW_ID) TELL_OPS
};

/* X(field, its last value): what an actor does where there is a choice. `late` is 1 when it is not
 * started with its parent, only by tell: spawn. */
#define TREE_CHOICES(X)                     \
    X(on_child_error, CHILD_ERROR_COLLECT)  \
    X(on_cancel, CANCEL_SLOW)               \
    X(late, 1)                              \
    X(override_with, OVERRIDE_HANDLER)      \
    X(override_when, OVERRIDE_AFTER_PROMPT) \
    X(override_signal, TREE_SIGNAL_LAST)    \
    X(detach, DETACH_SETSID)

#define TREE_CHOICE(field, last) uint8_t field;

struct tree_node {
    char name[TREE_NAME_BYTES]; /* "leaf", "w.2"; ends in 0; unique in the tree */
    int64_t deadline_ns;        /* of its own nursery, from its start; 0: none */
    int32_t exit_value;         /* status, signal number, or error code */
    uint16_t parent;            /* ACTOR_NONE for the root */
    uint16_t below;             /* number of descendants; the next sibling is id + below + 1 */
    uint8_t role;               /* enum role */
    uint8_t pause_when;         /* enum tree_when: NEVER, START, TOLD */
    uint8_t pause_prompt;       /* enum tree_prompt */
    uint8_t pause_tasks;        /* tasks that pause at once, 1 .. 8 */
    uint8_t exit_when;          /* enum tree_when */
    uint8_t exit_how;           /* enum tree_exit */
    TREE_CHOICES(TREE_CHOICE)
    uint8_t zero[3];
};

struct tree {
    uint32_t magic; /* TREE_MAGIC */
    uint32_t bytes; /* sizeof(struct tree_node), as a check of the build */
    uint32_t count; /* actors, at least 1 */
    uint32_t zero;
    uint64_t defects; /* set of enum defect, runtime/actor/core.h */
    struct tree_node node[TREE_ACTORS_MAX];
};

enum { TREE_MAGIC = 0x45455254 };

/* Bytes in use: the header and `count` nodes. */
size_t tree_size(const struct tree *t);

/* Checks numbers, ranges and the pre-order of `size` bytes. Returns 0 or ERR_INPUT. */
int tree_check(const struct tree *t, size_t size, struct diag *diag);

/* The actor of that name, or ACTOR_NONE. `root/mid/leaf` names it by its whole path too. */
uint16_t tree_find(const struct tree *t, const char *name);

/* Names of the table rows above; static. */
const char *role_name(unsigned role);
const char *role_help(unsigned role);
const char *tell_name(unsigned op); /* "" of TELL_WORDS */
const char *tell_help(unsigned op);

/* The role of that name, or -1. Seam for tests: their traces name roles; a tree has numbers. */
int role_find(const char *name);

#endif
