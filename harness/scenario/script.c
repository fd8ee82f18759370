/* script.c: finding, reading and calling expect scripts. */
#include "harness/scenario/script.h"

#include "harness/scenario/map.h"
#include "runtime/base/buf.h"
#include "runtime/base/suggest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct scope scope_none = {.from = "a script's head"};

/* Only what a file is, unless `pipes`: a pipe or a device may never end, or never begin. */
static int file_open(const char *path, bool pipes, FILE **out, struct diag *diag)
{
    struct stat st;

    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        bool ours = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
        return diag_errno(diag, ours ? ERR_NOMEM : ERR_IO, "cannot open %s", path);
    }
    bool plain = fstat(fd, &st) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
    /* What is not there yet is waited for. */
    if (!plain && pipes)
        plain = fcntl(fd, F_SETFL, O_RDONLY) == 0;
    if (!plain) {
        (void)close(fd);
        return diag_set(diag, ERR_IO, "cannot read %s: it is a %s, not a file", path,
                        S_ISFIFO(st.st_mode) ? "pipe" : "device or a socket");
    }
    *out = fdopen(fd, "rb");
    if (*out == NULL) {
        (void)close(fd);
        return diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    }
    return 0;
}

/* From those that are given in the place of the disk's. */
static int source_given(struct parse *p, const char *path, struct source **out, struct diag *diag)
{
    const char *text;
    size_t size;

    if (!p->options->file(p->options->file_user, path, &text, &size)) {
        errno = ENOENT;
        return diag_errno(diag, ERR_IO, "cannot open %s", path);
    }
    *out = source_new(p, path, text, size);
    return *out != NULL ? 0 : diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
}

int source_load(struct parse *p, const char *path, struct source **out, struct diag *diag)
{
    struct buf content = BUF_INIT;
    char chunk[16 * 1024];
    size_t got;

    if (p->options->file != NULL)
        return source_given(p, path, out, diag);
    FILE *file = NULL;
    int rc = file_open(path, p->options->check, &file, diag);
    if (rc < 0)
        return rc;
    while (content.size <= SCENARIO_BYTES_MAX && (got = fread(chunk, 1, sizeof(chunk), file)) > 0)
        buf_add(&content, chunk, got);
    if (ferror(file))
        rc = diag_errno(diag, ERR_IO, "cannot read %s", path);
    else if (content.failed)
        rc = diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    else if (content.size > SCENARIO_BYTES_MAX)
        rc = diag_set(diag, ERR_FULL, "%s is larger than %d bytes", path, SCENARIO_BYTES_MAX);
    (void)fclose(file);
    if (rc == 0) {
        *out = source_new(p, path, buf_text(&content), content.size);
        if (*out == NULL)
            rc = diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    }
    buf_release(&content);
    return rc;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* Whether it is one. */
static bool param_secret(struct parse *p, const struct node *map)
{
    const struct node *n = map != NULL ? node_get(map, "secret") : NULL;
    bool secret = false;

    return n != NULL && value_bool(p, &scope_none, n, "secret", &secret) && secret;
}

/* Of a secret nothing stands in a file. */
static bool secret_check(struct parse *p, const struct node *map)
{
    const struct node *n = node_get(map, "secret");
    bool secret = false;

    if (n == NULL)
        return true;
    if (!value_bool(p, &scope_none, n, "secret", &secret))
        return false;
    const struct node *value = node_key(map, "default");
    if (value == NULL)
        value = node_key(map, "values");
    if (!secret || value == NULL)
        return true;
    struct finding *f = finding_error(p, value, "a secret has no '%s'", value->text);
    f->label = "its value comes from the environment variable of its name";
    return false;
}

static bool params_check(struct parse *p, const struct node *n)
{
    static const struct map_form form = {.what = "a parameter",
                                         .shape =
                                             "{default: TEXT, values: [TEXT], secret: BOOLEAN, "
                                             "help: WORDS}"};
    bool ok = true;

    if (n->kind == NODE_SCALAR) {
        (void)finding_wants(p, n, "params", "a map or a list, not %s", node_what(n));
        return false;
    }
    if (n->count > SCENARIO_PARAMETERS_MAX) {
        (void)finding_error(p, n, "more than %d parameters", SCENARIO_PARAMETERS_MAX);
        return false;
    }
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        const struct node *name = e->key == NULL ? e->value : e->key;
        if (name->kind != NODE_SCALAR || !name_is_valid(name->text, SCRIPT_NAME_BYTES_MAX)) {
            (void)finding_error(p, name, "this cannot name a parameter");
            ok = false;
        } else if (e->key != NULL && (e->value->kind != NODE_SCALAR || e->value->size > 0)) {
            ok = map_check(p, e->value, &form) && secret_check(p, e->value) && ok;
        }
    }
    return ok;
}

