/* progress.h: what is said while it runs: a status line on a terminal, a heartbeat in a log.
 *
 * The status line is the last line of what is for people and is wiped before anything else is
 * printed. It uses a carriage return and "erase to the end of the line", nothing that would have
 * to be undone. */
#ifndef HARNESS_CLI_PROGRESS_H
#define HARNESS_CLI_PROGRESS_H

#include "harness/cli/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* At most ten times a second on a terminal; a line every 30 s elsewhere. */
#define PROGRESS_REDRAW_NS    (INT64_C(100) * 1000 * 1000)
#define PROGRESS_HEARTBEAT_NS (INT64_C(30) * 1000 * 1000 * 1000)

struct progress {
    bool terminal;   /* what is for people goes to one */
    bool quiet;      /* nothing at all */
    bool shown;      /* a status line is there */
    int64_t last_ns; /* of the last line drawn */
};

void progress_start(struct progress *p, bool quiet);

/* How often progress_tick() wants to be called. */
int64_t progress_tick_ns(const struct progress *p);

/* Draws when it is time. */
void progress_tick(struct progress *p, const struct pool *pool);

/* Takes the status line away, before something is printed. */
void progress_wipe(struct progress *p);

#endif
