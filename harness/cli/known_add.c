/* known_add.c: `scenario known add`: an entry is made of a run that failed. */
#include "harness/cli/known_run.h"
#include "harness/cli/known_word.h"
#include "harness/cli/known_write.h"
#include "harness/cli/print.h"
#include "harness/gate/date.h"
#include "harness/gate/known_edit.h"
#include "harness/report/exit_code.h"
#include "harness/scenario/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ADD_DAYS = 30 }; /* until a new entry expires, when nobody says */

/* The entry in the making, and the file that it goes to. */
struct adding {
    const struct flags *flags;
    struct known_run run;
    struct known *known; /* of the file, or of an empty one */
    char path[PATH_MAX];
    struct known_entry entry;
    char id[KNOWN_ID_BYTES_MAX + 1];
    struct buf when;
};

static int __attribute__((format(printf, 1, 2))) refuse(const char *format, ...)
{
    struct diag diag;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(diag.text, sizeof(diag.text), format, args);
    va_end(args);
    return print_diag(ERR_USAGE, &diag);
}

/* ---- What failed ---- */

static unsigned engine_of(const struct outcome *o)
{
    return strcmp(o->engine, engine_name(ENGINE_REAL)) == 0  ? ENGINE_REAL
           : strcmp(o->engine, engine_name(ENGINE_SIM)) == 0 ? ENGINE_SIM
                                                             : ENGINE_REAL | ENGINE_SIM;
}

static bool is_meant(const struct adding *a, const struct outcome *o, const char *id)
{
    return strcmp(o->id, id) == 0 &&
           (a->flags->engines == 0 || (engine_of(o) & a->flags->engines) != 0);
}

/* The first failure of the variant, and on which engines it failed like that. */
static int failure_find(struct adding *a, const char *id, const struct outcome **out)
{
    const struct outcome *first = NULL;
    unsigned engines = 0;

    for (size_t i = 0; i < a->run.count; i++) {
        const struct outcome *o = &a->run.outcome[i];
        if (!is_meant(a, o, id) || !known_run_failed(o))
            continue;
        first = first == NULL ? o : first;
        if (strcmp(o->signature, first->signature) == 0)
            engines |= engine_of(o);
        else if (engine_of(o) != engine_of(first))
            return refuse("%s failed on both engines, and not alike: --engine says which is meant",
                          id);
    }
    if (first == NULL)
        return refuse("%s has not failed in %s", id, a->run.own.id);
    if (first->signature[0] == 0)
        return refuse("%s failed without a signature, by which it could be known again", id);
    a->entry.engines = engines;
    *out = first;
    return EXIT_CODE_OK;
}

/* ---- How often ---- */

struct count {
    const struct adding *adding;
    const struct outcome *like;
    int64_t failed;
    int64_t of;
};

static int outcome_count(void *user, int64_t key, const struct outcome *o)
{
    struct count *c = user;

    (void)key;
    if (strcmp(o->id, c->like->id) != 0 || (engine_of(o) & c->adding->entry.engines) == 0)
        return 0;
    if (o->verdict != VERDICT_PASS && o->verdict != VERDICT_XPASS && !known_run_failed(o))
        return 0;
    c->of++;
    c->failed += known_run_failed(o);
    return 0;
}

