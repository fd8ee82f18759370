/* echo.c: prediction after the Linux line discipline (drivers/tty/n_tty.c, behaviour observed and
 * tested against the kernel in pty_test.c), and the filter that holds back, masks or lets go. */
#include "expect/echo.h"

#include "runtime/base/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_char(const struct termios *modes, int which, unsigned char byte)
{
    return modes->c_cc[which] == byte && byte != _POSIX_VDISABLE;
}

/* Bytes that edit the line: their echo depends on what stands there. */
static bool echo_edits(const struct termios *modes, unsigned char byte)
{
    if ((modes->c_lflag & ICANON) == 0)
        return false;
    if (is_char(modes, VERASE, byte) || is_char(modes, VKILL, byte))
        return true;
    if ((modes->c_lflag & IEXTEN) == 0)
        return false;
    return is_char(modes, VWERASE, byte) || is_char(modes, VLNEXT, byte) ||
           is_char(modes, VREPRINT, byte);
}

/* Bytes that the terminal takes without showing them. */
static bool echo_is_silent(const struct termios *modes, unsigned char byte)
{
    if ((modes->c_iflag & IXON) != 0 &&
        (is_char(modes, VSTART, byte) || is_char(modes, VSTOP, byte)))
        return true;
    return (modes->c_lflag & ICANON) != 0 && is_char(modes, VEOF, byte);
}

static bool echo_is_signal(const struct termios *modes, unsigned char byte)
{
    return (modes->c_lflag & ISIG) != 0 &&
           (is_char(modes, VINTR, byte) || is_char(modes, VQUIT, byte) ||
            is_char(modes, VSUSP, byte));
}

/* `control`: a line feed, too, is shown as a control character. */
static void echo_one(const struct termios *modes, unsigned char byte, bool control, struct buf *out)
{
    bool opost = (modes->c_oflag & OPOST) != 0;
    bool shown_as_two = (byte < 0x20 || byte == 0x7f) && byte != '\t' && control;

    if (shown_as_two && (modes->c_lflag & ECHOCTL) != 0) {
        unsigned char shown[2] = {'^', (unsigned char)(byte ^ 0x40)};
        buf_add(out, shown, sizeof(shown));
    } else if (byte == '\n') {
        buf_add_text(out, opost && (modes->c_oflag & ONLCR) != 0 ? "\r\n" : "\n");
    } else {
        buf_add(out, &byte, 1);
    }
}

void echo_predict(const struct termios *modes, const void *data, size_t size, struct buf *out)
{
    const unsigned char *bytes = data;

    if ((modes->c_lflag & ECHO) == 0)
        return;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];
        if (echo_is_silent(modes, byte))
            continue;
        if (echo_is_signal(modes, byte)) {
            echo_one(modes, byte, true, out);
            continue;
        }
        /* Outside of canonical mode a typed line feed is a control character like others; one that
         * was made from a carriage return never is. */
        bool control = byte != '\n' || (modes->c_lflag & ICANON) == 0;
        if (byte == '\r' && (modes->c_iflag & IGNCR) != 0)
            continue;
        if (byte == '\r' && (modes->c_iflag & ICRNL) != 0) {
            byte = '\n';
            control = false;
        } else if (byte == '\n' && (modes->c_iflag & INLCR) != 0) {
            byte = '\r';
            control = true;
        }
        if (echo_edits(modes, byte))
            return;
        echo_one(modes, byte, control, out);
    }
}

int echo_sent(struct echo *e, const struct termios *modes, const void *data, size_t size,
              uint64_t offset)
{
    struct buf text = BUF_INIT;
    struct termios now = *modes;
    bool late = size == 1 && echo_is_signal(modes, *(const unsigned char *)data);
    int rc = 0;

    /* A line editor draws it in the terminal's place. */
    if (late && (now.c_lflag & (ECHO | ICANON)) == 0)
        now.c_lflag |= ECHO | ECHOCTL;
    echo_predict(&now, data, size, &text);
    if (text.failed) {
        rc = ERR_NOMEM;
    } else if (text.size > ECHO_BYTES_MAX || (text.size > 0 && e->count == ECHO_SENDS_MAX)) {
        rc = ERR_FULL;
    } else if (text.size > 0) {
        e->sends[e->count++] = (struct echo_send){
            .offset = offset, .text = text.data, .size = text.size, .late = late};
        text = BUF_INIT; /* the send owns it now */
    }
    buf_release(&text);
    return rc;
}