bool script_take(struct parse *p, const struct node *root, struct script *s)
{
    static const struct map_form form = {
        .what = "a script",
        .shape = "{script!: 1, name: WORDS, summary: WORDS, params: PARAMS, env: {*: VARIABLE}, "
                 "cwd: WORDS, who: {}, terminal: {}, limits: {}, outcome: {}, steps!: STEPS}",
        .help = "it begins with `script: 1`"};
    static const struct value_range version_range = {"script", 1, 1};
    static const struct node no_params = {.kind = NODE_LIST};
    int64_t version = 0;

    if (root->kind == NODE_MAP && node_get(root, "script") == NULL &&
        node_get(root, "scenario") != NULL) {
        struct finding *f = finding_error(p, root, "this is a scenario, not an expect script");
        f->label = "`scenario run` runs it";
        return false;
    }
    if (!map_check(p, root, &form))
        return false;
    const struct node *params = node_get(root, "params");
    s->params = params != NULL ? params : &no_params;
    s->steps = node_get(root, "steps");
    return int_get(p, &scope_none, root, &version_range, &version) && params_check(p, s->params);
}

/* Tries one file. False: it is not there. */
static bool file_try(struct parse *p, const char *path, const struct node *name_node,
                     struct script *s)
{
    struct diag diag = {0};
    struct source *source = NULL;

    errno = 0;
    int rc = source_load(p, path, &source, &diag);
    if (rc == ERR_IO && errno == ENOENT)
        return false;
    if (rc == ERR_NOMEM) {
        p->no_memory = true;
        return true;
    }
    if (rc < 0) {
        (void)finding_error(p, name_node, "%s", diag.text);
        return true;
    }
    const struct node *root = yaml_doc_read(p, source);
    s->ok = root != NULL && script_take(p, root, s);
    return true;
}

/* Tries one folder. */
static bool script_try(struct parse *p, const char *folder, const char *between,
                       const struct node *name_node, struct script *s)
{
    return file_try(p, parse_format(p, "%s%s%s.yaml", folder, between, s->name), name_node, s);
}

/* A path is not searched for. */
static bool is_path(const char *name)
{
    return strchr(name, '/') != NULL;
}

static void script_read(struct parse *p, const struct node *name_node, struct script *s)
{
    if (is_path(s->name)) {
        if (!file_try(p, s->name, name_node, s))
            (void)finding_error(p, name_node, "no script '%s'", s->name);
        return;
    }
    /* Beside the folder `scenarios`: its parent's expect/scripts. */
    const char *root = p->root == NULL ? "" : p->root;
    const char *slash = strrchr(root, '/');
    const char *beside = slash == NULL ? "" : parse_format(p, "%.*s/", (int)(slash - root), root);

    if (p->script_folder != NULL && script_try(p, p->script_folder, "/", name_node, s))
        return;
    if (p->root != NULL && script_try(p, beside, "expect/scripts/", name_node, s))
        return;
    if (p->options->script_dir != NULL && script_try(p, p->options->script_dir, "/", name_node, s))
        return;
    struct finding *f = finding_error(p, name_node, "no script '%s'", s->name);
    if (p->script_folder != NULL)
        f->label = parse_format(p, "looked for %s/%s.yaml", p->script_folder, s->name);
    else if (p->root != NULL)
        f->label = parse_format(p, "looked for %sexpect/scripts/%s.yaml", beside, s->name);
    else
        f->label = "scripts are found beside a folder 'scenarios'; this file lies in none";
}

