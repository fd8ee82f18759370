/* role.c: members of a cast are held against what a scenario says of them. */
#include "harness/subject/role.h"

#include "expect/match.h"
#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

/* What is known of a role. */
struct found {
    struct match_pattern *pattern; /* owned; NULL: it has none */
    uint16_t fixed;                /* who it is, of a named one; ACTOR_NONE: not known yet */
    uint16_t fitted;               /* so many have fitted so far */
    uint8_t fits[(CAST_COMMAND_ROOM + 7) / 8]; /* a bit each */
};

struct roles_found {
    const struct roles *roles;
    const struct cast *cast;
    struct found found[];
};

const char *whom_name(unsigned kind)
{
    static const char *const names[WHOMS] = {
        [WHOM_ROOT] = "root", [WHOM_CHILD] = "child", [WHOM_LEAF] = "leaf", [WHOM_ANY] = "any"};

    return kind < WHOMS ? names[kind] : NULL;
}

bool role_is_many(const struct role_said *role)
{
    return role->nth == 0 && role->kind != WHOM_ROOT && role->kind != WHOM_NAMED;
}

/* ---- Found -------------------------------------------------------------------------------- */

void roles_found_free(struct roles_found *f)
{
    for (uint16_t i = 0; f != NULL && i < f->roles->count; i++)
        match_pattern_free(f->found[i].pattern);
    free(f);
}

int roles_find(const struct roles *roles, const struct cast *cast, struct roles_found **out,
               struct diag *diag)
{
    struct roles_found *f = calloc(1, sizeof(*f) + roles->count * sizeof(f->found[0]));
    int rc = 0;

    if (f == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for the names of processes");
    f->roles = roles;
    f->cast = cast;
    for (uint16_t i = 0; i < roles->count && rc == 0; i++) {
        f->found[i].fixed = roles->role[i].kind == WHOM_ROOT ? ACTOR_ROOT : ACTOR_NONE;
        if (roles->role[i].argv != NULL)
            rc = match_compile(roles->role[i].argv, &f->found[i].pattern, NULL, diag);
    }
    if (rc < 0)
        roles_found_free(f);
    else
        *out = f;
    return rc;
}

/* ---- Named ones --------------------------------------------------------------------------- */

static bool name_fits(const char *comm, const struct who *who)
{
    struct who said = {0};

    who_name(&said, comm);
    return strcmp(said.name, who->name) == 0;
}

static bool fits(const struct roles_found *f, uint16_t i, uint16_t actor)
{
    const struct role_said *role = &f->roles->role[i];
    const struct who *who = &f->cast->who[actor];

    if (role->comm != NULL && !name_fits(role->comm, who))
        return false;
    if (f->found[i].pattern != NULL &&
        (who->argv == NULL ||
         match_in(f->found[i].pattern, who->argv, strlen(who->argv), NULL) != MATCH_FOUND))
        return false;
    if (role->under == ACTOR_NONE)
        return true;
    uint16_t above = role_member(f, role->under);
    return above != ACTOR_NONE && cast_is_above(f->cast, above, actor);
}

void roles_see(struct roles_found *f, uint16_t actor)
{
    if (actor >= f->cast->count || actor >= CAST_COMMAND_ROOM)
        return;
    for (uint16_t i = 0; i < f->roles->count; i++) {
        const struct role_said *role = &f->roles->role[i];
        struct found *found = &f->found[i];
        uint8_t bit = (uint8_t)(1U << (actor % 8));
        if (role->kind != WHOM_NAMED || found->fixed != ACTOR_NONE ||
            (found->fits[actor / 8] & bit) != 0 || !fits(f, i, actor))
            continue;
        found->fits[actor / 8] |= bit;
        if (++found->fitted == (role->nth > 0 ? role->nth : 1))
            found->fixed = actor;
    }
}

uint16_t role_fixed(const struct roles_found *f, uint16_t role)
{
    CHECK(role < f->roles->count);
    return f->found[role].fixed;
}

void role_fix(struct roles_found *f, uint16_t role, uint16_t actor)
{
    CHECK(role < f->roles->count);
    f->found[role].fixed = actor;
}

/* ---- By their place ----------------------------------------------------------------------- */

static bool is_leaf(const struct cast *c, uint16_t actor)
{
    for (unsigned i = actor + 1U; i <= c->who[actor].last; i++) {
        if (c->who[i].parent == actor && !c->who[i].orphan && c->who[i].lives)
            return false;
    }
    return true;
}

static bool has_place(const struct cast *c, unsigned kind, uint16_t actor)
{
    switch (kind) {
    case WHOM_ROOT:
        return actor == ACTOR_ROOT;
    case WHOM_CHILD:
        return c->who[actor].parent == ACTOR_ROOT && !c->who[actor].orphan;
    case WHOM_LEAF:
        return is_leaf(c, actor);
    default:
        return true;
    }
}

bool role_matches(const struct roles_found *f, uint16_t role, uint16_t actor)
{
    CHECK(role < f->roles->count);
    const struct role_said *said = &f->roles->role[role];
    unsigned before = 0;

    if (actor >= f->cast->count)
        return false;
    if (said->kind == WHOM_NAMED)
        return f->found[role].fixed == actor;
    if (!has_place(f->cast, said->kind, actor))
        return false;
    /* Leaves are those of now, the others who was ever born. */
    for (uint16_t i = 0; i < actor && said->nth > 0; i++) {
        bool counts = said->kind != WHOM_LEAF || f->cast->who[i].lives;
        before += counts && has_place(f->cast, said->kind, i);
    }
    return said->nth == 0 || before + 1 == said->nth;
}

uint16_t role_member(const struct roles_found *f, uint16_t role)
{
    CHECK(role < f->roles->count);
    uint16_t first = f->found[role].fixed;

    for (uint16_t i = 0; i < f->cast->count && f->roles->role[role].kind != WHOM_NAMED; i++) {
        if (!role_matches(f, role, i))
            continue;
        if (f->cast->who[i].lives)
            return i;
        first = first == ACTOR_NONE ? i : first;
    }
    return first;
}
