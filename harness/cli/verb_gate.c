/* verb_gate.c: `scenario gate`: judges a run that was recorded by the known failures. */
#include "harness/cli/gating.h"
#include "harness/cli/known_write.h"
#include "harness/cli/ledger.h"
#include "harness/cli/merge.h"
#include "harness/cli/print.h"
#include "harness/cli/reports.h"
#include "harness/cli/verb.h"
#include "harness/record/index.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What was recorded, as results again, for those who report them. */
struct judged {
    const struct flags *flags;
    struct index *index; /* owned */
    struct invocation own;
    struct gating gating;
    struct run_result *result; /* owned; in the order of coming */
    size_t count;
    size_t room;
    const struct run_result **sorted; /* owned; those of a variant side by side */
    struct report_group *group;       /* owned */
    size_t groups;
    struct report_counts counts;
    struct reports reports;
};

static unsigned engine_of(const char *name)
{
    for (unsigned engines = ENGINE_REAL; engines <= (ENGINE_REAL | ENGINE_SIM); engines++) {
        if (strcmp(engine_name(engines), name) == 0)
            return engines;
    }
    return 0;
}

static void result_make(const struct outcome *o, struct run_result *out)
{
    const struct {
        enum result_text which;
        const char *text;
    } texts[] = {
        {RESULT_ID,         o->id        },
        {RESULT_SCENARIO,   o->scenario  },
        {RESULT_PARAMETERS, o->parameters},
        {RESULT_REASON,     o->reason    },
        {RESULT_SIGNATURE,  o->signature },
        {RESULT_MESSAGE,    o->message   },
        {RESULT_FILE,       o->file      },
        {RESULT_ENDED,      o->ended     },
        {RESULT_AGAIN,      o->again     },
        {RESULT_RECORD,     o->record    },
        {RESULT_PROGRAM,    o->program   },
        {RESULT_VERSION,    o->version   },
    };

    *out = (struct run_result){.verdict = o->verdict,
                               .engine = engine_of(o->engine),
                               .seed = o->seed,
                               .digest = o->digest,
                               .time_ns = o->time_ns,
                               .schedules = o->schedules,
                               .failed = o->failed,
                               .line = o->line,
                               .column = 1,
                               .attempt = o->attempt,
                               .must_fail = o->must_fail};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].text[0] != 0)
            result_set(out, texts[i].which, texts[i].text);
    }
}

static int outcome_add(void *user, int64_t key, const struct outcome *o)
{
    struct judged *j = user;

    (void)key;
    if (j->count == j->room) {
        size_t room = j->room == 0 ? 256 : 2 * j->room;
        struct run_result *grown = realloc(j->result, room * sizeof(*grown));
        if (grown == NULL)
            return ERR_NOMEM;
        j->result = grown;
        j->room = room;
    }
    result_make(o, &j->result[j->count++]);
    return 0;
}

static const char *scenario_at(size_t i, void *user)
{
    const struct judged *j = user;

    return result_get(&j->result[i], RESULT_SCENARIO);
}

/* ---- For those who report ---- */

/* By scenario, variant and engine; what is equal stays in the order of coming. */
static int result_compare(const void *a, const void *b)
{
    const struct run_result *x = *(const struct run_result *const *)a;
    const struct run_result *y = *(const struct run_result *const *)b;
    int order = strcmp(result_get(x, RESULT_SCENARIO), result_get(y, RESULT_SCENARIO));

    if (order == 0)
        order = strcmp(result_get(x, RESULT_ID), result_get(y, RESULT_ID));
    if (order == 0 && x->engine != y->engine)
        order = x->engine < y->engine ? -1 : 1;
    if (order == 0)
        order = x < y ? -1 : x > y;
    return order;
}

static bool is_same_place(const struct run_result *a, const struct run_result *b)
{
    return a->engine == b->engine &&
           strcmp(result_get(a, RESULT_ID), result_get(b, RESULT_ID)) == 0;
}

static int groups_make(struct judged *j)
{
    j->sorted = calloc(j->count + 1, sizeof(const struct run_result *));
    j->group = calloc(j->count + 1, sizeof(*j->group));
    if (j->sorted == NULL || j->group == NULL)
        return ERR_NOMEM;
    for (size_t i = 0; i < j->count; i++)
        j->sorted[i] = &j->result[i];
    qsort((void *)j->sorted, j->count, sizeof(const struct run_result *), result_compare);
    for (size_t i = 0; i < j->count; i++) {
        if (i == 0 || !is_same_place(j->sorted[i - 1], j->sorted[i]))
            j->groups++;
        (void)report_group_add(&j->group[j->groups - 1], j->sorted[i]);
        report_count(&j->counts, j->sorted[i]);
        reports_run(&j->reports, j->sorted[i]);
    }
    return 0;
}

static int reports_make(struct judged *j)
{
    const struct report_head head = {.engine = "", .timestamp = ""};

    if (groups_make(j) < 0)
        return print_diag(ERR_NOMEM, &(struct diag){"out of memory"});
    const struct report_end end = {.head = &head,
                                   .counts = &j->counts,
                                   .group = j->group,
                                   .count = j->groups,
                                   .gate = &j->gating.told};
    return reports_end(&j->reports, &end);
}

/* ---- The verb ---- */

