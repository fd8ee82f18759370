/* host.h: runs one actor for real: the seam between the core and this machine.
 *
 * host_run() is the whole life of an actor process. It turns what happens (frames, deaths,
 * signals, time, keys) into events for core_step(), and carries the effects out, in order and one
 * step at a time, by the driver contract of core.h. */
#ifndef RUNTIME_HOST_HOST_H
#define RUNTIME_HOST_HOST_H

#include "runtime/include/actor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lent for the run. Everything but `program` concerns the root only: a child learns the rest from
 * its parent. */
struct host_options {
    const struct actor_program *program;
    const char *name;
    const void *arg;
    size_t arg_size;     /* at most ACTOR_BYTES_MAX */
    uint64_t defects;    /* set of enum defect */
    int64_t deadline_ns; /* relative, of the root's own nursery; 0: none */
    bool collect;
};

/* Runs the actor, as the root or as the child whose parent has set CONTROL_ENV_PARENT. Returns the
 * exit status; dies by the signal instead when the actor is to end by one. A failure to set up is
 * printed to standard error and returns 1. */
int host_run(const struct host_options *o);

#endif
