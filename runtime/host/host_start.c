/* host_start.c: from exec to the first event: what this process is, and what it was given. */
#include "runtime/base/check.h"
#include "runtime/base/hash.h"
#include "runtime/base/procfs.h"
#include "runtime/host/baton.h"
#include "runtime/host/control.h"
#include "runtime/host/fatal.h"
#include "runtime/host/host_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- descriptors ------------------------------------------------------------------------- */

static bool fd_is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Memory files know seals; nothing else that a shell might have left open does. */
static bool fd_is_memory(int fd)
{
    return fcntl(fd, F_GET_SEALS) >= 0;
}

/* A terminal that has hung up still is one. */
static bool fd_is_terminal(int fd)
{
    struct stat st;

    return isatty(fd) != 0 || (errno == EIO && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode));
}

/* A root that nobody prepared may have inherited any terminal under that number. */
static bool fd_is_ours(int fd)
{
    return getenv(CONTROL_ENV) != NULL || tcgetsid(fd) == getsid(0);
}

static bool fd_is_socket(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* The descriptors of control.h that are there, as a set; each of them closes on exec. */
static uint64_t fds_expected(const struct host *h)
{
    uint64_t set = 1U << STDIN_FILENO | 1U << STDOUT_FILENO | 1U << STDERR_FILENO;

    if (!h->root)
        set |= 1U << FD_LINK;
    if (fd_is_terminal(FD_TTY) && (!h->root || fd_is_ours(FD_TTY)))
        set |= 1U << FD_TTY;
    if (fd_is_memory(FD_BATON))
        set |= 1U << FD_BATON;
    if (fd_is_memory(FD_TREE))
        set |= 1U << FD_TREE;
    if (getenv(CONTROL_ENV) != NULL && fd_is_socket(FD_CONTROL))
        set |= 1U << FD_CONTROL;
    for (int fd = FD_LINK; fd <= FD_CONTROL; fd++) {
        if ((set >> fd & 1) != 0)
            (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return set;
}

/* Puts a descriptor at its number of the map. */
static bool fd_place(int fd, int to)
{
    if (fd < 0 || fd == to)
        return fd == to;
    bool placed = dup3(fd, to, O_CLOEXEC) == to;
    (void)close(fd);
    return placed;
}

/* The first three are there, whatever they are: nothing of ours may take their numbers. */
static bool fds_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (!fd_is_open(fd) && open("/dev/null", O_RDWR) != fd)
            return false;
    }
    return true;
}

/* The root's terminal, when nobody has put it in place. An open file of our own, since we make it
 * non-blocking and those that we inherit are shared with the shell. */
static bool tty_find(void)
{
    char name[64];
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 && ttyname_r(STDIN_FILENO, name, sizeof(name)) == 0)
        fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return fd_place(fd, FD_TTY);
}

/* No actor's standard input is the terminal: it must not take the user's keys. */
static void input_detach(void)
{
    if (isatty(STDIN_FILENO) == 0)
        return;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)close(null);
    }
}

/* ---- identity ---------------------------------------------------------------------------- */

/* Both ends of a link must be the same build: the same file, unchanged. */
static uint64_t build_id(void)
{
    struct stat st;

    if (stat("/proc/self/exe", &st) < 0)
        return 0;
    const uint64_t part[] = {(uint64_t)st.st_dev, (uint64_t)st.st_ino, (uint64_t)st.st_size,
                             (uint64_t)st.st_mtim.tv_sec, (uint64_t)st.st_mtim.tv_nsec};
    return hash_add(HASH_BEGIN, part, sizeof(part));
}

/* "5.3" of CONTROL_ENV_ACTOR. */
static void actor_read(const char *text, struct core_start *start)
{
    char *end = NULL;

    start->id = ACTOR_NONE;
    start->parent = ACTOR_NONE;
    if (text == NULL)
        return;
    unsigned long id = strtoul(text, &end, 10);
    unsigned long parent = *end == '.' ? strtoul(end + 1, &end, 10) : ACTOR_NONE;
    if (id <= ACTOR_ID_MAX && parent <= ACTOR_ID_MAX) {
        start->id = (uint16_t)id;
        start->parent = (uint16_t)parent;
    }
}

