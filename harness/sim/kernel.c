/* kernel.c: processes and signals as the real kernel was measured to treat them. */
#include "harness/sim/kernel.h"

#include "runtime/base/check.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* What a signal does to an actor's process; the host installs a handler for the HANDLED ones. */
enum disposition { DEFAULT_DEATH, HANDLED, IGNORED, KILLS, STOPS, STOPS_JOB };

struct disposition_row {
    int signal;
    enum disposition disposition;
};

static const struct disposition_row dispositions[] = {
    {SIGINT,   HANDLED  },
    {SIGTERM,  HANDLED  },
    {SIGHUP,   HANDLED  },
    {SIGQUIT,  HANDLED  },
    {SIGTSTP,  STOPS_JOB},
    {SIGUSR1,  HANDLED  },
    {SIGCHLD,  IGNORED  }, /* the reaper watches processes,
  not this signal */
    {SIGPIPE,  IGNORED  },
    {SIGTTIN,  IGNORED  },
    {SIGTTOU,  IGNORED  },
    {SIGURG,   IGNORED  },
    {SIGWINCH, IGNORED  },
    {SIGKILL,  KILLS    },
    {SIGSTOP,  STOPS    },
    {SIGCONT,  HANDLED  }, /* and continues, before that */
};

static uint64_t bit(int signal)
{
    return UINT64_C(1) << (unsigned)signal;
}

/* What a signal does by itself. */
static enum disposition disposition_usual(int signal)
{
    switch (signal) {
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
        return IGNORED;
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return STOPS_JOB;
    default:
        return DEFAULT_DEATH;
    }
}

static enum disposition disposition_of(const struct sim_proc *p, int signal)
{
    if (p->stray && signal != SIGKILL && signal != SIGSTOP)
        return IGNORED;
    if ((p->own_ignored & bit(signal)) != 0)
        return IGNORED;
    if ((p->own_handled & bit(signal)) != 0)
        return HANDLED;
    if ((p->replaced & bit(signal)) != 0)
        return disposition_usual(signal);
    for (size_t i = 0; i < sizeof(dispositions) / sizeof(dispositions[0]); i++) {
        if (dispositions[i].signal == signal)
            return dispositions[i].disposition;
    }
    return DEFAULT_DEATH;
}

void kernel_init(struct kernel *k, struct sim_proc *table, uint16_t count, struct trace *trace)
{
    memset(table, 0, count * sizeof(table[0]));
    memset(k, 0, sizeof(*k));
    k->now_ns = KERNEL_START_NS;
    k->next_start = 1;
    k->next_pid = KERNEL_PID_FIRST;
    k->count = count;
    k->actors = count;
    k->lock = ACTOR_NONE;
    k->table = table;
    k->trace = trace;
}

void kernel_record(struct kernel *k, struct trace_record record)
{
    record.at_ns = k->now_ns - KERNEL_START_NS;
    /* A full trace is remembered by the trace, and the world looks there. */
    (void)trace_add(k->trace, &record);
}

static void proc_record(struct kernel *k, uint16_t row, enum point point, uint16_t peer,
                        int64_t value)
{
    /* Of a process that is no actor only the guard tells, and only that it has reaped it. */
    if (row >= k->actors && (point != POINT_PROC_REAPED || peer != ACTOR_HARNESS))
        return;
    if (row >= k->actors)
        row = ACTOR_NONE;
    kernel_record(k, (struct trace_record){
                         .actor = row, .point = (uint16_t)point, .peer = peer, .value = value});
}

static int32_t pid_new(struct kernel *k)
{
    int32_t pid;

    /* The table has fewer rows than there are numbers, so this ends. */
    do {
        pid = k->next_pid++;
        if (k->next_pid > KERNEL_PID_MAX)
            k->next_pid = KERNEL_PID_FIRST;
    } while (kernel_find(k, pid, 0) != ACTOR_NONE);
    return pid;
}

