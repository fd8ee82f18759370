/* real_key.c: a press at a tree's terminal, until everybody has handled it.
 *
 * A key can be lost: a program that flushes its input just then, as the root does when it takes
 * the terminal back, throws away what the kernel has not looked at yet. So whoever owes an answer
 * is asked as well whether its loop is idle. The signal was there before the question, so idle
 * means that there was none, and the press is done without it. */
#include "harness/real/real.h"

#include <signal.h>

/* Everybody shares the foreground group. One that never returns to its loop never answers. */
static bool key_waits_for(const struct real_world *r, uint16_t actor)
{
    return process_acts(&r->process[actor]) && !r->cast->who[actor].spins;
}

int key_allow(struct real_world *r, const struct action *a, struct diag *diag)
{
    if (r->press.open)
        return diag_set(diag, ERR_STATE, "the last key is not done yet");
    if (r->hung_up || r->phase == REAL_NEW)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    if (a->extra != 0 && terminal_signal_of(r, (uint8_t)a->value, true) == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", (unsigned)a->value);
    /* An interrupt flushes what was written and not yet read: read it before. And what was handled
     * before must not count as an answer. */
    terminal_drain(r);
    reports_drain(r);
    return ALLOW_NOW;
}

/* All stop in the middle of whatever they do; the holder of the terminal says so first. */
static void job_stops(struct real_world *r)
{
    r->job_stops = true;
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (process_lives(&r->process[i]))
            process_may_stop(r, i, SIGTSTP);
    }
}

int key_press(struct real_world *r, const struct action *a, struct diag *diag)
{
    uint8_t byte = (uint8_t)a->value;
    int signal = terminal_signal_of(r, byte, a->extra != 0);

    for (uint16_t i = 0; i < r->cast->count; i++)
        r->process[i].owes_key = signal != 0 && key_waits_for(r, i);
    r->press = (struct real_press){.open = true, .byte = byte, .signal = signal};
    for (uint16_t i = 0; i < r->cast->count; i++)
        r->press.lost = r->press.lost || r->process[i].owes_key;
    int rc = a->extra != 0 ? terminal_signal(r, signal, diag) : terminal_type(r, &byte, 1, diag);
    if (rc < 0) {
        r->press.open = false;
        return rc;
    }
    terminal_drain(r);
    r->press.round = ++r->quiet.probe;
    if (signal == SIGTSTP)
        job_stops(r);
    return ACT_GOES_ON;
}

void key_settle(struct real_world *r)
{
    bool open = false;

    if (!r->press.open)
        return;
    for (uint16_t i = 0; i < r->cast->count; i++) {
        struct real_process *p = &r->process[i];
        bool stops = p->stopping && process_lives(p);
        if (p->owes_key && (stops || (process_acts(p) && !process_answered(r, i, r->press.round))))
            open = true;
        else
            p->owes_key = false;
    }
    if (open)
        return;
    r->press.open = false;
    r->activity++;
    r->touched++;
    real_note(r, POINT_KEY_DONE, ACTOR_NONE, r->press.byte, r->press.lost);
    queue_event(&r->world, WORLD_KEY, ACTOR_NONE, 0);
}
