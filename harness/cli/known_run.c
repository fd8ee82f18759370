/* known_run.c: finds the run and copies what it came to: whoever looks at it looks more than once.
 */
#include "harness/cli/known_run.h"

#include "harness/cli/print.h"
#include "harness/observe/verdict.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"
#include "runtime/base/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 10 }; /* variants that are told when several are meant */

bool known_run_failed(const struct outcome *o)
{
    return !o->must_fail &&
           (verdict_exit_code(o->verdict) == EXIT_CODE_FAILED || o->verdict == VERDICT_XFAIL);
}

static int outcome_copy(void *user, int64_t key, const struct outcome *from)
{
    struct known_run *r = user;

    (void)key;
    if (r->count == r->room) {
        size_t room = r->room == 0 ? 256 : 2 * r->room;
        struct outcome *grown = realloc(r->outcome, room * sizeof(*grown));
        if (grown == NULL)
            return ERR_NOMEM;
        r->outcome = grown;
        r->room = room;
    }
    struct outcome *o = &r->outcome[r->count];
    *o = *from;
    const char **const texts[] = {
        &o->id,   &o->scenario, &o->parameters, &o->engine, &o->reason,  &o->signature, &o->message,
        &o->file, &o->ended,    &o->again,      &o->record, &o->program, &o->version};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        *texts[i] = arena_copy(&r->arena, *texts[i], strlen(*texts[i]));
        if (*texts[i] == NULL)
            return ERR_NOMEM;
    }
    r->count++;
    return 0;
}

/* Which part of the text is RUN; the rest is r->variant. What names no run is a variant of the last
 * one. */
static int index_find_run(struct known_run *r, const char *what, const char *results,
                          struct diag *diag)
{
    char run[PATH_MAX];
    struct diag ignored = {0};

    r->variant = "";
    if (index_open_run(what, results, &r->index, &r->own, &ignored) == 0)
        return 0;
    for (const char *slash = what; (slash = strchr(slash, '/')) != NULL; slash++) {
        int size = snprintf(run, sizeof(run), "%.*s", (int)(slash - what), what);
        r->variant = slash + 1;
        if (size > 0 && size < (int)sizeof(run) &&
            index_open_run(run, results, &r->index, &r->own, &ignored) == 0)
            return 0;
    }
    r->variant = what;
    return index_open_run(RESULTS_LAST, results, &r->index, &r->own, diag);
}

static const char *scenario_at(size_t i, void *user)
{
    const struct known_run *r = user;

    return r->outcome[i].scenario;
}

int known_run_open(struct known_run *r, const char *what, const struct flags *flags)
{
    char results[PATH_MAX];
    struct places places;
    struct diag diag = {0};

    r->arena = arena_new(KNOWN_RUN_ARENA_BYTES_MAX);
    places_find_own(&places);
    int code = gating_open(&r->gating, flags, NULL, &places);
    if (code != EXIT_CODE_OK)
        return code;
    results_find(results);
    if (flags->results != NULL)
        (void)snprintf(results, sizeof(results), "%s", flags->results);
    int rc = index_find_run(r, what, results, &diag);
    if (rc == 0)
        rc = index_each(r->index, r->own.key, outcome_copy, r, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    gating_ask(&r->gating, scenario_at, r->count, r);
    return gating_begin(&r->gating, &r->own.platform);
}

void known_run_release(struct known_run *r)
{
    gating_release(&r->gating);
    index_close(r->index);
    free(r->outcome);
    arena_release(&r->arena);
    *r = (struct known_run){0};
}

/* ---- One variant ---- */

static const char *id_at(size_t i, void *user)
{
    const struct known_run *r = user;

    return r->outcome[i].id;
}

static const char *none_of(struct known_run *r)
{
    struct diag diag = {0};
    const char *near = suggest(r->variant, r->count, id_at, r);

    (void)diag_set(&diag, ERR_NOTFOUND, "no run of '%.200s' in %s%s%s%s", r->variant, r->own.id,
                   near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
    print_error(diag.text);
    return NULL;
}

static const char *several_of(struct known_run *r, const char **ids, size_t count)
{
    struct buf out = BUF_INIT;

    buf_addf(&out, "scenario: '%s%s%s' means %zu variants; one of them is wanted:\n", r->own.id,
             r->variant[0] != 0 ? "/" : "", r->variant, count);
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
        buf_addf(&out, "  %s\n", ids[i]);
    if (count > SHOWN_MAX)
        buf_addf(&out, "  and %zu more\n", count - SHOWN_MAX);
    print_err(&out);
    return NULL;
}

const char *known_run_variant(struct known_run *r, bool (*wanted)(const struct outcome *o))
{
    const char **ids = arena_array(&r->arena, r->count + 1, sizeof(*ids));
    size_t count = 0;

    for (size_t i = 0; ids != NULL && i < r->count; i++) {
        const struct outcome *o = &r->outcome[i];
        if (strcmp(o->id, r->variant) == 0)
            return o->id;
        if (strstr(o->id, r->variant) == NULL || (wanted != NULL && !wanted(o)))
            continue;
        /* Runs of a variant come side by side, mostly. */
        bool new = true;
        for (size_t k = count; new &&k > 0; k--)
            new = strcmp(ids[k - 1], o->id) != 0;
        if (new)
            ids[count++] = o->id;
    }
    if (count == 1)
        return ids[0];
    return count == 0 ? none_of(r) : several_of(r, ids, count);
}