/* The environment of a child: ours, with its parent and its number instead of our own. */
static int env_build(struct host *h)
{
    static const char *const own[] = {CONTROL_ENV_PARENT "=", CONTROL_ENV_ACTOR "="};
    size_t count = 0;

    while (environ[count] != NULL)
        count++;
    h->env = calloc(count + 3, sizeof(*h->env));
    if (h->env == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], own[0], strlen(own[0])) != 0 &&
            strncmp(environ[i], own[1], strlen(own[1])) != 0)
            h->env[h->env_count++] = environ[i];
    }
    h->env[h->env_count++] = h->env_parent;
    h->env[h->env_count++] = h->env_actor;
    return 0;
}

/* ---- the two kinds of actors ------------------------------------------------------------- */

static void start_root(struct host *h, const struct host_options *o, struct core_start *start,
                       uint64_t set)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    bool terminal = (set >> FD_TTY & 1) != 0 || tty_find();
    h->tty.fd = terminal ? FD_TTY : -1;
    if ((set >> FD_BATON & 1) != 0 || fd_place(baton_make(NULL), FD_BATON))
        h->baton = FD_BATON;
    if (tty_modes(&h->tty, h->modes) == 0) {
        struct termios modes;
        memcpy(&modes, h->modes, sizeof(modes));
        memcpy(start->modes, h->modes, sizeof(start->modes));
        start->has_tty = true;
        signals_set_modes(FD_TTY, &modes);
    }
    input_detach();
    size_t size = strlen(o->name);
    memcpy(start->name, o->name, size < sizeof(start->name) ? size : sizeof(start->name) - 1);
    CHECK(o->arg_size <= sizeof(start->data));
    if (o->arg_size > 0)
        memcpy(start->data, o->arg, o->arg_size);
    start->size = (uint16_t)o->arg_size;
    start->root = true;
    start->id = ACTOR_ROOT;
    start->parent = ACTOR_NONE;
    start->room = ACTOR_ID_MAX;
    start->defects = o->defects;
    start->deadline_ns = o->deadline_ns;
    start->collect = o->collect;
}

static void start_child(struct host *h, struct core_start *start, uint64_t set)
{
    int death = 0;

    h->tty.fd = (set >> FD_TTY & 1) != 0 ? FD_TTY : -1;
    h->baton = (set >> FD_BATON & 1) != 0 ? FD_BATON : -1;
    start->has_tty = h->tty.fd >= 0;
    actor_read(getenv(CONTROL_ENV_ACTOR), start);
    /* Set before exec by whoever started us; a parent that died before that sends nothing (K12),
     * hence the look at who our parent is now. */
    if (prctl(PR_GET_PDEATHSIG, &death) < 0 || death != SIGTERM)
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    start->orphan = getppid() != h->parent_pid;
}

static void parent_frame(struct link *l, const struct frame *f)
{
    host_feed(l->user, &(struct core_event){.kind = EVENT_FRAME, .link = LINK_PARENT, .frame = f});
}

static void parent_end(struct link *l, enum link_end why)
{
    struct core_event e = {.kind = EVENT_LINK_EOF, .link = LINK_PARENT};

    if (why == LINK_END_FAULT)
        e.kind = EVENT_LINK_FAULT;
    host_feed(l->user, &e);
}

static void parent_written(struct link *l)
{
    struct host *h = l->user;

    if (!h->want_result)
        return;
    h->want_result = false;
    host_feed(h, &(struct core_event){.kind = EVENT_WRITTEN});
}

static void on_signal(void *user, int number, const struct signal_came *came)
{
    struct host *h = user;
    struct core_event e = {
        .kind = EVENT_SIGNAL, .value = number, .pid = came->pid, .at_ns = came->at_ns};

    if (number == SIGCHLD) {
        h->scan_due = true;
        return;
    }
    e.from = came->kernel ? FROM_KERNEL : FROM_PROCESS;
    host_feed(h, &e);
}