const struct script *script_find(struct build *b, const struct node *name_node)
{
    struct parse *p = b->p;
    const char *name;

    if (!value_words(p, b->scope, name_node, "script", &name))
        return NULL;
    if (is_path(name)) {
        name = path_from(p, name_node, name);
    } else if (!name_is_valid(name, SCRIPT_NAME_BYTES_MAX)) {
        struct finding *f = finding_error(p, name_node, "'%.60s' cannot name a script", name);
        f->label = "the name of a file in expect/scripts, without .yaml, or a path: ./NAME.yaml";
        return NULL;
    }
    for (const struct script *s = p->scripts; s != NULL; s = s->next) {
        if (strcmp(s->name, name) == 0)
            return s->ok ? s : NULL;
    }
    struct script *s = parse_alloc(p, 1, sizeof(*s));
    if (s == NULL)
        return NULL;
    s->name = name;
    s->next = p->scripts;
    p->scripts = s;
    script_read(p, name_node, s);
    return s->ok ? s : NULL;
}

/* ---- Calling ------------------------------------------------------------------------------ */

struct param {
    const char *name;
    const struct node *map; /* default, values, help; or NULL */
};

static struct param param_of(const struct node_entry *e)
{
    if (e->key == NULL)
        return (struct param){e->value->text, NULL};
    return (struct param){e->key->text, e->value->kind == NODE_MAP ? e->value : NULL};
}

static const char *param_name_at(size_t i, void *user)
{
    const struct node *params = user;
    const struct node_entry *e = params->first;

    while (i-- > 0)
        e = e->next;
    return param_of(e).name;
}

static bool param_known(const struct script *s, const char *name)
{
    for (const struct node_entry *e = s->params->first; e != NULL; e = e->next) {
        if (strcmp(param_of(e).name, name) == 0)
            return true;
    }
    return false;
}

/* Refuses what the script does not ask for. */
static bool with_check(struct build *b, const struct script *s, const struct node *with)
{
    bool ok = true;

    if (with == NULL)
        return true;
    if (with->kind != NODE_MAP) {
        (void)finding_wants(b->p, with, "with", "a map, not %s", node_what(with));
        return false;
    }
    for (const struct node_entry *e = with->first; e != NULL; e = e->next) {
        struct node params = *s->params;
        if (param_known(s, e->key->text))
            continue;
        struct finding *f = finding_error(b->p, e->key, "script '%s' has no parameter '%.60s'",
                                          s->name, e->key->text);
        finding_suggest(b->p, f, e->key->text, params.count, param_name_at, &params);
        ok = false;
    }
    return ok;
}

/* The value must be one of `values`, where the script gives some. */
static bool value_check(struct build *b, const struct node *at, const struct param *param,
                        const struct scalar *v)
{
    const struct node *values = param->map == NULL ? NULL : node_get(param->map, "values");

    /* What is left out may have values of other variants. */
    if (values == NULL || b->dead)
        return true;
    if (!list_check(b->p, values, "values"))
        return false;
    for (const struct node_entry *e = values->first; e != NULL; e = e->next) {
        if (e->value->kind == NODE_SCALAR && strcmp(e->value->text, v->text) == 0)
            return true;
    }
    struct finding *f =
        finding_error(b->p, at, "'%.60s' is no value of '%s'", v->text, param->name);
    finding_other(b->p, f, values, "one of these");
    return false;
}

/* The secret of that name in this variant. NULL: no memory. */
static const struct secret *secret_named(struct parse *p, const char *name)
{
    struct secret *s = p->secrets;

    while (s != NULL && strcmp(s->name, name) != 0)
        s = s->next;
    if (s != NULL)
        return s;
    s = parse_alloc(p, 1, sizeof(*s));
    if (s == NULL)
        return NULL;
    *s = (struct secret){.next = p->secrets, .name = name, .slot = p->slots++};
    p->secrets = s;
    return s;
}

