/* listener.h: the system calls of a command as points: counted, passed, held, failed.
 *
 * There is one only where the run asks for calls (world_options.calls). The command's first process
 * has taken over a filter before its exec, which all that it starts inherits; whoever makes a call
 * that the filter names waits in the kernel until it is answered here. A call that nobody is held
 * at is answered at once, before its record is given to the run. */
#ifndef HARNESS_REAL_LISTENER_H
#define HARNESS_REAL_LISTENER_H

#include "harness/real/real.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { LISTENER_CALLS_MAX = 1024 }; /* that wait at one time */

struct listener; /* listener.c */

/* Makes the filter that r->options asks for: r->listener, and the descriptor to pass in *program,
 * lent; -1 and none where nothing is asked for. Returns 0, ERR_NOMEM or ERR_UNSUPPORTED. */
int listener_new(struct real_world *r, int *program, struct diag *diag);

/* The command's first process is about to exec. Takes the listener over. */
int listener_begin(struct real_world *r, const struct guard_report *report, int fd,
                   struct diag *diag);

/* To be watched for reading, -1: nobody calls. */
int listener_fd(const struct real_world *r);

/* Takes and answers what is there. */
void listener_drain(struct real_world *r);

/* The run lets the actor go on at the call that it is held at. Returns false when it is held at
 * none. */
bool listener_release(struct real_world *r, uint16_t actor);

/* The call that the actor is held at is to fail with that errno when it goes on. Returns ERR_STATE
 * when it is held at none. */
int listener_fail(struct real_world *r, uint16_t actor, int error, struct diag *diag);

/* True when it is held, or waits its turn for that. */
bool listener_has(const struct real_world *r, pid_t pid);

/* True when the process only waits as it, or a child that it started, is held: at rest, whatever
 * the kernel calls that. */
bool listener_keeps(const struct real_world *r, pid_t pid);

/* True while somebody is held at a call. */
bool listener_holds(const struct real_world *r);

/* Nobody is held any more. */
void listener_pass(struct real_world *r);

/* What to say of a world that cannot have one; lent. */
const char *listener_remedy(const struct real_world *r, int error);

void listener_free(struct real_world *r);

#endif
