/* step_fail.c: here the run has failed; for branches that must not be taken. */
#include "harness/run/steps.h"
#include "harness/scenario/live.h"

#include <stdio.h>
#include <string.h>

/* Its own is the reason. */
static bool fail_read(struct build *b, const struct node *n, struct step *out)
{
    const char *text = NULL;
    bool ok = value_words(b->p, b->scope, n, "fail", &text);

    out->own = text;
    captures_set(b, CAPTURES_NO_WAY);
    return ok;
}

static enum step_status fail_start(struct run *r, struct task *t, const struct step *s)
{
    bool first = !r->failure.set;

    failure_set(r, t, s, s->own);
    if (first)
        (void)snprintf(r->failure.signature, sizeof(r->failure.signature), "step:fail %.190s",
                       (const char *)s->own);
    return STEP_FAILED;
}

static void fail_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    quoted_add(out, s->own, strlen(s->own));
}

const struct step_entry step_fail = {
    .word = {.name = "fail",
             .shape = "WORDS",
             .help = "fails the run, and says why; for a branch that must not be taken",
             .example = "- fail: 'the login was refused'\n"},
    .read = fail_read,
    .start = fail_start,
    .describe = fail_describe,
};