/* Takes the oldest send out of the queue; the caller owns its text. */
static struct echo_send echo_pop(struct echo *e)
{
    struct echo_send send = e->sends[0];

    CHECK(e->count > 0);
    e->count--;
    memmove(e->sends, e->sends + 1, e->count * sizeof(e->sends[0]));
    e->held = 0;
    return send;
}

/* The oldest send's echo has come in full: only its line ends are let through. */
static void echo_mask(struct echo *e, const struct echo_sink *sink)
{
    struct echo_send send = echo_pop(e);

    for (size_t i = 0; i < send.size; i++) {
        if (send.text[i] == '\r' || send.text[i] == '\n')
            sink->on_text(sink->user, e->at + i, send.text + i, 1);
        else
            e->masked++;
    }
    e->at += send.size;
    free(send.text);
    /* What was sent while this echo was on its way is echoed right behind it. */
    for (size_t i = 0; i < e->count && e->sends[i].offset < e->at; i++)
        e->sends[i].offset = e->at;
}

/* The oldest send's echo did not come: what was held is ordinary text, unless it is the echo of
 * a later send. Recursion is bounded: each level has taken one send out of the queue. */
static void echo_miss(struct echo *e, const struct echo_sink *sink)
{
    size_t held = e->held;
    struct echo_send send = echo_pop(e);

    e->missed++;
    echo_feed(e, send.text, held, sink);
    free(send.text);
}

/* The bytes at the oldest send's place are not its echo. True when that may still come, behind
 * them: then what was held is text, and so are the bytes up to where it may begin. */
static bool echo_overtaken(struct echo *e, const char *bytes, size_t size,
                           const struct echo_sink *sink)
{
    struct echo_send *head = &e->sends[0];
    const struct echo_send *next = e->count > 1 ? &e->sends[1] : NULL;

    if (!head->late || (next != NULL && !next->late && next->offset <= e->at))
        return false;
    if (e->held > 0) {
        CHECK(e->held == 1); /* of two bytes, of which the second is another one */
        sink->on_text(sink->user, e->at, head->text, 1);
        e->at++;
        e->held = 0;
    }
    const char *begin = memchr(bytes, head->text[0], size);
    size_t pass = begin == NULL ? size : (size_t)(begin - bytes);
    if (next != NULL && !next->late && next->offset - e->at < pass)
        pass = (size_t)(next->offset - e->at);
    head->offset = e->at + pass;
    return true;
}

/* Where the oldest send's echo may be: holds back what is like it. Returns how much that is. */
static size_t echo_hold(struct echo *e, const char *bytes, size_t size,
                        const struct echo_sink *sink)
{
    const struct echo_send *head = &e->sends[0];
    size_t taken = 0;

    while (taken < size && e->held < head->size && bytes[taken] == head->text[e->held]) {
        e->held++;
        taken++;
    }
    if (e->held == head->size)
        echo_mask(e, sink);
    else if (taken < size && !echo_overtaken(e, bytes + taken, size - taken, sink))
        echo_miss(e, sink);
    return taken;
}

void echo_feed(struct echo *e, const void *data, size_t size, const struct echo_sink *sink)
{
    const char *bytes = data;

    while (size > 0) {
        uint64_t place = e->count > 0 ? e->sends[0].offset : UINT64_MAX;
        size_t taken = 0;
        if (place > e->at) {
            taken = place - e->at < size ? (size_t)(place - e->at) : size;
            sink->on_text(sink->user, e->at, bytes, taken);
            e->at += taken;
        } else if (place == e->at) {
            taken = echo_hold(e, bytes, size, sink);
        } else {
            echo_miss(e, sink); /* it has gone by */
        }
        bytes += taken;
        size -= taken;
    }
}

void echo_settle(struct echo *e, const struct echo_sink *sink)
{
    /* A later send may hold the same bytes again, hence the loop. */
    while (e->held > 0)
        echo_miss(e, sink);
}

void echo_release(struct echo *e)
{
    while (e->count > 0)
        free(echo_pop(e).text);
    *e = (struct echo){0};
}
