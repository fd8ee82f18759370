/* address.c: who, where, and for which time; and whether that can happen at all. */
#include "harness/scenario/address.h"

#include "harness/scenario/role_parse.h"
#include "runtime/base/check.h"

#include <string.h>

/* ---- Actors ------------------------------------------------------------------------------- */

static const char *actor_name_at(size_t i, void *user)
{
    const struct tree *t = user;

    return t->node[i].name;
}

/* "'w' has count: 3, so w.1, w.2 and w.3 exist" for a name that is nearly that. */
static bool counted_explain(struct build *b, struct finding *f, const char *name)
{
    size_t size = strcspn(name, ".");
    const struct tree_name *found = NULL;

    for (const struct tree_name *t = b->names; t != NULL; t = t->next) {
        if (strlen(t->base) == size && memcmp(t->base, name, size) == 0)
            found = t;
    }
    if (found == NULL || found->number_key == NULL)
        return false;
    const char *how = found->chain ? "chain" : "count";
    const char *base = found->base;
    unsigned n = found->number;
    if (n == 0) {
        f->label = parse_format(b->p, "'%s' has %s: 0, so there is none", base, how);
    } else if (n == 1) {
        f->label = parse_format(b->p, "'%s' has %s: 1, so only %s.1 exists", base, how, base);
    } else if (n == 2) {
        f->label =
            parse_format(b->p, "'%s' has %s: 2, so %s.1 and %s.2 exist", base, how, base, base);
    } else if (n == 3) {
        f->label = parse_format(b->p, "'%s' has %s: 3, so %s.1, %s.2 and %s.3 exist", base, how,
                                base, base, base);
    } else {
        f->label = parse_format(b->p, "'%s' has %s: %u, so %s.1 to %s.%u exist", base, how, n, base,
                                base, n);
    }
    finding_other(b->p, f, found->number_key, "counted here");
    if (found->number_node->place.line == found->number_key->place.line)
        f->other_width = found->number_node->place.column + found->number_node->width -
                         found->number_key->place.column;
    return true;
}

const char *actor_called(const struct build *b, uint16_t actor)
{
    return b->tree->count == 0 ? b->role[actor].name : b->tree->node[actor].name;
}

bool actor_find(struct build *b, const struct node *n, const char *name, size_t offset,
                uint16_t *out)
{
    if (b->tree->count == 0)
        return whom_read(b, n, name, offset, out);
    uint16_t id = tree_find(b->tree, name);

    if (id != ACTOR_NONE) {
        *out = id;
        return true;
    }
    if (b->dead) { /* what is left out may name actors of other variants */
        *out = ACTOR_ROOT;
        return true;
    }
    struct finding *f = finding_error(b->p, n, "no actor '%.80s' in this tree", name);
    if (strstr(n->text, name) == n->text + offset)
        finding_inside(f, n, offset, (uint32_t)strlen(name));
    if (!counted_explain(b, f, name))
        finding_suggest(b->p, f, name, b->tree->count, actor_name_at, b->tree);
    return false;
}

bool actor_read(struct build *b, const struct node *n, const char *what, uint16_t *out)
{
    const char *name;

    if (!value_words(b->p, b->scope, n, what, &name))
        return false;
    if (strchr(name, '@') != NULL) {
        struct finding *f = finding_error(b->p, n, "%s wants an actor, not an address", what);
        f->label = "without @ and what follows it";
        return false;
    }
    return actor_find(b, n, name, 0, out);
}

/* ---- Points ------------------------------------------------------------------------------- */

/* A call that some machine can make, at this address. */
static bool call_check(struct build *b, const struct node *n, struct call call)
{
    const char *why = call_unseen(call);
    char text[CALL_NAME_BYTES];

    (void)call_text(call, text);
    if (why != NULL) {
        struct finding *f = finding_error(b->p, n, "nobody is ever seen at %s", text);
        f->label = parse_copy(b->p, why, strlen(why));
        return false;
    }
    if (b->command != NULL)
        return true;
    struct finding *f =
        finding_error(b->p, n, "%s is a system call, and a point of a `command`", text);
    f->label = b->tree->count == 0 ? "a script on its own installs no filter for calls"
                                   : "actors of a `tree` have points of their own";
    return false;
}

static bool point_read(struct build *b, const struct node *n, const char *name, size_t offset,
                       struct address *out)
{
    char near_call[CALL_NAME_BYTES];
    int point = point_find(name);

