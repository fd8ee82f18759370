/* gating.c: what the gate is given, and where its words go. */
#include "harness/cli/gating.h"

#include "harness/cli/ask.h"
#include "harness/cli/print.h"
#include "harness/cli/summary.h"
#include "harness/gate/date.h"
#include "harness/report/exit_code.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    GATING_ARENA_BYTES_MAX = 64 * 1024 * 1024,
    GATING_ASK_MS = 10 * 1000, /* that a program has to tell its version */
};

static const int seconds_a_day = 24 * 60 * 60;

static int32_t today_find(const struct flags *flags)
{
    int32_t day = (int32_t)(time(NULL) / seconds_a_day);

    /* It was read before, with the flags. */
    if (flags->today != NULL)
        (void)date_read(flags->today, &day);
    return day;
}

int gating_open(struct gating *g, const struct flags *flags, const char *scenarios,
                const struct places *places)
{
    struct known_suite suite;
    struct findings findings = {.count = 0};
    struct buf said = BUF_INIT;
    struct diag diag = {0};

    g->arena = arena_new(GATING_ARENA_BYTES_MAX);
    g->today = today_find(flags);
    if (flags->known != NULL)
        (void)snprintf(g->path, sizeof(g->path), "%s", flags->known);
    else
        (void)known_find(scenarios, g->path);
    /* Without one nothing is excused; one that was named must be there. */
    if (flags->known == NULL && access(g->path, F_OK) < 0 && errno == ENOENT)
        g->path[0] = 0;
    if (g->path[0] == 0)
        return EXIT_CODE_OK;
    known_suite_open(&suite, g->path, places);
    int rc = known_load(&g->arena, g->path, &suite.scenarios, &g->known, &findings, &diag);
    known_suite_close(&suite);
    findings_print(&findings, &said);
    print_err(&said);
    if (rc == ERR_INPUT)
        return EXIT_CODE_INPUT;
    /* A folder or a pipe that was named is no failure of ours. */
    rc = rc == ERR_IO && flags->known != NULL ? ERR_USAGE : rc;
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* ---- Versions ---- */

static const char *version_ask(struct gating *g, const struct known_entry *e)
{
    const char *const own[] = {e->program, "--version", NULL};
    struct buf answer = BUF_INIT;
    const char *text = NULL;

    if (ask_program(e->version_from != NULL ? e->version_from : own, GATING_ASK_MS, &answer))
        text = arena_copy(&g->arena, buf_text(&answer), answer.size);
    buf_release(&answer);
    return text;
}

/* Whether two entries ask the same. */
static bool asks_alike(const struct known_entry *a, const struct known_entry *b)
{
    const char *const *from = a->version_from;
    const char *const *other = b->version_from;

    if (strcmp(a->program, b->program) != 0 || (from == NULL) != (other == NULL))
        return false;
    for (; from != NULL && *from != NULL && *other != NULL; from++, other++) {
        if (strcmp(*from, *other) != 0)
            return false;
    }
    return from == NULL || *from == *other;
}

static bool entry_names_one(const struct known_entry *e,
                            const char *(*scenario_at)(size_t i, void *user), size_t count,
                            void *user)
{
    for (size_t i = 0; i < count; i++) {
        if (known_names(e, scenario_at(i, user)))
            return true;
    }
    return false;
}

void gating_ask(struct gating *g, const char *(*scenario_at)(size_t i, void *user), size_t count,
                void *user)
{
    if (g->known == NULL)
        return;
    g->version = calloc(g->known->count + 1, sizeof(*g->version));
    for (size_t i = 0; g->version != NULL && i < g->known->count; i++) {
        const struct known_entry *e = &g->known->entry[i];
        size_t same = 0;
        if (e->program[0] == 0 || !entry_names_one(e, scenario_at, count, user))
            continue;
        while (same < i && (g->version[same] == NULL || !asks_alike(&g->known->entry[same], e)))
            same++;
        g->version[i] = same < i ? g->version[same] : version_ask(g, e);
    }
}

void gating_note(const struct gating *g, struct run_result *r)
{
    const char *scenario = result_get(r, RESULT_SCENARIO);

    for (size_t i = 0; g->known != NULL && g->version != NULL && i < g->known->count; i++) {
        if (g->version[i] == NULL || !known_names(&g->known->entry[i], scenario))
            continue;
        result_set(r, RESULT_PROGRAM, g->known->entry[i].program);
        result_setf(r, RESULT_VERSION, "%.*s", (int)strcspn(g->version[i], "\n"), g->version[i]);
        return;
    }
}

/* ---- Judging ---- */

int gating_begin(struct gating *g, const struct platform *platform)
{
    struct diag diag = {0};

    g->platform = *platform;
    const struct match_world world = {
        .platform = &g->platform, .version = g->version, .today = g->today};
    int rc = gate_new(g->known, &world, &g->gate, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static int past_take(void *user, int64_t key, const struct outcome *o)
{
    struct gating *g = user;

    (void)key;
    gate_past(g->gate, o);
    return 0;
}

void gating_past(struct gating *g, struct index *index, const struct invocation *own)
{
    bool flaky = false;
    struct diag diag = {0};

    for (size_t i = 0; g->known != NULL && i < g->known->count; i++)
        flaky = flaky || g->known->entry[i].state == KNOWN_FLAKY;
    if (!flaky || index == NULL || g->gate == NULL)
        return;
    /* Without what was before a flaky entry is judged by this run alone. */
    if (index_each_before(index, own, past_take, g, &diag) < 0)
        print_error(diag.text);
}

bool gating_excuses(const struct gating *g, const struct run_result *r)
{
    struct outcome outcome;

    if (g->gate == NULL)
        return false;
    outcome_of(r, &outcome);
    return gate_excuses(g->gate, &outcome);
}

void gating_take(struct gating *g, struct run_result *r)
{
    const struct known_entry *entry = NULL;
    struct outcome outcome;

    if (g->gate == NULL)
        return;
    outcome_of(r, &outcome);
    r->verdict = gate_add(g->gate, &outcome, &entry);
    if (entry == NULL)
        return;
    if (r->verdict == VERDICT_XFAIL || r->verdict == VERDICT_XPASS) {
        result_setf(r, RESULT_KNOWN, "%s%s", entry->id,
                    entry->state == KNOWN_FLAKY ? " flaky" : "");
    } else {
        char day[DATE_TEXT_BYTES];
        bool over = g->today > entry->expires;
        result_setf(r, RESULT_KNOWN, "%s %s %s and excuses nothing", entry->id,
                    over ? "expired on" : "begins on",
                    date_text(over ? entry->expires : entry->added, day));
    }
}

int gating_judge(struct gating *g, const char *missing)
{
    struct diag diag = {0};

    if (missing[0] != 0)
        gate_missing(g->gate, missing);
    g->told = (struct gate_told){.gate = g->gate, .known = g->path, .today = g->today};
    int rc = gate_judge(g->gate, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* ---- Saying ---- */

void gating_say(const struct gating *g, const struct flags *flags)
{
    struct buf out = BUF_INIT;

    gate_terminal(&out, &g->told, color_wanted(flags));
    if (flags->github)
        gate_github(&out, &g->told);
    print_people(&out);
    if (flags->github) {
        gate_markdown(&out, &g->told);
        summary_add(&out);
    }
}

void gating_release(struct gating *g)
{
    gate_free(g->gate);
    free((void *)g->version);
    arena_release(&g->arena);
    buf_release(&g->missing);
    *g = (struct gating){0};
}
