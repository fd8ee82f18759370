/* guard_link.h: the harness's end of its guard. */
#ifndef HARNESS_REAL_GUARD_LINK_H
#define HARNESS_REAL_GUARD_LINK_H

#include "harness/real/guard.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <sys/types.h>

enum { GUARD_END_MS = 10 * 1000 }; /* from the hang-up to the guard's end */

struct guard_link {
    int fd;      /* owned, never blocks on receiving; watch it for reading; -1: none */
    int pidfd;   /* owned; of `child`; -1: none */
    pid_t pid;   /* the guard, whose children are all that it has started */
    pid_t child; /* of this process: the guard, or who waits for it outside of its namespace */
    bool pidns;  /* it has a namespace of pids, whose numbers it uses */
};

#define GUARD_LINK_NONE ((struct guard_link){.fd = -1, .pidfd = -1})

/* What the guard is to start; all lent for the call. */
struct guard_request {
    const char *path; /* of the program; no search in PATH */
    const char *cwd;  /* NULL: the harness's */
    const char *const *argv;
    const char *const *envp;
    const int *fd; /* to pass */
    unsigned fd_count;
    unsigned tty;                  /* index into fd: the controlling terminal */
    const struct guard_move *move; /* all descriptors of the subject, from: index into fd */
    unsigned move_count;
    bool blocked; /* exec with all signals blocked */
    bool leader;  /* it leads the session itself */
    bool grouped; /* fd[group_procs] and fd[group_kill] are of a control group for it */
    unsigned group_procs;
    unsigned group_kill;
    bool filter; /* fd[filter_fd] is a filter for its system calls: GUARD_LISTENS comes first */
    bool firm;   /* who is held at one of them gets no signal but SIGKILL meanwhile */
    unsigned filter_fd;
};

/* Starts the program `guard` in that folder, with that argument unless it is NULL. Call it from the
 * main thread. */
int guard_link_open(struct guard_link *g, const char *helper_dir, const char *pidns,
                    struct diag *diag);

/* It has started the subject: from here on its own number is known. */
void guard_link_started(struct guard_link *g);

/* Our number of one that it calls so; 0: there is none (any more). */
pid_t guard_link_pid(const struct guard_link *g, pid_t inner);

/* Asks for the start; GUARD_STARTED or GUARD_FAILED follows. ERR_FULL when arguments and
 * variables are too many or too long. */
int guard_link_start(struct guard_link *g, const struct guard_request *request, struct diag *diag);

/* GUARD_CONT, GUARD_HUP, GUARD_KILL_ALL. ERR_GONE when there is no guard any more. */
int guard_link_order(struct guard_link *g, enum guard_order_kind kind, struct diag *diag);

/* Takes the next report without waiting: 1 and *out, with its descriptor (owned by the caller) or
 * -1, and its text in *why when it has one; 0 when there is none now; ERR_GONE when the guard is.
 */
int guard_link_receive(struct guard_link *g, struct guard_report *out, int *pidfd,
                       struct diag *why);

/* Hangs up: the guard kills what is left and ends, which makes `pidfd` readable. */
void guard_link_hang_up(struct guard_link *g);

/* Hangs up and waits until the guard is gone and reaped, by SIGKILL after GUARD_END_MS. */
void guard_link_close(struct guard_link *g);

#endif