/* It is flaky when this run, or who asks, says so; then earlier runs count as well. */
static int state_find(struct adding *a, const struct outcome *like)
{
    struct count c = {.adding = a, .like = like};
    struct diag diag = {0};

    for (size_t i = 0; i < a->run.count; i++)
        (void)outcome_count(&c, 0, &a->run.outcome[i]);
    if (c.failed == c.of && !a->flags->flaky)
        return EXIT_CODE_OK;
    a->entry.state = KNOWN_FLAKY;
    int rc = index_each_before(a->run.index, &a->run.own, outcome_count, &c, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    a->entry.seen.failed = c.failed;
    a->entry.seen.of = c.of;
    return EXIT_CODE_OK;
}

/* ---- The entry ---- */

/* "depth=2,presses=1" as a condition. */
static void when_make(struct adding *a, const char *parameters)
{
    while (*parameters != 0) {
        const char *end = known_parameter_end(parameters);
        const char *equals = memchr(parameters, '=', (size_t)(end - parameters));
        if (equals != NULL) {
            int size = (int)(end - equals - 1);
            const char *quote = memchr(equals + 1, '"', (size_t)size) != NULL ? "'" : "\"";
            buf_addf(&a->when, "%s%.*s == %s%.*s%s", a->when.size > 0 ? " and " : "",
                     (int)(equals - parameters), parameters, quote, size, equals + 1, quote);
        }
        parameters = *end == ',' ? end + 1 : end;
    }
    a->entry.when = buf_text(&a->when);
}

static int days_find(struct adding *a)
{
    int32_t last = a->entry.added + KNOWN_DAYS_MAX;

    if (a->flags->program != NULL) {
        a->entry.program = a->flags->program;
        a->entry.versions = a->flags->versions;
        a->entry.expires = INT32_MAX;
        return EXIT_CODE_OK;
    }
    a->entry.expires = a->entry.added + ADD_DAYS;
    if (a->flags->until != NULL)
        (void)date_read(a->flags->until, &a->entry.expires);
    if (a->entry.expires < a->entry.added)
        return refuse("--until %s has passed", a->flags->until);
    if (a->entry.expires > last) {
        char day[DATE_TEXT_BYTES];
        return refuse("--until %s is too far: an entry lives %d days at most, to %s",
                      a->flags->until, KNOWN_DAYS_MAX, date_text(last, day));
    }
    return EXIT_CODE_OK;
}

/* An entry that excuses it already: another one would never be reached. */
static int twin_check(const struct adding *a, const struct outcome *o)
{
    const struct gating *g = &a->run.gating;
    const struct match_world world = {
        .platform = &g->platform, .version = g->version, .today = g->today};

    for (size_t i = 0; i < a->known->count; i++) {
        if (match_entry(a->known, i, o, &world, NULL) != MATCH_WHOLE)
            continue;
        if (match_expired(&a->known->entry[i], g->today))
            return refuse("%s is about %s already, and has expired: `scenario known renew`",
                          a->known->entry[i].id, o->id);
        return refuse("%s excuses %s already", a->known->entry[i].id, o->id);
    }
    return EXIT_CODE_OK;
}

static int entry_make(struct adding *a)
{
    const struct outcome *o = &a->run.outcome[0];
    const char *variant = known_run_variant(&a->run, known_run_failed);

    if (variant == NULL)
        return EXIT_CODE_USAGE;
    a->entry = (struct known_entry){
        .id = known_next_id(a->known, a->id),
        .issue = a->flags->issue,
        .owner = a->flags->owner,
        .platform = {.os = "", .kernel = "", .cores = ""},
        .program = "",
        .versions = "",
        .added = a->run.gating.today,
    };
    int code = failure_find(a, variant, &o);
    if (code == EXIT_CODE_OK)
        code = twin_check(a, o);
    if (code == EXIT_CODE_OK)
        code = state_find(a, o);
    if (code == EXIT_CODE_OK)
        code = days_find(a);
    if (code != EXIT_CODE_OK)
        return code;
    a->entry.scenario = o->scenario;
    a->entry.signature = o->signature;
    when_make(a, o->parameters);
    return EXIT_CODE_OK;
}

static int entry_write(struct adding *a)
{
    struct buf text = BUF_INIT;
    struct diag diag = {0};
    bool made = a->run.gating.known == NULL;

    int rc = known_add(a->known, &a->entry, a->flags->because, &text, &diag);
    int code =
        rc < 0 ? print_diag(rc, &diag) : known_write(a->path, made ? "" : a->known->text, &text);
    buf_release(&text);
    return code;
}

/* The file, or what it is when there is none yet. */
static int file_find(struct adding *a)
{
    struct findings findings;
    struct diag diag = {0};

    a->known = a->run.gating.known;
    (void)snprintf(a->path, sizeof(a->path), "%s", a->run.gating.path);
    if (a->known != NULL)
        return EXIT_CODE_OK;
    if (!known_find(NULL, a->path))
        return refuse("no folder `scenarios` here or above, beside which the file could be made");
    int rc = known_parse(&a->run.arena, a->path, known_empty, strlen(known_empty), NULL, &a->known,
                         &findings, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

int known_word_add(const struct flags *flags)
{
    struct adding a = {.flags = flags};

    if (flags->issue == NULL || flags->owner == NULL)
        return refuse("known add wants --issue URL, where it is worked on, and --owner NAME, who "
                      "sees to it");
    if ((flags->program == NULL) != (flags->versions == NULL) ||
        (flags->program != NULL && flags->until != NULL))
        return refuse("--program and --versions stand together, in place of --until");
    int code = known_run_open(&a.run, flags->argument[1], flags);
    if (code == EXIT_CODE_OK)
        code = file_find(&a);
    if (code == EXIT_CODE_OK)
        code = entry_make(&a);
    if (code == EXIT_CODE_OK)
        code = entry_write(&a);
    buf_release(&a.when);
    known_run_release(&a.run);
    return code;
}