    if (point == POINT_SYS_CALL && b->command != NULL) {
        struct finding *f = finding_error(b->p, n, "sys.call does not say which call");
        f->label = "by its name: root@execve, any@ioctl(TIOCSPGRP)";
        return false;
    }
    if (point >= 0) {
        out->point = (uint16_t)point;
        return true;
    }
    if (call_read(name, &out->call, near_call)) {
        out->point = POINT_SYS_CALL;
        return call_check(b, n, out->call);
    }
    struct finding *f = finding_error(b->p, n, "unknown point '%.80s'", name);
    if (strstr(n->text, name) == n->text + offset)
        finding_inside(f, n, offset, name[0] == 0 ? 1 : (uint32_t)strlen(name));
    const char *near = strlen(name) < 2 ? NULL : point_suggest(name);
    if (near == NULL && b->command != NULL && near_call[0] != 0)
        near = near_call;
    if (near != NULL)
        f->label = parse_format(b->p, "did you mean '%s'?", near);
    f->help = "the points are listed by `scenario help points`";
    return false;
}

/* "#N" or "#+N" behind the point; nothing means #1. */
static bool nth_read(struct build *b, const struct node *n, const char *text, size_t offset,
                     struct address *a)
{
    int64_t nth = 1;

    a->nth = 1;
    if (text == NULL)
        return true;
    a->relative = text[0] == '+';
    if (number_read(text + (a->relative ? 1 : 0), &nth) && nth >= 1 && nth <= UINT32_MAX) {
        a->nth = (uint32_t)nth;
        return true;
    }
    struct finding *f = finding_error(b->p, n, "'#%.40s' does not say which time", text);
    f->label = "#1 is the first time, #+1 the next from here";
    finding_inside(f, n, offset, (uint32_t)strlen(text) + 1);
    return false;
}

static bool address_split(struct build *b, const struct node *n, const char *text,
                          struct address *a)
{
    const char *at = strchr(text, '@');

    if (at == NULL || at == text) {
        struct finding *f = finding_error(b->p, n, "'%.80s' is no address", text);
        f->label = "ACTOR@POINT, ACTOR@POINT#2 or any@POINT";
        return false;
    }
    const char *hash = strchr(at, '#');
    size_t point_size = hash == NULL ? strlen(at + 1) : (size_t)(hash - at - 1);
    const char *actor = parse_copy(b->p, text, (size_t)(at - text));
    const char *point = parse_copy(b->p, at + 1, point_size);
    if (actor == NULL || point == NULL)
        return false;
    a->actor = ACTOR_NONE;
    bool ok = strcmp(actor, "any") == 0 || actor_find(b, n, actor, 0, &a->actor);
    ok = point_read(b, n, point, (size_t)(at + 1 - text), a) && ok;
    return nth_read(b, n, hash == NULL ? NULL : hash + 1, hash == NULL ? 0 : (size_t)(hash - text),
                    a) &&
           ok;
}

/* Which of the points that are counted this one is: that of an address before it, or a new one. */
static uint16_t address_row(struct build *b, const struct address *a)
{
    for (const struct address_use *use = b->uses; use != NULL; use = use->next) {
        if (use->address.actor == a->actor && use->address.point == a->point &&
            call_equal(use->address.call, a->call))
            return use->address.row;
    }
    return b->counted++;
}

bool address_read(struct build *b, const struct node *n, const char *what, bool held,
                  struct address *out)
{
    const char *text;
    struct address a = {0};

    if (!value_words(b->p, b->scope, n, what, &text) || !address_split(b, n, text, &a))
        return false;
    if (held && a.relative) {
        struct finding *f = finding_error(b->p, n, "%s counts from the start", what);
        f->label = "#N, not #+N";
        return false;
    }
    *out = a;
    if (b->dead)
        return true;
    struct address_use *use = parse_alloc(b->p, 1, sizeof(*use));
    if (use == NULL)
        return false;
    out->row = address_row(b, &a);
    *use = (struct address_use){b->uses, *out, n, held};
    b->uses = use;
    return true;
}

/* ---- Can it happen? ----------------------------------------------------------------------- */

enum point_who {
    WHO_ROOT,     /* only the root */
    WHO_NOT_ROOT, /* who has a parent */
    WHO_PARENT,   /* who has children */
    WHO_LOCK,     /* the root, when somebody in the tree asks for the terminal */
    WHO_RELAY,    /* who has somebody below that asks for the terminal */
    WHO_ORIGIN,   /* who asks for the terminal */
    WHO_OBSERVER, /* seen from outside: any actor, but nobody can be held */
    WHO_HARNESS,  /* no actor */
};

