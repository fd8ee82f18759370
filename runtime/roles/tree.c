/* tree.c: the table of actors: its check, its look-ups and the names of its values. */
#include "runtime/roles/tree.h"

#include "runtime/actor/core.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>

enum { PAUSE_TASKS_MAX = 8, STATUS_MAX = 255, SIGNAL_MAX = 64 };

struct word {
    const char *name;
    const char *help;
};

static const struct word roles[] = {ROLE_MAP(ROW_ENTRY)};
/* clang-format off */
static const struct word tells[] = {
    TELL_MAP(ROW_ENTRY)
    [TELL_WORDS] = {"", ""},
    TELL_FAULT_MAP(ROW_ENTRY)
};
/* clang-format on */

size_t tree_size(const struct tree *t)
{
    return offsetof(struct tree, node) + t->count * sizeof(struct tree_node);
}

static bool exit_is_valid(const struct tree_node *n)
{
    switch ((enum tree_exit)n->exit_how) {
    case EXIT_STATUS:
        return n->exit_value >= 0 && n->exit_value <= STATUS_MAX;
    case EXIT_SIGNAL:
        return n->exit_value >= 1 && n->exit_value <= SIGNAL_MAX;
    case EXIT_ERROR:
        return n->exit_value >= 0;
    default:
        return false;
    }
}

/* What is wrong with the node's own numbers, or NULL. */
static const char *node_fault(const struct tree_node *n)
{
    const uint8_t zero[sizeof(n->zero)] = {0};

    if (n->name[0] == 0 || memchr(n->name, 0, sizeof(n->name)) == NULL)
        return "has no name";
    if (n->deadline_ns < 0)
        return "has a deadline below 0";
    if (n->role >= ROLES)
        return "has an unknown role";
    if (n->pause_when > WHEN_TOLD || n->pause_prompt > PROMPT_CRASH || n->pause_tasks < 1 ||
        n->pause_tasks > PAUSE_TASKS_MAX)
        return "has an impossible pause";
    if (n->exit_when > WHEN_CHILDREN_GONE || !exit_is_valid(n))
        return "has an impossible exit";
#define CHOICE_CHECK(field, last) \
    if (n->field > (last))        \
        return "has an unknown behaviour: " #field;
    TREE_CHOICES(CHOICE_CHECK)
#undef CHOICE_CHECK
    if (n->override_with != OVERRIDE_NONE &&
        (n->override_signal == 0 || n->override_signal == SIGKILL || n->override_signal == SIGSTOP))
        return "replaces what a signal cannot do";
    if (memcmp(n->zero, zero, sizeof(zero)) != 0)
        return "has bytes that must be 0";
    return NULL;
}

/* What is wrong with the order of the nodes, or NULL; *where is the node. */
static const char *order_fault(const struct tree *t, uint32_t *where)
{
    uint32_t open[TREE_DEPTH_MAX]; /* from the root down to the parent of the next node */
    size_t depth = 0;

    for (uint32_t i = 0; i < t->count; i++) {
        *where = i;
        while (depth > 0 && i > open[depth - 1] + t->node[open[depth - 1]].below)
            depth--;
        if (depth == 0) {
            if (i != 0 || t->node[0].parent != ACTOR_NONE || t->node[0].below != t->count - 1)
                return "is not below the root";
        } else {
            uint32_t parent = open[depth - 1];
            if (t->node[i].parent != parent)
                return "has the wrong parent";
            if (i + t->node[i].below > parent + t->node[parent].below)
                return "has more descendants than its parent";
        }
        if (depth == TREE_DEPTH_MAX)
            return "is too deep";
        open[depth++] = i;
    }
    return NULL;
}

int tree_check(const struct tree *t, size_t size, struct diag *diag)
{
    if (size < offsetof(struct tree, node) || t->magic != TREE_MAGIC ||
        t->bytes != sizeof(struct tree_node))
        return diag_set(diag, ERR_INPUT, "not a tree of this build");
    if (t->count < 1 || t->count > TREE_ACTORS_MAX)
        return diag_set(diag, ERR_INPUT, "a tree of %u actors; 1 to %d are possible", t->count,
                        TREE_ACTORS_MAX);
    if (size < tree_size(t))
        return diag_set(diag, ERR_INPUT, "a tree of %u actors is cut off after %zu bytes", t->count,
                        size);
    if (t->defects >> DEFECTS != 0)
        return diag_set(diag, ERR_INPUT, "a tree with unknown defects");
    for (uint32_t i = 0; i < t->count; i++) {
        const char *fault = node_fault(&t->node[i]);
        if (fault != NULL)
            return diag_set(diag, ERR_INPUT, "actor %u of the tree %s", i, fault);
    }
    uint32_t where = 0;
    const char *fault = order_fault(t, &where);
    if (fault != NULL)
        return diag_set(diag, ERR_INPUT, "actor %u of the tree %s", where, fault);
    return 0;
}

/* The child of `parent` (ACTOR_NONE: the root) whose name is the first `size` bytes of `name`. */
static uint16_t child_find(const struct tree *t, uint16_t parent, const char *name, size_t size)
{
    uint32_t i = parent == ACTOR_NONE ? 0 : parent + 1U;
    uint32_t end = parent == ACTOR_NONE ? 1 : i + t->node[parent].below;

    for (; i < end; i += t->node[i].below + 1U) {
        if (strlen(t->node[i].name) == size && memcmp(t->node[i].name, name, size) == 0)
            return (uint16_t)i;
    }
    return ACTOR_NONE;
}

uint16_t tree_find(const struct tree *t, const char *name)
{
    uint16_t at = ACTOR_NONE;

    if (strchr(name, '/') == NULL) {
        for (uint32_t i = 0; i < t->count; i++) {
            if (strcmp(t->node[i].name, name) == 0)
                return (uint16_t)i;
        }
        return ACTOR_NONE;
    }
    for (const char *part = name;;) {
        size_t size = strcspn(part, "/");
        at = child_find(t, at, part, size);
        if (at == ACTOR_NONE || part[size] == 0)
            return at;
        part += size + 1;
    }
}

const char *role_name(unsigned role)
{
    CHECK(role < ROLES);
    return roles[role].name;
}

const char *role_help(unsigned role)
{
    CHECK(role < ROLES);
    return roles[role].help;
}

int role_find(const char *name)
{
    for (int i = 0; i < ROLES; i++) {
        if (strcmp(roles[i].name, name) == 0)
            return i;
    }
    return -1;
}

const char *tell_name(unsigned op)
{
    CHECK(op < TELL_OPS);
    return tells[op].name;
}

const char *tell_help(unsigned op)
{
    CHECK(op < TELL_OPS);
    return tells[op].help;
}