/* What keeps the run from being whole; nothing when it is. */
static void missing_find(struct judged *j, struct buf *out)
{
    const struct invocation *v = &j->own;
    size_t runs = 0;
    size_t shards = 0;

    for (size_t i = 0; i < j->count; i++) {
        /* scenario merge puts one outcome in place of each shard that it was not given. */
        bool shard = strcmp(result_get(&j->result[i], RESULT_REASON), MERGE_MISSING) == 0;
        shards += shard;
        runs += !shard && j->result[i].attempt <= 1;
    }
    if (v->shard_n > 1) {
        buf_addf(out,
                 "shard %" PRIu32 " of %" PRIu32 " is not the whole: scenario merge joins them",
                 v->shard_i, v->shard_n);
    } else if (shards > 0) {
        buf_addf(out, "merged without %zu shard%s: %zu run%s of the others are there", shards,
                 plural(shards), runs, plural(runs));
    } else if (!v->complete) {
        buf_addf(out, "the run was stopped, or still goes on: %zu of %" PRIu64 " runs are there",
                 runs, v->selected);
    }
}

/* Opens the run and reads what it came to. */
static int run_read(struct judged *j)
{
    const struct flags *f = j->flags;
    char results[PATH_MAX];
    struct diag diag = {0};

    results_find(results);
    if (f->results != NULL)
        (void)snprintf(results, sizeof(results), "%s", f->results);
    const char *run = f->arguments > 0 ? f->argument[0] : RESULTS_LAST;
    int rc = index_open_run(run, results, &j->index, &j->own, &diag);
    if (rc == 0)
        rc = index_each(j->index, j->own.key, outcome_add, j, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static int run_judge(struct judged *j)
{
    struct places places;
    struct buf missing = BUF_INIT;
    struct diag diag = {0};

    places_find_own(&places);
    if (reports_open(&j->reports, j->flags->report, &diag) < 0)
        return print_diag(ERR_USAGE, &diag);
    int code = gating_open(&j->gating, j->flags, NULL, &places);
    if (code != EXIT_CODE_OK)
        return code;
    gating_ask(&j->gating, scenario_at, j->count, j);
    code = gating_begin(&j->gating, &j->own.platform);
    if (code != EXIT_CODE_OK)
        return code;
    gating_past(&j->gating, j->index, &j->own);
    for (size_t i = 0; i < j->count; i++)
        gating_take(&j->gating, &j->result[i]);
    missing_find(j, &missing);
    code = gating_judge(&j->gating, buf_text(&missing));
    if (code == EXIT_CODE_OK)
        code = exit_code_worse(gate_exit_code(j->gating.gate), reports_make(j));
    gating_say(&j->gating, j->flags);
    if (j->flags->update)
        code = exit_code_worse(code, known_update(&j->gating));
    buf_release(&missing);
    return code;
}

static void judged_free(struct judged *j)
{
    reports_release(&j->reports);
    gating_release(&j->gating);
    for (size_t i = 0; i < j->groups; i++)
        report_group_release(&j->group[i]);
    for (size_t i = 0; i < j->count; i++)
        result_release(&j->result[i]);
    free(j->group);
    free((void *)j->sorted);
    free(j->result);
    index_close(j->index);
    free(j);
}

static int gate_run(const struct flags *flags)
{
    struct judged *j = calloc(1, sizeof(*j));

    if (j == NULL)
        return EXIT_CODE_HARNESS;
    j->flags = flags;
    int code = EXIT_CODE_OK;
    if (flags->arguments > 1) {
        print_error("gate wants one RUN");
        code = EXIT_CODE_USAGE;
    }
    if (code == EXIT_CODE_OK)
        code = run_read(j);
    if (code == EXIT_CODE_OK)
        code = run_judge(j);
    judged_free(j);
    return code;
}

const struct verb_entry verb_gate = {
    .name = "gate",
    .form = "[RUN]",
    .help = "judges a run by the known failures",
    .more =
        "RUN is `last` (the default), an id in `.scenario/results`, or a folder of one. Nothing is run:\n"
        "what it came to is judged as `scenario run --gate` judges it, by ci/known-failures.yaml beside\n"
        "`scenarios`, as of today or of the day given.\n"
        "\n"
        "Red is each failure that no entry excuses (NEW; OTHER where an entry is about the place and has\n"
        "another signature), an entry whose failure has gone (XPASS), that has expired (EXPIRED), or\n"
        "whose flaky failure comes more often than the entry says (WORSE). An entry excuses when all\n"
        "that it names fits: scenario, when, engine, platform, version of the program, and the words\n"
        "with which the signature begins; it is told why the nearest one does not. A scenario that must\n"
        "fail and does not (BLIND) makes every other verdict worthless.\n"
        "\n"
        "A flaky entry's limit is the upper end of the interval of what it has seen (Wilson, 95 %); it\n"
        "is worse when the lower end of what these runs and earlier ones on such a machine show lies\n"
        "above it, of at least two failures. When it has passed so often in a row that it would have\n"
        "failed otherwise, the report says that it may go.\n"
        "\n"
        "With --update entries go of which all that they take was run and passed, and flaky ones within\n"
        "their limit get the counts of more runs; where CI is set the change is only shown. The exit code\n"
        "stays.\n"
        "\n"
        "With --github there are annotations beside the files, and the report in the file that\n"
        "GITHUB_STEP_SUMMARY names.\n",
    .codes =
        "Exit codes: 0 nothing red, 1 a failure that is not excused, 3 the file of known failures is\n"
        "wrong, 4 nothing was run, 5 an entry is no longer right, 6 the harness itself failed, 7 no\n"
        "verdict, or a part of the runs is missing.\n",
    .example = "  scenario gate last --today 2027-01-31      the last run, judged as of that day\n",
    .flags = {FLAG_KNOWN, FLAG_TODAY, FLAG_UPDATE, FLAG_RESULTS, FLAG_REPORTS, FLAG_GITHUB,
              FLAG_COLOR},
    .run = gate_run,
};
