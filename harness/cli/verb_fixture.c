/* verb_fixture.c: `scenario fixture`: lists hostile programs, and becomes one. */
#include "harness/cli/papers.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/fixture/fixture.h"
#include "harness/report/exit_code.h"

#include <string.h>

static int fixture_unknown(const char *name)
{
    const char *near = fixture_suggest(name);
    struct diag diag = {0};

    (void)diag_set(&diag, ERR_USAGE, "no fixture '%.60s'%s%s%s", name,
                   near != NULL ? "; did you mean '" : "; `scenario fixture` lists them",
                   near != NULL ? near : "", near != NULL ? "'?" : "");
    return print_diag(ERR_USAGE, &diag);
}

static int fixture_list(void)
{
    struct buf out = BUF_INIT;

    for (size_t i = 0; fixture_at(i) != NULL; i++)
        buf_addf(&out, "%-20s %s\n", fixture_at(i)->name, fixture_at(i)->help);
    buf_add_text(&out,
                 "\n`scenario help fixture NAME` says how exactly, and what a right supervisor "
                 "or terminal does with it.\n");
    print_wrapped(&out);
    return EXIT_CODE_OK;
}

static int fixture_go(const struct flags *flags)
{
    const struct fixture_options options = {
        .life_ns = flags->life_ns,
        .delay_ns = flags->delay_ns,
        .number = flags->number,
    };
    struct diag diag = {0};

    if (flags->arguments == 0)
        return fixture_list();
    if (flags->arguments > 1) {
        (void)diag_set(&diag, ERR_USAGE,
                       "one fixture at a time, and no words for it: what is '%.60s'?",
                       flags->argument[1]);
        return print_diag(ERR_USAGE, &diag);
    }
    const struct fixture_entry *fixture = fixture_find(flags->argument[0]);
    if (fixture == NULL)
        return fixture_unknown(flags->argument[0]);
    int rc = fixture_run(fixture, options, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

bool help_fixture(const char *name, struct buf *out)
{
    const struct fixture_entry *f = fixture_find(name);

    if (f == NULL)
        return false;
    buf_addf(out, "%s, a fixture: it %s\n    %s\n\n    What is right: %s\n\n", f->name, f->help,
             f->more, f->right);
    buf_addf(out, "    script: 1\n    steps:\n");
    for (const char *at = f->steps; *at != 0;) {
        int size = (int)strcspn(at, "\n");
        buf_addf(out, "    %.*s\n", size, at);
        at += size + (at[size] == '\n');
    }
    buf_addf(out, "\n    `scenario expect FILE -- scenario fixture %s` says: %s\n\n", f->name,
             f->verdict);
    return true;
}

const struct verb_entry verb_fixture = {
    .name = "fixture",
    .form = "[NAME]",
    .help = "becomes a hostile program, for who writes supervisors and terminals",
    .more =
        "Lists them, or becomes the one of that name: no other program is needed. Each prints READY\n"
        "on a line when it is in its state, waits without a processor unless that is its point, and\n"
        "ends by itself, with all its processes, after --for at the latest. `scenario help fixture\n"
        "NAME` says what a right supervisor does with it, and how `scenario expect` brings it out.\n",
    .codes =
        "Exit codes: 0 its first process is done or its time is over, 2 wrong usage, 6 it cannot get\n"
        "into its state here, as without a terminal.\n",
    .example =
        "  scenario fixture orphan                       a program that leaves a process behind\n",
    .flags = {FLAG_LIFE, FLAG_DELAY, FLAG_NUMBER},
    .run = fixture_go,
};
