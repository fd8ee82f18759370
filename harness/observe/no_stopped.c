/* no_stopped.c: nobody stays stopped whom the harness has not stopped.
 *
 * A job in a background group that asks at the terminal is stopped by the kernel, and everybody
 * waits for it without a word. Excuses: what the harness has sent, or typed, that stops; a job, or
 * the root, that SIGSTOP or SIGTSTP stops, of which whoever has given it its group is told, as a
 * shell is; and once the root has ended, or the harness ends it, others look at who is left. */
#include "harness/observe/rows.h"

#include <inttypes.h>
#include <signal.h>

struct memory {
    int64_t tick;
    uint64_t sent; /* a bit for each signal that the harness has sent */
    unsigned open;
    bool over;
};

struct stop {
    int64_t since_ns;
    int32_t signal;
    bool behind;
    bool open;
};

static bool signal_stops(int64_t signal)
{
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void sent_add(struct memory *m, int64_t signal)
{
    if (signal_stops(signal))
        m->sent |= UINT64_C(1) << signal;
}

static void stop_close(struct memory *m, struct stop *s)
{
    m->open -= s->open;
    s->open = false;
}

static void stop_open(const struct look *l, struct stop *s)
{
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    int64_t signal = rec->value;
    bool known = signal > 0 && signal < 64;

    stop_close(m, s);
    if (known && ((m->sent | l->replay->typed) & UINT64_C(1) << signal) != 0)
        return;
    bool job = rec->actor == ACTOR_ROOT || rec->request != 0;
    if (job && (signal == SIGSTOP || signal == SIGTSTP))
        return;
    /* Nobody could tell by which; it may be one of the harness's. */
    if (!known && (m->sent | (l->replay->typed & UINT64_C(1) << SIGTSTP)) != 0)
        return;
    *s = (struct stop){.since_ns = l->replay->now_ns,
                       .signal = (int32_t)signal,
                       .behind = rec->extra != 0,
                       .open = true};
    m->open++;
}

static const char *stop_reason(const struct stop *s)
{
    if (s->signal == SIGTTIN)
        return " by SIGTTIN: it reads the terminal while another process group is in front";
    if (s->signal == SIGTTOU)
        return " by SIGTTOU: it writes to the terminal, or sets it, while another process group is "
               "in front";
    if (s->signal == SIGTSTP)
        return " by SIGTSTP, which nobody here has sent";
    if (s->signal == SIGSTOP)
        return " by SIGSTOP, which nobody here has sent";
    return s->behind ? " while another process group is in front" : "";
}

static bool stops_tell(const struct look *l)
{
    const struct replay *r = l->replay;
    const struct stop *all = l->actors;

    for (uint16_t id = 0; id < r->count; id++) {
        if (!all[id].open || r->now_ns - all[id].since_ns < l->within_ns)
            continue;
        return replay_violation(r, l->out, id, CAUSE_NONE,
                                "%s has been stopped for more than %" PRId64 " ms%s",
                                replay_name(r, id), l->within_ns / MS_NS, stop_reason(&all[id]));
    }
    return false;
}

static bool check(const struct look *l)
{
    const struct trace_record *rec = l->rec;
    struct memory *m = l->memory;
    struct stop *all = l->actors;

    if (m->over)
        return false;
    if (m->open > 0 && replay_time_moved(l->replay, &m->tick) && stops_tell(l))
        return true;
    switch (rec->point) {
    case POINT_SIGNAL_SENT:
        sent_add(m, rec->value);
        break;
    case POINT_FAULT_DONE:
        sent_add(m, rec->extra);
        break;
    case POINT_RUN_STOPPED:
        m->over = true;
        break;
    case POINT_PROC_STOPPED:
        if (replay_knows(l->replay, rec->actor))
            stop_open(l, &all[rec->actor]);
        break;
    case POINT_PROC_CONTINUED:
    case POINT_PROC_EXITED:
    case POINT_PROC_REAPED:
        if (replay_knows(l->replay, rec->actor))
            stop_close(m, &all[rec->actor]);
        m->over = m->over || (rec->actor == ACTOR_ROOT && rec->point != POINT_PROC_CONTINUED);
        break;
    default:
        break;
    }
    return false;
}

const struct invariant_entry invariant_no_stopped = {
    .name = "no-stopped",
    .note = "",
    .help =
        "no process stays stopped for longer than the bound, unless the harness has stopped it; "
        "actor: the one that is",
    .remedy =
        "who reads or sets the terminal belongs into the foreground group (tcsetpgrp), or has "
        "another input; who stops somebody continues him (SIGCONT)",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .default_within_ns = 500 * MS_NS,
    .memory_bytes = sizeof(struct memory),
    .actor_bytes = sizeof(struct stop),
    .on = check,
};