/* "${NAME}" of another secret, which is handed on, or NULL. */
static const struct binding *secret_given(const struct build *b, const struct node *n)
{
    bool alone = n->kind == NODE_SCALAR && n->size > 3 && memcmp(n->text, "${", 2) == 0 &&
                 n->text[n->size - 1] == '}';
    const struct binding *found = alone ? scope_find(b->scope, n->text + 2, n->size - 3) : NULL;

    return found != NULL && found->secret != NULL ? found : NULL;
}

static bool secret_bind(struct build *b, const struct param *param, const struct node *given,
                        struct binding *out)
{
    const struct binding *other = given != NULL ? secret_given(b, given) : NULL;

    if (given != NULL && other == NULL) {
        struct finding *f = finding_error(b->p, given, "'%s' is a secret", param->name);
        f->label = "leave it out: its value comes from the environment variable of its name";
        return false;
    }
    const struct secret *secret = other != NULL ? other->secret : secret_named(b->p, param->name);
    *out = (struct binding){param->name, "", 0, false, secret};
    return secret != NULL;
}

static bool param_bind(struct build *b, const struct script *s, const struct param *param,
                       const struct node *use, const struct node *given, struct binding *out)
{
    const struct node *fallback = param->map == NULL ? NULL : node_get(param->map, "default");
    struct scalar v;

    if (param_secret(b->p, param->map))
        return secret_bind(b, param, given, out);

    if (given == NULL && fallback == NULL) {
        struct finding *f =
            finding_error(b->p, use, "script '%s' wants a value for '%s'", s->name, param->name);
        f->help =
            parse_format(b->p, "use: { script: %s, with: { %s: ... } }", s->name, param->name);
        return false;
    }
    const struct node *node = given != NULL ? given : fallback;
    if (!value_scalar(b->p, given != NULL ? b->scope : &scope_none, node, param->name, &v) ||
        !value_check(b, node, param, &v))
        return false;
    *out = (struct binding){param->name, v.text, v.size, v.plain, NULL};
    return true;
}

bool script_scope(struct build *b, const struct script *s, const struct node *use,
                  const struct node *with, struct scope *out)
{
    bool ok = with_check(b, s, with);
    struct binding *all = parse_alloc(b->p, s->params->count, sizeof(*all));
    size_t at = 0;

    if (all == NULL)
        return false;
    for (const struct node_entry *e = s->params->first; e != NULL; e = e->next) {
        struct param param = param_of(e);
        const struct node *given =
            with == NULL || with->kind != NODE_MAP ? NULL : node_get(with, param.name);
        ok = param_bind(b, s, &param, use, given, &all[at++]) && ok;
    }
    *out = (struct scope){all, s->params->count, "the script's params", NULL};
    return ok;
}

const struct secret *script_secret(struct parse *p, const struct node_entry *param)
{
    struct param found = param_of(param);

    return param_secret(p, found.map) ? secret_named(p, found.name) : NULL;
}

/* ---- On its own --------------------------------------------------------------------------- */

/* The value given for a parameter, or NULL. */
static const char *argument_find(const struct scenario_options *o, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = o->with_count; i-- > 0;) {
        if (strncmp(o->with[i], name, size) == 0 && o->with[i][size] == '=')
            return o->with[i] + size + 1;
    }
    return NULL;
}

static bool name_secret(struct parse *p, const struct script *s, const char *name)
{
    for (const struct node_entry *e = s->params->first; e != NULL; e = e->next) {
        struct param param = param_of(e);
        if (strcmp(param.name, name) == 0)
            return param_secret(p, param.map);
    }
    return false;
}

/* Refuses values for what the script does not ask for. */
static int arguments_check(struct parse *p, const struct script *s, struct diag *diag)
{
    struct node params = *s->params;

    for (size_t i = 0; i < p->options->with_count; i++) {
        char name[SCRIPT_NAME_BYTES_MAX + 1];
        (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(p->options->with[i], "="),
                       p->options->with[i]);
        bool known = param_known(s, name);
        if (known && (p->options->with[i][strlen(name)] == '=' || name_secret(p, s, name)))
            continue;
        if (known) {
            return diag_set(diag, ERR_USAGE,
                            "--with %s wants a value, %s=VALUE: only a secret comes from the "
                            "environment",
                            name, name);
        }
        const char *near = suggest(name, params.count, param_name_at, &params);
        return diag_set(diag, ERR_USAGE, "script '%s' has no parameter '%s'%s%s%s", s->name, name,
                        near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                        near != NULL ? "'?" : "");
    }
    return 0;
}

