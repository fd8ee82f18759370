/* host_child.c: starting children, their death, and the processes that the root adopts.
 *
 * A child is named by its pidfd. When that says "dead", the child's link is read to its end first,
 * so that its last frames come before its exit; then the core is told, and answers EFFECT_REAP.
 * Nobody here waits for "any child": only the root also looks for processes that nobody of its own
 * started, by the list of its children, and reaps those by number. */
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/host/control.h"
#include "runtime/host/host_parts.h"
#include "runtime/host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEAKED_FD = 9, STATUS_UNKNOWN = 255 << 8, SWEEP_MS = 1000 };

static bool early_exit(const struct host *h)
{
    return defect_in(h->core.self.defects, DEFECT_EARLY_EXIT);
}

static void child_dead(struct loop_watch *w, int ready)
{
    struct host_child *child = w->user;
    struct host *h = child->host;

    (void)ready;
    loop_watch_stop(w);
    /* What it had below it is ours by now, and may have its time before the tree ends (D10). */
    if (h->root)
        host_scan(h);
    if (!early_exit(h))
        link_drain(&child->link);
    host_feed(h, &(struct core_event){.kind = EVENT_CHILD_DEAD, .link = child->slot});
}

/* ---- the link ---------------------------------------------------------------------------- */

static void child_frame(struct link *l, const struct frame *f)
{
    struct host_child *child = l->user;
    struct pollfd dead = {.fd = child->pidfd, .events = POLLIN};

    /* The mistake: a death that is known counts before what the child has said. */
    if (early_exit(child->host) && child->watch.handle != NULL && poll(&dead, 1, 0) > 0)
        child_dead(&child->watch, LOOP_READABLE);
    host_feed(child->host,
              &(struct core_event){.kind = EVENT_FRAME, .link = child->slot, .frame = f});
}

static void child_end(struct link *l, enum link_end why)
{
    struct host_child *child = l->user;
    struct core_event e = {.kind = EVENT_LINK_EOF, .link = child->slot};

    if (why == LINK_END_FAULT)
        e.kind = EVENT_LINK_FAULT;
    host_feed(child->host, &e);
}

static void child_written(struct link *l)
{
    (void)l;
}

/* Slots are made ready when they are first used: most of the many never are. */
static void child_init(struct host *h, uint16_t slot)
{
    struct host_child *child = &h->child[slot];

    if (child->host != NULL)
        return;
    child->host = h;
    child->slot = slot;
    child->pidfd = -1;
    child->link.on_frame = child_frame;
    child->link.on_end = child_end;
    child->link.on_written = child_written;
    child->link.user = child;
    link_init(&child->link);
    if (h->slots <= slot)
        h->slots = slot + 1U;
}

/* ---- start ------------------------------------------------------------------------------- */

/* The arguments of this process again: the child's main() takes the same way as ours did. */
static void args_read(struct host *h)
{
    size_t used = 0;
    unsigned count = 0;

    ssize_t got = procfs_read(0, "cmdline", h->args_text, sizeof(h->args_text));
    for (size_t size = got > 0 ? (size_t)got : 0; used < size && count < HOST_ARGS_MAX; count++) {
        h->args[count] = h->args_text + used;
        used += strlen(h->args_text + used) + 1;
    }
    if (count == 0)
        h->args[count++] = h->args_text;
}

bool host_child_prepare(struct host *h)
{
    if (h->null_fd < 0)
        h->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    /* The running program, whatever has become of its file meanwhile: versions cannot mix. */
    if (h->self_fd < 0)
        h->self_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
    if (h->args[0] == NULL)
        args_read(h);
    return h->null_fd >= 0 && h->self_fd >= 0;
}

static int child_spawn(struct host *h, int link_fd, uint16_t id, struct spawned *out)
{
    struct spawn_move move[SPAWN_MOVES_MAX];
    unsigned count = 0;
    sigset_t all;

    if (!host_child_prepare(h))
        return ERR_IO;
    (void)snprintf(h->env_parent, sizeof(h->env_parent), "%s=%d", CONTROL_ENV_PARENT,
                   (int)getpid());
    (void)snprintf(h->env_actor, sizeof(h->env_actor), "%s=%u.%u", CONTROL_ENV_ACTOR, (unsigned)id,
                   (unsigned)h->core.self.id);
    move[count++] = (struct spawn_move){h->null_fd, STDIN_FILENO};
    move[count++] = (struct spawn_move){STDOUT_FILENO, STDOUT_FILENO};
    move[count++] = (struct spawn_move){STDERR_FILENO, STDERR_FILENO};
    move[count++] = (struct spawn_move){link_fd, FD_LINK};
    if (h->tty.fd >= 0)
        move[count++] = (struct spawn_move){FD_TTY, FD_TTY};
    if (h->baton >= 0)
        move[count++] = (struct spawn_move){FD_BATON, FD_BATON};
    if (h->has_tree)
        move[count++] = (struct spawn_move){FD_TREE, FD_TREE};
    if (h->has_control)
        move[count++] = (struct spawn_move){FD_CONTROL, FD_CONTROL};
    if (defect_in(h->core.self.defects, DEFECT_LEAK_DESCRIPTOR))
        move[count++] = (struct spawn_move){h->null_fd, LEAKED_FD};
    (void)sigfillset(&all);
    struct spawn s = {
        .exec_fd = h->self_fd,
        .argv = h->args,
        .envp = h->env,
        .move = move,
        .move_count = count,
        /* Nothing is lost before the child's handlers are there. */
        .mask = &all,
        .death_signal = SIGTERM,
    };
    return spawn_process(&s, out, NULL);
}

