/* step_use.c: the steps of an expect script. */
#include "harness/run/steps.h"
#include "harness/scenario/live.h"
#include "harness/scenario/script.h"

static bool use_check(struct build *b, const struct node *n, const struct script *s)
{
    for (size_t i = 0; i < b->scripts; i++) {
        if (b->script[i] == s) {
            (void)finding_error(b->p, n, "script '%s' uses itself", s->name);
            return false;
        }
    }
    if (b->scripts == SCRIPT_DEPTH_MAX) {
        (void)finding_error(b->p, n, "more than %d scripts inside each other", SCRIPT_DEPTH_MAX);
        return false;
    }
    return true;
}

static bool use_unroll(struct build *b, const struct node *n, const struct step_visit *visit)
{
    struct scope scope;

    if (!map_check_word(b->p, n, &step_use.word))
        return false;
    const struct node *name = node_get(n, "script");
    const struct script *s = script_find(b, name);
    if (s == NULL || !use_check(b, name, s) ||
        !script_scope(b, s, name, node_get(n, "with"), &scope))
        return false;
    const struct scope *outer = b->scope;
    struct place outer_place = b->use_place;
    if (b->scripts == 0) {
        b->use_place = n->place;
        b->p->use = n;
    }
    b->scope = &scope;
    b->script[b->scripts++] = s;
    /* What a script captures is its own. */
    struct captures *captures = b->p->captures;
    struct captures own = {.maybe = captures != NULL ? captures->maybe : 0};
    b->p->captures = &own;
    bool ok = visit->steps(b, s->steps, "steps", true, visit->user);
    b->p->captures = captures;
    if (own.sure == CAPTURES_NO_WAY)
        captures_set(b, CAPTURES_NO_WAY);
    b->scripts--;
    if (b->scripts == 0)
        b->p->use = NULL;
    b->scope = outer;
    b->use_place = outer_place;
    return ok;
}

const struct step_entry step_use = {
    .word = {.name = "use",
             .shape = "{script!: WORDS, with: {*: TEXT}}",
             .help =
                 "the steps of a script: of that name in expect/scripts, or at that path, which "
                 "starts at this file's folder and has a slash", .example = "- use: { script: leave-prompt, with: { by: c } }\n"},
    .unroll = use_unroll,
};
