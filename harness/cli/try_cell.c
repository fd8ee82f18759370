/* try_cell.c: from a record to `ok`, `stays`, `-`, or what is wrong: the worst of it. */
#include "harness/cli/try_cell.h"

#include "harness/observe/verdict.h"
#include "runtime/base/duration.h"
#include "runtime/base/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void found_set(struct try_found *out, enum try_kind kind, const char *text, const char *what)
{
    out->kind = kind;
    (void)snprintf(out->text, sizeof(out->text), "%.*s", TRY_TEXT_BYTES - 1, text);
    (void)snprintf(out->what, sizeof(out->what), "%.*s", TRY_WHAT_BYTES - 1, what);
}

/* Keeps the worse of what there is and this. */
static void found_worse(struct try_found *out, enum try_kind kind, const char *text,
                        const char *what)
{
    if (kind > out->kind)
        found_set(out, kind, text, what);
}

static const char *name_of(const struct try_end *e, uint16_t actor)
{
    return actor < e->cast->count ? e->cast->who[actor].name : "a process";
}

/* ---- What the trace says ---- */

/* Something was done to it. */
static bool was_reached(const struct trace *t)
{
    for (size_t i = 0; i < t->count; i++) {
        uint16_t point = t->record[i].point;
        if (point == POINT_KEY_SENT || point == POINT_SIGNAL_SENT || point == POINT_FAULT_DONE ||
            point == POINT_TTY_HUNG_UP)
            return true;
    }
    return false;
}

/* Its window was closed: what it leaves there nobody sees. */
static bool has_terminal(const struct trace *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].point == POINT_TTY_HUNG_UP)
            return false;
    }
    return true;
}

/* What is known of one that was left; NULL: nothing. */
static const struct try_left *left_find(const struct try_end *e, uint16_t actor)
{
    for (size_t i = 0; i < e->left_count; i++) {
        if (e->left[i].actor == actor)
            return &e->left[i];
    }
    return NULL;
}

static bool may_live(const struct try_end *e, uint16_t actor)
{
    const struct try_left *left = left_find(e, actor);

    if (e->allowed == NULL || actor >= e->cast->count)
        return false;
    return e->allowed(e->user, left != NULL && left->argv[0] != 0 ? left->argv : name_of(e, actor));
}

/* Its number among those that lived to the end of the grace, before this record. */
static bool was_named(const struct try_end *e, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++) {
        const struct trace_record *r = &e->trace->record[i];
        if (r->point == POINT_PROC_SURVIVED && r->request == 0 && !may_live(e, r->peer) &&
            strcmp(name_of(e, r->peer), name) == 0)
            return true;
    }
    return false;
}

/* "sleep, node": each name once. Returns how many processes they are; *first is one of them. */
static size_t survivors(const struct try_end *e, struct buf *names, uint16_t *first)
{
    size_t count = 0;

    for (size_t i = 0; i < e->trace->count; i++) {
        const struct trace_record *r = &e->trace->record[i];
        if (r->point != POINT_PROC_SURVIVED || r->request != 0 || may_live(e, r->peer))
            continue;
        const char *name = name_of(e, r->peer);
        if (!was_named(e, i, name))
            buf_addf(names, "%s%s", names->size > 0 ? ", " : "", name);
        if (count++ == 0)
            *first = r->peer;
    }
    return count;
}

/* ---- The kinds ---- */

/* Verdicts that say nothing about the program. Returns true when that is all. */
static bool judge_ours(const struct try_end *e, struct try_found *out)
{
    const struct run_result *r = e->result;
    const char *reason = result_get(r, RESULT_REASON);

    if (r->verdict == VERDICT_HARNESS || r->verdict == VERDICT_UNSUPPORTED) {
        found_set(out, TRY_ERROR, "error", result_get(r, RESULT_MESSAGE));
        return true;
    }
    if (e->stays) {
        found_set(out, TRY_STAYS, "stays", "");
        return false;
    }
    if (strcmp(reason, "interrupted") == 0) {
        found_set(out, TRY_NOT_RUN, "", "");
        return true;
    }
    if (e->once) {
        found_set(out, TRY_UNREACHED, TRY_ONCE, "");
        return true;
    }
    if (!was_reached(e->trace)) {
        found_set(out, TRY_UNREACHED, "-", "");
        return true;
    }
    if (r->verdict == VERDICT_UNRESOLVED) {
        found_set(out, TRY_ERROR, "error", result_get(r, RESULT_MESSAGE));
        return true;
    }
    return false;
}

/* "node (node server.js) lives on when npm has ended by SIGINT; it listens on tcp *:5173" */
static void judge_survivors(const struct try_end *e, struct try_found *out)
{
    struct buf names = BUF_INIT;
    struct buf what = BUF_INIT;
    uint16_t first = ACTOR_NONE;

    size_t count = survivors(e, &names, &first);
    const struct try_left *left = left_find(e, first);
    if (count > 0) {
        buf_add_text(&what, buf_text(&names));
        if (left != NULL && left->argv[0] != 0)
            buf_addf(&what, " (%.120s%s)", left->argv, count > 1 ? ", ..." : "");
        buf_addf(&what, " live%s on when %s has ended %s", count == 1 ? "s" : "",
                 name_of(e, ACTOR_ROOT), result_get(e->result, RESULT_ENDED));
        for (size_t i = 0; i < e->left_count; i++) {
            if (e->left[i].ports[0] != 0 && !may_live(e, e->left[i].actor))
                buf_addf(&what, "; %s listens on %s", name_of(e, e->left[i].actor),
                         e->left[i].ports);
        }
        found_worse(out, TRY_SURVIVOR, buf_text(&names), buf_text(&what));
    }
    buf_release(&names);
    buf_release(&what);
}