void host_child_start(struct host *h, uint16_t slot, uint16_t id)
{
    struct host_child *child = &h->child[slot];
    struct spawned process = {.pidfd = -1};
    int end[2];

    child_init(h, slot);
    CHECK(child->pid == 0);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) < 0) {
        driver_answer(&h->driver, EVENT_CHILD_SPAWNED, slot, -errno, 0);
        return;
    }
    int rc = child_spawn(h, end[1], id, &process);
    int error = errno;
    (void)close(end[1]);
    if (rc < 0) {
        (void)close(end[0]);
        driver_answer(&h->driver, EVENT_CHILD_SPAWNED, slot, error != 0 ? -error : -EIO, 0);
        return;
    }
    /* Without its link a child is of no use, and without its watch it would never be reaped: both
     * want nothing but memory. */
    CHECK(link_open(&child->link, h->loop, end[0], NULL) == 0);
    host_child_began(h, slot, &process, false);
}

void host_child_began(struct host *h, uint16_t slot, const struct spawned *process, bool group)
{
    struct host_child *child = &h->child[slot];

    child_init(h, slot);
    child->pid = process->pid;
    child->pidfd = process->pidfd;
    child->group = group;
    child->watch = (struct loop_watch){.fd = child->pidfd, .on_ready = child_dead, .user = child};
    CHECK(loop_watch_start(h->loop, &child->watch, LOOP_READABLE, NULL) == 0);
    driver_answer(&h->driver, EVENT_CHILD_SPAWNED, slot, child->pid, 0);
}

/* ---- end --------------------------------------------------------------------------------- */

static int status_of(const siginfo_t *info)
{
    if (info->si_code == CLD_EXITED)
        return (info->si_status & 0xff) << 8;
    return (info->si_status & 0x7f) | (info->si_code == CLD_DUMPED ? 0x80 : 0);
}

void host_child_reap(struct host *h, uint16_t slot)
{
    struct host_child *child = &h->child[slot];
    siginfo_t info = {0};
    int status = STATUS_UNKNOWN;

    CHECK(child->pid != 0);
    /* It is dead, so this does not wait. It fails only if code of the actor's own has waited for a
     * child that was not its own to wait for. */
    if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED) == 0)
        status = status_of(&info);
    (void)close(child->pidfd);
    child->pidfd = -1;
    driver_answer(&h->driver, EVENT_CHILD_EXIT, slot, status, 0);
}

void host_child_forget(struct host *h, uint16_t slot)
{
    struct host_child *child = &h->child[slot];

    if (child->host == NULL)
        return;
    link_close(&child->link);
    loop_watch_stop(&child->watch);
    if (child->pidfd >= 0)
        (void)close(child->pidfd);
    child->pidfd = -1;
    child->pid = 0;
}

/* As long as its leader is not reaped, a group's number is its own. */
static void child_signal(const struct host_child *child, int signal)
{
    if (child->group)
        (void)kill(-child->pid, signal);
    else
        (void)pidfd_send(child->pidfd, signal);
}

void host_child_kill(struct host *h, uint16_t slot, int signal)
{
    struct host_child *child = &h->child[slot];

    if (child->pid == 0 || child->pidfd < 0)
        return; /* reaped, or never started */
    child_signal(child, signal);
    /* A stopped process does not hear SIGTERM until it goes on (K7). */
    if (signal == SIGTERM)
        child_signal(child, SIGCONT);
}

void host_kill_pid(pid_t pid, uint64_t start)
{
    siginfo_t info = {0};

    if (pid <= 0)
        return;
    if (start == 0) {
        /* Adopted: as long as nobody has reaped our child its number is its own. */
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
            (void)kill(pid, SIGKILL);
        return;
    }
    int pidfd = pidfd_of(pid);
    if (pidfd < 0)
        return;
    /* Asked after the pidfd was opened: if the number is this process's now, so is the pidfd. */
    if (!procfs_dead(pid, start))
        (void)pidfd_send(pidfd, SIGKILL);
    (void)close(pidfd);
}

