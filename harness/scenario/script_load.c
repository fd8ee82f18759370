/* script_load.c: an expect script on its own: its subject is any program. */
#include "harness/scenario/address.h"
#include "harness/scenario/command_parse.h"
#include "harness/scenario/live.h"
#include "harness/scenario/load.h"
#include "harness/scenario/map.h"
#include "harness/scenario/role_parse.h"
#include "harness/scenario/script.h"
#include "harness/scenario/step_parse.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"

#include <string.h>

enum { PARAM_WIDTH = 20 }; /* "NAME=DEFAULT" in descriptions */

static const struct scope head = {.from = "a script's head"};

/* "a/b/NAME.yaml": the name and the folder. */
static bool path_split(struct parse *p, const char *path, struct script *s)
{
    const char *slash = strrchr(path, '/');
    const char *from = slash == NULL ? path : slash + 1;
    size_t size = strlen(from);

    if (size > 5 && strcmp(from + size - 5, ".yaml") == 0)
        size -= 5;
    s->name = parse_copy(p, from, size);
    p->script_folder = slash == NULL ? "." : parse_copy(p, path, (size_t)(slash - path));
    return s->name != NULL && p->script_folder != NULL;
}

/* Everything behind the bytes. Returns 0 when findings, if any, say it all, or ERR_USAGE. */
static int script_read(struct parse *p, const char *path, struct source *source, struct scenario *s,
                       struct diag *diag)
{
    struct script script = {.ok = true};
    struct scope scope;
    struct build b = {.p = p, .scope = &scope};
    struct captures captures = {0};
    struct variant *v = parse_alloc(p, 1, sizeof(*v));
    const struct node *root = yaml_doc_read(p, source);

    if (root == NULL || v == NULL || !path_split(p, path, &script) ||
        !script_take(p, root, &script) || !command_subject(&b, SCRIPT_SUBJECT, v))
        return 0;
    s->id = script.name;
    s->name = script.name;
    int rc = script_arguments(p, &script, &scope, diag);
    if (rc < 0)
        return rc == ERR_INPUT ? 0 : rc;
    (void)script_head_read(&b, root, s, v);
    b.script[b.scripts++] = &script;
    p->captures = &captures;
    (void)steps_parse(&b, script.steps, "steps", &v->steps);
    p->captures = NULL;
    v->slots = p->slots;
    v->secrets = p->secrets;
    v->id = script.name;
    v->parameters = "";
    address_check(&b, v);
    v->screens = b.screens;
    if (!roles_end(&b, v))
        return 0;
    s->variant = v;
    s->variant_count = 1;
    return 0;
}

/* The names of the parameters, for want of values. */
static bool names_bind(struct parse *p, const struct script *script, struct scope *out)
{
    struct binding *all = parse_alloc(p, script->params->count, sizeof(*all));
    size_t count = 0;

    if (all == NULL)
        return false;
    for (const struct node_entry *e = script->params->first; e != NULL; e = e->next) {
        const struct node *name = e->key != NULL ? e->key : e->value;
        const struct secret *secret = script_secret(p, e);
        all[count++] = (struct binding){name->text, name->text, name->size, true, secret};
    }
    *out = (struct scope){all, count, "the script's params", NULL};
    return true;
}

void script_check(struct parse *p, const char *path, struct source *source, struct scenario *s)
{
    struct script script = {.ok = true};
    struct scope scope;
    struct variant v = {0};
    struct captures captures = {0};
    /* Who is meant by its actors and what by its parameters is known where it is used. */
    struct build b = {.p = p, .scope = &scope, .dead = true};
    const struct node *root = yaml_doc_read(p, source);

    if (root == NULL || !path_split(p, path, &script) || !script_take(p, root, &script) ||
        !command_subject(&b, SCRIPT_SUBJECT, &v) || !names_bind(p, &script, &scope))
        return;
    (void)script_head_read(&b, root, s, &v);
    b.script[b.scripts++] = &script;
    p->guessing = true;
    p->captures = &captures;
    (void)steps_parse(&b, script.steps, "steps", &v.steps);
    p->captures = NULL;
    p->guessing = false;
}

int script_load(struct arena *a, const char *path, const struct scenario_options *options,
                struct scenario **out, struct findings *findings, struct diag *diag)
{
    struct parse p = parse_begin(a, options, findings);
    struct scenario s = scenario_default(path);
    struct source *source = NULL;

    s.engines = ENGINE_REAL;
    s.total_ns = 60 * SECOND_NS;
    int rc = source_load(&p, path, &source, diag);
    if (rc == ERR_FULL)
        return parse_too_large(&p, path, diag);
    if (rc == 0)
        rc = script_read(&p, path, source, &s, diag);
    return rc < 0 ? rc : parse_end(&p, path, &s, out, diag);
}

/* ---- For people ----------------------------------------------------------------------------- */

static void param_describe(const struct node_entry *e, struct buf *out)
{
    const struct node *name = e->key != NULL ? e->key : e->value;
    const struct node *map = e->key != NULL && e->value->kind == NODE_MAP ? e->value : NULL;
    const struct node *fallback = map != NULL ? node_get(map, "default") : NULL;
    const struct node *values = map != NULL ? node_get(map, "values") : NULL;
    const struct node *help = map != NULL ? node_get(map, "help") : NULL;

    bool given = fallback != NULL && fallback->kind == NODE_SCALAR;
    int width = (int)(name->size + (given ? fallback->size + 1 : 0));

    buf_addf(out, "    %s%s%s%*s", name->text, given ? "=" : "", given ? fallback->text : "",
             width < PARAM_WIDTH ? PARAM_WIDTH - width : 1, "");
    if (help != NULL && help->kind == NODE_SCALAR)
        buf_addf(out, "%s", help->text);
    if (values != NULL && values->kind == NODE_LIST) {
        buf_add_text(out, " (");
        for (const struct node_entry *v = values->first; v != NULL; v = v->next)
            buf_addf(out, "%s%s", v == values->first ? "" : ", ",
                     v->value->kind == NODE_SCALAR ? v->value->text : "");
        buf_add_text(out, ")");
    }
    buf_add_text(out, given ? "\n" : "; must be given\n");
}

int script_describe(struct arena *a, const char *path, struct buf *out, struct diag *diag)
{
    const struct scenario_options options = {0};
    struct findings findings = {0};
    struct parse p = parse_begin(a, &options, &findings);
    struct script script = {.ok = true};
    const char *name = "";
    struct source *source = NULL;

    int rc = source_load(&p, path, &source, diag);
    if (rc < 0)
        return rc;
    const struct node *root = yaml_doc_read(&p, source);
    if (root == NULL || !path_split(&p, path, &script) || !script_take(&p, root, &script))
        return p.no_memory ? diag_set(diag, ERR_NOMEM, "no memory to read %s", path)
                           : diag_set(diag, ERR_INPUT, "%s is no expect script", path);
    (void)words_get(&p, &head, root, "name", &name);
    buf_addf(out, "%s\n    %s\n", script.name, name);
    for (const struct node_entry *e = script.params->first; e != NULL; e = e->next)
        param_describe(e, out);
    return 0;
}
