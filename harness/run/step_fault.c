/* step_fault.c: harm is done; the rows are harness/language/fault.c. */
#include "harness/language/failure.h"
#include "harness/language/fault.h"
#include "harness/run/steps.h"
#include "harness/scenario/address.h"
#include "runtime/base/status.h"

#include <string.h>

struct fault {
    uint16_t row;        /* of the table */
    uint16_t actor;      /* ACTOR_NONE: the job */
    int with;            /* a signal or an errno; 0: not said */
    enum link_side side; /* SIDE_BOTH: not said */
};

static const char *fault_name_at(size_t i, void *user)
{
    (void)user;
    return fault_at(i)->name;
}

/* The row of the fault table that a key of `fault:` names. */
static bool fault_row_find(struct build *b, const struct node *key, uint16_t *out)
{
    int row = fault_find(key->text);

    if (row >= 0) {
        *out = (uint16_t)row;
        return true;
    }
    struct finding *f = finding_error(b->p, key, "unknown fault '%.60s'", key->text);
    finding_suggest(b->p, f, key->text, fault_count(), fault_name_at, NULL);
    finding_list(b->p, f, "faults are", fault_count(), fault_name_at, NULL);
    return false;
}

/* Whom a row hits: an actor; for some rows also the job, or nothing but the terminal. */
static bool fault_whom(struct build *b, const struct node_entry *row, struct fault *out)
{
    unsigned takes = fault_at(out->row)->takes;
    const char *text;

    if (!value_words(b->p, b->scope, row->value, row->key->text, &text))
        return false;
    if ((takes & FAULT_TAKES_TERMINAL) != 0) {
        out->actor = ACTOR_TERMINAL;
        if (strcmp(text, "terminal") == 0)
            return true;
        (void)finding_error(b->p, row->value, "%s wants 'terminal'", row->key->text);
        return false;
    }
    /* An actor of that name comes first. */
    if ((takes & FAULT_TAKES_JOB) != 0 && strcmp(text, "job") == 0 &&
        tree_find(b->tree, text) == ACTOR_NONE) {
        out->actor = ACTOR_NONE;
        return true;
    }
    return actor_read(b, row->value, row->key->text, &out->actor);
}

/* A thing that a row must be given, or cannot be. */
static bool fault_argument(struct build *b, const struct node *map, const struct node_entry *row,
                           const struct node *argument, const char *name, bool wanted)
{
    if (argument == NULL && wanted) {
        (void)finding_error(b->p, map, "%s does not say its `%s`", row->key->text, name);
        return false;
    }
    if (argument != NULL && !wanted) {
        (void)finding_error(b->p, argument, "%s has no `%s`", row->key->text, name);
        return false;
    }
    return true;
}

/* Whether the step says what its row takes. */
static bool fault_takes_check(struct build *b, const struct node *n, const struct node_entry *row,
                              const struct fault *own)
{
    unsigned takes = fault_at(own->row)->takes;
    const struct node *with = node_get(n, "with");
    bool may = (takes & FAULT_TAKES_SIGNAL) != 0;
    bool must = (takes & FAULT_TAKES_ERROR) != 0;
    bool ok = (with == NULL && !must) || fault_argument(b, n, row, with, "with", may || must);
    ok = fault_argument(b, n, row, node_get(n, "side"), "side", (takes & FAULT_TAKES_SIDE) != 0) &&
         ok;
    if (ok && (takes & FAULT_TAKES_LINK) != 0 && own->actor == ACTOR_ROOT) {
        (void)finding_error(b->p, row->value, "the root has no link to a parent");
        return false;
    }
    return ok;
}

static const char *errno_at(size_t i, void *user)
{
    (void)user;
    return errno_name(i);
}

static bool errno_read(struct build *b, const struct node *n, int *out)
{
    const char *text;
    size_t count = 0;

    if (!value_words(b->p, b->scope, n, "with", &text))
        return false;
    *out = errno_find(text);
    if (*out > 0)
        return true;
    while (errno_name(count) != NULL)
        count++;
    struct finding *f = finding_error(b->p, n, "unknown error '%.40s'", text);
    finding_suggest(b->p, f, text, count, errno_at, NULL);
    f->help = "its name is that of errno(3): ENOSPC, EINTR, EAGAIN";
    return false;
}

/* A call fails for who is held at it, so it is the one of the address. */
static bool call_fails_check(struct build *b, const struct node *whom, uint16_t actor)
{
    const struct address *held = b->held;
    bool call = held != NULL && held->point == POINT_SYS_CALL;

    if (call && (held->actor == actor ||
                 (held->actor == ACTOR_NONE && strcmp(actor_called(b, actor), "any") == 0)))
        return true;
    struct finding *f = finding_error(
        b->p, whom, "%s", call ? "another one is held here" : "nobody is held at a call here");
    f->label = call ? "the actor of the address, as it stands there"
                    : "`fail` stands in the `do` of an inject at a system call";
    f->help = "- { at: root@openat#3, do: [{ fault: { fail: root, with: ENOSPC } }] }";
    return false;
}