/* ---- the adopted ------------------------------------------------------------------------- */

static bool is_own(const struct host *h, pid_t pid)
{
    for (unsigned i = 0; i < h->slots; i++) {
        if (h->child[i].pid == pid)
            return true;
    }
    return false;
}

static pid_t *adopted_find(struct host *h, pid_t pid)
{
    for (unsigned i = 0; i < HOST_ADOPTED_MAX; i++) {
        if (h->adopted[i] == pid)
            return &h->adopted[i];
    }
    return NULL;
}

/* Returns true when the process had ended and was reaped. */
static bool adopted_reap(pid_t pid)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) == 0 && info.si_pid == pid;
}

static bool adopted_lives(pid_t pid)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

static void adopted_ended(struct host *h, pid_t pid)
{
    pid_t *known = adopted_find(h, pid);

    if (!adopted_reap(pid))
        return;
    if (known != NULL)
        *known = 0;
    host_feed(h, &(struct core_event){.kind = EVENT_ORPHAN_EXIT, .value = pid});
}

static void adopted_found(struct host *h, pid_t pid)
{
    if (adopted_find(h, pid) != NULL || !adopted_lives(pid))
        return;
    pid_t *known = adopted_find(h, 0);
    if (known == NULL)
        return; /* found again when one of the others has ended */
    *known = pid;
    host_feed(h, &(struct core_event){.kind = EVENT_ORPHAN, .value = pid});
}

/* For a kernel without lists of children: only those that have ended can be found. */
static void adopted_peek(struct host *h)
{
    siginfo_t info = {0};

    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
        if (is_own(h, info.si_pid))
            return; /* its turn comes by its pidfd, and with it the next look */
        adopted_ended(h, info.si_pid);
    }
}

/* The children of this process, at most PROCFS_CHILDREN_MAX, or -1. */
static int children_list(pid_t *out)
{
    int count = procfs_children(0, getpid(), out, PROCFS_CHILDREN_MAX);

    return count < PROCFS_CHILDREN_MAX ? count : PROCFS_CHILDREN_MAX;
}

void host_scan(struct host *h)
{
    pid_t children[PROCFS_CHILDREN_MAX];

    int count = children_list(children);
    if (count < 0) {
        adopted_peek(h);
        return;
    }
    /* Who has died has left those that live behind: they come first. */
    for (int i = 0; i < count && !h->driver.dying; i++) {
        if (!is_own(h, children[i]))
            adopted_found(h, children[i]);
    }
    for (int i = 0; i < count && !h->driver.dying; i++) {
        if (!is_own(h, children[i]))
            adopted_ended(h, children[i]);
    }
}

bool host_has_adopted(const struct host *h)
{
    pid_t children[PROCFS_CHILDREN_MAX];
    bool has = false;

    int count = h->root ? children_list(children) : 0;
    for (int i = 0; i < count; i++)
        has = has || !is_own(h, children[i]);
    for (unsigned i = 0; i < HOST_ADOPTED_MAX; i++)
        has = has || h->adopted[i] != 0;
    return has;
}

static void sweep_point(struct host *h, enum point which, pid_t pid)
{
    struct core_effect e = {.point = (uint16_t)which, .peer = ACTOR_NONE, .value = pid};

    host_point(h, &e);
}

/* Returns false when the process survives SIGKILL: nothing that we could do. */
static bool sweep_one(struct host *h, pid_t pid)
{
    struct pollfd end = {.fd = pidfd_of(pid), .events = POLLIN};
    bool known = adopted_find(h, pid) != NULL;
    bool killed = false;
    bool dead = false;

    enum point next = POINTS;
    do {
        dead = poll(&end, 1, killed ? SWEEP_MS : 0) > 0;
        next = driver_sweep(known, dead, killed);
        known = true;
        if (next == POINT_ORPHAN_ADOPTED || next == POINT_ORPHAN_KILLED)
            sweep_point(h, next, pid);
        if (next == POINT_ORPHAN_KILLED) {
            (void)kill(pid, SIGKILL);
            killed = true;
        }
    } while (next == POINT_ORPHAN_ADOPTED || next == POINT_ORPHAN_KILLED);
    if (adopted_reap(pid))
        sweep_point(h, POINT_ORPHAN_REAPED, pid);
    if (end.fd >= 0)
        (void)close(end.fd);
    return dead;
}

void host_sweep(struct host *h)
{
    pid_t children[PROCFS_CHILDREN_MAX];

    /* Killing one may hand its own children to us: look until there are none. */
    for (int count = children_list(children); count > 0; count = children_list(children)) {
        bool any = false;
        bool survives = false;
        for (int i = 0; i < count; i++) {
            if (is_own(h, children[i]))
                continue;
            any = true;
            survives |= !sweep_one(h, children[i]);
        }
        if (!any || survives)
            return;
    }
}