static const char *const who_texts[] = {
    [WHO_ROOT] = "only the root is ever there",
    [WHO_NOT_ROOT] = "the root is never there",
    [WHO_PARENT] = "only an actor with children is ever there",
    [WHO_LOCK] = "only the root is ever there, and only if somebody pauses",
    [WHO_RELAY] = "only an actor above one that pauses is ever there",
    [WHO_ORIGIN] = "only an actor that pauses is ever there; give it `pause:`",
    [WHO_OBSERVER] = "this is seen from outside; nobody can be held there",
    [WHO_HARNESS] = "the harness reports this, not an actor; write any@ to await it",
};

static const char foreign_text[] = "only actors of a `tree` report that";

/* Points that not every actor can reach, by ranges of enum point; the others are for all. */
static const struct who_row {
    uint16_t first;
    uint16_t last;
    enum point_who who;
} who_rows[] = {
    {POINT_SPAWN_BEFORE_FORK,  POINT_SPAWN_AFTER_FORK,       WHO_PARENT  },
    {POINT_SPAWN_BEFORE_SPEC,  POINT_SPAWN_BEFORE_SPEC,      WHO_PARENT  },
    {POINT_NURSERY_CHILD_LIVE, POINT_NURSERY_FIRST_ERROR,    WHO_PARENT  },
    {POINT_CANCEL_SENT,        POINT_CANCEL_SENT,            WHO_PARENT  },
    {POINT_CANCEL_RECEIVED,    POINT_CANCEL_RECEIVED,        WHO_NOT_ROOT},
    {POINT_CANCEL_ACKED,       POINT_CANCEL_ACKED,           WHO_PARENT  },
    {POINT_CANCEL_ACK_TIMEOUT, POINT_CANCEL_STUCK,           WHO_PARENT  },
    {POINT_EXIT_STATUS_READY,  POINT_EXIT_STATUS_BEFORE_EOF, WHO_PARENT  },
    {POINT_ORPHAN_NOTICED,     POINT_ORPHAN_NOTICED,         WHO_NOT_ROOT},
    {POINT_ORPHAN_ADOPTED,     POINT_ORPHAN_KILLED,          WHO_ROOT    },
    {POINT_ERR_BOXED,          POINT_ERR_RELAYED,            WHO_PARENT  },
    {POINT_ERR_FINAL,          POINT_ERR_FINAL,              WHO_ROOT    },
    {POINT_DBG_WANT,           POINT_DBG_REVOKED,            WHO_ORIGIN  },
    {POINT_DBG_HOP_REQ,        POINT_DBG_HOP_REVOKE,         WHO_RELAY   },
    {POINT_DBG_ENQUEUE,        POINT_DBG_BATON_MISMATCH,     WHO_LOCK    },
    {POINT_HEARTBEAT_MISSED,   POINT_HEARTBEAT_MISSED,       WHO_PARENT  },
    {POINT_REPL_EOF,           POINT_REPL_HUP,               WHO_ORIGIN  },
    {POINT_PROC_SPAWNED,       POINT_PROC_SURVIVED,          WHO_OBSERVER},
    {POINT_TTY_MODES,          POINT_RUN_END,                WHO_HARNESS },
};

static bool is_told(const struct build *b, uint16_t actor, enum tell_op op)
{
    return ((unsigned)b->told[actor] >> op & 1U) != 0;
}

/* An own failure of it opens a prompt, and it comes to fail. */
static bool actor_crashes(const struct build *b, uint16_t actor)
{
    const struct tree_node *node = &b->tree->node[actor];
    bool ends = node->exit_when == WHEN_START || node->exit_when == WHEN_CHILDREN_GONE ||
                is_told(b, actor, TELL_EXIT);

    if (is_told(b, actor, TELL_CRASH))
        return true;
    return node->pause_prompt == PROMPT_CRASH &&
           (is_told(b, actor, TELL_FAIL) || (ends && node->exit_how == EXIT_ERROR));
}

/* It can come to ask for the terminal. A spinner never returns to its loop to do so. */
static bool actor_asks(const struct build *b, uint16_t actor)
{
    const struct tree_node *node = &b->tree->node[actor];

    return node->role != ROLE_SPINNER && (node->pause_when == WHEN_START ||
                                          is_told(b, actor, TELL_PAUSE) || actor_crashes(b, actor));
}

/* Somebody that asks for the terminal among first..last. */
static bool anybody_asks(const struct build *b, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i <= last; i++) {
        if (actor_asks(b, (uint16_t)i))
            return true;
    }
    return false;
}

