/* step_wait.c: time goes by, which is what a scenario should not need. */
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

struct pause {
    int64_t ns;
};

static bool wait_read(struct build *b, const struct node *n, struct step *out)
{
    static const struct value_range range = {"wait", 1, 3600 * SECOND_NS};
    struct pause *own = step_own(b, sizeof(*own), out);
    const struct node *time = n;
    const char *because = NULL;

    if (own == NULL)
        return false;
    if (n->kind != NODE_SCALAR) {
        if (!map_check_word(b->p, n, &step_wait.word) ||
            !words_get(b->p, b->scope, n, "because", &because))
            return false;
        time = node_get(n, "for");
    }
    if (because == NULL) {
        struct finding *f =
            finding_warning(b->p, n, "bare-wait",
                            "wait without a sync point makes the verdict depend on machine speed");
        f->label = "await a point or a state of the tree, or say `because:`";
    }
    return value_duration(b->p, b->scope, time, &range, &own->ns);
}

static enum step_status wait_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    (void)s, (void)event;
    return world_now(r->world) < t->wake_ns ? STEP_PENDING : STEP_DONE;
}

static enum step_status wait_start(struct run *r, struct task *t, const struct step *s)
{
    const struct pause *own = s->own;

    t->wake_ns = world_now(r->world) + own->ns;
    t->deadline_ns += own->ns;
    return wait_poll(r, t, s, NULL);
}

static void wait_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    (void)r, (void)t, (void)s;
    buf_add_text(out, "the time was not over yet");
}

static void wait_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct pause *own = s->own;
    char text[DURATION_BYTES];

    (void)cast;
    buf_addf(out, " %s", duration_text(own->ns, " ", text, sizeof(text)));
}

const struct step_entry step_wait = {
    .word = {.name = "wait",
             .shape = "DURATION | {for!: DURATION, because: WORDS}",
             .help = "lets time pass; warned about",
             .example = "- wait: { for: 100ms, because: 'the program polls every 50 ms' }\n"},
    .read = wait_read,
    .start = wait_start,
    .poll = wait_poll,
    .late = wait_late,
    .describe = wait_describe,
};
