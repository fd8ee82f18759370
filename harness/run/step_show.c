/* step_show.c: what there is now, for whoever reads the transcript or the record. */
#include "harness/language/shape.h"
#include "harness/run/steps.h"

/* What can be shown, in the order of the words in the shape below. */
static void (*const shows[])(struct run *r, struct buf *out) = {run_show_screen};

struct show {
    size_t which;
};

static bool show_read(struct build *b, const struct node *n, struct step *out)
{
    struct show *own = step_own(b, sizeof(*own), out);

    if (own == NULL || !value_word(b->p, b->scope, n, "show", step_show.word.shape, &own->which))
        return false;
    b->screens = b->screens || shows[own->which] == run_show_screen;
    return true;
}

static enum step_status show_start(struct run *r, struct task *t, const struct step *s)
{
    const struct show *own = s->own;
    struct buf text = BUF_INIT;

    (void)t;
    shows[own->which](r, &text);
    run_show(r, buf_text(&text));
    buf_release(&text);
    return STEP_DONE;
}

static void show_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct show *own = s->own;
    const char *word = "";
    size_t size = 0;

    (void)cast;
    if (shape_word(step_show.word.shape, own->which, &word, &size))
        buf_addf(out, " %.*s", (int)size, word);
}

const struct step_entry step_show = {
    .word = {.name = "show",
             .shape = "screen",
             .help = "what there is now, into the transcript and the record: the screen as drawn",
             .example = "- show: screen\n"},
    .read = show_read,
    .start = show_start,
    .describe = show_describe,
};
