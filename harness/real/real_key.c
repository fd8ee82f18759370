/* real_key.c: what the run does to the subject: types, presses, signals, tells, lets go.
 *
 * A key can be lost: a program that flushes its input just then, as the root does when it takes
 * the terminal back, throws away what the kernel has not looked at yet. So whoever owes an answer
 * is asked as well whether its loop is idle. The signal was there before the question, so idle
 * means that there was none, and the press is done without it. */
#include "harness/real/real.h"
#include "runtime/base/pidfd.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

int real_input(struct world *w, const void *data, size_t size, struct diag *diag)
{
    return terminal_type(real_of(w), data, size, diag);
}

/* ---- Keys ------------------------------------------------------------------------------- */

int key_signal(struct real_world *r, uint8_t byte, bool tiocsig)
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

/* Everybody shares the foreground group. One that never returns to its loop never answers. */
static bool key_waits_for(const struct real_world *r, uint16_t actor)
{
    return process_acts(&r->process[actor]) && r->options.tree->node[actor].role != ROLE_SPINNER;
}

int real_key(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (r->press.open)
        return diag_set(diag, ERR_STATE, "the last key is not done yet");
    if (r->hung_up || r->phase == REAL_NEW)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    int signal = key_signal(r, byte, tiocsig);
    if (tiocsig && signal == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", byte);
    /* An interrupt flushes what was written and not yet read: read it before. And what was handled
     * before must not count as an answer. */
    terminal_drain(r);
    reports_drain(r);
    real_note(r, POINT_KEY_SENT, ACTOR_NONE, byte, tiocsig);
    for (uint16_t i = 0; i < r->count; i++)
        r->process[i].owes_key = signal != 0 && key_waits_for(r, i);
    r->press = (struct real_press){.open = true, .byte = byte, .signal = signal};
    for (uint16_t i = 0; i < r->count; i++)
        r->press.lost = r->press.lost || r->process[i].owes_key;
    int rc = tiocsig ? terminal_signal(r, signal, diag) : terminal_type(r, &byte, 1, diag);
    if (rc < 0) {
        r->press.open = false;
        return rc;
    }
    terminal_drain(r);
    r->press.round = ++r->quiet.probe;
    return 0;
}

void key_settle(struct real_world *r)
{
    bool open = false;

    if (!r->press.open)
        return;
    for (uint16_t i = 0; i < r->count; i++) {
        struct real_process *p = &r->process[i];
        if (p->owes_key && process_acts(p) && !process_answered(r, i, r->press.round))
            open = true;
        else
            p->owes_key = false;
    }
    if (open)
        return;
    r->press.open = false;
    r->activity++;
    real_note(r, POINT_KEY_DONE, ACTOR_NONE, r->press.byte, r->press.lost);
    real_event(r, WORLD_KEY, ACTOR_NONE, 0);
}

/* ---- Signals and words ------------------------------------------------------------------ */

static int actor_check(const struct real_world *r, uint16_t actor, struct diag *diag)
{
    if (actor >= r->count)
        return diag_set(diag, ERR_NOTFOUND, "there is no actor %u", actor);
    const struct real_process *p = &r->process[actor];
    const char *name = r->options.tree->node[actor].name;
    if (p->state == PROCESS_NONE)
        return diag_set(diag, ERR_STATE, "%s was not started yet", name);
    if (!process_lives(p))
        return diag_set(diag, ERR_GONE, "%s is dead", name);
    return 0;
}

int real_signal(struct world *w, uint16_t actor, int signal, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (signal <= 0 || signal >= NSIG)
        return diag_set(diag, ERR_INPUT, "there is no signal %d", signal);
    int rc = actor_check(r, actor, diag);
    if (rc < 0)
        return rc;
    /* The record comes first: what the signal does may be reported before this call returns. */
    real_note(r, POINT_SIGNAL_SENT, actor, signal, 0);
    r->activity++;
    if (signal == SIGKILL)
        process_kill_known(r, actor);
    if (!pidfd_send(r->process[actor].pidfd, signal))
        return diag_errno(diag, ERR_GONE, "cannot signal %s", r->options.tree->node[actor].name);
    if (signal == SIGSTOP)
        process_stopping(r, actor, signal);
    /* The kernel continues it, and forgets a stop that is on its way, before the call returns. */
    if (signal == SIGCONT)
        process_continued(r, actor);
    return 0;
}

int real_tell(struct world *w, uint16_t actor, int op, struct diag *diag)
{
    struct real_world *r = real_of(w);
    int rc = actor_check(r, actor, diag);

    if (rc < 0)
        return rc;
    if ((op < 0 || op >= TELL_OPS) && op != TELL_FREEZE)
        return diag_set(diag, ERR_INPUT, "an actor cannot be told %d", op);
    if (r->process[actor].orders < 0)
        return diag_set(diag, ERR_STATE, "%s does not run yet", r->options.tree->node[actor].name);
    real_note(r, POINT_TELL_SENT, actor, op, 0);
    r->activity++;
    return process_order(r, actor, CONTROL_TELL, op, diag);
}

/* ---- The terminal and the job ----------------------------------------------------------- */

int real_resize(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (r->pty == NULL)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    real_note(r, POINT_TTY_RESIZED, ACTOR_NONE, rows, columns);
    r->activity++;
    return pty_resize(r->pty, rows, columns, diag);
}

/* What was stopped goes on; said before the kernel does it, so that no report comes earlier. */
static void job_continues(struct real_world *r)
{
    for (uint16_t i = 0; i < r->count; i++) {
        if (r->process[i].state == PROCESS_STOPPED || r->process[i].stopping)
            process_continued(r, i);
    }
    r->activity++;
}

int real_hang_up(struct world *w, struct diag *diag)
{
    struct real_world *r = real_of(w);

    reports_drain(r);
    if (r->pty != NULL)
        real_note(r, POINT_TTY_HUNG_UP, ACTOR_NONE, 0, 0);
    int rc = terminal_hang_up(r, diag);
    if (rc < 0)
        return rc;
    /* Its last echo is nobody's any more. */
    r->press.open = false;
    job_continues(r);
    return guard_link_order(&r->guard, GUARD_HUP, diag);
}

int real_resume(struct world *w, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (!process_lives(&r->process[ACTOR_ROOT]))
        return diag_set(diag, ERR_GONE, "there is no job any more");
    job_continues(r);
    return guard_link_order(&r->guard, GUARD_CONT, diag);
}

void real_release(struct world *w, uint16_t actor)
{
    struct real_world *r = real_of(w);

    if (actor >= r->count || !r->process[actor].held)
        return;
    r->process[actor].held = false;
    r->activity++;
    real_note(r, POINT_HOLD_END, actor, r->process[actor].held_point, 0);
    (void)process_order(r, actor, CONTROL_GO, 0, NULL);
}
