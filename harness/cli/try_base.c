/* try_base.c: JSON is read as the YAML that it is. */
#include "harness/cli/try_base.h"

#include "harness/scenario/load.h"
#include "harness/scenario/script.h"
#include "harness/scenario/yaml_doc.h"

#include <string.h>

static const char *text_get(const struct node *map, const char *key)
{
    const struct node *n = node_get(map, key);

    return n != NULL && n->kind == NODE_SCALAR ? n->text : NULL;
}

static bool is_true(const struct node *map, const char *key)
{
    const char *text = text_get(map, key);

    return text != NULL && strcmp(text, "true") == 0;
}

/* Keeps what is wrong. Returns false when it is no cell. */
static bool cell_read(const struct node *n, struct try_known *out)
{
    if (n->kind != NODE_MAP)
        return false;
    *out = (struct try_known){.stimulus = text_get(n, "stimulus"),
                              .kind = text_get(n, "kind"),
                              .text = text_get(n, "text")};
    return out->stimulus != NULL && out->kind != NULL && out->text != NULL;
}

static void root_read(struct parse *p, const struct node *root, struct try_base *out)
{
    const struct node *cells = root->kind == NODE_MAP ? node_get(root, "cells") : NULL;

    if (cells == NULL || cells->kind != NODE_LIST) {
        (void)finding_error(p, root, "this is not what `scenario try --save` writes");
        return;
    }
    struct try_known *all = parse_alloc(p, cells->count + 1, sizeof(*all));
    if (all == NULL)
        return;
    out->known = all;
    for (const struct node_entry *e = cells->first; e != NULL; e = e->next) {
        struct try_known known;
        if (!cell_read(e->value, &known))
            (void)finding_error(p, e->value, "a cell has `stimulus`, `kind` and `text`");
        else if (is_true(e->value, "wrong"))
            all[out->count++] = known;
    }
}

int try_base_load(struct arena *a, const char *path, struct try_base *out,
                  struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, NULL, findings);
    struct source *source = NULL;
    struct try_base base = {.file = path};

    int rc = source_load(&p, path, &source, diag);
    if (rc == ERR_FULL)
        return parse_too_large(&p, path, diag);
    if (rc < 0)
        return rc;
    const struct node *root = yaml_doc_read(&p, source);
    if (root != NULL)
        root_read(&p, root, &base);
    rc = parse_verdict(&p, path, diag);
    if (rc == 0)
        *out = base;
    return rc;
}
