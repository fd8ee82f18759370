/* real_key.c: what the run does to the subject: the actions, and letting go.
 *
 * A key can be lost: a program that flushes its input just then, as the root does when it takes
 * the terminal back, throws away what the kernel has not looked at yet. So whoever owes an answer
 * is asked as well whether its loop is idle. The signal was there before the question, so idle
 * means that there was none, and the press is done without it. */
#include "harness/real/real.h"
#include "runtime/base/pidfd.h"

#include <signal.h>
#include <unistd.h>

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

static int key_allow(struct real_world *r, const struct action *a, struct diag *diag)
{
    if (r->press.open)
        return diag_set(diag, ERR_STATE, "the last key is not done yet");
    if (r->hung_up || r->phase == REAL_NEW)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    if (a->extra != 0 && key_signal(r, (uint8_t)a->value, true) == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", (unsigned)a->value);
    /* An interrupt flushes what was written and not yet read: read it before. And what was handled
     * before must not count as an answer. */
    terminal_drain(r);
    reports_drain(r);
    return ALLOW_NOW;
}

static int key_press(struct real_world *r, const struct action *a, struct diag *diag)
{
    uint8_t byte = (uint8_t)a->value;
    int signal = key_signal(r, byte, a->extra != 0);

    for (uint16_t i = 0; i < r->count; i++)
        r->process[i].owes_key = signal != 0 && key_waits_for(r, i);
    r->press = (struct real_press){.open = true, .byte = byte, .signal = signal};
    for (uint16_t i = 0; i < r->count; i++)
        r->press.lost = r->press.lost || r->process[i].owes_key;
    int rc = a->extra != 0 ? terminal_signal(r, signal, diag) : terminal_type(r, &byte, 1, diag);
    if (rc < 0) {
        r->press.open = false;
        return rc;
    }
    terminal_drain(r);
    r->press.round = ++r->quiet.probe;
    return ACT_GOES_ON;
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
    queue_event(&r->world, WORLD_KEY, ACTOR_NONE, 0);
}

/* ---- The others ------------------------------------------------------------------------- */

static int process_signal(struct real_world *r, uint16_t actor, int signal, struct diag *diag)
{
    if (signal == SIGKILL)
        process_kill_known(r, actor);
    if (!pidfd_send(r->process[actor].pidfd, signal))
        return diag_errno(diag, ERR_GONE, "cannot signal %s", r->options.tree->node[actor].name);
    if (signal == SIGSTOP)
        process_stopping(r, actor, signal);
    /* The kernel continues it, and forgets a stop that is on its way, before the call returns. */
    if (signal == SIGCONT)
        process_continued(r, actor);
    return ACT_DONE;
}

/* What was stopped goes on; said before the kernel does it, so that no report comes earlier. */
static void job_continues(struct real_world *r)
{
    for (uint16_t i = 0; i < r->count; i++) {
        if (r->process[i].state == PROCESS_STOPPED || r->process[i].stopping)
            process_continued(r, i);
    }
}

static int hang_up(struct real_world *r, struct diag *diag)
{
    int rc = terminal_hang_up(r, diag);

    if (rc < 0)
        return rc;
    /* Its last echo is nobody's any more. */
    r->press.open = false;
    job_continues(r);
    return guard_link_order(&r->guard, GUARD_HUP, diag);
}

int real_allow(struct world *w, const struct action *a, struct diag *diag)
{
    struct real_world *r = real_of(w);

    switch ((enum action_kind)a->kind) {
    case ACTION_TYPE:
        return r->hung_up ? diag_set(diag, ERR_GONE, "the terminal is closed") : ALLOW_NOW;
    case ACTION_KEY:
        return key_allow(r, a, diag);
    case ACTION_HANG_UP:
        reports_drain(r);
        /* fall through */
    case ACTION_RESIZE:
        return r->pty == NULL ? diag_set(diag, ERR_GONE, "the terminal is closed") : ALLOW_NOW;
    case ACTION_TELL:
        if (r->process[a->who].orders < 0)
            return diag_set(diag, ERR_STATE, "%s does not run yet",
                            r->options.tree->node[a->who].name);
        break;
    case ACTION_LINK:
        return link_allow(r, a, diag);
    case ACTION_CONTINUE:
        if (!process_lives(&r->process[ACTOR_ROOT]))
            return diag_set(diag, ERR_GONE, "there is no job any more");
        break;
    case ACTION_SIGNAL:
    case ACTIONS:
        break;
    }
    return ALLOW_NOW;
}

int real_act(struct world *w, const struct action *a, struct diag *diag)
{
    struct real_world *r = real_of(w);

    r->activity++;
    switch ((enum action_kind)a->kind) {
    case ACTION_TYPE:
        return terminal_type(r, a->text, a->size, diag);
    case ACTION_KEY:
        return key_press(r, a, diag);
    case ACTION_SIGNAL:
        return process_signal(r, a->who, (int)a->value, diag);
    case ACTION_TELL:
        return process_order(r, a->who, CONTROL_TELL, a->value, diag);
    case ACTION_LINK:
        return link_act(r, a, diag);
    case ACTION_RESIZE:
        return pty_resize(r->pty, (uint16_t)a->value, (uint16_t)a->extra, diag);
    case ACTION_HANG_UP:
        return hang_up(r, diag);
    case ACTION_CONTINUE:
        job_continues(r);
        return guard_link_order(&r->guard, GUARD_CONT, diag);
    case ACTIONS:
        break;
    }
    return ACT_DONE;
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
