/* failure.c: the first thing that went wrong, with what was there at that moment. */
#include "harness/run/state.h"
#include "runtime/base/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void failure_snapshot(struct run *r)
{
    struct failure *f = &r->failure;

    f->set = true;
    f->index = r->world->trace.count;
    f->at_ns = world_now(r->world);
}

/* Adds in which branch it was, where it was in one. */
static void branch_tell(const struct task *t, char *out, size_t size)
{
    const struct task *from = t->parent;
    const struct step *s = from != NULL ? &from->list->step[from->index] : NULL;
    size_t used = strlen(out);
    struct buf name = BUF_INIT;

    if (s == NULL || s->entry->branch == NULL)
        return;
    struct place place = s->entry->branch(s, (size_t)(t->list - s->branch), &name);
    (void)snprintf(out + used, size - used, " (in branch%.120s of line %" PRIu32 ")",
                   buf_text(&name), place.line);
    buf_release(&name);
}

void failure_set(struct run *r, const struct task *t, const struct step *s, const char *label)
{
    struct failure *f = &r->failure;

    if (f->set)
        return;
    failure_snapshot(r);
    f->step = s;
    enum process_state root = world_state(r->world, ACTOR_ROOT);
    f->ended = r->over || root == PROCESS_ZOMBIE || root == PROCESS_REAPED;
    f->stalled_ns = r->world->stalled_ns - t->stalled_ns;
    f->place = s->place;
    /* The C-c of the second set of variants stands in no file. */
    if (f->place.file == NULL)
        f->place = r->variant->outcome_place;
    for (const struct task *up = t; up != NULL; up = up->parent) {
        if (up->main)
            f->step_number = up->index + 1;
    }
    (void)snprintf(f->label, sizeof(f->label), "%s", label);
    struct buf subject = BUF_INIT;
    buf_add_text(&subject, s->entry->word.name);
    if (s->entry->subject != NULL)
        s->entry->subject(s, r->cast, &subject);
    (void)snprintf(f->message, sizeof(f->message), "%.190s: %.255s", buf_text(&subject), label);
    branch_tell(t, f->message, sizeof(f->message));
    (void)snprintf(f->signature, sizeof(f->signature), "step:%.190s", buf_text(&subject));
    buf_release(&subject);
}

void failure_total(struct run *r, const char *signature, const char *message)
{
    struct failure *f = &r->failure;

    if (f->set)
        return;
    failure_snapshot(r);
    f->place = r->variant->outcome_place;
    (void)snprintf(f->label, sizeof(f->label), "%.200s", message);
    (void)snprintf(f->message, sizeof(f->message), "%.300s", message);
    (void)snprintf(f->signature, sizeof(f->signature), "%.200s", signature);
}

/* The first line of the processes is the root's: "sh (412)  sleeping, the program itself, ...". */
static void root_tell(struct run *r, struct buf *out)
{
    struct buf lines = BUF_INIT;

    world_say(r->world, WORDS_PROCESSES, &lines);
    const char *name = buf_text(&lines);
    const char *state = strstr(name, "  ");
    if (state != NULL)
        buf_addf(out, ": %.*s, %.*s", (int)(state - name), name, (int)strcspn(state + 2, ",\n"),
                 state + 2);
    buf_release(&lines);
}

void failure_outlives(struct run *r)
{
    struct failure *f = &r->failure;
    struct buf message = BUF_INIT;
    char time[DURATION_BYTES];

    buf_addf(&message, "still runs after %s",
             duration_text(r->scenario->grace_ns, " ", time, sizeof(time)));
    root_tell(r, &message);
    char signature[256];
    (void)snprintf(signature, sizeof(signature), "outcome:still runs actor=%.200s",
                   r->cast->who[ACTOR_ROOT].name);
    failure_total(r, signature, buf_text(&message));
    buf_release(&message);
    f->outlives = true;
}

static void text_add(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);

    (void)snprintf(text + used, size - used, "%s", more);
}

void failure_still(struct run *r)
{
    static const char why[] = ": nothing can move any more";
    struct failure *f = &r->failure;
    struct buf who = BUF_INIT;

    text_add(f->label, sizeof(f->label), why);
    text_add(f->message, sizeof(f->message), why);
    /* Whom each waits for goes in a circle, or ends at who is held. */
    hold_tell(r, &who);
    if (who.size > 0) {
        world_say(r->world, WORDS_WAITS, &who);
        who.data[who.size - 2] = 0;
        text_add(f->message, sizeof(f->message), ": ");
        text_add(f->message, sizeof(f->message), buf_text(&who));
    }
    buf_release(&who);
}

void failure_release(struct failure *f)
{
    buf_release(&f->nearest);
    *f = (struct failure){0};
}
