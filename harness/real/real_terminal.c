/* real_terminal.c: the subject's terminal and the record lock behind it. */
#include "expect/tty_flags.h"
#include "harness/real/real.h"
#include "runtime/base/hash.h"
#include "runtime/host/baton.h"

#include <signal.h>
#include <unistd.h>

static void terminal_shown(void *user, const void *data, size_t size)
{
    struct real_world *r = user;

    r->activity++;
    r->touched++;
    r->spare.told = false; /* somebody has opened it again */
    queue_output(&r->world, data, size);
}

static void terminal_failed(void *user, const struct diag *diag)
{
    struct real_world *r = user;

    queue_fail(&r->world, diag);
}

int terminal_open(struct real_world *r, int *slave, struct diag *diag)
{
    struct pty_hooks hooks = {.on_data = terminal_shown, .on_error = terminal_failed, .user = r};
    int master;

    int rc = pty_open(r->options.rows, r->options.columns, &master, slave, diag);
    if (rc < 0)
        return rc;
    rc = pty_attach(r->loop, master, *slave, &hooks, &r->pty, diag);
    if (rc < 0) {
        (void)close(master);
        (void)close(*slave);
        return rc;
    }
    return pty_modes(r->pty, &r->saved, diag);
}

int terminal_type(struct real_world *r, const void *data, size_t size, struct diag *diag)
{
    const uint8_t *byte = data;
    uint64_t typed = 0;

    if (r->hung_up || r->pty == NULL)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    r->activity++;
    /* By the modes before: what it causes may change them at once. Printable ones make signals only
     * by a user's own choice, too rare to ask each time. */
    for (size_t i = 0; i < size; i++) {
        int signal = byte[i] < 0x20 || byte[i] >= 0x7f ? terminal_signal_of(r, byte[i], false) : 0;
        typed |= signal > 0 ? UINT64_C(1) << signal : 0;
    }
    int rc = pty_write(r->pty, data, size, diag);
    if (rc == 0)
        r->world.typed |= typed;
    return rc;
}

static int terminal_modes(const struct real_world *r, struct termios *out)
{
    return r->pty != NULL ? pty_modes(r->pty, out, NULL) : ERR_GONE;
}

void terminal_end_input(struct real_world *r)
{
    struct termios modes;

    /* The first one ends a half-typed line, if there is one. */
    if (!r->hung_up && terminal_modes(r, &modes) == 0 && (modes.c_lflag & ICANON) != 0) {
        const cc_t end[2] = {modes.c_cc[VEOF], modes.c_cc[VEOF]};
        (void)terminal_type(r, end, sizeof(end), NULL);
    }
    r->hung_up = true;
}

int terminal_hang_up(struct real_world *r, struct diag *diag)
{
    if (r->pty == NULL)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    terminal_drain(r);
    r->hung_up = true;
    pty_close(r->pty);
    r->pty = NULL;
    return 0;
}

int terminal_signal(struct real_world *r, int signal, struct diag *diag)
{
    r->activity++;
    r->world.typed |= UINT64_C(1) << signal;
    return pty_signal_tiocsig(r->pty, signal, diag);
}

int terminal_signal_of(const struct real_world *r, uint8_t byte, bool tiocsig)
{
    struct termios modes = r->saved;

    if (!tiocsig && (terminal_modes(r, &modes) < 0 || (modes.c_lflag & ISIG) == 0))
        return 0;
    if (byte == modes.c_cc[VINTR])
        return SIGINT;
    if (byte == modes.c_cc[VQUIT])
        return SIGQUIT;
    if (byte == modes.c_cc[VSUSP])
        return SIGTSTP;
    return 0;
}

void terminal_drain(struct real_world *r)
{
    struct diag diag;

    if (r->pty == NULL)
        return;
    /* The kernel's line discipline works on what was typed later, on its own; to ask for input
     * waits until that is done, and so does a read that finds nothing. */
    (void)pty_input_pending(r->pty, NULL);
    /* One that writes without end is not at rest, which its output has told already. */
    int rc = pty_drain(r->pty, &diag);
    if (rc < 0 && rc != ERR_FULL)
        queue_fail(&r->world, &diag);
}

/* Of what a program can set. */
static int64_t modes_digest(const struct termios *modes)
{
    const uint32_t flags[] = {modes->c_iflag, modes->c_oflag, modes->c_cflag, modes->c_lflag};
    uint64_t hash = HASH_BEGIN;

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        uint32_t flag = flags[i];
        hash = hash_add(hash, &flag, sizeof(flag));
    }
    return (int64_t)(hash_add(hash, modes->c_cc, sizeof(modes->c_cc)) >> 1);
}

uint16_t terminal_holder(const struct real_world *r)
{
    pid_t pid = baton_peek(r->baton);

    return pid > 0 ? process_find(r, pid) : ACTOR_NONE;
}

void terminal_sample(struct real_world *r)
{
    const struct trace *t = &r->world.trace;
    struct termios modes;
    size_t i = t->count;

    if (terminal_modes(r, &modes) < 0)
        return;
    while (i > 0 && t->record[i - 1].point != POINT_TTY_MODES)
        i--;
    int64_t was = i > 0 ? t->record[i - 1].extra : modes_digest(&r->saved);
    if (was != modes_digest(&modes))
        terminal_look(r);
}

/* What is open to a command is a terminal that waits. Own actors know no other than that. */
static bool terminal_waits(const struct real_world *r)
{
    return r->options.subject != SUBJECT_COMMAND || r->pty == NULL || pty_waits(r->pty);
}

void terminal_look(struct real_world *r)
{
    struct termios modes;

    if (terminal_modes(r, &modes) == 0) {
        bool saved = pty_modes_equal(&modes, &r->saved) && terminal_waits(r);
        real_record(r, (struct trace_record){.point = POINT_TTY_MODES,
                                             .actor = ACTOR_TERMINAL,
                                             .peer = ACTOR_NONE,
                                             .value = saved,
                                             .extra = modes_digest(&modes)});
    }
    real_note(r, POINT_BATON_SEEN, terminal_holder(r), 0, 0);
}

void terminal_tell(const struct real_world *r, struct buf *out)
{
    struct termios modes;

    if (terminal_modes(r, &modes) == 0)
        tty_flags_tell(&r->saved, &modes, out);
    if (!terminal_waits(r))
        buf_addf(out, "%sO_NONBLOCK on", out->size > 0 ? ", " : "");
}

void terminal_finish(struct real_world *r)
{
    struct diag diag;

    if (r->pty == NULL)
        return;
    /* Without a guard somebody may still have it open: then this is as far as was written. */
    if (pty_finish(r->pty, &diag) < 0)
        queue_fail(&r->world, &diag);
    pty_close(r->pty);
    r->pty = NULL;
}
