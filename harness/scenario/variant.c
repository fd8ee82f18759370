/* variant.c: everything of a file that may differ from variant to variant. */
#include "harness/scenario/variant.h"

#include "harness/scenario/address.h"
#include "harness/scenario/command_parse.h"
#include "harness/scenario/live.h"
#include "harness/scenario/map.h"
#include "harness/scenario/role_parse.h"
#include "harness/scenario/top_key.h"
#include "harness/scenario/tree_parse.h"
#include "runtime/base/buf.h"

#include <string.h>

/* ---- The name ----------------------------------------------------------------------------- */

static bool name_make(struct parse *p, const char *id, const struct binding *set, size_t width,
                      struct variant *out)
{
    struct buf text = BUF_INIT;

    for (size_t i = 0; i < width; i++)
        buf_addf(&text, "%s%s=%s", i == 0 ? "" : ",", set[i].name, set[i].text);
    if (text.failed)
        p->no_memory = true;
    out->parameters = parse_copy(p, buf_text(&text), text.size);
    buf_release(&text);
    if (out->parameters == NULL || p->no_memory)
        return false;
    out->id = out->parameters[0] == 0 ? id : arena_format(p->arena, "%s[%s]", id, out->parameters);
    if (out->id == NULL)
        p->no_memory = true;
    return out->id != NULL;
}

bool variant_twin(struct parse *p, const char *id, const struct variant *plain, struct variant *out)
{
    *out = *plain;
    out->ctrl_c_each_prompt = true;
    out->parameters = arena_format(p->arena, "%s%sctrl-c=each-prompt", plain->parameters,
                                   plain->parameters[0] == 0 ? "" : ",");
    if (out->parameters != NULL)
        out->id = arena_format(p->arena, "%s[%s]", id, out->parameters);
    if (out->parameters == NULL || out->id == NULL)
        p->no_memory = true;
    return !p->no_memory;
}

/* ---- All of it ---------------------------------------------------------------------------- */

/* In place of a tree that could not be read, so that the rest can be: one actor, and whoever is
 * named is taken to exist. */
static bool tree_replace(struct build *b)
{
    if (parse_failed(b->p))
        return false;
    b->tree = parse_alloc(b->p, 1, offsetof(struct tree, node) + sizeof(struct tree_node));
    if (b->tree == NULL)
        return false;
    b->tree->count = 1;
    b->tree->node[0].parent = ACTOR_NONE;
    b->dead = true;
    b->spinner = false;
    return true;
}

struct left_out left_out_begin(struct build *b, bool holds)
{
    const struct left_out saved = {b->dead, b->p->guessing, b->p->findings->errors};

    b->dead = b->dead || !holds;
    b->p->guessing = b->p->guessing || !holds;
    return saved;
}

bool left_out_end(struct build *b, const struct left_out *saved)
{
    b->dead = saved->dead;
    b->p->guessing = saved->guessing;
    return b->p->findings->errors == saved->errors && !parse_failed(b->p);
}

bool variant_build(struct parse *p, const struct node *root, const char *id, const struct matrix *m,
                   size_t set, struct variant *out)
{
    struct scope scope;
    struct build b = {.p = p, .scope = &scope};
    struct captures captures = {0};
    const struct node *tree = node_get(root, "tree");
    const struct node *command = tree == NULL ? node_get(root, "command") : NULL;

    size_t before = p->findings->count;
    bool named = name_make(p, id, m->set[set], m->width, out) &&
                 vars_read(p, node_get(root, "vars"), m, set, &scope);
    findings_form(p, before, word_named(language_top_key, "vars"));
    if (!named)
        return false;
    b.command = command;
    bool ok = command != NULL
                  ? command_parse(&b, word_named(language_top_key, "command"), command, out)
                  : tree != NULL && tree_parse(&b, tree);
    bool subject = ok || (command != NULL && b.tree != NULL);
    if (!subject && !tree_replace(&b))
        return false;
    p->captures = &captures;
    p->slots = 0;
    p->secrets = NULL;
    ok = top_each_read(&b, root, out) && ok;
    p->captures = NULL;
    out->slots = p->slots;
    out->secrets = p->secrets;
    address_check(&b, out);
    out->screens = b.screens;
    if (!ok || parse_failed(p))
        return false;
    out->prompts = out->prompts || out->prompt != NULL;
    if (command != NULL)
        return roles_end(&b, out);
    out->subject = SUBJECT_TREE;
    out->tree = b.tree;
    out->cast = parse_alloc(p, 1, cast_bytes(b.tree->count));
    if (out->cast != NULL)
        cast_add_tree(out->cast, b.tree);
    return out->cast != NULL;
}
