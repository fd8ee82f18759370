/* tty.h: the terminal as a prompt needs it: modes taken and given back, lines in, text out.
 *
 * The descriptor's open file is shared by the whole tree and by nobody else, so it can be
 * non-blocking. Nothing here waits: lines come from the loop, and text that the terminal does not
 * take at once is queued. Without a terminal (fd -1) text goes to standard error. */
#ifndef RUNTIME_HOST_TTY_H
#define RUNTIME_HOST_TTY_H

#include "runtime/actor/core.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/host/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum { TTY_QUEUE_BYTES_MAX = 64 * 1024 };

/* Set the callbacks and user before tty_open(); the rest belongs to tty.c. */
struct tty {
    void (*on_line)(void *user, const char *text, size_t size); /* without its end; lent */
    void (*on_event)(void *user, enum tty_event event);         /* TTY_EOF, TTY_HUP */
    void *user;

    int fd;
    struct loop *loop;
    struct loop_watch watch;
    bool reading;
    struct buf out;
    bool lost; /* text was dropped, and not yet said so */
    size_t size;
    char line[CORE_LINE_BYTES_MAX];
};

/* Takes over `fd` (-1: there is no terminal). */
void tty_open(struct tty *t, struct loop *loop, int fd);

/* The modes as they are now, as the opaque bytes that a core keeps. Returns 0 or ERR_GONE. */
int tty_modes(const struct tty *t, uint8_t *modes);

/* Sets the modes of a prompt: those given with line input, echo and the keys' signals, and with
 * control characters not echoed, so that ^C leaves no mark beside the prompt. ERR_GONE when there
 * is no terminal any more. */
int tty_take(struct tty *t, const uint8_t *modes);

/* Sets exactly these modes and stops reading. */
void tty_give(struct tty *t, const uint8_t *modes);

/* Throws away what was typed and not yet read. */
void tty_flush_input(struct tty *t);

/* Writes the prompt and reads lines until tty_give(); a half-typed line is dropped. */
void tty_prompt(struct tty *t, const char *text, size_t size);

/* Writes, or queues what does not fit; past TTY_QUEUE_BYTES_MAX text is dropped, which a line
 * before the next text that is not, or else the last one, says. */
void tty_write(struct tty *t, const char *text, size_t size);

/* Writes to standard error, unless that is a terminal; what does not fit at once is dropped. */
void tty_log(const char *text, size_t size);

/* Stops everything, after a last attempt to write the queue. */
void tty_close(struct tty *t);

#endif
