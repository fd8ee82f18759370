/* guard_pidns.h: the guard as the first process of a namespace of pids.
 *
 * Whoever loses its parent there is its child, and sees a parent with the number 1, which many
 * programs take for the sign that they are orphans: under a subreaper they never notice. When the
 * guard dies the kernel kills all of them. It takes a namespace of mounts, too, as /proc has to
 * tell the numbers of that namespace; and without root a namespace of users, in which no program
 * gains rights (sudo does not work), so never without being asked. */
#ifndef HARNESS_REAL_GUARD_PIDNS_H
#define HARNESS_REAL_GUARD_PIDNS_H

#include "runtime/base/err.h"

#include <stdbool.h>

/* Returns 0 in a child of this process that is the first one in there; this process ends with it.
 * `users`: a namespace of users may be made where it takes one. On failure ERR_UNSUPPORTED, with
 * what to do, in this process or in that child. */
int pidns_enter(int link, bool users, struct diag *diag);

#endif
