/* verb_recheck.c: `scenario recheck`: recorded runs, judged once more by the rules of today.
 *
 * A record has all that a verdict stands on: the trace, who was there, and the texts of scenario
 * and scripts as they were then. None of it is asked of the disk. */
#include "harness/cli/print.h"
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/observe/setting.h"
#include "harness/observe/verdict.h"
#include "harness/record/index.h"
#include "harness/record/reader.h"
#include "harness/record/record.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"
#include "harness/run/run.h"
#include "runtime/base/hash.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1024 };

/* All of one `scenario recheck`. */
struct recheck {
    const struct flags *flags;
    char folder[PATH_MAX]; /* of the invocation */
    /* The text that was read last: records that lie together are mostly of one scenario. */
    struct arena arena;
    struct scenario *scenario; /* NULL: none, or it could not be read */
    uint64_t texts;
    struct diag unread;
    const struct recording *recording; /* whose files are given out */
    uint64_t same;
    uint64_t otherwise;
    uint64_t unjudged;
    uint64_t unkept; /* of them, those of which there is no record */
};

/* ---- The texts of a record ---- */

static bool file_give(void *user, const char *path, const char **text, size_t *size)
{
    const struct recheck *c = user;
    const struct recording *r = c->recording;

    for (size_t i = 0; i < r->file_count; i++) {
        if (strcmp(r->file[i].name, record_path(path)) != 0)
            continue;
        *text = r->file[i].text;
        *size = r->file[i].size;
        return true;
    }
    return false;
}

static uint64_t texts_hash(const struct recording *r, const char *id)
{
    uint64_t hash = hash_add(HASH_BEGIN, id, strlen(id));

    for (size_t i = 0; i < r->file_count; i++) {
        hash = hash_add(hash, r->file[i].name, strlen(r->file[i].name) + 1);
        hash = hash_add(hash, r->file[i].text, r->file[i].size);
    }
    size_t size = 0;
    for (const char *at = recording_next(r, "with", NULL, &size); at != NULL;
         at = recording_next(r, "with", at, &size))
        hash = hash_add(hash, at, size + 1);
    return hash;
}

/* What the parameters of the script were given. False: no memory. */
static bool with_read(struct recheck *c, const char **with, struct scenario_options *out)
{
    size_t size = 0;

    out->with = with;
    for (const char *at = recording_next(c->recording, "with", NULL, &size);
         at != NULL && out->with_count < FLAGS_PAIRS_MAX;
         at = recording_next(c->recording, "with", at, &size)) {
        with[out->with_count] = arena_copy(&c->arena, at, size);
        if (with[out->with_count++] == NULL)
            return false;
    }
    return true;
}

/* Reads scenario or script, unless they are those of the record before. */
static void texts_read(struct recheck *c, const char *id)
{
    const struct recording *r = c->recording;
    const char *with[FLAGS_PAIRS_MAX];
    struct scenario_options options = {.steps = run_steps,
                                       .script_dir = "expect/scripts",
                                       .id = id,
                                       .file = file_give,
                                       .file_user = c};
    char text[TEXT_BYTES];
    uint64_t texts = texts_hash(r, id);

    if (texts == c->texts)
        return;
    struct findings *findings = calloc(1, sizeof(*findings));
    arena_release(&c->arena);
    c->arena = arena_new(SUITE_ARENA_BYTES_MAX);
    c->scenario = NULL;
    c->texts = texts;
    int rc = ERR_NOMEM;
    if (findings == NULL || !with_read(c, with, &options))
        (void)diag_set(&c->unread, rc, "out of memory");
    else if (r->file_count == 0)
        rc = diag_set(&c->unread, ERR_INPUT, "there is no scenario in its record");
    else if (recording_line(r, "argv", text, sizeof(text))[0] != 0)
        rc = script_load(&c->arena, r->file[0].name, &options, &c->scenario, findings, &c->unread);
    else
        rc = scenario_parse(&c->arena, r->file[0].name, r->file[0].text, r->file[0].size, &options,
                            &c->scenario, findings, &c->unread);
    if (rc == ERR_INPUT && findings != NULL && findings->count > 0)
        (void)diag_set(&c->unread, rc, "%s:%" PRIu32 ": %s", r->file[0].name,
                       findings->item[0].place.line, findings->item[0].text);
    free(findings);
}