int32_t kernel_fork(struct kernel *k, uint16_t row, uint16_t parent)
{
    CHECK(row < k->count);
    CHECK(!kernel_exists(k, row));
    k->table[row] = (struct sim_proc){.state = PROC_BOOTING,
                                      .pid = pid_new(k),
                                      .start = k->next_start++,
                                      .alarm_ns = INT64_MAX,
                                      .parent = parent};
    proc_record(k, row, POINT_PROC_SPAWNED, ACTOR_NONE, k->table[row].pid);
    return k->table[row].pid;
}

/* A zombie that comes to the guard is reaped by it there and then. */
static void proc_adopt(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];

    if (kernel_lives(k, ACTOR_ROOT)) {
        p->parent = ACTOR_ROOT;
        p->adopted = ADOPTED_UNSEEN;
        return;
    }
    p->parent = ACTOR_HARNESS;
    p->adopted = ADOPTED_NO;
    if (p->state == PROC_ZOMBIE)
        kernel_reap(k, row, ACTOR_HARNESS);
}

int32_t kernel_stray(struct kernel *k, uint16_t row, bool adopted)
{
    uint16_t free = k->actors;

    while (free < k->count && kernel_exists(k, free))
        free++;
    if (free == k->count)
        return -EAGAIN;
    k->table[free] = (struct sim_proc){.state = PROC_RUNNING,
                                       .pid = pid_new(k),
                                       .start = k->next_start++,
                                       .alarm_ns = INT64_MAX,
                                       .parent = row,
                                       .alone = 1,
                                       .stray = 1};
    /* The root has a child that it does not know: one that it finds as it finds adopted ones. */
    if (adopted || row == ACTOR_ROOT)
        proc_adopt(k, free);
    return k->table[free].pid;
}

void kernel_freeze(struct kernel *k, uint16_t row)
{
    k->table[row].frozen = 1;
    k->table[row].stuck_ns = k->now_ns + CORE_FROZEN_NS;
}

bool kernel_thaws(const struct kernel *k, uint16_t row)
{
    const struct sim_proc *p = &k->table[row];
    return p->doomed && p->stuck_ns <= k->now_ns && kernel_lives(k, row);
}

void kernel_stop(struct kernel *k, uint16_t row, int signal)
{
    struct sim_proc *p = &k->table[row];

    /* A stop takes back a continue that was not seen yet, and the other way round. */
    p->pending &= ~bit(SIGCONT);
    if (p->stopped)
        return;
    p->stopped = 1;
    proc_record(k, row, POINT_PROC_STOPPED, ACTOR_NONE, signal);
}

/* A pending SIGTSTP has its default action, which does nothing to a group without a tie to the
 * session. */
static void stop_acts(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];

    if (k->stop_late || (p->pending & bit(SIGTSTP)) == 0)
        return;
    p->pending &= ~bit(SIGTSTP);
    if (kernel_lives(k, ACTOR_ROOT))
        kernel_stop(k, row, SIGTSTP);
}

void kernel_stop_waits(struct kernel *k, uint16_t row, bool waits)
{
    k->table[row].stop_waits = waits;
    if (!waits)
        stop_acts(k, row);
}

bool kernel_boot(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];

    CHECK(p->state == PROC_BOOTING);
    stop_acts(k, row);
    if (p->stopped)
        return false;
    p->state = PROC_RUNNING;
    return true;
}

bool kernel_lives(const struct kernel *k, uint16_t row)
{
    uint8_t state = k->table[row].state;
    return state == PROC_BOOTING || state == PROC_RUNNING;
}

bool kernel_exists(const struct kernel *k, uint16_t row)
{
    uint8_t state = k->table[row].state;
    return state != PROC_NONE && state != PROC_REAPED;
}

static void proc_post(struct sim_proc *p, int signal, enum signal_from from)
{
    if ((p->pending & bit(signal)) != 0)
        return; /* K6 */
    p->pending |= bit(signal);
    if (from == FROM_KERNEL)
        p->from_kernel |= bit(signal);
    else
        p->from_kernel &= ~bit(signal);
}

static bool is_key(int signal)
{
    return signal == SIGINT || signal == SIGQUIT || signal == SIGTSTP;
}

