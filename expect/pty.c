/* pty.c: non-blocking reads and writes on the master, and what can be asked of it. */
#include "expect/pty.h"

#include "runtime/base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_BYTES = 16 * 1024, /* the kernel seldom gives more than 4095 at once */
    HANGUPS_WANTED = 2,     /* EIO in a row: the first may come before the last bytes */
};

struct pty {
    struct loop *loop;
    struct loop_watch watch;
    struct pty_hooks hooks;
    int master;
    int slave;        /* -1 after pty_finish() */
    struct buf queue; /* typed bytes; those before queue_at are written */
    size_t queue_at;
    bool failed;
    bool ended;
    bool in_hook; /* on_data runs */
};

void pty_modes_default(struct termios *modes)
{
    *modes = (struct termios){
        .c_iflag = ICRNL | IXON,
        .c_oflag = OPOST | ONLCR,
        .c_cflag = CS8 | CREAD | B38400,
        .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
        .c_cc =
            {
                   [VINTR] = 0x03,
                   [VQUIT] = 0x1c,
                   [VERASE] = 0x7f,
                   [VKILL] = 0x15,
                   [VEOF] = 0x04,
                   [VTIME] = 0,
                   [VMIN] = 1,
                   [VSTART] = 0x11,
                   [VSTOP] = 0x13,
                   [VSUSP] = 0x1a,
                   [VREPRINT] = 0x12,
                   [VDISCARD] = 0x0f,
                   [VWERASE] = 0x17,
                   [VLNEXT] = 0x16,
                   },
    };
    (void)cfsetispeed(modes, B38400);
    (void)cfsetospeed(modes, B38400);
}

/* Set by the kernel: PENDIN when canonical mode is entered with input waiting, FLUSHO by ^O. */
#define KERNEL_LFLAGS ((tcflag_t)(PENDIN | FLUSHO))

bool pty_modes_equal(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           (a->c_lflag & ~KERNEL_LFLAGS) == (b->c_lflag & ~KERNEL_LFLAGS) &&
           a->c_line == b->c_line && a->c_ispeed == b->c_ispeed && a->c_ospeed == b->c_ospeed &&
           memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

static int pty_size(int master, unsigned rows, unsigned cols, struct diag *diag)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    if (rows == 0 || cols == 0 || rows > USHRT_MAX || cols > USHRT_MAX)
        return diag_set(diag, ERR_INPUT, "a terminal cannot have %u rows and %u columns", rows,
                        cols);
    if (ioctl(master, TIOCSWINSZ, &size) < 0)
        return diag_errno(diag, ERR_IO, "cannot set the size of the terminal");
    return 0;
}

int pty_open(unsigned rows, unsigned cols, int *master, int *slave, struct diag *diag)
{
    struct termios modes;
    int slave_fd = -1;
    int rc;

    pty_modes_default(&modes);
    int master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master_fd < 0 || grantpt(master_fd) < 0 || unlockpt(master_fd) < 0) {
        rc = diag_errno(diag, ERR_IO, "cannot make a pseudo-terminal");
        goto failed;
    }
    rc = pty_size(master_fd, rows, cols, diag);
    if (rc < 0)
        goto failed;
    /* By the master, not by name: that holds in other mount namespaces, too. */
    slave_fd = ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave_fd < 0) {
        rc = diag_errno(diag, ERR_IO, "cannot open the slave of a pseudo-terminal");
        goto failed;
    }
    if (tcsetattr(slave_fd, TCSANOW, &modes) < 0) {
        rc = diag_errno(diag, ERR_IO, "cannot set the modes of a pseudo-terminal");
        goto failed;
    }
    *master = master_fd;
    *slave = slave_fd;
    return 0;
failed:
    if (slave_fd >= 0)
        (void)close(slave_fd);
    if (master_fd >= 0)
        (void)close(master_fd);
    return rc;
}

/* ---- reading ---- */

enum read_answer { READ_DATA, READ_NONE, READ_HANGUP, READ_ERROR };

/* Reads once and gives the bytes away. READ_NONE: nothing is there now. */
static enum read_answer pty_read(struct pty *p, size_t *got, struct diag *diag)
{
    char data[READ_BYTES];
    ssize_t n;

    do
        n = read(p->master, data, sizeof(data));
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        *got += (size_t)n;
        p->in_hook = true;
        p->hooks.on_data(p->hooks.user, data, (size_t)n);
        p->in_hook = false;
        return READ_DATA;
    }
    if (n == 0 || errno == EIO)
        return READ_HANGUP;
    if (errno == EAGAIN)
        return READ_NONE;
    (void)diag_errno(diag, ERR_IO, "cannot read from the terminal");
    return READ_ERROR;
}

