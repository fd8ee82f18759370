/* job_list.c: a look at each process, in words. */
#include "harness/real/job_list.h"

#include "runtime/base/status.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- One process ---- */

/* One word of a line, whatever it calls itself. */
static void name_add(const char *name, pid_t pid, struct buf *out)
{
    for (const char *at = name; *at != 0; at++)
        buf_addf(out, "%c", (unsigned char)*at <= ' ' || *at == 0x7f ? '_' : *at);
    buf_addf(out, " (%d)", (int)pid);
}

unsigned job_stop_await(pid_t pid)
{
    struct procfs_stat stat;
    unsigned looks = 0;

    for (; looks < JOB_STOP_LOOKS_MAX && procfs_stat(pid, &stat) && stat.state == 'R'; looks++)
        (void)sched_yield();
    return looks;
}

/* One that was woken meanwhile is in no stop from which it could be let go, and would never be
 * reaped by its parent: it has to stop once more. A signal that it was about to get it gets. */
static void process_let_go(pid_t pid)
{
    int status = 0;

    if (ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0)
        return;
    (void)ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
        long signal = status >> 16 == 0 ? WSTOPSIG(status) : 0;
        if (ptrace(PTRACE_DETACH, pid, NULL, signal) == 0)
            return;
    }
}

int job_stopped_by(pid_t pid)
{
    int status = 0;

    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
        return 0;
    pid_t got = waitpid(pid, &status, __WALL | WNOHANG);
    process_let_go(pid);
    (void)job_stop_await(pid);
    return got == pid && WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
}

static void state_add(pid_t pid, char state, struct buf *out)
{
    int signal = state == 'T' ? job_stopped_by(pid) : 0;

    switch (state) {
    case 'R':
        buf_add_text(out, "running");
        break;
    case 'D':
        buf_add_text(out, "waiting in the kernel");
        break;
    case 'T':
        buf_add_text(out, "stopped");
        if (signal > 0) {
            buf_add_text(out, " by ");
            signal_add(signal, out);
        }
        break;
    case 't':
        buf_add_text(out, "stopped by a debugger");
        break;
    default:
        buf_add_text(out, "sleeping");
        break;
    }
}

/* ---- All of them ---- */

struct lister {
    const struct job_list *list;
    struct buf *out;
    uint64_t now_ticks; /* since boot */
    uint64_t hz;
};

static void parent_add(const struct lister *l, pid_t pid, const struct procfs_stat *stat)
{
    struct job_process was;
    struct procfs_stat parent;

    if (pid == l->list->root) {
        buf_add_text(l->out, "the program itself");
    } else if (stat->parent != l->list->guard) {
        buf_add_text(l->out, "child of ");
        name_add(procfs_stat(stat->parent, &parent) ? parent.name : "process", stat->parent,
                 l->out);
    } else if (l->list->parent(l->list->user, pid, &was)) {
        buf_add_text(l->out, "was a child of ");
        name_add(was.name, was.pid, l->out);
    } else {
        buf_add_text(l->out, "its parent has ended");
    }
}

void job_age(uint64_t start, uint64_t now, uint64_t hz, struct buf *out)
{
    uint64_t ticks = now > start ? now - start : 0;

    buf_addf(out, "%" PRIu64 ".%02" PRIu64 " s old", ticks / hz, ticks % hz * 100 / hz);
}

static void line_add(void *user, pid_t pid, const struct procfs_stat *stat)
{
    const struct lister *l = user;
    bool zombie = procfs_state_dead(stat->state);
    struct procfs_stat parent;

    /* What is dead and nobody's child is about to be reaped by us. */
    if (zombie && (stat->parent == l->list->guard || pid == l->list->root))
        return;
    name_add(stat->name, pid, l->out);
    buf_add_text(l->out, "  ");
    if (zombie) {
        buf_add_text(l->out, "zombie of ");
        name_add(procfs_stat(stat->parent, &parent) ? parent.name : "process", stat->parent,
                 l->out);
    } else {
        state_add(pid, stat->state, l->out);
        buf_add_text(l->out, ", ");
        parent_add(l, pid, stat);
    }
    buf_add_text(l->out, ", ");
    job_age(stat->start, l->now_ticks, l->hz, l->out);
    if (job_has_open(pid, stat, l->list->terminal, false))
        buf_add_text(l->out, ", holds the terminal open");
    buf_add_text(l->out, "\n");
}

int job_list(const struct job_list *list, struct buf *out, struct diag *diag)
{
    struct timespec now = {0};
    struct lister lister = {.list = list, .out = out};
    const struct job_question question = {
        .guard = list->guard, .anchor = list->anchor, .each = line_add, .user = &lister};
    struct job_look look;

    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    lister.hz = (uint64_t)sysconf(_SC_CLK_TCK);
    lister.now_ticks =
        (uint64_t)now.tv_sec * lister.hz + (uint64_t)now.tv_nsec * lister.hz / 1000000000;
    return job_look(&question, &look, diag);
}
