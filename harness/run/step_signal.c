/* step_signal.c: a signal is sent. */
#include "harness/run/steps.h"
#include "runtime/base/status.h"

#include <string.h>

struct signal_step {
    enum signal_target target;
    uint16_t actor; /* of TARGET_ACTOR */
    int number;
};

/* What is no actor, by enum signal_target. */
static const struct target_row {
    const char *name;
    const char *text;
} targets[] = {
    [TARGET_ACTOR] = {NULL,         NULL                     },
    [TARGET_GROUP] = {"group",      "the command's own group"},
    [TARGET_SESSION] = {"session",    "the session"            },
    [TARGET_TREE] = {"tree",       "the tree"               },
    [TARGET_FOREGROUND] = {"foreground", "the foreground group"   },
};

static bool signal_read(struct build *b, const struct node *n, struct step *out)
{
    static const char foreign[] = "to one of its processes, to `foreground`, or to its own `group`";
    struct signal_step *own = step_own(b, sizeof(*own), out);
    const char *to_text;

    if (own == NULL || !map_check_word(b->p, n, &step_signal.word))
        return false;
    const struct node *to = node_get(n, "to");
    if (!value_signal(b->p, b->scope, node_get(n, "name"), &own->number) ||
        !value_words(b->p, b->scope, to, "to", &to_text))
        return false;
    b->held_freed = true;
    own->target = TARGET_ACTOR;
    own->actor = ACTOR_NONE;
    for (unsigned i = TARGET_ACTOR + 1; i < COUNT_OF(targets); i++) {
        if (strcmp(targets[i].name, to_text) == 0)
            own->target = (enum signal_target)i;
    }
    if (own->target == TARGET_ACTOR && !actor_read(b, to, "to", &own->actor))
        return false;
    bool own_only = own->target == TARGET_SESSION || own->target == TARGET_TREE;
    return !own_only || !step_is_foreign(b) || step_tree_only(b, foreign);
}

static enum step_status signal_start(struct run *r, struct task *t, const struct step *s)
{
    const struct signal_step *own = s->own;
    struct action a = {.kind = ACTION_SIGNAL,
                       .target = own->target,
                       .value = own->number,
                       .at_once = t->held != ACTOR_NONE};
    struct diag diag = {0};

    if (own->target == TARGET_ACTOR) {
        a.who = actor_meant(r, own->actor);
        if (a.who == ACTOR_NONE)
            return STEP_PENDING;
    }
    int rc = world_act(r->world, &a, &diag);

    /* A group that is waited for takes one at a time, as a key does. */
    if (rc == ERR_STATE && own->target != TARGET_ACTOR && r->key_task != NULL)
        return STEP_PENDING;
    if (rc == ACT_GOES_ON)
        r->key_task = t;
    return step_acted(r, t, s, rc, &diag);
}

static enum step_status signal_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    if (r->key_task != t)
        return signal_start(r, t, s);
    if (!r->over && (event == NULL || event->kind != WORLD_KEY))
        return STEP_PENDING;
    r->key_task = NULL;
    return STEP_DONE;
}

static void signal_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct signal_step *own = s->own;
    const char *why = subject_why(r);

    (void)t;
    if (own->target == TARGET_ACTOR && actor_meant(r, own->actor) == ACTOR_NONE) {
        buf_addf(out, "nobody is %s so far", whom_called(r->cast, own->actor));
        return;
    }
    buf_addf(out, "not sent%s%s", why[0] != 0 ? ": " : "", why);
}

static void signal_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct signal_step *own = s->own;

    buf_add_text(out, " ");
    signal_add(own->number, out);
    bool one = own->target == TARGET_ACTOR;
    buf_addf(out, " to %s", one ? whom_called(cast, own->actor) : targets[own->target].text);
}

const struct step_entry step_signal = {
    .word = {.name = "signal",
             .shape = "{to!: ACTOR | group | session | tree | foreground, name!: SIGNAL}",
             .help = "sends a signal",
             .example = "- signal: { to: leaf, name: SIGTERM }\n"},
    .acts = true,
    .read = signal_read,
    .start = signal_start,
    .poll = signal_poll,
    .late = signal_late,
    .describe = signal_describe,
};
