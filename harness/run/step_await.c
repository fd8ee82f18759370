/* step_await.c: an event, quiet or a state of the tree is waited for. */
#include "harness/run/steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum await_kind { AWAIT_ADDRESS, AWAIT_QUIET, AWAIT_TREE };

enum { COUNT_ANY = -1 };

struct await {
    enum await_kind kind;
    struct address address;
    struct actor_list alive;
    struct actor_list gone;
    struct actor_list stopped;
    bool whole;      /* `gone: all` */
    int32_t count;   /* live actors, or COUNT_ANY */
    int32_t zombies; /* dead and not reaped, or COUNT_ANY */
};

/* ---- Reading ---- */

/* `all`, one actor, or a list of actors. */
static bool actors_read(struct build *b, const struct node *n, const char *what,
                        const struct actor_list *all, struct actor_list *out)
{
    const char *text;
    uint16_t *list;
    size_t count = 0;

    if (n->kind == NODE_SCALAR) {
        if (!value_words(b->p, b->scope, n, what, &text))
            return false;
        if (strcmp(text, "all") == 0) {
            *out = *all;
            return true;
        }
        list = parse_alloc(b->p, 1, sizeof(*list));
        if (list == NULL || !actor_read(b, n, what, &list[0]))
            return false;
        *out = (struct actor_list){list, 1};
        return true;
    }
    if (!list_check(b->p, n, what))
        return false;
    if (n->count == 0) {
        (void)finding_error(b->p, n, "%s names no actor", what);
        return false;
    }
    list = parse_alloc(b->p, n->count, sizeof(*list));
    if (list == NULL)
        return false;
    bool ok = true;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = actor_read(b, e->value, what, &list[count++]) && ok;
    *out = (struct actor_list){list, count};
    return ok;
}

static bool actors_get(struct build *b, const struct node *map, const char *key,
                       const struct actor_list *all, struct actor_list *out)
{
    const struct node *n = node_get(map, key);

    return n == NULL || actors_read(b, n, key, all, out);
}

static bool number_get(struct build *b, const struct node *map, const char *key, int32_t *out)
{
    const struct value_range range = {key, 0, TREE_ACTORS_MAX};
    int64_t value = COUNT_ANY;

    if (!int_get(b->p, b->scope, map, &range, &value))
        return false;
    *out = (int32_t)value;
    return true;
}

/* Who has no child may have one the next moment, and whose child has died is one. */
static bool leaf_check(struct build *b, const struct node *n, const struct actor_list *gone)
{
    for (size_t i = 0; i < gone->count && step_is_foreign(b); i++) {
        if (b->role[gone->actor[i]].kind != WHOM_LEAF)
            continue;
        struct finding *f =
            finding_error(b->p, node_get(n, "gone"), "a leaf can be another one at any time");
        f->label = "name it by `who`, or say `all`";
        return false;
    }
    return true;
}

static bool await_tree_read(struct build *b, const struct node *n, struct step *out,
                            struct await *own)
{
    if (!map_check_word(b->p, n, &step_await.word))
        return false;
    bool ok = actors_get(b, n, "alive", &b->started, &own->alive);
    ok = actors_get(b, n, "gone", &b->all, &own->gone) && ok;
    ok = actors_get(b, n, "stopped", &b->started, &own->stopped) && ok;
    ok = number_get(b, n, "count", &own->count) && ok;
    ok = number_get(b, n, "zombies", &own->zombies) && ok;
    ok = within_get(b, n, out) && ok;
    if (!ok)
        return false;
    if (own->alive.count + own->gone.count + own->stopped.count == 0 && own->count == COUNT_ANY &&
        own->zombies == COUNT_ANY) {
        (void)finding_wants(b->p, n, "await", "something to wait for");
        return false;
    }
    if (!leaf_check(b, n, &own->gone))
        return false;
    own->whole = own->gone.actor != NULL && own->gone.actor == b->all.actor;
    return held_check_list(b, n, &own->gone) && held_check_list(b, n, &own->stopped);
}

static bool await_read(struct build *b, const struct node *n, struct step *out)
{
    struct await *own = step_own(b, sizeof(*own), out);
    const char *text;

    if (own == NULL)
        return false;
    *own = (struct await){.kind = AWAIT_TREE, .count = COUNT_ANY, .zombies = COUNT_ANY};
    if (n->kind != NODE_SCALAR)
        return await_tree_read(b, n, out, own);
    if (!value_words(b->p, b->scope, n, "await", &text))
        return false;
    own->kind = strcmp(text, "quiet") == 0 ? AWAIT_QUIET : AWAIT_ADDRESS;
    if (own->kind == AWAIT_QUIET)
        return quiet_check(b, n);
    return address_read(b, n, "await", false, &own->address) &&
           held_check_address(b, n, &own->address);
}

/* ---- The state of the tree ---- */

/* The same as tree_holds() about a number of actors. */
static bool number_holds(struct run *r, int32_t wanted, bool zombies, char *why, size_t size)
{
    int32_t count = 0;

    if (wanted == COUNT_ANY)
        return true;
    for (uint16_t actor = 0; actor < r->cast->count; actor++)
        count += zombies ? world_state(r->world, actor) == PROCESS_ZOMBIE
                         : world_is_alive(r->world, actor);
    if (count != wanted && why != NULL)
        (void)snprintf(why, size, "%" PRId32 " are %s, not %" PRId32, count,
                       zombies ? "dead and not reaped" : "alive", wanted);
    return count == wanted;
}

