/* step_note.c: a line in the record. */
#include "harness/run/slots.h"
#include "harness/run/steps.h"

#include <string.h>

struct note {
    const char *text;
    bool live; /* it holds marks of harness/scenario/live.h */
};

static bool note_read(struct build *b, const struct node *n, struct step *out)
{
    struct note *own = step_own(b, sizeof(*own), out);
    struct scalar v;

    if (own == NULL || !live_words(b, n, "note", LIVE_CAPTURED, &v))
        return false;
    *own = (struct note){v.text, v.live};
    return true;
}

static enum step_status note_start(struct run *r, struct task *t, const struct step *s)
{
    const struct note *own = s->own;
    struct buf text = BUF_INIT;

    (void)t;
    live_text(r, own->text, strlen(own->text), own->live, &text);
    run_mark(r, "%s", buf_text(&text));
    if (own->live) /* who reads the step sees the names only */
        run_show(r, buf_text(&text));
    buf_release(&text);
    return STEP_DONE;
}

static void note_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct note *own = s->own;
    struct buf text = BUF_INIT;

    (void)cast;
    text_show(&text, own->text, strlen(own->text), own->live);
    quoted_add(out, buf_text(&text), text.size);
    buf_release(&text);
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
