/* cast.c: a table that only grows. */
#include "harness/subject/cast.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

size_t cast_bytes(uint32_t room)
{
    return sizeof(struct cast) + room * sizeof(struct who);
}

void who_name(struct who *who, const char *name)
{
    size_t size = 0;

    for (; name[size] != 0 && size + 1 < sizeof(who->name); size++)
        who->name[size] =
            (char)((unsigned char)name[size] <= ' ' || name[size] == 0x7f ? '_' : name[size]);
    who->name[size] = 0;
}

struct cast *cast_copy(const struct cast *c)
{
    struct cast *copy = calloc(1, cast_bytes(c->room));

    if (copy != NULL)
        memcpy(copy, c, cast_bytes(c->count));
    return copy;
}

uint16_t cast_add(struct cast *c, const struct who *who)
{
    uint16_t number = c->count;
    bool below = who->parent != ACTOR_NONE;

    CHECK(!below || who->parent < number);
    uint16_t depth = below ? (uint16_t)(c->who[who->parent].depth + 1) : 0;
    if (number == c->room || depth >= TREE_DEPTH_MAX)
        return ACTOR_NONE;
    c->who[number] = *who;
    c->who[number].depth = depth;
    c->count++;
    for (uint16_t id = number; id != ACTOR_NONE; id = c->who[id].parent)
        c->who[id].last = number;
    return number;
}

void cast_add_tree(struct cast *c, const struct tree *tree)
{
    c->room = (uint16_t)tree->count;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct tree_node *node = &tree->node[i];
        struct who who = {.parent = node->parent,
                          .kind = WHO_ACTOR,
                          .spins = node->role == ROLE_SPINNER,
                          .dies_by = node->exit_how == EXIT_SIGNAL ? node->exit_value : 0};
        memcpy(who.name, node->name, sizeof(who.name));
        CHECK(cast_add(c, &who) == i);
    }
}

bool cast_is_above(const struct cast *c, uint16_t above, uint16_t below)
{
    if (below <= above || below > c->who[above].last)
        return false;
    while (below != ACTOR_NONE && below > above)
        below = c->who[below].parent;
    return below == above;
}

uint16_t cast_next_below(const struct cast *c, uint16_t from, uint16_t at)
{
    for (unsigned id = at + 1U; id <= c->who[from].last; id++) {
        if (cast_is_above(c, from, (uint16_t)id))
            return (uint16_t)id;
    }
    return ACTOR_NONE;
}

uint16_t cast_next_child(const struct cast *c, uint16_t parent, uint16_t at)
{
    for (unsigned id = at + 1U; id <= c->who[parent].last; id++) {
        if (c->who[id].parent == parent)
            return (uint16_t)id;
    }
    return ACTOR_NONE;
}
