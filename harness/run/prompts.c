/* prompts.c: Ctrl-C at each prompt of a command: whoever is no actor of ours reports none, so they
 * are found in what it shows.
 *
 * What is shown goes to a match of its own beside the steps'. A prompt in it is pressed at before
 * the next step begins; from the press on until the prompt is there again nothing is in the text
 * that the steps look at. */
#include "harness/run/steps.h"

#include <stdio.h>

int prompts_init(struct run *r, struct diag *diag)
{
    struct prompts *p = &r->prompts;
    const struct match_options options = {.window_bytes = (size_t)r->scenario->window_bytes};

    if (!r->variant->ctrl_c_each_prompt || r->variant->prompt == NULL)
        return 0;
    int rc = match_new(&options, &p->match, diag);
    if (rc == 0)
        rc = match_compile(r->variant->prompt, &p->pattern, NULL, diag);
    return rc < 0 ? rc
                  : match_watch_start(p->match, p->pattern, MATCH_FROM_CURSOR, &p->watch, diag);
}

void prompts_release(struct prompts *p)
{
    match_free(p->match);
    match_pattern_free(p->pattern);
}

void prompts_shown(struct run *r, const char *data, size_t size)
{
    if (r->prompts.match == NULL)
        return;
    match_feed(r->prompts.match, data, size);
    r->prompts.undecided = true;
}

void prompts_settle(struct run *r)
{
    struct match_result result;

    if (r->prompts.match == NULL)
        return;
    (void)match_settle(r->prompts.match, &result, NULL);
    r->prompts.undecided = false;
}

/* The Ctrl-C is on its way: what comes now is drawn for it. */
void prompts_pressed(struct run *r)
{
    struct prompts *p = &r->prompts;

    if (p->match == NULL)
        return;
    p->pressed = true;
    p->until_ns = world_now(r->world) + r->step_ns;
    match_hide_all(r->match, true);
}

static void prompts_end(struct run *r, const char *what)
{
    char message[256];

    r->prompts.pressed = r->prompts.pressing = false;
    match_hide_all(r->match, false);
    if (what == NULL)
        return;
    (void)snprintf(message, sizeof(message),
                   "Ctrl-C at the prompt '%.100s' has changed something: %s", r->variant->prompt,
                   what);
    failure_total(r, "step:key C-c at a prompt", message);
    r->failure.late = !r->over;
}

void prompts_look(struct run *r)
{
    struct prompts *p = &r->prompts;
    struct match_result result;

    if (p->match == NULL)
        return;
    bool found = match_watch_next(p->watch, &result, NULL) == MATCH_FOUND;
    if (p->pressed && found)
        prompts_end(r, NULL);
    else if (p->pressed && r->over)
        prompts_end(r, "the command has ended");
    else if (p->pressed && world_now(r->world) >= p->until_ns)
        prompts_end(r, "it is not there again");
    else if (found && !p->pressing && !r->over) {
        p->pressing = true;
        r->press.begun++;
        struct task *t = task_start(r, &step_press_list, NULL, ACTOR_NONE);
        t->main = t->told = false;
        t->press = true;
    }
}