static const struct variant *variant_find(const struct scenario *s, const char *id)
{
    for (size_t i = 0; s != NULL && i < s->variant_count; i++) {
        if (strcmp(s->variant[i].id, id) == 0)
            return &s->variant[i];
    }
    return NULL;
}

/* ---- One run ---- */

static void line_print(const char *word, const char *id, const char *engine, const char *text)
{
    struct buf out = BUF_INIT;

    buf_addf(&out, "%-10s ", word);
    visible_add(&out, id, strlen(id));
    buf_addf(&out, "  %s  ", engine);
    visible_add(&out, text, strlen(text));
    buf_add_text(&out, "\n");
    print_out(&out);
}

static void unjudged_say(struct recheck *c, const char *id, const char *engine, const char *why)
{
    c->unjudged++;
    if (!c->flags->quiet)
        line_print("not judged", id, engine, why);
}

/* "FAIL step:expect" */
static void verdict_text(const struct run_result *r, struct buf *out)
{
    const char *signature = result_get(r, RESULT_SIGNATURE);
    const char *reason = result_get(r, RESULT_REASON);

    buf_add_text(out, verdict_name(r->verdict));
    if (reason[0] != 0 || signature[0] != 0)
        buf_addf(out, " %s", signature[0] != 0 ? signature : reason);
}

static bool is_same(const struct run_result *a, const struct run_result *b)
{
    return a->verdict == b->verdict &&
           strcmp(result_get(a, RESULT_REASON), result_get(b, RESULT_REASON)) == 0 &&
           strcmp(result_get(a, RESULT_SIGNATURE), result_get(b, RESULT_SIGNATURE)) == 0;
}

static void compared_say(struct recheck *c, const char *id, const char *engine,
                         const struct run_result *then, const struct run_result *now)
{
    struct buf text = BUF_INIT;
    bool same = is_same(then, now);

    c->same += same;
    c->otherwise += !same;
    verdict_text(now, &text);
    if (!same) {
        buf_add_text(&text, ", and was ");
        verdict_text(then, &text);
        if (verdict_is_bad(now->verdict))
            buf_addf(&text, ": %s", result_get(now, RESULT_MESSAGE));
    }
    if (!same || c->flags->verbose)
        line_print(same ? "same" : "otherwise", id, engine, buf_text(&text));
    buf_release(&text);
}

/* What keeps a record from being judged; NULL: nothing. */
static const char *unjudgeable(const struct recording *r)
{
    if (!r->judged || !r->whole)
        return "its record ends where the run was killed";
    return r->cut ? "its record had reached its limit" : NULL;
}

static void recording_judge(struct recheck *c, const struct recording *r)
{
    struct run_result now = RESULT_INIT;
    struct diag diag = {0};
    char id[TEXT_BYTES];
    char scenario[TEXT_BYTES];
    char engine[32];

    recording_line(r, "id", id, sizeof(id));
    recording_line(r, "scenario", scenario, sizeof(scenario));
    recording_line(r, "engine", engine, sizeof(engine));
    const char *why = unjudgeable(r);
    if (why != NULL) {
        unjudged_say(c, id, engine, why);
        return;
    }
    c->recording = r;
    texts_read(c, scenario);
    const struct variant *v = variant_find(c->scenario, id);
    if (v == NULL) {
        unjudged_say(c, id, engine,
                     c->scenario == NULL ? c->unread.text : "its scenario has no such variant");
        return;
    }
    const struct run_past past = {
        .engine = strcmp(engine, engine_name(ENGINE_SIM)) == 0 ? ENGINE_SIM : ENGINE_REAL,
        .trace = &r->trace,
        .cast = r->cast,
        .result = &r->result};
    if (run_judge_again(c->scenario, v, &past, &now, &diag) < 0)
        unjudged_say(c, id, engine, diag.text);
    else
        compared_say(c, id, engine, &r->result, &now);
    result_release(&now);
}

static void file_judge(struct recheck *c, const char *path, const char *id, const char *engine)
{
    struct recording *r = NULL;
    struct diag diag = {0};

    if (recording_load(path, &r, &diag) < 0)
        unjudged_say(c, id, engine, diag.text);
    else
        recording_judge(c, r);
    recording_free(r);
}

/* ---- All runs of an invocation ---- */

