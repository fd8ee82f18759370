/* step_note.c: a line in the record. */
#include "harness/run/steps.h"

#include <string.h>

/* Its own is the text. */
static bool note_read(struct build *b, const struct node *n, struct step *out)
{
    const char *text = NULL;
    bool ok = value_words(b->p, b->scope, n, "note", &text);

    out->own = text;
    return ok;
}

static enum step_status note_start(struct run *r, struct task *t, const struct step *s)
{
    (void)t;
    run_mark(r, "%s", (const char *)s->own);
    return STEP_DONE;
}

static void note_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    (void)cast;
    quoted_add(out, s->own, strlen(s->own));
}

const struct step_entry step_note = {
    .word = {.name = "note",
             .shape = "WORDS",
             .help = "a line in the record",
             .example = "- note: 'here the second half begins'\n"},
    .read = note_read,
    .start = note_start,
    .describe = note_describe,
};
