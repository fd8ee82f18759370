/* tty_flags.h: the kernel's modes of a terminal by the names that stty(1) and termios(3) have for
 * them, for people who are to see what a program has left. (What a program sets by what it writes
 * is modes.h.) Pure. */
#ifndef EXPECT_TTY_FLAGS_H
#define EXPECT_TTY_FLAGS_H

#include "runtime/base/buf.h"

#include <termios.h>

/* Adds what differs: "ECHO off, ICANON off, VMIN 0 (was 1)". Nothing when there is nothing, as
 * pty_modes_equal() has it. */
void tty_flags_tell(const struct termios *was, const struct termios *now, struct buf *out);

#endif
