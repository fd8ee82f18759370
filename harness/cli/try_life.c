/* try_life.c: points, from a trace. */
#include "harness/cli/try_life.h"

#include "harness/language/call.h"
#include "runtime/base/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Handlers are looked for so often that less is no window. */
#define WINDOW_NS (INT64_C(20) * 1000 * 1000)
#define MS_NS     (INT64_C(1000) * 1000)

const int try_life_signals[TRY_LIFE_SIGNALS] = {SIGINT, SIGTERM};

/* ---- Points ---- */

struct moment {
    int64_t at_ns;
    char at[TRY_AT_BYTES];
};

struct moments {
    size_t count;
    struct moment moment[TRY_POINTS_MAX];
};

/* Each is there once, in the order of time. */
static void moment_add(struct moments *m, int64_t at_ns, const char *text)
{
    size_t at = m->count;

    if (at_ns < 0)
        return;
    for (size_t i = 0; i < m->count; i++) {
        if (strcmp(m->moment[i].at, text) == 0)
            return;
    }
    if (m->count == TRY_POINTS_MAX)
        return;
    m->count++;
    for (; at > 0 && m->moment[at - 1].at_ns > at_ns; at--)
        m->moment[at] = m->moment[at - 1];
    m->moment[at].at_ns = at_ns;
    (void)snprintf(m->moment[at].at, sizeof(m->moment[at].at), "%s", text);
}

/* A name that the language can hold as that of a process. */
static bool is_plain(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    return name[0] != 0 && name[strspn(name, plain)] == 0;
}

/* Each program once, where it is started; that of the command itself is there from the beginning.
 */
static void execs_add(struct moments *m, const struct trace *t, const struct cast *cast,
                      const char *point)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *r = &t->record[i];
        char text[TRY_AT_BYTES];
        if (r->point != POINT_PROC_EXECED || r->actor == ACTOR_ROOT || r->actor >= cast->count)
            continue;
        const char *name = cast->who[r->actor].name;
        if (!is_plain(name) || strcmp(name, cast->who[ACTOR_ROOT].name) == 0)
            continue;
        (void)snprintf(text, sizeof(text), "%s@%s", name, point);
        moment_add(m, r->at_ns, text);
    }
}

/* Where the command's first process waits, and ends by itself. */
static void calls_add(struct moments *m, const struct trace *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *r = &t->record[i];
        char text[TRY_AT_BYTES];
        char call[CALL_NAME_BYTES];
        if (r->point != POINT_SYS_CALL || r->actor != ACTOR_ROOT)
            continue;
        (void)call_text(call_unpack(r->value), call);
        (void)snprintf(text, sizeof(text), "root@%s", call);
        if (strcmp(call, "execve") != 0) /* which is where it begins */
            moment_add(m, r->at_ns, text);
    }
}

void try_life_learn(struct try_life *life, const struct trace *t, const struct cast *cast)
{
    struct moments m = {.count = 0};

    moment_add(&m, life->output_ns, "output");
    moment_add(&m, life->ready_ns, "ready");
    moment_add(&m, life->rest_ns, "rest");
    execs_add(&m, t, cast, life->calls ? "execve" : point_name(POINT_PROC_EXECED));
    calls_add(&m, t);
    life->points.count = 0;
    for (size_t i = 0; i < m.count; i++)
        (void)try_points_add(&life->points, m.moment[i].at, m.moment[i].at_ns);
}

/* ---- The unready window ---- */

static void add_seconds(struct buf *out, int64_t ns)
{
    int64_t hundredths = (ns + 5 * MS_NS) / (10 * MS_NS);

    buf_addf(out, "%" PRId64 ".%02" PRId64 " s", hundredths / 100, hundredths % 100);
}

/* The process whose handler counts: the first one's, else that of the first that has one. */
static const struct try_process *handler_find(const struct try_life *life, size_t signal)
{
    for (size_t i = 0; i < life->processes; i++) {
        if (life->process[i].handler_ns[signal] >= 0)
            return &life->process[i];
    }
    return NULL;
}

void try_life_look_ready(struct try_life *life, const struct cast *cast)
{
    int64_t since = life->ready_ns >= 0 ? life->ready_ns : life->output_ns;
    struct buf out = BUF_INIT;

    for (size_t i = 0; i < TRY_LIFE_SIGNALS && since >= 0; i++) {
        const struct try_process *p = handler_find(life, i);
        if (p == NULL || p->handler_ns[i] - since < WINDOW_NS)
            continue;
        buf_add_text(&out, life->ready_ns >= 0 ? "READY at " : "first output at ");
        add_seconds(&out, since);
        buf_add_text(&out, ", a handler for ");
        signal_add(try_life_signals[i], &out);
        buf_add_text(&out, " at ");
        add_seconds(&out, p->handler_ns[i]);
        buf_addf(&out, " (%s): what comes in these %" PRId64 " ms ends it without its clean-up\n",
                 p->actor < cast->count ? cast->who[p->actor].name : "a process",
                 (p->handler_ns[i] - since) / MS_NS);
    }
    (void)snprintf(life->window, sizeof(life->window), "%s", buf_text(&out));
    buf_release(&out);
}
