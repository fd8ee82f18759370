/* step_show.c: what there is now, for whoever reads the transcript or the record. */
#include "expect/modes.h"
#include "harness/language/shape.h"
#include "harness/run/steps.h"

/* Of a command as the engine sees them, of a tree by the names of its actors. */
static void show_processes(struct run *r, struct buf *out)
{
    if (r->variant->subject == SUBJECT_COMMAND) {
        world_say(r->world, WORDS_PROCESSES, out);
        return;
    }
    for (uint16_t actor = 0; actor < r->cast->count; actor++)
        buf_addf(out, "%s  %s\n", r->cast->who[actor].name,
                 process_state_name(world_state(r->world, actor)));
}

/* What differs from the start: of the kernel's modes, and of those that sequences set. */
static void show_modes(struct run *r, struct buf *out)
{
    size_t begin = out->size;

    world_say(r->world, WORDS_MODES, out);
    if (out->size > begin)
        buf_add_text(out, "\n");
    size_t line = out->size;
    modes_tell(&r->modes, out);
    if (out->size > line)
        buf_add_text(out, "\n");
    if (out->size == begin)
        buf_add_text(out, r->options->engine == ENGINE_SIM ? "not known of a simulated terminal\n"
                                                           : "as at the start\n");
}

/* What can be shown, in the order of the words in the shape below. */
static void (*const shows[])(struct run *r, struct buf *out) = {run_show_screen, show_processes,
                                                                show_modes};

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
             .shape = "screen | processes | modes",
             .help = "what there is now, into the transcript and the record: the screen as drawn, "
                     "what each process does, which of the terminal's modes are changed", .example = "- show: screen\n- show: processes\n- show: modes\n"},
    .read = show_read,
    .start = show_start,
    .describe = show_describe,
};