/* Reads up to the limit, or until nothing is there, or until `hangups` hang-ups in a row. */
static enum read_answer pty_read_all(struct pty *p, size_t limit, int hangups, struct diag *diag)
{
    size_t got = 0;
    int seen = 0;

    while (got < limit) {
        enum read_answer answer = pty_read(p, &got, diag);
        if (answer == READ_HANGUP && ++seen < hangups)
            continue;
        if (answer != READ_DATA)
            return answer;
        seen = 0;
    }
    return READ_DATA;
}

/* Reads all that is there. */
static int pty_read_rest(struct pty *p, bool *hung_up, struct diag *diag)
{
    enum read_answer answer = pty_read_all(p, PTY_DRAIN_BYTES_MAX, HANGUPS_WANTED, diag);

    *hung_up = answer == READ_HANGUP;
    if (answer == READ_ERROR)
        return ERR_IO;
    if (answer == READ_DATA)
        return diag_set(diag, ERR_FULL, "the terminal still shows more after %d bytes",
                        PTY_DRAIN_BYTES_MAX);
    return 0;
}

int pty_drain(struct pty *p, struct diag *diag)
{
    bool hung_up;

    CHECK(!p->in_hook);
    return p->ended ? 0 : pty_read_rest(p, &hung_up, diag);
}

static void pty_fail(struct pty *p, const struct diag *diag)
{
    p->failed = true;
    loop_watch_stop(&p->watch);
    if (p->hooks.on_error != NULL)
        p->hooks.on_error(p->hooks.user, diag);
}

/* ---- writing ---- */