/* Notes in `why` the first actor that is not as wanted. */
static bool differs(struct run *r, uint16_t who, char *why, size_t size)
{
    uint16_t actor = actor_meant(r, who);

    if (why != NULL && actor == ACTOR_NONE)
        (void)snprintf(why, size, "nobody is %s so far", whom_called(r->cast, who));
    else if (why != NULL)
        (void)snprintf(why, size, "%s is %s", whom_called(r->cast, who),
                       process_state_name(world_state(r->world, actor)));
    return false;
}

/* Of a command whose root is gone: so are all that it has started. */
static bool nobody_left(struct run *r, char *why, size_t size)
{
    struct buf who = BUF_INIT;
    unsigned left = world_left(r->world, &who);

    if (left > 0 && why != NULL)
        (void)snprintf(why, size, left > 1 ? "%s is alive, and %u more" : "%s is alive",
                       buf_text(&who), left - 1);
    buf_release(&who);
    return left == 0;
}

/* True when it is as wanted. When it is not and `why` is not NULL, says there what differs. */
static bool tree_holds(struct run *r, const struct await *s, char *why, size_t size)
{
    for (size_t i = 0; i < s->alive.count; i++) {
        if (!whom_is(r, s->alive.actor[i], WANTED_ALIVE))
            return differs(r, s->alive.actor[i], why, size);
    }
    for (size_t i = 0; i < s->gone.count; i++) {
        if (!whom_is(r, s->gone.actor[i], WANTED_GONE))
            return differs(r, s->gone.actor[i], why, size);
    }
    if (s->whole && !nobody_left(r, why, size))
        return false;
    for (size_t i = 0; i < s->stopped.count; i++) {
        if (!whom_is(r, s->stopped.actor[i], WANTED_STOPPED))
            return differs(r, s->stopped.actor[i], why, size);
    }
    return number_holds(r, s->count, false, why, size) &&
           number_holds(r, s->zombies, true, why, size);
}

/* ---- Waiting ---- */

static enum step_status await_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    const struct await *own = s->own;
    bool done = false;

    switch (own->kind) {
    case AWAIT_ADDRESS:
        done = addresses_happened(r->addresses, &own->address, t->base);
        break;
    case AWAIT_QUIET:
        /* While a `do` goes on, the harness itself is not quiet, unless it is the one that asks. */
        done = r->over || (event != NULL && event->kind == WORLD_QUIET &&
                           (t->held != ACTOR_NONE || !tasks_hold_any(r)));
        break;
    case AWAIT_TREE:
        done = tree_holds(r, own, NULL, 0);
        break;
    }
    return done ? STEP_DONE : STEP_PENDING;
}

static void await_ready(struct run *r, struct task *t, const struct step *s)
{
    const struct await *own = s->own;

    if (own->kind == AWAIT_ADDRESS)
        t->base = addresses_count(r->addresses, own->address.row);
}

static enum step_status await_start(struct run *r, struct task *t, const struct step *s)
{
    const struct await *own = s->own;

    t->wants_quiet = own->kind == AWAIT_QUIET;
    return await_poll(r, t, s, NULL);
}

static void await_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct await *own = s->own;
    char address[ADDRESS_BYTES];
    char why[192];
    uint32_t times;

    switch (own->kind) {
    case AWAIT_ADDRESS:
        address_text(r->cast, &own->address, address, sizeof(address));
        times =
            addresses_count(r->addresses, own->address.row) - (own->address.relative ? t->base : 0);
        buf_addf(out, "%s has not happened (it was there %" PRIu32 " time%s)", address, times,
                 plural(times));
        break;
    case AWAIT_QUIET:
        buf_addf(out, "%s does not come to rest%s%s", r->world->subject,
                 subject_why(r)[0] != 0 ? ": " : "", subject_why(r));
        break;
    case AWAIT_TREE:
        (void)tree_holds(r, own, why, sizeof(why));
        buf_add_text(out, why);
        break;
    }
}

/* ---- Telling ---- */

static void await_subject(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct await *own = s->own;
    char address[ADDRESS_BYTES] = "tree";

    if (own->kind == AWAIT_ADDRESS)
        address_text(cast, &own->address, address, sizeof(address));
    buf_addf(out, " %s", own->kind == AWAIT_QUIET ? "quiet" : address);
}

/* " gone leaf other", and without names when all are meant. */
static void list_describe(const struct actor_list *list, const char *what, const struct cast *cast,
                          struct buf *out)
{
    if (list->count > 0)
        buf_addf(out, " %s", what);
    bool all = cast->roles == NULL && list->count == cast->count;
    for (size_t i = 0; i < list->count && !all; i++)
        buf_addf(out, " %s", whom_called(cast, list->actor[i]));
}

static void await_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct await *own = s->own;

    if (own->kind != AWAIT_TREE) {
        await_subject(s, cast, out);
        return;
    }
    list_describe(&own->alive, "alive", cast, out);
    list_describe(&own->gone, "gone", cast, out);
    list_describe(&own->stopped, "stopped", cast, out);
    if (own->count != COUNT_ANY)
        buf_addf(out, " count %" PRId32, own->count);
    if (own->zombies != COUNT_ANY)
        buf_addf(out, " zombies %" PRId32, own->zombies);
}

const struct step_entry step_await = {
    .word = {.name = "await",
             .shape = "quiet | ADDRESS | {alive: ACTORS, gone: ACTORS, stopped: ACTORS, "
                      "count: INTEGER, zombies: INTEGER, within: DURATION}", .help = "waits for an event or a state of the tree",
             .example = "- await: leaf@dbg.prompt\n- await: quiet\n"
                        "- await: { alive: all, zombies: 0 }\n"},
    .read = await_read,
    .ready = await_ready,
    .start = await_start,
    .poll = await_poll,
    .late = await_late,
    .subject = await_subject,
    .describe = await_describe,
};
