/* echo.h: keeps what a terminal echoes of our own typing from passing as output.
 *
 * Position is the only sound criterion: text equal to what was sent may be the program's answer.
 * So a send records what the terminal will echo (from its modes at that moment) and the offset of
 * the stream at that moment. If the next bytes there are exactly the predicted echo, they are
 * masked; if not, the prediction is dropped and everything is visible. Until that is known the
 * bytes are held back, which makes the answer independent of how the stream was cut.
 *
 * One echo may come late: a terminal sends the signal of a key before it echoes the key (Linux,
 * n_tty_receive_signal_char()), so that the program's answer can overtake the echo. That of a
 * single such key is masked where it first comes, up to the place of the next send; that nothing
 * comes for a while does not prove that it was dropped.
 *
 * Line ends of a masked echo stay visible: the program's answer does begin a new line.
 * Pure: no I/O. Offsets are those of the raw stream. */
#ifndef EXPECT_ECHO_H
#define EXPECT_ECHO_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum {
    ECHO_SENDS_MAX = 64,         /* predictions waiting for their bytes */
    ECHO_BYTES_MAX = 128 * 1024, /* of one prediction: a full pty queue, all control characters */
};

struct echo_send {
    uint64_t offset; /* where the echo would begin */
    char *text;      /* owned: the predicted bytes; two at most when it may be late */
    size_t size;
    bool late; /* may be overtaken by the program's answer */
};

/* Zeroed is the beginning of a stream. Give back with echo_release(). */
struct echo {
    struct echo_send sends[ECHO_SENDS_MAX]; /* oldest first */
    size_t count;
    size_t held;     /* bytes of sends[0] that have come and are held back */
    uint64_t at;     /* offset of the next byte to judge; the held ones begin there */
    uint64_t masked; /* bytes masked so far, line ends not counted */
    uint64_t missed; /* predictions that did not come true */
};

/* What echo_feed() lets through: called with neighbouring pieces in order. */
struct echo_sink {
    void (*on_text)(void *user, uint64_t offset, const void *data, size_t size);
    void *user;
};

/* Adds the echo of these typed bytes under these modes to *out. Stops at the first byte whose echo
 * depends on more than the modes (erase, kill, reprint, next-literal), for what comes behind it
 * cannot be predicted either. Seam for tests: held against a terminal of the kernel. */
void echo_predict(const struct termios *modes, const void *data, size_t size, struct buf *out);

/* Records a send made when the stream was `offset` bytes long. Returns 0, also when nothing will
 * be echoed; ERR_FULL past a limit above, ERR_NOMEM: then this send is not masked. */
int echo_sent(struct echo *e, const struct termios *modes, const void *data, size_t size,
              uint64_t offset);

/* Judges the next bytes of the stream. */
void echo_feed(struct echo *e, const void *data, size_t size, const struct echo_sink *sink);

/* No more bytes come for now: an echo that came only in part was none. Lets the held bytes go. */
void echo_settle(struct echo *e, const struct echo_sink *sink);

void echo_release(struct echo *e);

#endif
