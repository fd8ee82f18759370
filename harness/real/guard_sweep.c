/* guard_sweep.c: one look at /proc is a table of (pid, parent, start, state), sorted by pid. */
#include "harness/real/guard_sweep.h"

#include "runtime/base/buf.h"
#include "runtime/base/fd.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

static bool sweep_read(pid_t pid, struct sweep_process *out)
{
    struct procfs_stat stat;

    if (!procfs_stat(pid, &stat))
        return false;
    *out = (struct sweep_process){
        .start = stat.start, .pid = pid, .parent = stat.parent, .state = stat.state};
    return true;
}

static int sweep_order(const void *a, const void *b)
{
    const struct sweep_process *x = a;
    const struct sweep_process *y = b;

    return (x->pid > y->pid) - (x->pid < y->pid);
}

/* A descendant may have a smaller number than its parent, so this repeats until nothing moves. */
void sweep_mark(struct sweep_process *process, size_t count, pid_t top)
{
    bool moved;

    qsort(process, count, sizeof(*process), sweep_order);
    do {
        moved = false;
        for (size_t i = 0; i < count; i++) {
            struct sweep_process *p = &process[i];
            if (p->below)
                continue;
            const struct sweep_process key = {.pid = p->parent};
            const struct sweep_process *parent =
                bsearch(&key, process, count, sizeof(*process), sweep_order);
            p->below = p->parent == top || (parent != NULL && parent->below);
            moved = moved || p->below;
        }
    } while (moved);
}

static struct sweep_process *table_of(const struct buf *table, size_t *count)
{
    *count = table->size / sizeof(struct sweep_process);
    return (struct sweep_process *)(void *)table->data;
}

/* Fills the table with all that there is. Returns false when /proc cannot be read. */
static bool sweep_look(struct buf *table, pid_t top)
{
    DIR *proc = opendir("/proc");
    struct sweep_process p;
    size_t count;

    if (proc == NULL)
        return false;
    buf_drop(table, table->size);
    for (const struct dirent *entry = readdir(proc); entry != NULL; entry = readdir(proc)) {
        /* A process that ends meanwhile is no loss; its children are found under their next
         * parent in the next look. */
        if (sweep_read(procfs_number(entry->d_name), &p))
            buf_add(table, &p, sizeof(p));
    }
    (void)closedir(proc);
    struct sweep_process *process = table_of(table, &count);
    sweep_mark(process, count, top);
    return count > 0;
}

/* A process in an uninterruptible wait cannot fork either; the parent of a stopped vfork child
 * stays in one for as long as that is stopped. */
bool sweep_is_still(const struct sweep_process *p)
{
    return procfs_state_dead(p->state) || procfs_state_stopped(p->state) || p->state == 'D';
}

bool sweep_send(const struct sweep_process *p, int signal)
{
    struct sweep_process now;
    int pidfd = pidfd_of(p->pid);

    /* The same start time before and after the pidfd was opened: it is the same process. */
    bool sent = sweep_read(p->pid, &now) && now.start == p->start && pidfd_send(pidfd, signal);
    fd_close(&pidfd);
    return sent;
}

/* Looks, and calls back for each process below that may be meant. Returns how often that was true,
 * or -1 when /proc cannot be read. */
static int sweep(pid_t top, pid_t spared, bool (*meet)(const struct sweep_process *p, void *user),
                 void *user)
{
    struct buf table = BUF_INIT;
    size_t count;
    int met = -1;

    if (sweep_look(&table, top)) {
        const struct sweep_process *process = table_of(&table, &count);
        met = 0;
        for (size_t i = 0; i < count; i++) {
            const struct sweep_process *p = &process[i];
            if (p->below && p->pid != spared && !procfs_state_dead(p->state))
                met += meet(p, user);
        }
    }
    buf_release(&table);
    return met;
}

static bool signal_meet(const struct sweep_process *p, void *user)
{
    const int *signal = user;

    return sweep_send(p, *signal);
}

int sweep_signal(pid_t top, pid_t spared, int signal)
{
    return sweep(top, spared, signal_meet, &signal);
}

static bool stop_meet(const struct sweep_process *p, void *user)
{
    (void)user;
    if (sweep_is_still(p))
        return false;
    (void)sweep_send(p, SIGSTOP);
    return true;
}

int sweep_stop(pid_t top, pid_t spared, int rounds)
{
    int running = -1;

    for (int round = 0; round < rounds && running != 0; round++) {
        running = sweep(top, spared, stop_meet, NULL);
        /* Those that were told to stop have a chance to do so before the next look. */
        (void)sched_yield();
    }
    return running == 0 ? 0 : -1;
}

struct found {
    void (*call)(pid_t pid, void *user);
    void *user;
};

static bool found_meet(const struct sweep_process *p, void *user)
{
    const struct found *found = user;

    found->call(p->pid, found->user);
    return true;
}

void sweep_each(pid_t top, pid_t spared, void (*found)(pid_t pid, void *user), void *user)
{
    struct found to = {.call = found, .user = user};

    (void)sweep(top, spared, found_meet, &to);
}
