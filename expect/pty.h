/* pty.h: the master side of a pseudo-terminal: made, watched, written to, asked, and read to its
 * last byte.
 *
 * Nothing here spawns, signals a process of its own accord or reaps: that is the guard's job. The
 * contract at the end of life is: no byte lost. Linux reports EIO before the last bytes can be
 * read, and only while nobody holds the other side; so the pty holds a slave of its own, and
 * whoever learns (by pidfd) that the subject is dead calls pty_finish().
 * (Measured: reading to the first EIO loses the tail in up to 3 % of runs, this in none.) */
#ifndef EXPECT_PTY_H
#define EXPECT_PTY_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/host/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

enum {
    PTY_QUEUE_BYTES_MAX = 64 * 1024,       /* typed, and not yet taken by the kernel */
    PTY_TURN_BYTES_MAX = 256 * 1024,       /* read in one turn of the loop */
    PTY_DRAIN_BYTES_MAX = 4 * 1024 * 1024, /* read by one pty_drain() */
};

/* ---- making ---- */

/* What a terminal looks like to the program that starts on it, never taken from the terminal of
 * whoever runs this: a cooked one, as after login: ISIG ICANON ECHO ECHOE ECHOK ECHOCTL IEXTEN
 * OPOST ONLCR ICRNL, ^C ^\ ^Z ^D and the usual editing characters, 8 bits, 38400. */
void pty_modes_default(struct termios *modes);

/* Makes a terminal of that size (both > 0) with those modes before anybody runs on it. Stores the
 * two ends, close-on-exec, the caller's to close. Returns 0 or ERR_IO. */
int pty_open(unsigned rows, unsigned cols, int *master, int *slave, struct diag *diag);

/* ---- watching ---- */

struct pty; /* opaque: pty.c */

struct pty_hooks {
    /* The bytes the terminal has shown, lent. Called from the loop, from pty_drain() and from
     * pty_finish(). May call everything here except pty_drain, pty_finish and pty_close. */
    void (*on_data)(void *user, const void *data, size_t size);
    /* The terminal cannot be read or written any more; nothing else is called after it, and the
     * pty is still to be closed. From the loop only. */
    void (*on_error)(void *user, const struct diag *diag);
    void *user;
};

/* Watches the two ends of pty_open(): takes both over (the master becomes non-blocking) until
 * pty_close(). Returns 0 and stores the pty, or ERR_NOMEM, ERR_IO, ERR_LOOP with both descriptors
 * untouched. */
int pty_attach(struct loop *l, int master, int slave, const struct pty_hooks *hooks,
               struct pty **out, struct diag *diag);

/* Stops, closes both ends (the subject sees a hang-up) and frees. Queued bytes are lost. NULL is
 * fine. */
void pty_close(struct pty *p);

/* Types the bytes: what the kernel does not take now is queued as a copy and written when it
 * does. Returns 0; ERR_FULL past PTY_QUEUE_BYTES_MAX, with nothing typed; ERR_IO; ERR_GONE after
 * pty_finish(). */
int pty_write(struct pty *p, const void *data, size_t size, struct diag *diag);

/* Bytes typed that the kernel has not taken yet: the subject does not read. Seam for tests: they
 * wait until it is full, and until it is empty. */
size_t pty_queued(const struct pty *p);

/* Reads until nothing is there now: a ^C flushes unread output, so drain before it. Returns 0;
 * ERR_FULL when there is still more after PTY_DRAIN_BYTES_MAX; ERR_IO. */
int pty_drain(struct pty *p, struct diag *diag);

enum pty_end {
    PTY_ENDED = 0, /* every byte has been given to on_data; none will follow */
    PTY_HELD = 1,  /* as far as was written; another process has the terminal open and may go on */
};

/* The subject is dead: drains, gives up the own slave, and reads until the kernel says twice that
 * the other side is closed. Returns an enum pty_end, or ERR_FULL (somebody writes without end), or
 * ERR_IO. After PTY_HELD the pty reads on, and may be asked again. */
int pty_finish(struct pty *p, struct diag *diag);

/* ---- asking ---- */

/* Signals the foreground group as the driver would, whatever the modes. SIGINT, SIGQUIT and
 * SIGTSTP only; ERR_INPUT for others, ERR_IO. Nothing is flushed. */
int pty_signal_tiocsig(struct pty *p, int signal, struct diag *diag);

/* The modes now; also after the subject's death. */
int pty_modes(const struct pty *p, struct termios *modes, struct diag *diag);

/* Whether the two are the same but for what the kernel itself sets (PENDIN, FLUSHO). */
bool pty_modes_equal(const struct termios *a, const struct termios *b);

/* The terminal's device, as stat(2) names it; 0: not known. */
dev_t pty_device(const struct pty *p);

/* The foreground group, 0: none yet, or a negative error. */
pid_t pty_foreground(const struct pty *p, struct diag *diag);

/* Bytes typed that the subject has not read, or a negative error. In canonical mode only whole
 * lines count: half a line cannot be read. ERR_GONE after pty_finish(). */
long pty_input_pending(const struct pty *p, struct diag *diag);

/* True while who reads from it waits for what is typed: O_NONBLOCK is not set on the open file that
 * pty_open() made, which all who have it inherited share. True after pty_finish(). */
bool pty_waits(const struct pty *p);

/* New size, both > 0 (else ERR_INPUT); the foreground group gets SIGWINCH. */
int pty_resize(struct pty *p, unsigned rows, unsigned cols, struct diag *diag);

#endif