/* It goes on whatever its code has done to SIGCONT. */
static void proc_continue(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];

    if (!k->stop_late) {
        /* Whoever was to answer the press of it need not any more. */
        if ((p->pending & bit(SIGTSTP)) != 0)
            p->key = 0;
        p->pending &= ~bit(SIGTSTP);
    }
    if (!p->stopped)
        return;
    p->stopped = 0;
    proc_record(k, row, POINT_PROC_CONTINUED, ACTOR_NONE, 0);
}

void kernel_signal(struct kernel *k, uint16_t row, int signal, enum signal_from from)
{
    struct sim_proc *p = &k->table[row];

    CHECK(signal > 0 && signal < KERNEL_SIGNALS);
    if (!kernel_lives(k, row))
        return;
    if (signal == SIGCONT)
        proc_continue(k, row);
    switch (disposition_of(p, signal)) {
    case KILLS:
        if (p->frozen && p->stuck_ns > k->now_ns)
            p->doomed = 1;
        else
            kernel_die(k, row, signal);
        break;
    case STOPS:
        if (!p->frozen)
            kernel_stop(k, row, signal);
        break;
    case STOPS_JOB:
        p->pending &= ~bit(SIGCONT);
        if (signal != SIGTSTP) {
            if (!p->frozen && kernel_lives(k, ACTOR_ROOT))
                kernel_stop(k, row, signal);
            break;
        }
        proc_post(p, signal, from);
        if (p->state == PROC_RUNNING && !p->stop_waits && !p->frozen)
            stop_acts(k, row);
        break;
    case IGNORED:
        if (is_key(signal))
            p->key = 0; /* nothing will ever answer the press */
        break;
    case HANDLED:
    case DEFAULT_DEATH:
        proc_post(p, signal, from);
        break;
    }
}

void kernel_signal_group(struct kernel *k, int signal)
{
    for (uint16_t row = 0; row < k->count; row++)
        kernel_signal(k, row, signal, FROM_KERNEL);
}

uint64_t kernel_deliverable(const struct kernel *k, uint16_t row)
{
    const struct sim_proc *p = &k->table[row];
    return p->state == PROC_RUNNING && !p->stopped && !p->frozen ? p->pending : 0; /* K7 */
}

enum signal_from kernel_take(struct kernel *k, uint16_t row, int signal)
{
    struct sim_proc *p = &k->table[row];

    CHECK((p->pending & bit(signal)) != 0);
    p->pending &= ~bit(signal);
    return (p->from_kernel & bit(signal)) != 0 ? FROM_KERNEL : FROM_PROCESS;
}

bool kernel_is_fatal(const struct kernel *k, uint16_t row, int signal)
{
    return disposition_of(&k->table[row], signal) == DEFAULT_DEATH;
}

/* Of those that the runtime uses. Its SIGCHLD is the root's alone. */
static bool is_used(uint16_t row, int signal)
{
    static const int used[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGUSR1, SIGCONT,
                               SIGTSTP, SIGALRM, SIGPIPE, SIGTTIN, SIGTTOU};

    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++) {
        if (used[i] == signal)
            return true;
    }
    return signal == SIGCHLD && row == ACTOR_ROOT;
}

/* The own code does to it what the runtime has done. */
static bool is_same(int signal, enum actor_signal how)
{
    bool ignored = signal == SIGPIPE || signal == SIGTTIN || signal == SIGTTOU;
    bool usual = signal == SIGTSTP || signal == SIGALRM;

    return (ignored && how == ACTOR_SIGNAL_IGNORE) || (usual && how == ACTOR_SIGNAL_DEFAULT);
}

void kernel_replace(struct kernel *k, uint16_t row, int signal, enum actor_signal how)
{
    struct sim_proc *p = &k->table[row];
    uint64_t one = bit(signal);

    p->replaced &= ~one;
    p->own_ignored &= ~one;
    p->own_handled &= ~one;
    if (!is_used(row, signal) || !is_same(signal, how))
        p->replaced |= one;
    if (how == ACTOR_SIGNAL_HANDLER)
        p->own_handled |= one;
    if (how != ACTOR_SIGNAL_IGNORE)
        return;
    /* As POSIX has it: to ignore a signal throws away one that is pending. */
    p->own_ignored |= one;
    p->pending &= ~one;
    if (is_key(signal))
        p->key = 0;
}