static bool actor_can_reach(const struct build *b, uint16_t actor, enum point_who who)
{
    const struct tree_node *node = &b->tree->node[actor];

    switch (who) {
    case WHO_ROOT:
        return actor == ACTOR_ROOT;
    case WHO_NOT_ROOT:
        return actor != ACTOR_ROOT;
    case WHO_PARENT:
        return node->below > 0;
    case WHO_LOCK:
        return actor == ACTOR_ROOT && anybody_asks(b, 0, b->tree->count - 1);
    case WHO_RELAY:
        return node->below > 0 && anybody_asks(b, actor + 1U, (uint32_t)actor + node->below);
    case WHO_ORIGIN:
        return actor_asks(b, actor);
    case WHO_OBSERVER:
        return true;
    case WHO_HARNESS:
        return false;
    }
    return false;
}

static bool anybody_can_reach(const struct build *b, enum point_who who)
{
    for (uint32_t i = 0; i < b->tree->count; i++) {
        if (actor_can_reach(b, (uint16_t)i, who))
            return true;
    }
    return false;
}

static void address_use_check(struct build *b, const struct address_use *use)
{
    const struct address *a = &use->address;
    const struct who_row *row = NULL;

    for (size_t i = 0; i < COUNT_OF(who_rows); i++) {
        if (a->point >= who_rows[i].first && a->point <= who_rows[i].last)
            row = &who_rows[i];
    }
    bool outside = row != NULL && (row->who == WHO_OBSERVER || row->who == WHO_HARNESS);
    if (b->tree->count == 0 && a->point == POINT_SYS_CALL)
        return;
    if (b->tree->count == 0 && !outside) {
        struct finding *f =
            finding_error(b->p, use->node, "a command is never at %s", point_name(a->point));
        f->label = foreign_text;
        return;
    }
    if (row == NULL)
        return;
    bool any = a->actor == ACTOR_NONE;
    bool possible = b->tree->count == 0 ? !(row->who == WHO_HARNESS && !any)
                    : any               ? anybody_can_reach(b, row->who)
                                        : actor_can_reach(b, a->actor, row->who);
    if (row->who == WHO_HARNESS && any)
        possible = true;
    if (possible && !(outside && use->held))
        return;
    const char *who = any ? "nobody" : actor_called(b, a->actor);
    struct finding *f;
    if (use->held && outside)
        f = finding_error(b->p, use->node, "nobody can be held at %s", point_name(a->point));
    else
        f = finding_error(b->p, use->node, "%s %s at %s", who, any ? "can ever be" : "can never be",
                          point_name(a->point));
    f->label = who_texts[row->who];
    if (row->who == WHO_ORIGIN && !any && b->tree->node[a->actor].pause_when == WHEN_TOLD)
        f->label = "it pauses when it is told to, and no step does";
}

/* It and all above it are started, with their parents or because a step says so. (What is typed
 * at a prompt can start one, too; then there is a prompt.) */
static bool actor_starts(const struct build *b, uint16_t actor)
{
    const struct tree_node *node = b->tree->node;

    for (uint16_t at = actor; at != ACTOR_ROOT; at = node[at].parent) {
        if (node[at].late && !is_told(b, node[at].parent, TELL_SPAWN))
            return false;
    }
    return true;
}

static bool anybody_prompts(const struct build *b)
{
    for (uint16_t i = 0; i < b->tree->count; i++) {
        if (actor_asks(b, i) && actor_starts(b, i))
            return true;
    }
    return false;
}

/* The calls that the variant names, each once. */
static void calls_list(struct build *b, struct variant *out)
{
    struct call_watch *list = parse_alloc(b->p, b->counted + 1U, sizeof(*list));
    size_t count = 0;

    for (const struct address_use *use = b->uses; list != NULL && use != NULL; use = use->next) {
        size_t i = 0;
        if (use->address.point != POINT_SYS_CALL)
            continue;
        while (i < count && !call_equal(list[i].call, use->address.call))
            i++;
        list[i].call = use->address.call;
        list[i].holds = list[i].holds || use->held;
        count = i == count ? count + 1 : count;
        if (count > CALLS_WATCHED_MAX) {
            (void)finding_error(b->p, use->node, "more than %d different system calls",
                                CALLS_WATCHED_MAX);
            break;
        }
    }
    out->calls = list;
    out->call_count = count;
}

void address_check(struct build *b, struct variant *out)
{
    struct counted *list = parse_alloc(b->p, b->counted + 1U, sizeof(*list));

    for (const struct address_use *use = b->uses; use != NULL; use = use->next) {
        address_use_check(b, use);
        if (list != NULL)
            list[use->address.row] =
                (struct counted){use->address.actor, use->address.point, use->address.call};
    }
    calls_list(b, out);
    out->counted = list;
    out->counted_count = b->counted;
    out->prompts = !b->dead && anybody_prompts(b);
}
