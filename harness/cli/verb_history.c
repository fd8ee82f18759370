/* verb_history.c: `scenario history`: what earlier runs add up to. */
#include "harness/cli/durations.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/record/history.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"
#include "harness/report/history.h"
#include "runtime/base/suggest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { ID_BYTES = 256 };

static int past_take(void *user, const struct past *p)
{
    history_add(user, p);
    return 0;
}

static int expectation_take(void *user, const struct expectation *e)
{
    duration_add(user, e->id, e->engine, e->time_ns);
    return 0;
}

/* ---- A name that nobody has ---- */

/* The nearest id there is to what was asked for. */
struct nearest {
    const char *word;
    char id[ID_BYTES];
};

static const char *candidate_at(size_t i, void *user)
{
    const struct nearest *n = user;

    (void)i;
    return n->id;
}

/* A variant's parameters are seldom what was mistyped. */
static int nearest_take(void *user, const struct expectation *e)
{
    struct nearest *n = user;
    struct nearest one = {.word = n->word};

    (void)snprintf(one.id, sizeof(one.id), "%.*s", (int)strcspn(e->id, "["), e->id);
    if (suggest(n->word, 1, candidate_at, &one) != NULL &&
        (n->id[0] == 0 || suggest_distance(n->word, one.id) < suggest_distance(n->word, n->id)))
        *n = one;
    return 0;
}

static int nothing_tell(struct index *index, const char *part)
{
    struct nearest nearest = {.word = part};
    struct diag diag;

    if (part == NULL) {
        print_error("no run is kept yet");
        return EXIT_CODE_NOTHING;
    }
    (void)index_expectations(index, nearest_take, &nearest, &diag);
    const char *near = nearest.id[0] != 0 ? "; did you mean '" : "";
    (void)diag_set(&diag, 0, "no run is kept of a variant with '%s' in its id%s%s%s", part, near,
                   nearest.id, nearest.id[0] != 0 ? "'?" : "");
    print_error(diag.text);
    return EXIT_CODE_NOTHING;
}

/* ---- What is told ---- */

/* Prints them, or says that there is nothing. */
static int runs_tell(struct index *index, const struct flags *flags)
{
    const char *part = flags->arguments > 0 ? flags->argument[0] : NULL;
    struct history history = HISTORY_INIT;
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    int rc = index_past(index, part, past_take, &history, &diag);
    rc = rc == 0 ? history_end(&history, &diag) : rc;
    if (rc == 0 && history.count == 0)
        return nothing_tell(index, part);
    if (rc == 0 && flags->json)
        history_json(&history, &out);
    else if (rc == 0 && part != NULL)
        history_print_rows(&history, &out);
    else if (rc == 0)
        history_print(&history, &out);
    history_release(&history);
    if (rc == 0 && out.failed)
        rc = diag_set(&diag, ERR_NOMEM, "out of memory");
    if (rc < 0) {
        buf_release(&out);
        return print_diag(rc, &diag);
    }
    print_out(&out);
    return EXIT_CODE_OK;
}

static int durations_tell(struct index *index)
{
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    int rc = index_expectations(index, expectation_take, &out, &diag);
    if (rc < 0) {
        buf_release(&out);
        return print_diag(rc, &diag);
    }
    print_out(&out);
    return EXIT_CODE_OK;
}

static int history_run(const struct flags *flags)
{
    char results[PATH_MAX];
    struct index *index = NULL;
    struct diag diag = {0};

    if (flags->arguments > 1) {
        print_error("history wants one NAME, or none");
        return EXIT_CODE_USAGE;
    }
    results_find(results);
    if (flags->results != NULL)
        (void)snprintf(results, sizeof(results), "%s", flags->results);
    int rc = index_open(results, INDEX_READ, &index, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    int code = flags->times ? durations_tell(index) : runs_tell(index, flags);
    index_close(index);
    return code;
}

const struct verb_entry verb_history = {
    .name = "history",
    .form = "[NAME]",
    .help =
        "tells what earlier runs add up to: how often they fail, since when, how long they take",
    .more =
        "Of the last 30 days in the results folder, what failed, the worst first; then what takes longest\n"
        "and what takes longer than it did. With NAME all that is known of the variants that have it in\n"
        "their id. First attempts count, each engine and each class of machine for itself.\n"
        "\n"
        "A rate stands with the interval in which the true one lies in 95 of 100 cases. Of the last runs\n"
        "each is a character, the newest at the end: `·` good, `F` failed, `x` failed as known, `?` no\n"
        "verdict. A run is named with what it has tested: SCENARIO_SUBJECT, else the commit of the CI.\n"
        "\n"
        "`run` goes by it, too: it starts what has failed the last time, then what is new, then the\n"
        "longest first. What is told stands in the order of the variants all the same.\n"
        "\n"
        "`history --durations` writes the file that `run --shard I/N --durations FILE` balances by.\n",
    .codes =
        "Exit codes: 0 told, 2 there are no results, 3 they cannot be read by this build, 4 no run\n"
        "of that name is kept.\n",
    .example = "  scenario history                           what fails, what is slow\n"
               "  scenario history ctrlc_nested --json       as JSON lines\n"
               "  scenario history --durations > durations   for run --shard\n",
    .flags = {FLAG_TIMES, FLAG_JSON, FLAG_RESULTS},
    .run = history_run,
};