static void on_line(void *user, const char *text, size_t size)
{
    host_feed(user, &(struct core_event){.kind = EVENT_LINE, .text = text, .size = size});
}

static void on_tty(void *user, enum tty_event event)
{
    host_feed(user, &(struct core_event){.kind = EVENT_TTY, .value = event});
}

static void on_fatal(void *user, int number, uint64_t at)
{
    struct host *h = user;
    const struct trace_record r = {.at_ns = loop_now_ns(),
                                   .value = number,
                                   .extra = (int64_t)at,
                                   .point = POINT_ERR_FATAL_HANDLER,
                                   .actor = h->core.self.id,
                                   .peer = ACTOR_NONE};

    points_last(&h->points, &r);
    signals_restore_modes();
}

static int start_watching(struct host *h, struct diag *diag)
{
    int rc = loop_new(&h->loop, diag);

    if (rc < 0)
        return rc;
    h->tty.on_line = on_line;
    h->tty.on_event = on_tty;
    h->tty.user = h;
    tty_open(&h->tty, h->loop, h->tty.fd);
    h->signals.on_signal = on_signal;
    h->signals.user = h;
    rc = signals_open(&h->signals, h->loop, h->root, diag);
    if (rc < 0)
        return rc;
    signals_set_parent(h->parent_pid);
    rc = points_open(&h->points, h->loop, getenv(CONTROL_ENV), h->has_control ? FD_CONTROL : -1,
                     diag);
    h->points.on_harm = host_harm;
    h->points.user = h;
    fatal_open(on_fatal, h);
    if (rc < 0 || h->root)
        return rc;
    return link_open(&h->parent, h->loop, FD_LINK, diag);
}

int host_start(struct host *h, const struct host_options *o, struct core_start *start,
               int *unexpected, struct diag *diag)
{
    const char *parent = getenv(CONTROL_ENV_PARENT);

    h->program = o->program;
    h->root = parent == NULL;
    h->parent_pid = parent != NULL ? (pid_t)strtol(parent, NULL, 10) : 0;
    h->null_fd = -1;
    h->self_fd = -1;
    h->baton = -1;
    h->tty.fd = -1;
    h->parent.on_frame = parent_frame;
    h->parent.on_end = parent_end;
    h->parent.on_written = parent_written;
    h->parent.user = h;
    link_init(&h->parent);

    if (!fds_standard())
        return diag_errno(diag, ERR_IO, "cannot open the null device");
    uint64_t set = fds_expected(h);
    *unexpected = procfs_unexpected(set);
    h->has_tree = (set >> FD_TREE & 1) != 0;
    h->has_control = (set >> FD_CONTROL & 1) != 0;
    if (!h->root && !fd_is_socket(FD_LINK)) {
        return diag_set(diag, ERR_INPUT,
                        "%s is set, but descriptor %d is no link: this program was started by "
                        "something else than an actor",
                        CONTROL_ENV_PARENT, (int)FD_LINK);
    }
    if (h->root) {
        start_root(h, o, start, set);
        (void)host_child_prepare(h);
    } else {
        start_child(h, start, set);
    }
    start->pid = (int32_t)getpid();
    start->build = build_id();
    (void)procfs_start(getpid(), &start->pid_start);
    if (env_build(h) < 0)
        return diag_set(diag, ERR_NOMEM, "no memory for an environment");
    return start_watching(h, diag);
}

void host_end(struct host *h)
{
    for (unsigned slot = 0; slot < h->slots; slot++)
        host_child_forget(h, (uint16_t)slot);
    host_exec_end(h);
    host_watch_end(h);
    for (unsigned i = 0; i < TIMERS; i++)
        loop_timer_stop(&h->timer[i].timer);
    fatal_close();
    points_close(&h->points);
    tty_close(&h->tty);
    link_close(&h->parent);
    signals_close(&h->signals);
    loop_free(h->loop);
    if (h->null_fd >= 0)
        (void)close(h->null_fd);
    if (h->self_fd >= 0)
        (void)close(h->self_fd);
    free(h->env);
}