/* Writes from the queue what the kernel takes now. */
static int pty_flush(struct pty *p, struct diag *diag)
{
    while (p->queue_at < p->queue.size) {
        ssize_t n = write(p->master, p->queue.data + p->queue_at, p->queue.size - p->queue_at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return 0;
        if (n < 0)
            return diag_errno(diag, ERR_IO, "cannot type at the terminal");
        p->queue_at += (size_t)n;
    }
    p->queue.size = 0;
    p->queue_at = 0;
    return 0;
}

static int pty_want(struct pty *p, struct diag *diag)
{
    int want = LOOP_READABLE | (pty_queued(p) > 0 ? LOOP_WRITABLE : 0);

    return loop_watch_start(p->loop, &p->watch, want, diag);
}

size_t pty_queued(const struct pty *p)
{
    return p->queue.size - p->queue_at;
}

int pty_write(struct pty *p, const void *data, size_t size, struct diag *diag)
{
    if (p->ended || p->failed)
        return diag_set(diag, ERR_GONE, "nobody is left at the terminal");
    if (size > PTY_QUEUE_BYTES_MAX - pty_queued(p))
        return diag_set(diag, ERR_FULL, "%zu typed bytes wait already: the program does not read",
                        pty_queued(p));
    if (size == 0)
        return 0;
    /* What is written leaves the queue before more is added, so it cannot grow for ever. */
    buf_drop(&p->queue, p->queue_at);
    p->queue_at = 0;
    size_t before = p->queue.size;
    buf_add(&p->queue, data, size);
    if (p->queue.failed) {
        p->queue.failed = false;
        p->queue.size = before;
        return diag_set(diag, ERR_NOMEM, "no memory for %zu typed bytes", size);
    }
    int rc = pty_flush(p, diag);
    return rc < 0 ? rc : pty_want(p, diag);
}

/* ---- watching ---- */

static void pty_ready(struct loop_watch *w, int ready)
{
    struct pty *p = w->user;
    struct diag diag = {0};
    int rc = 0;

    if ((ready & LOOP_WRITABLE) != 0)
        rc = pty_flush(p, &diag);
    if (rc == 0 && (ready & (LOOP_READABLE | LOOP_HANGUP)) != 0) {
        enum read_answer answer = pty_read_all(p, PTY_TURN_BYTES_MAX, HANGUPS_WANTED, &diag);
        if (answer == READ_ERROR)
            rc = ERR_IO;
        /* Not while a slave is held: the last of the others has left after PTY_HELD. A hang-up
         * stays readable for ever, so the watch ends with it. */
        if (answer == READ_HANGUP) {
            p->ended = true;
            loop_watch_stop(&p->watch);
            return;
        }
    }
    if (rc == 0 && !p->ended)
        rc = pty_want(p, &diag);
    if (rc < 0)
        pty_fail(p, &diag);
}

int pty_attach(struct loop *l, int master, int slave, const struct pty_hooks *hooks,
               struct pty **out, struct diag *diag)
{
    int flags = fcntl(master, F_GETFL);

    if (flags < 0)
        return diag_errno(diag, ERR_IO, "cannot watch the terminal");
    struct pty *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a terminal");
    p->loop = l;
    p->hooks = *hooks;
    p->master = master;
    p->slave = slave;
    p->watch = (struct loop_watch){.fd = master, .on_ready = pty_ready, .user = p};
    if (fcntl(master, F_SETFL, flags | O_NONBLOCK) < 0) {
        free(p);
        return diag_errno(diag, ERR_IO, "cannot watch the terminal");
    }
    int rc = loop_watch_start(l, &p->watch, LOOP_READABLE, diag);
    if (rc < 0) {
        (void)fcntl(master, F_SETFL, flags);
        free(p);
        return rc;
    }
    *out = p;
    return 0;
}

void pty_close(struct pty *p)
{
    if (p == NULL)
        return;
    CHECK(!p->in_hook);
    loop_watch_stop(&p->watch);
    if (p->slave >= 0)
        (void)close(p->slave);
    (void)close(p->master);
    buf_release(&p->queue);
    free(p);
}

int pty_finish(struct pty *p, struct diag *diag)
{
    bool hung_up;

    CHECK(!p->in_hook);
    if (p->ended)
        return PTY_ENDED;
    int rc = pty_drain(p, diag);
    if (rc < 0)
        return rc;
    if (p->slave >= 0) {
        (void)close(p->slave);
        p->slave = -1;
    }
    rc = pty_read_rest(p, &hung_up, diag);
    if (rc < 0)
        return rc;
    if (!hung_up)
        return PTY_HELD;
    p->ended = true;
    loop_watch_stop(&p->watch);
    return PTY_ENDED;
}

/* ---- asking ---- */

int pty_signal_tiocsig(struct pty *p, int signal, struct diag *diag)
{
    if (signal != SIGINT && signal != SIGQUIT && signal != SIGTSTP)
        return diag_set(diag, ERR_INPUT, "a terminal sends SIGINT, SIGQUIT or SIGTSTP only");
    /* The argument is the number itself, though ioctl(2) mostly takes pointers. */
    if (ioctl(p->master, TIOCSIG, (unsigned long)signal) < 0)
        return diag_errno(diag, ERR_IO, "the terminal cannot send a signal");
    return 0;
}

int pty_modes(const struct pty *p, struct termios *modes, struct diag *diag)
{
    struct termios now;

    if (tcgetattr(p->master, &now) < 0)
        return diag_errno(diag, ERR_IO, "cannot read the modes of the terminal");
    *modes = now;
    return 0;
}

dev_t pty_device(const struct pty *p)
{
    struct stat s;

    return p->slave >= 0 && fstat(p->slave, &s) == 0 ? s.st_rdev : 0;
}

pid_t pty_foreground(const struct pty *p, struct diag *diag)
{
    /* TIOCGPGRP on the master, for tcgetpgrp() wants a terminal of one's own. */
    pid_t group = 0;

    if (ioctl(p->master, TIOCGPGRP, &group) < 0)
        return diag_errno(diag, ERR_IO, "cannot read the foreground group of the terminal");
    return group;
}

static int pty_held(const struct pty *p, struct diag *diag)
{
    return p->slave >= 0 ? 0 : diag_set(diag, ERR_GONE, "the terminal was finished already");
}

long pty_input_pending(const struct pty *p, struct diag *diag)
{
    struct pollfd slave = {.fd = p->slave, .events = POLLIN};
    int pending = 0;

    int rc = pty_held(p, diag);
    if (rc < 0)
        return rc;
    /* The kernel passes typed bytes on by a worker of its own; poll() waits for that one. */
    if (poll(&slave, 1, 0) < 0 || ioctl(p->slave, FIONREAD, &pending) < 0)
        return diag_errno(diag, ERR_IO, "cannot ask the terminal for unread input");
    return pending;
}

bool pty_waits(const struct pty *p)
{
    int flags = p->slave >= 0 ? fcntl(p->slave, F_GETFL) : 0;

    return flags < 0 || (flags & O_NONBLOCK) == 0;
}

int pty_resize(struct pty *p, unsigned rows, unsigned cols, struct diag *diag)
{
    return pty_size(p->master, rows, cols, diag);
}
