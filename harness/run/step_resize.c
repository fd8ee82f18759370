/* step_resize.c: the terminal gets another size. */
#include "harness/run/steps.h"

struct size {
    uint16_t rows;
    uint16_t columns;
};

static bool resize_read(struct build *b, const struct node *n, struct step *out)
{
    struct size *own = step_own(b, sizeof(*own), out);

    return own != NULL && map_check_word(b->p, n, &step_resize.word) &&
           size_get(b->p, b->scope, n, &own->rows, &own->columns);
}

static enum step_status resize_start(struct run *r, struct task *t, const struct step *s)
{
    const struct size *own = s->own;
    const struct action resize = {.kind = ACTION_RESIZE, .value = own->rows, .extra = own->columns};
    enum step_status status = step_act(r, t, s, &resize);

    if (status == STEP_DONE)
        run_resized(r, own->rows, own->columns);
    return status;
}

static void resize_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct size *own = s->own;

    (void)cast;
    buf_addf(out, " %u row%s, %u column%s", own->rows, plural(own->rows), own->columns,
             plural(own->columns));
}

const struct step_entry step_resize = {
    .word = {.name = "resize",
             .shape = "{rows!: SIZE, columns!: SIZE}",
             .help = "gives the terminal another size",
             .example = "- resize: { rows: 50, columns: 132 }\n"},
    .read = resize_read,
    .start = resize_start,
    .describe = resize_describe,
};
