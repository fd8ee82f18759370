/* sim_terminal.h: a virtual terminal with the line discipline of a real one, as far as a prompt
 * needs it.
 *
 * Echo, erase, kill, end of file and the three signal characters do what Linux does: a signal
 * character throws the input away, and with it the echo of the same write; without
 * TERMINAL_ECHO_CONTROL a control character is echoed as it is. Flat: copied with memcpy. */
#ifndef HARNESS_SIM_SIM_TERMINAL_H
#define HARNESS_SIM_SIM_TERMINAL_H

#include "runtime/actor/frame.h"
#include "runtime/base/buf.h"

#include <stddef.h>
#include <stdint.h>

enum sim_terminal_mode {
    TERMINAL_CANONICAL = 1,
    TERMINAL_ECHO = 2,
    TERMINAL_SIGNALS = 4,
    TERMINAL_ECHO_CONTROL = 8, /* ^C is shown as two characters */

    TERMINAL_SAVED = 15, /* as found at the start */
    TERMINAL_PROMPT = 7, /* while an actor prompts */
};

enum { TERMINAL_INPUT_BYTES_MAX = 4095 }; /* as Linux */

/* The control characters that mean something. */
enum {
    TERMINAL_INTERRUPT = 0x03,
    TERMINAL_END = 0x04,
    TERMINAL_KILL = 0x15,
    TERMINAL_SUSPEND = 0x1A,
    TERMINAL_QUIT = 0x1C,
    TERMINAL_ERASE = 0x7F,
};

enum sim_terminal_read { TERMINAL_NOTHING, TERMINAL_LINE, TERMINAL_EOF };

struct sim_terminal {
    uint32_t modes;  /* set of enum sim_terminal_mode: the digest of a trace */
    uint16_t reader; /* who reads lines, or ACTOR_NONE */
    uint16_t size;   /* of the input */
    uint8_t hung_up;
    uint8_t hangup_seen; /* the reader knows */
    uint8_t gone;        /* there is no terminal any more: nothing is shown, no modes are set */
    uint8_t input[TERMINAL_INPUT_BYTES_MAX];          /* typed, not yet read */
    uint8_t ends[(TERMINAL_INPUT_BYTES_MAX + 7) / 8]; /* bits: a byte that ends a line */
    uint8_t zero[2];                                  /* no padding: equal states are equal bytes */
};

void sim_terminal_init(struct sim_terminal *t);

/* The signal that this byte stands for, or 0; `modes` as in struct sim_terminal. */
int sim_terminal_signal_of(uint32_t modes, uint8_t byte);

/* Bytes that the input still takes. */
size_t sim_terminal_room(const struct sim_terminal *t);

/* One byte is typed; there must be room. Appends the echo to *echo. Returns the signal for the
 * foreground group, or 0; with a signal the input and the bytes of *echo are thrown away before
 * the echo. */
int sim_terminal_type(struct sim_terminal *t, uint8_t byte, struct buf *echo);

/* What a reader would get now, without taking it. */
enum sim_terminal_read sim_terminal_peek(const struct sim_terminal *t);

/* Takes the next line, without its end, or the end of file. At most `room` bytes of the line are
 * kept. */
enum sim_terminal_read sim_terminal_take(struct sim_terminal *t, char *line, size_t room,
                                         size_t *size);

/* Throws the input away. */
void sim_terminal_flush(struct sim_terminal *t);

/* Output as the terminal shows it: "\n" becomes "\r\n". */
void sim_terminal_show(struct buf *out, const char *text, size_t size);

/* Modes as the opaque bytes that actors pass on, and back. */
void sim_terminal_pack(uint32_t modes, uint8_t out[TTY_MODES_BYTES]);
uint32_t sim_terminal_unpack(const uint8_t packed[TTY_MODES_BYTES]);

#endif
