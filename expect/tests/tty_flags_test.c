/* tty_flags_test.c: each difference of two terminals' modes has a name. */
#include "expect/pty.h"
#include "expect/tty_flags.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct termios was, now;

static void told(const char *text)
{
    struct buf out = BUF_INIT;

    tty_flags_tell(&was, &now, &out);
    if (strcmp(buf_text(&out), text) != 0)
        (void)printf("\nis:     %s\nwanted: %s\n", buf_text(&out), text);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), text);
    buf_release(&out);
}

static void begin(void)
{
    pty_modes_default(&was);
    pty_modes_default(&now);
}

static void test_flags_have_their_names(void)
{
    begin();
    told("");
    now.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    now.c_iflag |= IGNCR;
    now.c_oflag &= ~(tcflag_t)OPOST;
    told("ECHO off, ICANON off, IGNCR on, OPOST off");
    /* The kernel's own are nobody's. */
    begin();
    now.c_lflag |= PENDIN;
    told("");
}

static void test_characters_are_shown_as_typed(void)
{
    begin();
    now.c_cc[VINTR] = 0x18;
    now.c_cc[VQUIT] = 0;
    now.c_cc[VEOF] = 'q';
    now.c_cc[VMIN] = 0;
    now.c_cc[VTIME] = 5;
    told("VINTR ^X (was ^C), VQUIT off (was ^\\), VEOF q (was ^D), VMIN 0 (was 1), "
         "VTIME 5 (was 0)");
    begin();
    now.c_cc[VERASE] = 0xe4;
    told("VERASE 228 (was ^?)");
    static const struct {
        cc_t value;
        const char *text;
    } shown[] = {
        {0x01, "^A" },
        {0x1f, "^_" },
        {' ',  " "  },
        {'!',  "!"  },
        {0x7e, "~"  },
        {0x80, "128"},
        {0xff, "255"}
    };
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        char wanted[64];
        begin();
        now.c_cc[VKILL] = shown[i].value;
        (void)snprintf(wanted, sizeof(wanted), "VKILL %s (was ^U)", shown[i].text);
        told(wanted);
    }
}

/* Goal: what differs is never silent. Method: each bit of each word, alone. */
static void test_no_difference_is_silent(void)
{
    tcflag_t *const words[] = {&now.c_iflag, &now.c_oflag, &now.c_cflag, &now.c_lflag};

    for (size_t word = 0; word < sizeof(words) / sizeof(words[0]); word++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            struct buf out = BUF_INIT;
            begin();
            *words[word] ^= (tcflag_t)1 << bit;
            tty_flags_tell(&was, &now, &out);
            CU_ASSERT_EQUAL(out.size > 0, !pty_modes_equal(&was, &now));
            buf_release(&out);
        }
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("tty_flags", NULL, NULL);
    CU_add_test(suite, "flags", test_flags_have_their_names);
    CU_add_test(suite, "characters", test_characters_are_shown_as_typed);
    CU_add_test(suite, "silent", test_no_difference_is_silent);
    return suite_close();
}
