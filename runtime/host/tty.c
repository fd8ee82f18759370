/* tty.c: a prompt's terminal on the loop. */
#include "runtime/host/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 4096, CLOSE_MS = 500 };

_Static_assert(sizeof(struct termios) == TTY_MODES_BYTES, "a core keeps a whole struct termios");

void tty_open(struct tty *t, struct loop *loop, int fd)
{
    t->fd = fd;
    t->loop = loop;
    t->reading = false;
    t->out = BUF_INIT;
    t->lost = false;
    t->size = 0;
    int flags = fd >= 0 ? fcntl(fd, F_GETFL) : -1;
    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int tty_modes(const struct tty *t, uint8_t *modes)
{
    struct termios now;

    memset(&now, 0, sizeof(now));
    if (t->fd < 0 || tcgetattr(t->fd, &now) < 0)
        return ERR_GONE;
    memcpy(modes, &now, sizeof(now));
    return 0;
}

static int tty_set(const struct tty *t, const struct termios *modes)
{
    while (tcsetattr(t->fd, TCSANOW, modes) < 0) {
        if (errno != EINTR)
            return ERR_GONE;
    }
    return 0;
}

int tty_take(struct tty *t, const uint8_t *modes)
{
    struct termios prompt;

    if (t->fd < 0)
        return ERR_GONE;
    memcpy(&prompt, modes, sizeof(prompt));
    prompt.c_iflag |= ICRNL;
    prompt.c_lflag |= ICANON | ISIG | ECHO;
    prompt.c_lflag &= ~(tcflag_t)ECHOCTL;
    return tty_set(t, &prompt);
}

static void tty_ready(struct loop_watch *w, int ready);

/* Asks the loop for what is needed now. */
static void tty_want(struct tty *t)
{
    int want = (t->reading ? LOOP_READABLE : 0) | (t->out.size > 0 ? LOOP_WRITABLE : 0);

    if (t->fd < 0)
        return;
    if (want == 0) {
        loop_watch_stop(&t->watch);
        return;
    }
    if (t->watch.handle == NULL)
        t->watch = (struct loop_watch){.fd = t->fd, .on_ready = tty_ready, .user = t};
    (void)loop_watch_start(t->loop, &t->watch, want, NULL);
}

void tty_give(struct tty *t, const uint8_t *modes)
{
    struct termios saved;

    t->reading = false;
    t->size = 0;
    if (t->fd < 0)
        return;
    tty_want(t);
    memcpy(&saved, modes, sizeof(saved));
    (void)tty_set(t, &saved);
}

void tty_flush_input(struct tty *t)
{
    if (t->fd >= 0)
        (void)tcflush(t->fd, TCIFLUSH);
}

static void tty_flush(struct tty *t)
{
    int fd = t->fd >= 0 ? t->fd : STDERR_FILENO;

    while (t->out.size > 0) {
        ssize_t put = write(fd, t->out.data, t->out.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (put < 0) {
            /* Hung up: nobody will read it. */
            buf_drop(&t->out, t->out.size);
            return;
        }
        buf_drop(&t->out, (size_t)put);
    }
}

static const char lost_text[] = "\n(more was printed than could be shown)\n";

void tty_write(struct tty *t, const char *text, size_t size)
{
    size_t lost = t->lost ? sizeof(lost_text) - 1 : 0;

    if (t->out.size + lost + size > TTY_QUEUE_BYTES_MAX) {
        t->lost = true;
        return;
    }
    buf_add(&t->out, lost_text, lost);
    t->lost = false;
    buf_add(&t->out, text, size);
    t->out.failed = false;
    tty_flush(t);
    if (t->out.size > 0)
        tty_want(t);
}

void tty_log(const char *text, size_t size)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};

    if (isatty(STDERR_FILENO) != 0)
        return;
    /* A pipe that can be written to takes PIPE_BUF without waiting. */
    while (size > 0 && poll(&room, 1, 0) > 0 && (room.revents & POLLOUT) != 0) {
        ssize_t put = write(STDERR_FILENO, text, size < PIPE_BUF ? size : PIPE_BUF);
        if (put <= 0)
            return;
        text += put;
        size -= (size_t)put;
    }
}

void tty_prompt(struct tty *t, const char *text, size_t size)
{
    t->size = 0;
    tty_write(t, text, size);
    t->reading = t->fd >= 0;
    tty_want(t);
}

/* Cuts what was read into lines; a line longer than the core takes loses its end. */
static void tty_lines(struct tty *t, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count && t->reading; i++) {
        if (bytes[i] != '\n' && bytes[i] != '\r') {
            if (t->size < sizeof(t->line))
                t->line[t->size++] = bytes[i];
            continue;
        }
        char line[CORE_LINE_BYTES_MAX];
        size_t size = t->size;
        memcpy(line, t->line, size);
        t->size = 0;
        t->on_line(t->user, line, size);
    }
}

static void tty_read(struct tty *t)
{
    char bytes[READ_BYTES];

    ssize_t got = read(t->fd, bytes, sizeof(bytes));
    if (got > 0) {
        tty_lines(t, bytes, (size_t)got);
        return;
    }
    if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
        return;
    /* The end key, or a terminal that has hung up, which reads as an end or as EIO. */
    struct pollfd hung = {.fd = t->fd, .events = POLLIN};
    bool up = got == 0 && poll(&hung, 1, 0) >= 0 && (hung.revents & POLLHUP) == 0;
    t->reading = false;
    tty_want(t);
    t->on_event(t->user, up ? TTY_EOF : TTY_HUP);
}

static void tty_ready(struct loop_watch *w, int ready)
{
    struct tty *t = w->user;

    if (t->out.size > 0) {
        tty_flush(t);
        tty_want(t);
    }
    if ((ready & (LOOP_READABLE | LOOP_HANGUP)) != 0 && t->reading)
        tty_read(t);
}

void tty_close(struct tty *t)
{
    struct pollfd room = {.fd = t->fd, .events = POLLOUT};

    /* The last words: whoever reads slowly gets some time for them. */
    if (t->lost)
        buf_add_text(&t->out, lost_text);
    tty_flush(t);
    while (t->out.size > 0 && t->fd >= 0 && poll(&room, 1, CLOSE_MS) > 0)
        tty_flush(t);
    t->reading = false;
    loop_watch_stop(&t->watch);
    buf_release(&t->out);
    t->fd = -1;
}