static const struct kind_of_invariant {
    const char *invariant;
    enum try_kind kind;
} kinds[] = {
    {"early-return",        TRY_EARLY   },
    {"no-zombies",          TRY_ZOMBIE  },
    {"terminal-restored",   TRY_TERMINAL},
    {"foreground-restored", TRY_TERMINAL},
};

static void judge_invariant(const struct try_end *e, const struct verdict_item *item,
                            struct try_found *out)
{
    enum try_kind kind = TRY_OTHER;
    char what[TRY_WHAT_BYTES];

    if (strcmp(item->entry->name, "no-survivors") == 0 || may_live(e, item->violation.actor) ||
        invariant_is_told(item->entry, SUBJECT_COMMAND, NULL, 0))
        return;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].invariant, item->entry->name) == 0)
            kind = kinds[i].kind;
    }
    if (kind == TRY_TERMINAL && !has_terminal(e->trace))
        return;
    bool modes = kind == TRY_TERMINAL && result_get(e->result, RESULT_MODES)[0] != 0;
    (void)snprintf(what, sizeof(what), "%s%s%.100s", item->violation.text, modes ? ": " : "",
                   modes ? result_get(e->result, RESULT_MODES) : "");
    found_worse(out, kind, kind == TRY_OTHER ? item->entry->name : try_kind_word(kind), what);
}

/* A death by a signal that nobody has sent, as the verdict has it: "outcome:died by SIGSEGV
 * actor=x", "crash:SIGSEGV actor=x". */
static void judge_death(const struct try_end *e, struct try_found *out)
{
    static const char died[] = "outcome:died by signal ";
    static const char crash[] = "crash:signal ";
    const char *signature = result_get(e->result, RESULT_SIGNATURE);
    const char *name = NULL;
    char text[TRY_TEXT_BYTES];

    if (strncmp(signature, died, sizeof(died) - 1) == 0)
        name = signature + sizeof(died) - 1;
    else if (strncmp(signature, crash, sizeof(crash) - 1) == 0)
        name = signature + sizeof(crash) - 1;
    if (name == NULL)
        return;
    (void)snprintf(text, sizeof(text), "%.*s", (int)strcspn(name, " "), name);
    found_worse(out, TRY_STATUS, text, result_get(e->result, RESULT_MESSAGE));
}

/* It lives when all that was to be waited for is over. */
static void judge_hang(const struct try_end *e, struct try_found *out)
{
    char what[TRY_WHAT_BYTES];

    if (!e->result->ended || e->stays)
        return;
    (void)snprintf(what, sizeof(what), "%s neither ended nor came back to a prompt: %.180s",
                   name_of(e, ACTOR_ROOT), result_get(e->result, RESULT_MESSAGE));
    found_worse(out, TRY_HANG, "hang", what);
}

static void judge_files(const struct try_end *e, struct try_found *out)
{
    char what[TRY_WHAT_BYTES];

    if (e->files[0] == 0)
        return;
    (void)snprintf(what, sizeof(what), "%s leaves %.300s, which it does not when nothing is done",
                   name_of(e, ACTOR_ROOT), e->files);
    found_worse(out, TRY_FILE, e->files, what);
}

void try_judge(const struct try_end *e, struct try_found *out)
{
    found_set(out, TRY_OK, "ok", "");
    if (judge_ours(e, out))
        return;
    judge_hang(e, out);
    judge_death(e, out);
    for (size_t i = 0; i < e->broken->count; i++) {
        /* What it leaves when it was ended by us is not its own. */
        if (!e->broken->item[i].entry->own_end || !e->result->ended)
            judge_invariant(e, &e->broken->item[i], out);
    }
    if (e->result->ended)
        return;
    judge_survivors(e, out);
    judge_files(e, out);
}

/* ---- Across a pipe ---- */

void try_found_write(const struct try_found *f, struct buf *out)
{
    buf_addf(out, "%u\t%s\t%s", (unsigned)f->kind, f->text, f->what);
}

bool try_found_read(const char *text, struct try_found *out)
{
    char *end = NULL;
    unsigned long kind = strtoul(text, &end, 10);

    if (end == text || *end != '\t' || kind >= TRY_KINDS)
        return false;
    const char *word = end + 1;
    size_t size = strcspn(word, "\t");
    if (word[size] == 0)
        return false;
    out->kind = (enum try_kind)kind;
    (void)snprintf(out->text, sizeof(out->text), "%.*s", (int)size, word);
    (void)snprintf(out->what, sizeof(out->what), "%s", word + size + 1);
    return true;
}
