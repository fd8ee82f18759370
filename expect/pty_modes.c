/* pty_modes.c: comparing the modes of a terminal, and naming the differences as stty does. */
#include "expect/pty.h"

#include <string.h>

/* Set by the kernel: PENDIN when canonical mode is entered with input waiting, FLUSHO by ^O. */
#define KERNEL_LFLAGS ((tcflag_t)(PENDIN | FLUSHO))

struct mode_name {
    const char *name;
    tcflag_t flag;
};

static const struct mode_name input_names[] = {
    {"ignbrk",  IGNBRK },
    {"brkint",  BRKINT },
    {"ignpar",  IGNPAR },
    {"parmrk",  PARMRK },
    {"inpck",   INPCK  },
    {"istrip",  ISTRIP },
    {"inlcr",   INLCR  },
    {"igncr",   IGNCR  },
    {"icrnl",   ICRNL  },
    {"iuclc",   IUCLC  },
    {"ixon",    IXON   },
    {"ixany",   IXANY  },
    {"ixoff",   IXOFF  },
    {"imaxbel", IMAXBEL},
    {"iutf8",   IUTF8  },
    {NULL,      0      },
};

static const struct mode_name output_names[] = {
    {"opost",  OPOST },
    {"olcuc",  OLCUC },
    {"onlcr",  ONLCR },
    {"ocrnl",  OCRNL },
    {"onocr",  ONOCR },
    {"onlret", ONLRET},
    {"ofill",  OFILL },
    {"ofdel",  OFDEL },
    {"tabdly", TABDLY},
    {NULL,     0     },
};

static const struct mode_name control_names[] = {
    {"cstopb",  CSTOPB },
    {"cread",   CREAD  },
    {"parenb",  PARENB },
    {"parodd",  PARODD },
    {"hupcl",   HUPCL  },
    {"clocal",  CLOCAL },
    {"crtscts", CRTSCTS},
    {"csize",   CSIZE  },
    {NULL,      0      },
};

static const struct mode_name local_names[] = {
    {"isig",    ISIG   },
    {"icanon",  ICANON },
    {"xcase",   XCASE  },
    {"echo",    ECHO   },
    {"echoe",   ECHOE  },
    {"echok",   ECHOK  },
    {"echonl",  ECHONL },
    {"noflsh",  NOFLSH },
    {"tostop",  TOSTOP },
    {"echoctl", ECHOCTL},
    {"echoprt", ECHOPRT},
    {"echoke",  ECHOKE },
    {"iexten",  IEXTEN },
    {"extproc", EXTPROC},
    {NULL,      0      },
};

static const char *const char_names[NCCS] = {
    [VINTR] = "intr",     [VQUIT] = "quit",       [VERASE] = "erase",   [VKILL] = "kill",
    [VEOF] = "eof",       [VTIME] = "time",       [VMIN] = "min",       [VSWTC] = "swtc",
    [VSTART] = "start",   [VSTOP] = "stop",       [VSUSP] = "susp",     [VEOL] = "eol",
    [VREPRINT] = "rprnt", [VDISCARD] = "discard", [VWERASE] = "werase", [VLNEXT] = "lnext",
    [VEOL2] = "eol2",
};

bool pty_modes_equal(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           (a->c_lflag & ~KERNEL_LFLAGS) == (b->c_lflag & ~KERNEL_LFLAGS) &&
           a->c_line == b->c_line && a->c_ispeed == b->c_ispeed && a->c_ospeed == b->c_ospeed &&
           memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

static void mode_word(struct buf *out, size_t begin)
{
    if (out->size > begin)
        buf_add_text(out, " ");
}

static void modes_flags(const struct mode_name *names, tcflag_t before, tcflag_t now, size_t begin,
                        struct buf *out)
{
    for (; names->name != NULL; names++) {
        if (((before ^ now) & names->flag) == 0)
            continue;
        mode_word(out, begin);
        buf_addf(out, "%s%s", (now & names->flag) != 0 ? "" : "-", names->name);
    }
}

void pty_modes_print(const struct termios *before, const struct termios *now, struct buf *out)
{
    size_t begin = out->size;

    if (pty_modes_equal(before, now))
        return;
    modes_flags(input_names, before->c_iflag, now->c_iflag, begin, out);
    modes_flags(output_names, before->c_oflag, now->c_oflag, begin, out);
    modes_flags(control_names, before->c_cflag, now->c_cflag, begin, out);
    modes_flags(local_names, before->c_lflag, now->c_lflag, begin, out);
    for (size_t i = 0; i < NCCS; i++) {
        if (before->c_cc[i] == now->c_cc[i] || char_names[i] == NULL)
            continue;
        mode_word(out, begin);
        buf_addf(out, "%s=%u", char_names[i], now->c_cc[i]);
    }
    if (before->c_ispeed != now->c_ispeed || before->c_ospeed != now->c_ospeed) {
        mode_word(out, begin);
        buf_add_text(out, "speed");
    }
    if (out->size == begin)
        buf_add_text(out, "other");
}
