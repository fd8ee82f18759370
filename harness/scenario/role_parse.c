/* role_parse.c: each role that a variant names stands once in its table, `root` first. */
#include "harness/scenario/role_parse.h"

#include "expect/match.h"
#include "harness/language/shape.h"
#include "harness/scenario/map.h"

#include <string.h>

bool roles_begin(struct build *b)
{
    b->role = parse_alloc(b->p, ROLES_MAX, sizeof(*b->role));
    if (b->role == NULL)
        return false;
    b->role[ROLES_ROOT] =
        (struct role_said){.name = whom_name(WHOM_ROOT), .kind = WHOM_ROOT, .under = ACTOR_NONE};
    b->roles = 1;
    return true;
}

bool roles_end(struct build *b, struct variant *out)
{
    struct roles *all = parse_alloc(b->p, 1, sizeof(*all));

    if (all == NULL)
        return false;
    *all = (struct roles){b->role, b->roles};
    out->cast->roles = all;
    return true;
}

static bool role_add(struct build *b, const struct node *n, const struct role_said *role,
                     uint16_t *out)
{
    if (b->roles == ROLES_MAX) {
        (void)finding_error(b->p, n, "more than %d roles and names of processes", ROLES_MAX);
        return false;
    }
    *out = b->roles;
    b->role[b->roles++] = *role;
    return true;
}

static uint16_t role_known(const struct build *b, const char *name)
{
    for (uint16_t i = 0; i < b->roles; i++) {
        if (strcmp(b->role[i].name, name) == 0)
            return i;
    }
    return ACTOR_NONE;
}

/* ---- Roles -------------------------------------------------------------------------------- */

/* "child", "child.2": its kind, or WHOMS. */
static unsigned kind_of(const char *name, const char **number)
{
    size_t size = strcspn(name, ".");

    *number = name[size] == '.' ? name + size + 1 : NULL;
    for (unsigned kind = 0; kind < WHOM_NAMED; kind++) {
        if (strlen(whom_name(kind)) == size && memcmp(whom_name(kind), name, size) == 0)
            return kind;
    }
    return WHOMS;
}

static const char *role_name_at(size_t i, void *user)
{
    const struct build *b = user;

    return i < b->roles ? b->role[i].name : whom_name((unsigned)(i - b->roles));
}

static void role_unknown(struct build *b, const struct node *n, const char *name, size_t offset)
{
    struct finding *f = finding_error(b->p, n, "no process '%.80s' is known here", name);

    finding_suggest(b->p, f, name, b->roles + (size_t)WHOM_NAMED, role_name_at, b);
    f->help =
        "who is who in a command: root, what was started; child, a child of it; leaf, without a "
        "child now;\nany; child.2, the second by birth; and the names of `who:`";
    if (strstr(n->text, name) == n->text + offset)
        finding_inside(f, n, offset, (uint32_t)strlen(name));
}

bool whom_read(struct build *b, const struct node *n, const char *name, size_t offset,
               uint16_t *out)
{
    const char *number = NULL;
    uint16_t known = role_known(b, name);
    int64_t nth = 0;

    if (known != ACTOR_NONE) {
        *out = known;
        return true;
    }
    unsigned kind = kind_of(name, &number);
    bool counted = number != NULL && number_read(number, &nth) && nth >= 1 && nth <= UINT16_MAX;
    bool right = kind != WHOMS && (number == NULL || (counted && kind != WHOM_ROOT));
    if (!right && b->dead) { /* what is left out may name whom another variant has */
        *out = ROLES_ROOT;
        return true;
    }
    if (!right) {
        role_unknown(b, n, name, offset);
        return false;
    }
    const char *own = parse_copy(b->p, name, strlen(name));
    const struct role_said role = {
        .name = own, .kind = (uint8_t)kind, .nth = (uint16_t)nth, .under = ACTOR_NONE};
    return own != NULL && role_add(b, n, &role, out);
}

/* ---- who: --------------------------------------------------------------------------------- */

/* Words that mean something else where the name of a process may stand. */
static bool is_reserved(const char *name)
{
    static const char reserved[] =
        "all quiet group session tree foreground harness terminal job none";
    const char *number;

    return words_have(reserved, name) || kind_of(name, &number) != WHOMS;
}

static bool who_name_check(struct build *b, const struct node *key)
{
    if (!name_is_valid(key->text, TREE_NAME_BYTES - 1)) {
        struct finding *f = finding_error(b->p, key, "'%.60s' cannot name a process", key->text);
        f->label = "1 to 31 letters, digits, '-' and '_'";
        return false;
    }
    if (!is_reserved(key->text))
        return true;
    (void)finding_error(b->p, key, "'%s' cannot name a process: it has a meaning", key->text);
    return false;
}

static bool pattern_get(struct build *b, const struct node *map, const char **out)
{
    const struct node *n = node_get(map, "argv");
    struct diag diag = {0};
    size_t offset = 0;

    if (!words_get(b->p, b->scope, map, "argv", out) || n == NULL)
        return n == NULL;
    if (b->p->guessing || match_check(*out, &offset, &diag) == 0)
        return true;
    struct finding *f = finding_error(b->p, n, "not a regular expression: %s", diag.text);
    if (*out == n->text)
        finding_inside(f, n, offset, 1);
    return false;
}

static bool under_get(struct build *b, const struct node *map, uint16_t *out)
{
    const struct node *n = node_get(map, "under");
    const char *name = NULL;

    if (n == NULL)
        return true;
    return value_words(b->p, b->scope, n, "under", &name) && whom_read(b, n, name, 0, out);
}

static bool who_read(struct build *b, const char *shape, const struct node_entry *e)
{
    static const struct value_range range = {"nth", 1, UINT16_MAX};
    const struct map_form form = {.what = "a name of `who`", .shape = shape};
    struct role_said role = {.name = e->key->text, .kind = WHOM_NAMED, .under = ACTOR_NONE};
    int64_t nth = 0;
    uint16_t number;

    if (!who_name_check(b, e->key) || !map_check(b->p, e->value, &form))
        return false;
    bool ok = pattern_get(b, e->value, &role.argv);
    ok = words_get(b->p, b->scope, e->value, "comm", &role.comm) && ok;
    ok = under_get(b, e->value, &role.under) && ok;
    ok = int_get(b->p, b->scope, e->value, &range, &nth) && ok;
    role.nth = (uint16_t)nth;
    if (ok && role.argv == NULL && role.comm == NULL && role.under == ACTOR_NONE) {
        (void)finding_wants(b->p, e->value, "who", "`argv`, `comm` or `under` of each");
        return false;
    }
    return ok && role_add(b, e->key, &role, &number);
}

bool who_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out)
{
    bool ok = true;

    (void)out;
    if (n->kind != NODE_MAP) {
        (void)finding_wants(b->p, n, w->name, "a map, not %s", node_what(n));
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next)
        ok = who_read(b, shape_values(shape_map(w->shape)), e) && ok;
    return ok;
}
