/* sim_terminal.c: the line discipline; what it does was compared with a Linux pseudo-terminal. */
#include "harness/sim/sim_terminal.h"

#include "runtime/base/check.h"
#include "runtime/base/trace.h"

#include <signal.h>
#include <string.h>

_Static_assert(sizeof(struct sim_terminal) == 4620, "a terminal has no padding");

void sim_terminal_init(struct sim_terminal *t)
{
    memset(t, 0, sizeof(*t));
    t->modes = TERMINAL_SAVED;
    t->reader = ACTOR_NONE;
}

int sim_terminal_signal_of(uint32_t modes, uint8_t byte)
{
    if ((modes & TERMINAL_SIGNALS) == 0)
        return 0;
    switch (byte) {
    case TERMINAL_INTERRUPT:
        return SIGINT;
    case TERMINAL_QUIT:
        return SIGQUIT;
    case TERMINAL_SUSPEND:
        return SIGTSTP;
    default:
        return 0;
    }
}

static bool is_end(const struct sim_terminal *t, size_t at)
{
    return ((unsigned)t->ends[at / 8] >> (at % 8) & 1U) != 0;
}

static void end_set(struct sim_terminal *t, size_t at, bool end)
{
    uint8_t mask = (uint8_t)(1U << (at % 8));
    t->ends[at / 8] = (uint8_t)(end ? t->ends[at / 8] | mask : t->ends[at / 8] & ~mask);
}

size_t sim_terminal_room(const struct sim_terminal *t)
{
    return sizeof(t->input) - t->size;
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 || byte == TERMINAL_ERASE;
}

static void byte_echo(const struct sim_terminal *t, uint8_t byte, struct buf *echo)
{
    if ((t->modes & TERMINAL_ECHO) == 0)
        return;
    if (byte == '\n') {
        buf_add(echo, "\r\n", 2);
    } else if (is_control(byte) && byte != '\t' && (t->modes & TERMINAL_ECHO_CONTROL) != 0) {
        char shown[2] = {'^', (char)(byte ^ 0x40)};
        buf_add(echo, shown, sizeof(shown));
    } else {
        buf_add(echo, &byte, 1);
    }
}

/* Takes back the last byte of the line that is being typed. */
static bool byte_erase(struct sim_terminal *t, struct buf *echo)
{
    if (t->size == 0 || is_end(t, t->size - 1U))
        return false;
    uint8_t byte = t->input[--t->size];
    if ((t->modes & TERMINAL_ECHO) == 0)
        return true;
    if (is_control(byte) && (t->modes & TERMINAL_ECHO_CONTROL) != 0)
        buf_add(echo, "\b \b", 3);
    if (!is_control(byte) || (t->modes & TERMINAL_ECHO_CONTROL) != 0)
        buf_add(echo, "\b \b", 3);
    return true;
}

static void byte_keep(struct sim_terminal *t, uint8_t byte, bool end)
{
    t->input[t->size] = byte;
    end_set(t, t->size, end);
    t->size++;
}

int sim_terminal_type(struct sim_terminal *t, uint8_t byte, struct buf *echo)
{
    CHECK(sim_terminal_room(t) > 0);
    if (byte == '\r')
        byte = '\n';
    int signal = sim_terminal_signal_of(t->modes, byte);
    if (signal != 0) {
        sim_terminal_flush(t);
        buf_drop(echo, echo->size);
        byte_echo(t, byte, echo);
        return signal;
    }
    if ((t->modes & TERMINAL_CANONICAL) == 0) {
        byte_keep(t, byte, false);
        byte_echo(t, byte, echo);
        return 0;
    }
    switch (byte) {
    case TERMINAL_ERASE:
        (void)byte_erase(t, echo);
        break;
    case TERMINAL_KILL:
        while (byte_erase(t, echo))
            ;
        break;
    case TERMINAL_END:
        byte_keep(t, byte, true);
        break;
    default:
        byte_keep(t, byte, byte == '\n');
        byte_echo(t, byte, echo);
        break;
    }
    return 0;
}

/* Where the next thing to read ends: index of its last byte, or `size` when there is none. An end
 * of file behind typed bytes only hands those over; at the start of a line it is one. */
static size_t read_end(const struct sim_terminal *t, enum sim_terminal_read *what)
{
    bool fresh = true;

    for (size_t i = 0; i < t->size; i++) {
        if (!is_end(t, i)) {
            fresh = false;
        } else if (t->input[i] == '\n') {
            *what = TERMINAL_LINE;
            return i;
        } else if (fresh) {
            *what = TERMINAL_EOF;
            return i;
        } else {
            fresh = true;
        }
    }
    *what = TERMINAL_NOTHING;
    return t->size;
}

enum sim_terminal_read sim_terminal_peek(const struct sim_terminal *t)
{
    enum sim_terminal_read what;

    (void)read_end(t, &what);
    return what;
}

static void input_drop(struct sim_terminal *t, size_t count)
{
    size_t left = t->size - count;

    for (size_t i = 0; i < left; i++)
        end_set(t, i, is_end(t, i + count));
    memmove(t->input, t->input + count, left);
    /* Equal states have equal bytes. */
    memset(t->input + left, 0, count);
    for (size_t i = left; i < t->size; i++)
        end_set(t, i, false);
    t->size = (uint16_t)left;
}

enum sim_terminal_read sim_terminal_take(struct sim_terminal *t, char *line, size_t room,
                                         size_t *size)
{
    enum sim_terminal_read what;
    size_t end = read_end(t, &what);

    *size = 0;
    if (what == TERMINAL_NOTHING)
        return what;
    for (size_t i = 0; i < end && what == TERMINAL_LINE; i++) {
        if (!is_end(t, i) && *size < room)
            line[(*size)++] = (char)t->input[i];
    }
    input_drop(t, end + 1);
    return what;
}

void sim_terminal_flush(struct sim_terminal *t)
{
    input_drop(t, t->size);
}

void sim_terminal_show(struct buf *out, const char *text, size_t size)
{
    size_t from = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\n')
            continue;
        buf_add(out, text + from, i - from);
        buf_add(out, "\r\n", 2);
        from = i + 1;
    }
    buf_add(out, text + from, size - from);
}

void sim_terminal_pack(uint32_t modes, uint8_t out[TTY_MODES_BYTES])
{
    memset(out, 0, TTY_MODES_BYTES);
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(modes >> (8 * i));
}

uint32_t sim_terminal_unpack(const uint8_t packed[TTY_MODES_BYTES])
{
    uint32_t modes = 0;

    for (unsigned i = 0; i < 4; i++)
        modes |= (uint32_t)packed[i] << (8 * i);
    return modes;
}
