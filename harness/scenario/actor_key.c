/* actor_key.c: what an actor of `tree:` is to do. */
#include "harness/scenario/actor_key.h"

#include "harness/scenario/map.h"

#include <signal.h>
#include <string.h>

enum { ERROR_CODE_MAX = 999 };

static const char *role_at(size_t i, void *user)
{
    (void)user;
    return role_name((unsigned)i);
}

/* It comes first: what the others mean when they say nothing depends on the role. */
static bool run_read(struct build *b, const struct word *w, const struct node *n,
                     struct tree_node *out)
{
    const struct value_names roles = {"role", "roles are", ROLES, role_at, NULL};
    size_t role = 0;

    (void)w;
    bool ok = value_name(b->p, b->scope, n, &roles, &role);
    out->role = (uint8_t)role;
    if (role == ROLE_REPL)
        out->pause_when = WHEN_START;
    return ok;
}

/* One of the key's own words, as a number. */
static bool word_read(struct build *b, const struct word *w, const struct node *n, uint8_t *out)
{
    size_t which = *out;
    bool ok = value_word(b->p, b->scope, n, w->name, w->shape, &which);

    *out = (uint8_t)which;
    return ok;
}

/* The same for a key of the value. */
static bool sub_word_get(struct build *b, const struct word *w, const struct node *map,
                         const char *key, uint8_t *out)
{
    size_t which = *out;
    bool ok = word_get(b->p, b->scope, map, w->shape, key, &which);

    *out = (uint8_t)which;
    return ok;
}

static bool pause_read(struct build *b, const struct word *w, const struct node *n,
                       struct tree_node *out)
{
    static const uint8_t whens[] = {WHEN_START, WHEN_TOLD};
    static const struct value_range tasks_range = {"tasks", 1, 8};
    uint8_t when = 0;
    int64_t tasks = 1;

    if (!map_check_word(b->p, n, w))
        return false;
    bool ok = sub_word_get(b, w, n, "when", &when);
    ok = sub_word_get(b, w, n, "prompt", &out->pause_prompt) && ok;
    ok = int_get(b->p, b->scope, n, &tasks_range, &tasks) && ok;
    out->pause_when = whens[when];
    out->pause_tasks = (uint8_t)tasks;
    return ok;
}

static bool overrides_read(struct build *b, const struct word *w, const struct node *n,
                           struct tree_node *out)
{
    int number = SIGINT;
    uint8_t with = 0;

    if (!map_check_word(b->p, n, w))
        return false;
    const struct node *signal_node = node_get(n, "signal");
    bool ok = signal_node == NULL || value_signal(b->p, b->scope, signal_node, &number);
    if (ok && (number == SIGKILL || number == SIGSTOP)) {
        (void)finding_error(b->p, signal_node, "no code can replace what %s does",
                            number == SIGKILL ? "SIGKILL" : "SIGSTOP");
        ok = false;
    }
    ok = sub_word_get(b, w, n, "with", &with) && ok;
    ok = sub_word_get(b, w, n, "when", &out->override_when) && ok;
    out->override_with = (uint8_t)(OVERRIDE_DEFAULT + with);
    out->override_signal = (uint8_t)number;
    return ok;
}

/* The code of an own error: `APP` (1), `APP:7` or just the number. */
static bool error_code_read(struct build *b, const struct node *n, int32_t *out)
{
    const char *text;
    int64_t code = 1;

    if (!value_text(b->p, b->scope, n, "error", &text))
        return false;
    bool app = strncmp(text, "APP", 3) == 0;
    bool ok =
        strcmp(text, "APP") == 0 || number_read(app && text[3] == ':' ? text + 4 : text, &code);
    if (!ok || code < 1 || code > ERROR_CODE_MAX) {
        struct finding *f = finding_error(b->p, n, "'%.60s' is no error of an actor", text);
        f->label = parse_format(b->p, "APP, or APP:1 to APP:%d", ERROR_CODE_MAX);
        return false;
    }
    *out = (int32_t)code;
    return true;
}

static bool exits_read(struct build *b, const struct word *w, const struct node *n,
                       struct tree_node *out)
{
    static const uint8_t whens[] = {WHEN_START, WHEN_TOLD, WHEN_CHILDREN_GONE};
    static const struct value_range status_range = {"status", 0, 255};
    uint8_t when = out->role == ROLE_SUPERVISOR ? 2 : 0;
    int64_t status = 0;
    int number = 0;

    if (!map_check_word(b->p, n, w) || !sub_word_get(b, w, n, "when", &when))
        return false;
    out->exit_when = whens[when];
    const struct node *status_node = node_get(n, "status");
    const struct node *signal_node = node_get(n, "signal");
    const struct node *error_node = node_get(n, "error");
    if ((status_node != NULL) + (signal_node != NULL) + (error_node != NULL) > 1) {
        (void)finding_error(b->p, n, "an actor exits with one of status, signal and error");
        return false;
    }
    if (signal_node != NULL) {
        out->exit_how = EXIT_SIGNAL;
        if (!value_signal(b->p, b->scope, signal_node, &number))
            return false;
        out->exit_value = number;
        return true;
    }
    if (error_node != NULL) {
        out->exit_how = EXIT_ERROR;
        return error_code_read(b, error_node, &out->exit_value);
    }
    if (!int_get(b->p, b->scope, n, &status_range, &status))
        return false;
    out->exit_value = (int32_t)status;
    return true;
}