static bool side_read(struct build *b, const struct node *n, enum link_side *out)
{
    size_t side = 0;

    if (!value_word(b->p, b->scope, n, "side", "up | down", &side))
        return false;
    *out = side == 0 ? SIDE_UP : SIDE_DOWN;
    return true;
}

static bool fault_read(struct build *b, const struct node *n, struct step *out)
{
    struct fault *own = step_own(b, sizeof(*own), out);
    const struct node_entry *row = NULL;
    const struct node *with = NULL;
    const struct node *side = NULL;

    if (n->kind != NODE_MAP) {
        struct finding *f = finding_wants(b->p, n, "fault", "a map, not %s", node_what(n));
        f->help = "fault: { kill: leaf, with: SIGKILL }";
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        if (strcmp(e->key->text, "with") == 0) {
            with = e->value;
        } else if (strcmp(e->key->text, "side") == 0) {
            side = e->value;
        } else if (row != NULL) {
            struct finding *f = finding_error(b->p, e->key, "one fault per step");
            finding_other(b->p, f, row->key, "the first one");
            return false;
        } else {
            row = e;
        }
    }
    if (row == NULL) {
        (void)finding_wants(b->p, n, "fault", "one that says which");
        return false;
    }
    b->held_freed = true;
    bool ok = own != NULL && fault_row_find(b, row->key, &own->row);
    if (!ok)
        return false;
    const struct fault_row *known = fault_at(own->row);
    if (step_is_foreign(b) && (known->kind == ACTION_LINK || known->kind == ACTION_TELL))
        return step_tree_only(b, "only own actors have links, and freeze when they are told to");
    ok = fault_whom(b, row, own);
    bool fails = (known->takes & FAULT_TAKES_ERROR) != 0;
    ok = ok && (!fails || call_fails_check(b, row->value, own->actor));
    if (with != NULL && fails)
        ok = errno_read(b, with, &own->with) && ok;
    else if (with != NULL)
        ok = value_signal(b->p, b->scope, with, &own->with) && ok;
    if (side != NULL)
        ok = side_read(b, side, &own->side) && ok;
    return ok && fault_takes_check(b, n, row, own);
}

/* It hits the job, or the terminal. */
static bool is_of_all(const struct fault *f)
{
    return f->actor == ACTOR_NONE || f->actor == ACTOR_TERMINAL;
}

static enum step_status fault_start(struct run *r, struct task *t, const struct step *s)
{
    const struct fault *own = s->own;
    bool fails = (fault_at(own->row)->takes & FAULT_TAKES_ERROR) != 0;
    uint16_t actor = fails ? t->held : is_of_all(own) ? own->actor : actor_meant(r, own->actor);

    if (actor == ACTOR_NONE && !is_of_all(own))
        return STEP_PENDING;
    const struct action a = fault_action(own->row, actor, own->with, own->side);
    const struct trace_record done = {.point = POINT_FAULT_DONE,
                                      .actor = ACTOR_HARNESS,
                                      .peer = actor,
                                      .value = own->row,
                                      .request = fails ? (uint32_t)own->with : 0,
                                      .extra = fails ? 0 : own->with};
    enum step_status status = step_act(r, t, s, &a);

    if (status != STEP_FAILED)
        world_note(r->world, done);
    return status;
}

static enum step_status fault_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    const struct fault *own = s->own;

    /* It waits for somebody to hit. */
    if (r->cast->roles != NULL && !is_of_all(own))
        return fault_start(r, t, s);
    /* A subject that has ended has no links left: that is done, too. */
    if (r->over)
        return STEP_DONE;
    bool link = event != NULL && event->kind == WORLD_LINK && event->actor == own->actor;
    bool job = event != NULL && event->kind == WORLD_JOB && is_of_all(own);
    return link || job ? STEP_DONE : STEP_PENDING;
}

static void fault_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct fault *own = s->own;

    (void)t;
    if (is_of_all(own)) {
        buf_add_text(out, "the guard has not sent the job its signals yet");
        return;
    }
    if (r->cast->roles != NULL) {
        buf_addf(out, "nobody is %s so far", whom_called(r->cast, own->actor));
        return;
    }
    buf_addf(out, "the link of %s is not harmed yet: its sending end does not act",
             r->cast->who[own->actor].name);
}

static void fault_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct fault *own = s->own;

    buf_addf(out, " %s %s", fault_at(own->row)->name,
             own->actor == ACTOR_NONE ? "job" : whom_called(cast, own->actor));
    if (own->with != 0) {
        buf_add_text(out, " with ");
        if ((fault_at(own->row)->takes & FAULT_TAKES_ERROR) != 0)
            buf_add_text(out, errno_text(own->with));
        else
            signal_add(own->with, out);
    }
    if (own->side != SIDE_BOTH)
        buf_add_text(out, own->side == SIDE_UP ? " up" : " down");
}

const struct step_entry step_fault = {
    .word = {.name = "fault",
             .shape = "FAULT",
             .help = "does harm; the rows are listed by `scenario help faults`",
             .example = "- fault: { kill: w.1, with: SIGKILL }\n"},
    .read = fault_read,
    .start = fault_start,
    .poll = fault_poll,
    .late = fault_late,
    .describe = fault_describe,
};
