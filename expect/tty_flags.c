/* tty_flags.c: a table of flags, and one of characters. */
#include "expect/tty_flags.h"

#include "expect/pty.h"

#include <stddef.h>

/* X(member of struct termios, flag) */
#define FLAG_ROWS(X)    \
    X(c_lflag, ECHO)    \
    X(c_lflag, ICANON)  \
    X(c_lflag, ISIG)    \
    X(c_lflag, IEXTEN)  \
    X(c_lflag, ECHOE)   \
    X(c_lflag, ECHOK)   \
    X(c_lflag, ECHONL)  \
    X(c_lflag, ECHOCTL) \
    X(c_lflag, ECHOKE)  \
    X(c_lflag, ECHOPRT) \
    X(c_lflag, NOFLSH)  \
    X(c_lflag, TOSTOP)  \
    X(c_lflag, XCASE)   \
    X(c_lflag, EXTPROC) \
    X(c_iflag, ICRNL)   \
    X(c_iflag, INLCR)   \
    X(c_iflag, IGNCR)   \
    X(c_iflag, IXON)    \
    X(c_iflag, IXOFF)   \
    X(c_iflag, IXANY)   \
    X(c_iflag, BRKINT)  \
    X(c_iflag, IGNBRK)  \
    X(c_iflag, INPCK)   \
    X(c_iflag, PARMRK)  \
    X(c_iflag, IGNPAR)  \
    X(c_iflag, ISTRIP)  \
    X(c_iflag, IUCLC)   \
    X(c_iflag, IMAXBEL) \
    X(c_iflag, IUTF8)   \
    X(c_oflag, OPOST)   \
    X(c_oflag, ONLCR)   \
    X(c_oflag, OCRNL)   \
    X(c_oflag, ONOCR)   \
    X(c_oflag, ONLRET)  \
    X(c_oflag, OLCUC)   \
    X(c_oflag, OFILL)   \
    X(c_oflag, OFDEL)   \
    X(c_cflag, CREAD)   \
    X(c_cflag, CLOCAL)  \
    X(c_cflag, HUPCL)   \
    X(c_cflag, CSTOPB)  \
    X(c_cflag, PARENB)  \
    X(c_cflag, PARODD)  \
    X(c_cflag, CRTSCTS)

#define CHARACTER_ROWS(X) \
    X(VINTR)              \
    X(VQUIT)              \
    X(VSUSP)              \
    X(VEOF)               \
    X(VERASE)             \
    X(VKILL)              \
    X(VWERASE)            \
    X(VLNEXT)             \
    X(VREPRINT)           \
    X(VDISCARD)           \
    X(VSTART)             \
    X(VSTOP)              \
    X(VEOL)               \
    X(VEOL2)              \
    X(VSWTC)              \
    X(VMIN)               \
    X(VTIME)

#define FLAG_ROW(member, flag)   {#flag, offsetof(struct termios, member), flag},
#define CHARACTER_ROW(character) {#character, character},

static const struct flag_row {
    const char *name;
    size_t at; /* of its word in struct termios */
    tcflag_t flag;
} flags[] = {FLAG_ROWS(FLAG_ROW)};

static const struct {
    const char *name;
    unsigned index;
} characters[] = {CHARACTER_ROWS(CHARACTER_ROW)};

static tcflag_t word_of(const struct termios *modes, size_t at)
{
    return *(const tcflag_t *)(const void *)((const char *)modes + at);
}

static void between(struct buf *out, size_t begin)
{
    if (out->size > begin)
        buf_add_text(out, ", ");
}

/* "^C", "x" or "200". VMIN and VTIME are numbers. */
static void character_add(unsigned index, cc_t value, struct buf *out)
{
    if (index == VMIN || index == VTIME || value > 0x7f)
        buf_addf(out, "%u", value);
    else if (value == 0)
        buf_add_text(out, "off");
    else if (value < 0x20 || value == 0x7f)
        buf_addf(out, "^%c", value ^ 0x40);
    else
        buf_addf(out, "%c", value);
}

void tty_flags_tell(const struct termios *was, const struct termios *now, struct buf *out)
{
    size_t begin = out->size;

    if (pty_modes_equal(was, now))
        return;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const struct flag_row *row = &flags[i];
        tcflag_t on = word_of(now, row->at) & row->flag;
        if (on == (word_of(was, row->at) & row->flag))
            continue;
        between(out, begin);
        buf_addf(out, "%s %s", row->name, on != 0 ? "on" : "off");
    }
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
        unsigned at = characters[i].index;
        if (was->c_cc[at] == now->c_cc[at])
            continue;
        between(out, begin);
        buf_addf(out, "%s ", characters[i].name);
        character_add(at, now->c_cc[at], out);
        buf_add_text(out, " (was ");
        character_add(at, was->c_cc[at], out);
        buf_add_text(out, ")");
    }
    if (out->size == begin)
        buf_add_text(out, "size of a character, speed, delays or line discipline");
}
