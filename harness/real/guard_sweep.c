/* guard_sweep.c: one look at /proc is a table of (pid, parent, start, state), sorted by pid. */
#include "harness/real/guard_sweep.h"

#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct sweep {
    struct sweep_process *process; /* owned */
    size_t count;
    size_t room;
};

static bool sweep_read(pid_t pid, struct sweep_process *out)
{
    struct procfs_stat stat;

    if (!procfs_stat(pid, &stat))
        return false;
    *out = (struct sweep_process){
        .start = stat.start, .pid = pid, .parent = stat.parent, .state = stat.state};
    return true;
}

static bool sweep_add(struct sweep *s, const struct sweep_process *p)
{
    if (s->count == s->room) {
        size_t room = s->room == 0 ? 512 : s->room * 2;
        struct sweep_process *grown = realloc(s->process, room * sizeof(*grown));
        if (grown == NULL)
            return false;
        s->process = grown;
        s->room = room;
    }
    s->process[s->count++] = *p;
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

static bool sweep_look(struct sweep *s, pid_t top)
{
    DIR *proc = opendir("/proc");
    struct sweep_process p;

    if (proc == NULL)
        return false;
    s->count = 0;
    for (const struct dirent *entry = readdir(proc); entry != NULL; entry = readdir(proc)) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        /* A process that ends meanwhile is no loss; its children are found under their next
         * parent in the next look. */
        if (pid <= 0 || *end != 0 || !sweep_read((pid_t)pid, &p))
            continue;
        if (!sweep_add(s, &p))
            break;
    }
    (void)closedir(proc);
    if (s->count == 0)
        return false;
    sweep_mark(s->process, s->count, top);
    return true;
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

    if (pidfd < 0)
        return false;
    /* The same start time before and after the pidfd was opened: it is the same process. */
    bool sent = sweep_read(p->pid, &now) && now.start == p->start && pidfd_send(pidfd, signal);
    (void)close(pidfd);
    return sent;
}

int sweep_signal(pid_t top, pid_t spared, int signal)
{
    struct sweep s = {0};
    int sent = 0;

    if (!sweep_look(&s, top)) {
        free(s.process);
        return -1;
    }
    for (size_t i = 0; i < s.count; i++) {
        const struct sweep_process *p = &s.process[i];
        if (p->below && p->pid != spared && !procfs_state_dead(p->state) && sweep_send(p, signal))
            sent++;
    }
    free(s.process);
    return sent;
}

int sweep_stop(pid_t top, pid_t spared, int rounds)
{
    struct sweep s = {0};
    int rc = -1;

    for (int round = 0; round < rounds && rc != 0; round++) {
        if (!sweep_look(&s, top))
            break;
        rc = 0;
        for (size_t i = 0; i < s.count; i++) {
            const struct sweep_process *p = &s.process[i];
            if (!p->below || p->pid == spared || sweep_is_still(p))
                continue;
            (void)sweep_send(p, SIGSTOP);
            rc = -1;
        }
        /* Give those that were told to stop a chance to do so before the next look. */
        if (rc != 0)
            (void)sched_yield();
    }
    free(s.process);
    return rc;
}

void sweep_each(pid_t top, pid_t spared, void (*found)(pid_t pid, void *user), void *user)
{
    struct sweep s = {0};

    if (!sweep_look(&s, top))
        s.count = 0;
    for (size_t i = 0; i < s.count; i++) {
        const struct sweep_process *p = &s.process[i];
        if (p->below && p->pid != spared && !procfs_state_dead(p->state))
            found(p->pid, user);
    }
    free(s.process);
}
