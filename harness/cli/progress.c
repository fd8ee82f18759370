/* progress.c: the status line. */
#include "harness/cli/progress.h"

#include "harness/cli/print.h"
#include "runtime/host/loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void progress_start(struct progress *p, bool quiet)
{
    *p = (struct progress){.terminal = isatty(fileno(print_people_stream())) && !terminal_is_dumb(),
                           .quiet = quiet,
                           .last_ns = loop_now_ns()};
}

int64_t progress_tick_ns(const struct progress *p)
{
    return p->terminal ? PROGRESS_REDRAW_NS : PROGRESS_HEARTBEAT_NS;
}

/* The worker that has been at it for longest. */
static const struct pool_worker *longest(const struct pool *pool)
{
    const struct pool_worker *best = NULL;

    for (size_t i = 0; i < POOL_WORKERS_MAX; i++) {
        const struct pool_worker *w = &pool->worker[i];
        if (w->pid > 0 && (best == NULL || w->started_ns < best->started_ns))
            best = w;
    }
    return best;
}

/* The status line, at most `columns` wide; without a newline. */
static void progress_line(struct buf *out, const struct pool *pool, int64_t now_ns,
                          unsigned columns)
{
    const struct pool_worker *w = longest(pool);
    size_t begin = out->size;

    if (pool->repeat_step > 0)
        buf_addf(out, " %zu run%s  %zu failed", pool->done, plural(pool->done), pool->failed);
    else
        buf_addf(out, " %zu/%zu  %zu failed", pool->done, pool->jobs->count, pool->failed);
    if (pool->end_ns > now_ns)
        buf_addf(out, "  %" PRId64 "s left", (pool->end_ns - now_ns) / 1000000000);
    if (pool->interrupted != 0 || pool->ending)
        buf_add_text(out, "  stopping");
    if (w != NULL) {
        const struct job *job = &pool->jobs->job[w->job];
        buf_addf(out, "  %" PRId64 "s  %s  %s", (now_ns - w->started_ns) / 1000000000,
                 job->variant->id, engine_name(job->engine));
    }
    /* One column stays free: a full line would wrap, and could not be wiped. */
    size_t room = columns > 1 ? columns - 1 : 1;
    if (out->size - begin > room) {
        out->size = begin + room;
        out->data[out->size] = 0;
    }
}

void progress_wipe(struct progress *p)
{
    if (p->shown)
        (void)fputs("\r\x1b[K", print_people_stream());
    p->shown = false;
}

void progress_tick(struct progress *p, const struct pool *pool)
{
    int64_t now_ns = loop_now_ns();
    struct buf line = BUF_INIT;

    if (p->quiet || now_ns - p->last_ns < progress_tick_ns(p))
        return;
    p->last_ns = now_ns;
    progress_wipe(p);
    progress_line(&line, pool, now_ns, p->terminal ? (unsigned)terminal_columns() : 200);
    p->shown = p->terminal;
    if (!p->terminal)
        buf_add_text(&line, "\n");
    print_people(&line);
}