/* Whether the text is one of `values`, where the script gives some; they are named in *diag. */
static int argument_check(const struct script *s, const struct param *param, const char *text,
                          struct diag *diag)
{
    const struct node *values = param->map == NULL ? NULL : node_get(param->map, "values");
    char names[256] = "";

    if (values == NULL || values->kind != NODE_LIST)
        return 0;
    for (const struct node_entry *e = values->first; e != NULL; e = e->next) {
        if (e->value->kind != NODE_SCALAR)
            continue;
        if (strcmp(e->value->text, text) == 0)
            return 0;
        size_t used = strlen(names);
        (void)snprintf(names + used, sizeof(names) - used, "%s%.40s", used > 0 ? ", " : "",
                       e->value->text);
    }
    return diag_set(diag, ERR_USAGE, "'%.60s' is no value of '%s' of script '%s'; possible are %s",
                    text, param->name, s->name, names);
}

/* "--with NAME", and never with a value: that would stand in the list of processes. */
static int secret_argument(struct parse *p, const struct script *s, const struct param *param,
                           struct binding *out, struct diag *diag)
{
    bool given = false;

    for (size_t i = 0; i < p->options->with_count; i++) {
        const char *with = p->options->with[i];
        size_t size = strcspn(with, "=");
        if (strlen(param->name) != size || memcmp(with, param->name, size) != 0)
            continue;
        if (with[size] == '=') {
            return diag_set(
                diag, ERR_USAGE,
                "'%s' is a secret: say --with %s, and have its value in the environment "
                "variable %s",
                param->name, param->name, param->name);
        }
        given = true;
    }
    if (!given) {
        return diag_set(
            diag, ERR_USAGE,
            "script '%s' wants the secret '%s': --with %s takes it from the environment "
            "variable %s",
            s->name, param->name, param->name, param->name);
    }
    const struct secret *secret = secret_named(p, param->name);
    *out = (struct binding){param->name, "", 0, false, secret};
    return secret != NULL ? 0 : diag_set(diag, ERR_NOMEM, "no memory for a script");
}

static int argument_bind(struct parse *p, const struct script *s, const struct param *param,
                         struct binding *out, struct diag *diag)
{
    const struct node *fallback = param->map == NULL ? NULL : node_get(param->map, "default");
    const char *given = argument_find(p->options, param->name);
    struct scalar v = {.plain = true};

    if (param_secret(p, param->map))
        return secret_argument(p, s, param, out, diag);
    if (given == NULL && fallback == NULL)
        return diag_set(diag, ERR_USAGE, "script '%s' wants a value for '%s': --with %s=...",
                        s->name, param->name, param->name);
    if (given != NULL) {
        int rc = argument_check(s, param, given, diag);
        if (rc < 0)
            return rc;
        v.text = given;
        v.size = strlen(given);
    } else if (!value_scalar(p, &scope_none, fallback, param->name, &v)) {
        return ERR_INPUT;
    }
    *out = (struct binding){param->name, v.text, v.size, v.plain, NULL};
    return 0;
}

int script_arguments(struct parse *p, const struct script *s, struct scope *out, struct diag *diag)
{
    struct binding *all = parse_alloc(p, s->params->count, sizeof(*all));
    int rc = arguments_check(p, s, diag);
    size_t at = 0;

    if (all == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for the parameters of a script");
    for (const struct node_entry *e = s->params->first; e != NULL && rc == 0; e = e->next) {
        struct param param = param_of(e);
        rc = argument_bind(p, s, &param, &all[at++], diag);
    }
    *out = (struct scope){all, s->params->count, "the script's params", NULL};
    return rc;
}
