/* script_head.c: what an expect script says besides its steps: how the program is started, what is
 * allowed, and how it must end. Where a scenario uses the script, the scenario's own count. */
#include "harness/scenario/map.h"
#include "harness/scenario/script.h"
#include "harness/scenario/top_key.h"

#include <string.h>

/* Variables that the program gets beside ours, or in place of them. */
static bool env_read(struct build *b, const struct node *n, struct variant *out)
{
    size_t count = 0;
    bool ok = true;

    if (n->kind != NODE_MAP) {
        struct finding *f = finding_wants(b->p, n, "env", "a map, not %s", node_what(n));
        f->label = "{ NAME: value }";
        return false;
    }
    const char **all = parse_alloc(b->p, n->count + 1, sizeof(*all));
    if (all == NULL)
        return false;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        const char *value = NULL;
        if (strchr(e->key->text, '=') != NULL) {
            struct finding *f = finding_error(b->p, e->key, "this cannot name a variable");
            f->label = "NAME: value, without '='";
            ok = false;
        }
        ok = value_text(b->p, b->scope, e->value, e->key->text, &value) && ok;
        if (value != NULL)
            all[count++] = arena_format(b->p->arena, "%s=%s", e->key->text, value);
    }
    out->env = all;
    return ok;
}

/* From the script's own folder on. */
static bool cwd_read(struct build *b, const struct node *n, struct variant *out)
{
    const char *folder = NULL;

    if (!value_words(b->p, b->scope, n, "cwd", &folder))
        return false;
    out->cwd = folder[0] == '/' || b->p->script_folder == NULL
                   ? folder
                   : arena_format(b->p->arena, "%s/%s", b->p->script_folder, folder);
    return true;
}

bool script_head_read(struct build *b, const struct node *root, struct scenario *s,
                      struct variant *v)
{
    static const char *const shared[] = {"name", "summary", "terminal", "limits", "outcome"};
    const struct node *env = node_get(root, "env");
    const struct node *cwd = node_get(root, "cwd");
    bool ok = true;

    for (size_t i = 0; i < COUNT_OF(shared); i++) {
        const struct node *n = node_get(root, shared[i]);
        if (n != NULL)
            ok = top_one_read(b, shared[i], n, s, v) && ok;
    }
    ok = (env == NULL || env_read(b, env, v)) && ok;
    return (cwd == NULL || cwd_read(b, cwd, v)) && ok;
}
