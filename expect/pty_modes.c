/* pty_modes.c: comparing the modes of a terminal. */
#include "expect/pty.h"

#include <string.h>

/* Set by the kernel: PENDIN when canonical mode is entered with input waiting, FLUSHO by ^O. */
#define KERNEL_LFLAGS ((tcflag_t)(PENDIN | FLUSHO))

bool pty_modes_equal(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           (a->c_lflag & ~KERNEL_LFLAGS) == (b->c_lflag & ~KERNEL_LFLAGS) &&
           a->c_line == b->c_line && a->c_ispeed == b->c_ispeed && a->c_ospeed == b->c_ospeed &&
           memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}