static int outcome_judge(void *user, int64_t key, const struct outcome *o)
{
    struct recheck *c = user;
    char path[PATH_MAX];

    (void)key;
    if (o->record[0] == 0) {
        char text[128];
        (void)snprintf(text, sizeof(text), "%s: kept as verdict, digest %016" PRIx64 " and time",
                       verdict_name(o->verdict), o->digest);
        c->unjudged++;
        c->unkept++;
        if (c->flags->verbose)
            line_print("not judged", o->id, o->engine, text);
    } else if (snprintf(path, sizeof(path), "%s/%s", c->folder, o->record) < (int)sizeof(path)) {
        file_judge(c, path, o->id, o->engine);
    }
    return 0;
}

/* One record, or those of a folder that no index knows. */
static int records_judge(struct recheck *c, const char *what, const char *results,
                         struct diag *diag)
{
    char path[PATH_MAX];
    struct buf names = BUF_INIT;

    int rc = results_lookup(what, results, path, c->folder, diag);
    if (rc < 0)
        return rc;
    if (path[0] != 0) {
        file_judge(c, path, path, "");
        return 0;
    }
    rc = results_names(c->folder, &names, diag);
    for (const char *at = buf_text(&names); rc > 0 && at < names.data + names.size;
         at += strlen(at) + 1) {
        if (snprintf(path, sizeof(path), "%s/%s", c->folder, at) < (int)sizeof(path))
            file_judge(c, path, at, "");
    }
    buf_release(&names);
    return rc < 0 ? rc : 0;
}

static int run_judge_all(struct recheck *c, const char *what, const char *results,
                         struct diag *diag)
{
    struct index *index = NULL;
    struct invocation v;
    struct diag unfound = {0};

    if (index_open_run(what, results, &index, &v, &unfound) < 0)
        return records_judge(c, what, results, diag);
    (void)snprintf(c->folder, sizeof(c->folder), "%s/%s", index_folder(index), v.id);
    int rc = index_each(index, v.key, outcome_judge, c, diag);
    index_close(index);
    return rc;
}

static int end_say(const struct recheck *c)
{
    struct buf out = BUF_INIT;

    buf_addf(&out, "%" PRIu64 " judged as they were, %" PRIu64 " otherwise, %" PRIu64 " not judged",
             c->same, c->otherwise, c->unjudged);
    if (c->unkept > 0)
        buf_addf(&out, " (%" PRIu64 " without a record%s)", c->unkept,
                 c->flags->verbose ? "" : ": -v names them");
    if (c->same + c->otherwise == 0)
        buf_add_text(&out, ": records are kept of failures, and with `--record all` of all runs");
    buf_add_text(&out, "\n");
    print_out(&out);
    if (c->otherwise > 0)
        return EXIT_CODE_FAILED;
    return c->same > 0 ? EXIT_CODE_OK : EXIT_CODE_NOTHING;
}

static int recheck_run(const struct flags *flags)
{
    char results[PATH_MAX];
    struct diag diag = {0};

    if (flags->arguments > 1) {
        print_error("recheck wants one RUN, RUN/VARIANT or FILE");
        return EXIT_CODE_USAGE;
    }
    results_find(results);
    if (flags->results != NULL)
        (void)snprintf(results, sizeof(results), "%s", flags->results);
    struct recheck *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return print_diag(ERR_NOMEM, &(struct diag){"out of memory"});
    c->flags = flags;
    const char *what = flags->arguments > 0 ? flags->argument[0] : RESULTS_LAST;
    int rc = run_judge_all(c, what, results, &diag);
    int code = rc < 0 ? print_diag(rc, &diag) : end_say(c);
    arena_release(&c->arena);
    free(c);
    return code;
}

const struct verb_entry verb_recheck = {
    .name = "recheck",
    .form = "[RUN|RUN/VARIANT|FILE]",
    .help = "judges recorded runs once more, by the rules of today",
    .more =
        "RUN is as for `show`. Nothing runs: the invariants, the deaths and the outcome are judged anew\n"
        "from the trace of each record, by the text of the scenario that is in it; a step that had\n"
        "failed stays as it was. Said is who is judged otherwise, and who cannot be judged: of a run\n"
        "that passes no record is kept without `run --record all`.\n",
    .codes =
        "Exit codes: 0 all that were judged are judged as they were, 1 one is judged otherwise,\n"
        "2 there is no such run, 4 none could be judged.\n",
    .example = "  scenario recheck last                      what a changed rule makes of it\n",
    .flags = {FLAG_RESULTS, FLAG_QUIET, FLAG_VERBOSE},
    .run = recheck_run,
};
