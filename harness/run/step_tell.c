/* step_tell.c: one of our own actors is asked to do something. */
#include "harness/run/steps.h"

struct tell {
    uint16_t actor;
    enum tell_op op;
};

static const char *tell_name_at(size_t i, void *user)
{
    (void)user;
    return tell_name((unsigned)i);
}

static bool tell_read(struct build *b, const struct node *n, struct step *out)
{
    const struct value_names ops = {"order", "orders are", TELL_WORDS, tell_name_at, NULL};
    struct tell *own = step_own(b, sizeof(*own), out);
    size_t op = 0;

    if (own == NULL || !map_check_word(b->p, n, &step_tell.word) ||
        !actor_read(b, node_get(n, "actor"), "actor", &own->actor) ||
        !value_name(b->p, b->scope, node_get(n, "do"), &ops, &op))
        return false;
    own->op = (enum tell_op)op;
    if (!b->dead)
        b->told[own->actor] |= (uint8_t)(1U << op);
    return true;
}

/* An actor hears once its own code runs; a tell that comes earlier waits for that. */
static enum step_status tell_start(struct run *r, struct task *t, const struct step *s)
{
    const struct tell *own = s->own;
    const struct action tell = {.kind = ACTION_TELL, .who = own->actor, .value = own->op};
    struct diag diag = {0};

    if (!r->hold[own->actor].ready && !actor_is_gone(r, own->actor))
        return STEP_PENDING;
    int rc = world_act(r->world, &tell, &diag);
    return rc == ERR_STATE ? STEP_PENDING : step_acted(r, t, s, rc, &diag);
}

static enum step_status tell_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    return event == NULL ? STEP_PENDING : tell_start(r, t, s);
}

static void tell_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct tell *own = s->own;

    (void)t;
    buf_addf(out, "%s does not run yet", r->cast->who[own->actor].name);
}

static void tell_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct tell *own = s->own;

    buf_addf(out, " %s %s", whom_called(cast, own->actor), tell_name(own->op));
}

const struct step_entry step_tell = {
    .word = {.name = "tell",
             .shape = "{actor!: ACTOR, do!: TELL}",
             .help = "asks one of our own actors to do something",
             .example = "- tell: { actor: w.1, do: fail }\n"},
    .tree_only = "only own actors can be told",
    .read = tell_read,
    .start = tell_start,
    .poll = tell_poll,
    .late = tell_late,
    .describe = tell_describe,
};
