/* host_parts.h: what the files of the host share. Not for others.
 *
 * host_uv.c steps the core and carries effects out, host_child.c has the children and the adopted,
 * host_exec.c those that are no actors, host_watch.c the descriptors that the actor's own code
 * watches, host_start.c sets the process up. */
#ifndef RUNTIME_HOST_HOST_PARTS_H
#define RUNTIME_HOST_HOST_PARTS_H

#include "runtime/actor/driver.h"
#include "runtime/host/host.h"
#include "runtime/host/links.h"
#include "runtime/host/loop.h"
#include "runtime/host/points.h"
#include "runtime/host/signals.h"
#include "runtime/host/spawn.h"
#include "runtime/host/tty.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    HOST_ADOPTED_MAX = 256, /* adopted processes known by number; more are found when these end */
    HOST_ARGS_MAX = 64,
    HOST_ARGS_BYTES = 4096,
    HOST_ENV_BYTES = 64,
    HOST_EXECS_MAX = 2 * ACTOR_CALLS_QUEUED_MAX, /* programs that wait for their start */
};

struct host_timer {
    struct loop_timer timer;
    struct host *host;
    uint16_t number;
    uint16_t generation;
};

struct host_child {
    struct host *host;
    struct link link;
    struct loop_watch watch; /* of the pidfd */
    pid_t pid;               /* 0: free */
    int pidfd;
    uint16_t slot;
    bool group; /* it leads a process group, which gets its signals */
};

struct host_watch {
    struct host *host; /* NULL: free */
    struct loop_watch watch;
};

struct host {
    const struct actor_program *program;
    struct loop *loop;
    struct core core;
    struct core_effects effects;
    struct user_calls calls;
    struct user_host user_host;
    struct driver driver;

    bool root;
    bool scan_due;     /* root: look for adopted processes */
    bool want_result;  /* EFFECT_WATCH_RESULT waits for the parent's link */
    bool text_lost;    /* the parent's link was too full for a text */
    unsigned activity; /* events served, to find out whether a turn of the loop was idle */
    pid_t parent_pid;

    int null_fd; /* /dev/null for children; -1 until needed */
    int self_fd; /* this program; -1 until needed */
    int baton;   /* -1: none */
    bool has_tree;
    bool has_control;
    uint8_t modes[TTY_MODES_BYTES]; /* root: of the terminal at the start */

    struct link parent;
    struct tty tty;
    struct signals signals;
    struct points points;
    struct host_timer timer[TIMERS];
    unsigned slots; /* of child[], used so far */
    struct host_child child[CORE_CHILDREN_MAX];
    pid_t adopted[HOST_ADOPTED_MAX];        /* 0: free */
    struct host_exec *exec[HOST_EXECS_MAX]; /* NULL: free */
    unsigned exec_next;
    struct host_watch watch[ACTOR_WATCHES_MAX];

    char args_text[HOST_ARGS_BYTES];
    char *args[HOST_ARGS_MAX + 1];
    char env_parent[HOST_ENV_BYTES];
    char env_actor[HOST_ENV_BYTES];
    char **env; /* owned; the texts are those of environ, and the two above */
    unsigned env_count;
};

/* ---- host_uv.c ---- */

/* Hands an event to the core, and everything that follows from it. Not from inside an effect. */
void host_feed(struct host *h, struct core_event *e);

/* Does harm to this actor's end of the link between `child` and its parent, if it has one. Steps
 * nothing: it may be called from inside an effect. */
void host_harm(void *user, uint16_t child, enum link_harm harm);

/* Reports a point, EFFECT_POINT. */
void host_point(struct host *h, const struct core_effect *e);

/* ---- host_child.c ---- */

/* Opens what every start needs, once; each start does it as well. The root does so at its own
 * start, so that the descriptors that it has do not depend on its past. Returns false when it
 * cannot. */
bool host_child_prepare(struct host *h);

void host_child_start(struct host *h, uint16_t slot, uint16_t id);
void host_child_reap(struct host *h, uint16_t slot);

/* A process is there for the slot: watches it, and tells the core. `group`: it leads one. */
void host_child_began(struct host *h, uint16_t slot, const struct spawned *process, bool group);

void host_child_forget(struct host *h, uint16_t slot);
void host_child_kill(struct host *h, uint16_t slot, int signal);

/* SIGKILL to a process that is not a child of this actor's own: the one with this start time, or
 * an adopted one when that is 0. */
void host_kill_pid(pid_t pid, uint64_t start);

/* Root: finds adopted processes and reaps those that have ended. */
void host_scan(struct host *h);

/* Whether there is any, also one that the next scan is to find: the kernel tells nobody that who
 * was left behind further down is the root's now. */
bool host_has_adopted(const struct host *h);

/* Root, at its end: no adopted process stays behind (D9). */
void host_sweep(struct host *h);

/* ---- host_exec.c ---- */

/* struct user_host's: keeps a copy of what is to be started. */
int host_exec_keep(void *user, const struct actor_exec *exec);

/* EFFECT_EXEC: starts what was kept under that number. */
void host_exec_start(struct host *h, uint16_t slot, unsigned number);
void host_exec_end(struct host *h);

/* ---- host_watch.c ---- */

/* struct user_host's: tells the core once when the descriptor is ready; 0: not any more. */
int host_watch_start(void *user, int fd, unsigned ready);
void host_watch_end(struct host *h);

/* ---- host_start.c ---- */

/* Sets everything up and fills the core's first event. Returns 0 or an error. */
int host_start(struct host *h, const struct host_options *o, struct core_start *start,
               int *unexpected, struct diag *diag);
void host_end(struct host *h);

#endif
