/* verb_known.c: `scenario known`: its words, and the two that only change the file. */
#include "harness/cli/known_word.h"
#include "harness/cli/known_write.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/gate/date.h"
#include "harness/gate/known_edit.h"
#include "harness/report/exit_code.h"
#include "runtime/base/suggest.h"

#include <string.h>

int known_file_open(struct gating *g, const struct flags *flags)
{
    struct places places;

    places_find_own(&places);
    return gating_open(g, flags, NULL, &places);
}

void known_file_missing(struct buf *out)
{
    buf_add_text(out,
                 "nothing is known: there is no " KNOWN_FILE " beside the nearest `scenarios`\n");
}

static const char *entry_id_at(size_t i, void *user)
{
    const struct known *k = user;

    return k->entry[i].id;
}

/* Finds the entry of that id. Returns an exit code. */
static int entry_find(struct known *k, const char *id, size_t *out)
{
    struct diag diag = {0};

    if (k == NULL) {
        print_error("there is no " KNOWN_FILE
                    " beside the nearest `scenarios`; --known FILE names another");
        return EXIT_CODE_USAGE;
    }
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->entry[i].id, id) != 0)
            continue;
        *out = i;
        return EXIT_CODE_OK;
    }
    const char *near = suggest(id, k->count, entry_id_at, k);
    int rc = diag_set(&diag, ERR_NOTFOUND, "there is no entry '%.60s' in %s%s%s%s", id, k->path,
                      near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                      near != NULL ? "'?" : "");
    return print_diag(rc, &diag);
}

/* ---- renew, remove ---- */

static int entry_change(const struct flags *flags,
                        int (*change)(const struct flags *flags, const struct gating *g, size_t i,
                                      struct buf *out, struct diag *diag))
{
    struct gating g = {.known = NULL};
    struct buf text = BUF_INIT;
    struct diag diag = {0};
    size_t at = 0;

    int code = known_file_open(&g, flags);
    if (code == EXIT_CODE_OK)
        code = entry_find(g.known, flags->argument[1], &at);
    if (code == EXIT_CODE_OK) {
        int rc = change(flags, &g, at, &text, &diag);
        code = rc < 0 ? print_diag(rc, &diag) : known_write(g.path, g.known->text, &text);
    }
    buf_release(&text);
    gating_release(&g);
    return code;
}

static int renew_change(const struct flags *flags, const struct gating *g, size_t i,
                        struct buf *out, struct diag *diag)
{
    struct known_renewal r = {.today = g->today, .because = flags->because};

    (void)date_read(flags->until, &r.until);
    return known_renew(g->known, i, &r, out, diag);
}

static int known_word_renew(const struct flags *flags)
{
    if (flags->until != NULL && flags->because != NULL)
        return entry_change(flags, renew_change);
    print_error("known renew wants --until DATE and --because TEXT: why it is not mended yet");
    return EXIT_CODE_USAGE;
}

static int remove_change(const struct flags *flags, const struct gating *g, size_t i,
                         struct buf *out, struct diag *diag)
{
    (void)flags;
    return known_remove(g->known, i, out, diag);
}

static int known_word_remove(const struct flags *flags)
{
    return entry_change(flags, remove_change);
}

/* ---- The words ---- */

static const struct known_word {
    const char *name;
    const char *argument; /* "" for none; in brackets: it may be left out */
    int (*run)(const struct flags *flags);
} words[] = {
    {"add",     "RUN/VARIANT",                 known_word_add    },
    {"renew",   "ID",                          known_word_renew  },
    {"remove",  "ID",                          known_word_remove },
    {"explain", "RUN, VARIANT or RUN/VARIANT", known_word_explain},
    {"stale",   "[RUN]",                       known_word_stale  },
    {"list",    "",                            known_word_list   },
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static const char *word_name_at(size_t i, void *user)
{
    (void)user;
    return words[i].name;
}

static int word_unknown(const char *name)
{
    struct diag diag = {0};
    const char *near = suggest(name, WORDS, word_name_at, NULL);
    int rc = diag_set(&diag, ERR_USAGE, "known has no word '%.40s'; %s%s%s", name,
                      near != NULL ? "did you mean '"
                                   : "it has add, renew, remove, explain, stale, list",
                      near != NULL ? near : "", near != NULL ? "'?" : "");

    return print_diag(rc, &diag);
}

static int known_run_word(const struct flags *flags)
{
    const char *name = flags->arguments > 0 ? flags->argument[0] : "list";
    struct diag diag = {0};

    for (size_t i = 0; i < WORDS; i++) {
        const struct known_word *w = &words[i];
        if (strcmp(w->name, name) != 0)
            continue;
        int least = w->argument[0] == 0 || strcmp(w->argument, "[RUN]") == 0 ? 0 : 1;
        int most = w->argument[0] == 0 ? 0 : 1;
        int given = flags->arguments > 0 ? flags->arguments - 1 : 0;
        if (given >= least && given <= most)
            return w->run(flags);
        return print_diag(diag_set(&diag, ERR_USAGE, "known %s wants %s", name,
                                   most == 0 ? "nothing behind it" : w->argument),
                          &diag);
    }
    return word_unknown(name);
}

const struct verb_entry verb_known = {
    .name = "known",
    .form = "[list|stale [RUN]|explain [RUN/]VARIANT|add RUN/VARIANT|renew ID|remove ID]",
    .help = "looks at the known failures, or changes their file",
    .more =
        "The file is ci/known-failures.yaml beside `scenarios`; known-failures(5) has its form.\n"
        "\n"
        "`add` makes an entry of a failure: scenario, parameters, engine and signature are those of the\n"
        "run, it is flaky when it also passed there (or with --flaky), and it expires after 30 days, or\n"
        "on the day of --until, at most 90 days from now. An issue and an owner are not to be had from\n"
        "a run: --issue and --owner. A bug of a program that is driven has --program and --versions in\n"
        "place of the day. `renew` begins the 90 days anew and keeps in a comment what they were, and\n"
        "why. `remove` takes one away. Comments and order stay as they are, and the change is shown.\n"
        "\n"
        "`explain` tells of each entry whether it excuses what a variant came to, and if not, why; with a\n"
        "RUN alone of each failure in it.\n"
        "`stale` lists what is due: entries that have expired or will within 14 days, and by the last\n"
        "run (or RUN) those that passed, that fail too often, or that look fixed. With --update those\n"
        "that passed go, and flaky ones get the counts of more runs; nothing is prolonged, nothing is\n"
        "added, and where CI is set the change is only shown.\n",
    .codes =
        "Exit codes: 0 done, or nothing is stale; 2 what was asked for is not there or not allowed; 3\n"
        "the file is wrong; 5 `stale` has found an entry that turns a gate red.\n",
    .example = "  scenario known add last/VARIANT --issue URL --owner ann\n",
    .flags = {FLAG_KNOWN, FLAG_ISSUE, FLAG_OWNER, FLAG_UNTIL, FLAG_BECAUSE, FLAG_FLAKY,
              FLAG_PROGRAM, FLAG_VERSIONS, FLAG_ENGINE, FLAG_UPDATE, FLAG_TODAY, FLAG_RESULTS,
              FLAG_JSON},
    .run = known_run_word,
};
