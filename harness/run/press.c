/* press.c: the Ctrl-C at each prompt of the second set of variants, and that no step sees it.
 *
 * An actor that is held at its prompt is pressed at there; let go, it draws a notice and the prompt
 * again. A scenario must say the same with the press as without, so the records of the press are
 * not counted, what it draws is not in the text, and the next step waits for that. A press of the
 * scenario's own that no actor has read yet is one with ours, and is seen. */
#include "expect/hide.h"
#include "harness/run/steps.h"
#include "runtime/actor/core.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { KEY_INTERRUPT = 0x03 };

/* The actor is at a prompt: it is to be pressed at. */
static void press_expect(struct run *r, uint16_t actor)
{
    if (!r->variant->ctrl_c_each_prompt || r->hold[actor].press_due)
        return;
    r->hold[actor].press_due = true;
    r->press.due++;
}

/* It is not any more: it was pressed at, or the actor has died. */
static void press_settle(struct run *r, uint16_t actor)
{
    r->press.due -= r->hold[actor].press_due;
    r->hold[actor].press_due = false;
}

bool press_start(struct run *r, uint16_t actor)
{
    if (!r->hold[actor].press_due)
        return false;
    press_settle(r, actor);
    r->press.begun++;
    /* The scenario has pressed here itself: that is what is to be tried. */
    if ((r->hold[actor].interrupt & INTERRUPT_OWN) != 0)
        return false;
    return true;
}

/* All that have a process get it, or the one. */
static void press_interrupts(struct run *r, uint16_t only, enum interrupt whose)
{
    for (uint16_t actor = 0; actor < r->cast->count; actor++) {
        enum process_state state = world_state(r->world, actor);
        bool there = state == PROCESS_LIVE || state == PROCESS_STOPPED;
        if (there && (only == ACTOR_NONE || only == actor))
            r->hold[actor].interrupt |= (uint8_t)whose;
    }
}

void press_sent(struct run *r)
{
    r->press.sent = true;
    press_interrupts(r, ACTOR_NONE, INTERRUPT_PRESS);
}

void press_done(struct run *r)
{
    r->press.sent = false;
    /* Who has not read it by now is held or stopped; nobody else gets it. */
    for (uint16_t actor = 0; actor < r->cast->count; actor++) {
        if (!r->hold[actor].used && world_state(r->world, actor) != PROCESS_STOPPED)
            r->hold[actor].interrupt &= (uint8_t)~INTERRUPT_PRESS;
    }
}

void press_released(struct run *r, uint16_t actor)
{
    struct hold *h = &r->hold[actor];
    char text[HIDE_BYTES_MAX];

    if (h->point != POINT_DBG_PROMPT || h->interrupt != INTERRUPT_PRESS)
        return;
    const char *name = r->cast->who[actor].name;
    int size = snprintf(text, sizeof(text), "\r\n%s" CORE_IGNORED_INT "\r\n%s> ", name, name);
    CHECK(size > 0 && (size_t)size < sizeof(text));
    if (match_hide(r->match, text, (size_t)size) == 0)
        r->press.drawer = actor;
}

void press_quiet(struct run *r)
{
    uint16_t actor = r->press.drawer;

    /* One that was on its way when the actor was let go says nothing about what it does since. */
    if (actor == ACTOR_NONE || (r->hold[actor].interrupt & INTERRUPT_PRESS) != 0)
        return;
    (void)match_hide(r->match, "", 0);
    r->press.drawer = ACTOR_NONE;
}

bool press_draws(struct run *r)
{
    if (r->press.drawer != ACTOR_NONE && (r->over || !match_hides(r->match)))
        r->press.drawer = ACTOR_NONE;
    return r->press.drawer != ACTOR_NONE || r->prompts.pressed || r->prompts.undecided;
}

bool press_pending(struct run *r)
{
    if (r->press.due > 0 || (press_draws(r) && (r->prompts.match == NULL || r->prompts.pressed)))
        return true;
    for (size_t i = 0; i < r->task_count; i++) {
        if (r->task[i].used && r->task[i].press)
            return true;
    }
    return false;
}

/* What the harness says it has done. True when it is of the press. */
static bool press_acted(struct run *r, const struct trace_record *record)
{
    switch (record->point) {
    case POINT_KEY_SENT:
        if (!r->press.sent && record->value == KEY_INTERRUPT)
            press_interrupts(r, ACTOR_NONE, INTERRUPT_OWN);
        return r->press.sent;
    case POINT_KEY_DONE:
        return r->press.sent;
    case POINT_SIGNAL_SENT:
        if (record->value == SIGINT)
            press_interrupts(r, record->peer, INTERRUPT_OWN);
        return false;
    default:
        return false;
    }
}

/* The actor is over, or not at its prompt any more: nothing is waited for. What it has drawn before
 * may still come, and stays hidden. */
static void press_left(struct run *r, uint16_t actor)
{
    if (r->press.drawer == actor)
        r->press.drawer = ACTOR_NONE;
    if (r->prompting == actor)
        r->prompting = ACTOR_NONE;
}

bool press_sees(struct run *r, const struct trace_record *record)
{
    if (record->actor >= r->cast->count)
        return !press_acted(r, record);
    struct hold *h = &r->hold[record->actor];
    h->unseen = false;
    switch (record->point) {
    case POINT_DBG_PROMPT:
        r->prompting = record->actor;
        press_expect(r, record->actor);
        break;
    case POINT_DBG_LEAVING:
        press_left(r, record->actor);
        break;
    case POINT_PROC_EXITED:
        press_settle(r, record->actor);
        press_left(r, record->actor);
        h->interrupt = 0;
        break;
    case POINT_SIG_DUPLICATE:
        h->unseen = record->value == SIGINT && h->interrupt == INTERRUPT_PRESS;
        break;
    case POINT_SIG_HANDLED:
        if (record->value != SIGINT)
            break;
        h->unseen = h->interrupt == INTERRUPT_PRESS;
        h->interrupt = h->unseen ? 0 : h->interrupt & (uint8_t)~INTERRUPT_OWN;
        break;
    default:
        break;
    }
    return !h->unseen;
}