static bool deadline_read(struct build *b, const struct word *w, const struct node *n,
                          struct tree_node *out)
{
    const struct value_range range = {w->name, 0, 86400 * SECOND_NS};

    return value_duration(b->p, b->scope, n, &range, &out->deadline_ns);
}

static bool on_child_error_read(struct build *b, const struct word *w, const struct node *n,
                                struct tree_node *out)
{
    return word_read(b, w, n, &out->on_child_error);
}

static bool on_cancel_read(struct build *b, const struct word *w, const struct node *n,
                           struct tree_node *out)
{
    return word_read(b, w, n, &out->on_cancel);
}

static bool detach_read(struct build *b, const struct word *w, const struct node *n,
                        struct tree_node *out)
{
    return word_read(b, w, n, &out->detach);
}

static bool late_read(struct build *b, const struct word *w, const struct node *n,
                      struct tree_node *out)
{
    bool late = false;
    bool ok = value_bool(b->p, b->scope, n, w->name, &late);

    out->late = late ? 1 : 0;
    return ok;
}

/* ---- The table ---------------------------------------------------------------------------- */

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct actor_key {
    struct word word;
    bool (*read)(struct build *b, const struct word *w, const struct node *n,
                 struct tree_node *out);
} rows[] = {
    {{"run", "ROLE", NULL,
      "its role",
      "run: supervisor\n"},
     run_read},
    {{"children", "{*: NODE}", NULL,
      "the actors that it starts, by name",
      "children:\n  d: { run: daemon }\n"},
     NULL},
    {{"count", "INTEGER", NULL,
      "so many of it, NAME.1 to NAME.n",
      "count: 3\n"},
     NULL},
    {{"chain", "INTEGER", NULL,
      "so many of it, each below the one before; the children hang on the last",
      "chain: 2\n"},
     NULL},
    {{"pause", "{when: start | told, prompt: pause | crash, tasks: INTEGER}", NULL,
      "asks for the terminal: when, for which kind of prompt, in so many tasks at once",
      "pause: { when: start, prompt: crash }\n"},
     pause_read},
    {{"exits", "{when: start | told | children-gone, status: INTEGER, signal: SIGNAL, error: TEXT}", NULL,
      "when and how it ends by itself",
      "exits: { when: told, error: 7 }\n"},
     exits_read},
    {{"deadline", "DURATION", NULL,
      "of its own nursery, from its start; 0s: none",
      "deadline: 500ms\n"},
     deadline_read},
    {{"on-child-error", "cancel | collect", NULL,
      "at the first error of a child: cancel the others, or let them end",
      "on-child-error: collect\n"},
     on_child_error_read},
    {{"on-cancel", "obey | ignore | slow", NULL,
      "what its own code makes of a cancel: `obey` returns at once, `slow` after 500 ms. `ignore` goes "
      "on, and the actor ends without it shortly before the cancel's deadline, so that it needs no "
      "SIGTERM: each level on the way down has an eighth of the rest less, and at least 20 ms. An actor "
      "that does not even come to its loop is a `spinner`",
      "on-cancel: ignore\n"},
     on_cancel_read},
    {{"late", "BOOLEAN", NULL,
      "not started with its parent, only by `tell: spawn`",
      "late: true\n"},
     late_read},
    {{"detach", "none | double-fork | setsid", NULL,
      "it starts a process that leaves the tree: no child of it, or a session of its own",
      "detach: setsid\n"},
     detach_read},
    {{"overrides", "{signal: SIGNAL, with: default | ignore | handler, when: start | in-prompt | "
      "after-prompt}", NULL,
      "what its own code does to a signal, SIGINT unless another is named, and when: as it starts, at "
      "each `x` at its prompt, after each prompt. The runtime puts back what it uses at its next turn, "
      "which comes right behind: SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCONT, SIGTSTP, SIGALRM, "
      "SIGPIPE, SIGTTIN, SIGTTOU, and SIGCHLD in the root. Every other signal stays as the code wants "
      "it; SIGKILL and SIGSTOP cannot be replaced. `defect: no-reassert` leaves all replaced",
      "overrides: { signal: SIGTERM, with: ignore, when: in-prompt }\n"},
     overrides_read},
};
/* clang-format on */

const struct word *language_actor_key(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i].word : NULL;
}

bool actor_keys_read(struct build *b, const struct node *key, const struct node *map,
                     struct tree_node *out)
{
    bool ok = true;

    *out = (struct tree_node){.pause_tasks = 1};
    if (node_get(map, rows[0].word.name) == NULL) {
        struct finding *f =
            finding_error(b->p, key, "actor '%s' does not say what to run", key->text);
        finding_list(b->p, f, "roles are", ROLES, role_at, NULL);
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct node *n = node_get(map, rows[i].word.name);
        size_t before = b->p->findings->count;
        if (n != NULL && rows[i].read != NULL)
            ok = rows[i].read(b, &rows[i].word, n, out) && ok;
        findings_form(b->p, before, &rows[i].word);
    }
    return ok;
}