bool kernel_swallows(const struct kernel *k, uint16_t row, int signal)
{
    return (k->table[row].own_handled & bit(signal)) != 0;
}

uint64_t kernel_assert(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];
    uint64_t back = 0;

    for (int signal = 1; p->replaced >> signal != 0; signal++) {
        if ((p->replaced & bit(signal)) != 0 && is_used(row, signal))
            back |= bit(signal);
    }
    p->replaced &= ~back;
    p->own_ignored &= ~back;
    p->own_handled &= ~back;
    return back;
}

void kernel_alarm(struct kernel *k, uint16_t row, int64_t after_ns)
{
    k->table[row].alarm_ns = k->now_ns + after_ns;
}

void kernel_die(struct kernel *k, uint16_t row, int32_t status)
{
    CHECK(kernel_lives(k, row));
    struct sim_proc *p = &k->table[row];
    p->state = PROC_CLOSING;
    p->status = status;
    p->pending = 0;
    p->from_kernel = 0;
    p->stopped = 0;
    p->alarm_ns = INT64_MAX;
}

void kernel_close(struct kernel *k, uint16_t row)
{
    CHECK(k->table[row].state == PROC_CLOSING);
    k->table[row].state = PROC_REPARENTING;
    kernel_unlock(k, row);
}

/* With the root the group has lost its tie to the session: when a member of such a group is
 * stopped, every member is hung up and continued. */
static void group_orphaned(struct kernel *k)
{
    bool any = false;

    for (uint16_t row = 0; row < k->count; row++)
        any |= kernel_lives(k, row) && k->table[row].stopped;
    for (uint16_t row = 0; any && row < k->count; row++) {
        kernel_signal(k, row, SIGHUP, FROM_KERNEL);
        kernel_signal(k, row, SIGCONT, FROM_KERNEL);
    }
}

void kernel_reparent(struct kernel *k, uint16_t row)
{
    struct sim_proc *p = &k->table[row];

    CHECK(p->state == PROC_REPARENTING);
    for (uint16_t child = 0; child < k->count; child++) {
        if (!kernel_exists(k, child) || k->table[child].parent != row)
            continue;
        if (!k->table[child].alone)
            kernel_signal(k, child, SIGTERM, FROM_PROCESS); /* K12 */
        proc_adopt(k, child);
    }
    if (row == ACTOR_ROOT)
        group_orphaned(k);
    p->state = PROC_ZOMBIE;
    p->key = 0;
    proc_record(k, row, POINT_PROC_EXITED, ACTOR_NONE, p->status);
    if (p->parent == ACTOR_HARNESS)
        kernel_reap(k, row, ACTOR_HARNESS);
}

void kernel_reap(struct kernel *k, uint16_t row, uint16_t by)
{
    struct sim_proc *p = &k->table[row];

    CHECK(p->state == PROC_ZOMBIE);
    CHECK(p->parent == by);
    p->state = PROC_REAPED;
    proc_record(k, row, POINT_PROC_REAPED, by, p->status);
}

uint16_t kernel_find(const struct kernel *k, int32_t pid, uint64_t start)
{
    for (uint16_t row = 0; row < k->count; row++) {
        const struct sim_proc *p = &k->table[row];
        if (p->pid == pid && kernel_exists(k, row) && (start == 0 || p->start == start))
            return row;
    }
    return ACTOR_NONE;
}

bool kernel_lock(struct kernel *k, uint16_t row)
{
    if (k->lock == ACTOR_NONE)
        k->lock = row;
    return k->lock == row;
}

void kernel_unlock(struct kernel *k, uint16_t row)
{
    if (k->lock == row)
        k->lock = ACTOR_NONE;
}
