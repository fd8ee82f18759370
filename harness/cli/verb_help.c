/* verb_help.c: `scenario help`; everything is read off the tables. */
#include "harness/cli/papers.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/cli/words.h"
#include "harness/fixture/fixture.h"
#include "harness/gate/gate.h"
#include "harness/language/fault.h"
#include "harness/observe/invariant.h"
#include "harness/observe/verdict.h"
#include "harness/report/exit_code.h"
#include "runtime/actor/core.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <string.h>

static void help_faults(struct buf *out)
{
    struct word w;

    for (size_t i = 0; word_at(WORD_FAULT, i, &w); i++)
        buf_addf(out, "fault: { %s }\n    %s\n", w.shape, w.help);
}

static void help_invariants(struct buf *out)
{
    struct word w;

    for (size_t i = 0; word_at(WORD_INVARIANT, i, &w); i++)
        buf_addf(out, "%-28s %-4s %s\n", w.name, w.shape, w.help);
}

void help_point(unsigned point, struct buf *out)
{
    static const char *const kinds[] = {KIND_MAP(ROW_NAME)};
    const struct point_entry *e = point_entry(point);
    const char *const fields[][2] = {
        {e->peer,       "actor"             },
        {e->request,    "number"            },
        {e->value.name, kinds[e->value.kind]},
        {e->extra.name, kinds[e->extra.kind]}
    };
    const char *before = " (";

    buf_add_text(out, e->help);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i][0] == NULL)
            continue;
        buf_addf(out, "%s%s: %s", before, fields[i][0], fields[i][1]);
        before = ", ";
    }
    buf_add_text(out, before[0] == ',' ? ")" : "");
}

static void help_points(struct buf *out)
{
    for (unsigned i = 0; i < POINTS; i++) {
        buf_addf(out, "%-28s ", point_name(i));
        help_point(i, out);
        buf_add_text(out, "\n");
    }
    buf_add_text(out, "\nOf a command also its system calls, see `scenario help calls`:\n\n");
    help_calls_table(out);
}

/* "name: shape" with what it is for below; or, where there is no shape, both in columns. */
static void help_rows(struct buf *out, enum word_kind kind, int width)
{
    struct word w;

    for (size_t i = 0; word_at(kind, i, &w); i++) {
        if (w.shape != NULL)
            buf_addf(out, "%s: %s\n    %s\n", w.name, w.shape, w.help);
        else
            buf_addf(out, "%-*s %s\n", width, w.name, w.help);
    }
}

static void help_tells(struct buf *out)
{
    struct word w;

    for (size_t i = 0; word_at(WORD_TELL, i, &w); i++)
        word_example(WORD_TELL, &w, out);
}

static void help_selectors(struct buf *out)
{
    buf_add_text(
        out, "-k EXPR selects variants. A word is a part of an id; id:X, tag:X and engine:X are\n"
             "whole; KEY=VALUE is a parameter. They are joined by and, or, not and ( ); words\n"
             "side by side are joined by and. What holds a blank stands in double quotes;\n"
             "\\\" and \\\\ are those characters there.\n\n"
             "  scenario run -k 'tag:ctrlc and not depth=7'\n"
             "  scenario run -p depth=2 -p presses=1\n");
}

static void help_verdicts(struct buf *out)
{
    for (unsigned i = 0; i < VERDICTS; i++)
        buf_addf(out, "%-12s exit %d  %s\n", verdict_name(i), verdict_exit_code(i),
                 verdict_help(i));
    buf_add_text(out, "\nWhat the gate says of them:\n\n");
    for (unsigned i = 0; i < GATE_KINDS; i++)
        buf_addf(out, "%-12s exit %d  %s\n", gate_kind_name(i), gate_kind_exit_code(i),
                 gate_kind_help(i));
}

static const struct topic_entry {
    const char *name;
    const char *help;
    void (*print)(struct buf *out); /* NULL: help_rows() of that kind */
    enum word_kind kind;
    int width;
} topics[] = {
    {"file",               "what a scenario file can say",                  .kind = WORD_TOP_KEY    },
    {"actors",             "what an actor of a `tree:` can be given",       .kind = WORD_ACTOR_KEY  },
    {"command",            "what `command:` can say",                       .kind = WORD_COMMAND_KEY},
    {"steps",              "what a scenario can do, and how it is written", .kind = WORD_STEP       },
    {"faults",             "the harm that `fault:` can do",                 .print = help_faults    },
    {"invariants",         "what must hold in every run",                   .print = help_invariants},
    {"points",             "where an actor can be held, ACTOR@POINT#N",     .print = help_points    },
    {"calls",              "system calls as points of a command",           .print = help_calls     },
    {"roles",              "what an actor of a `tree:` can be",             .kind = WORD_ROLE,        .width = 12},
    {"tells",                    "what an actor can be told",                                                             .print = help_tells                                      },
    {"keys",                    "the keys of the terminal, for `key: C-c`",                                                              .print = help_keys},
    {"patterns",                    "what patterns see, and when they are decided",                                                          .print = help_patterns                              },
    {"branches",                    "waiting for the first of several",                                                          .print = help_branches},
    {"echo",                    "what is typed is no output",                                                              .print = help_echo                                        },
    {"captured",                    "${name} of what a pattern has captured",                                                          .print = help_captured},
    {"secrets",                    "values that are written nowhere",                                                           .print = help_secrets                                                },
    {"scripts",                    "the expect scripts that are there",                                                           .print = help_scripts},
    {"words",                    "what the words in capitals stand for",                                                             .print = help_words                                               },
    {"selectors",                    "how -k and -p choose variants",                                                         .print = help_selectors},
    {"defects",                    "mistakes that `defect:` switches on",                                                           .kind = WORD_DEFECT,                                            .width = 18},
    {"known-failures",         "what the file of known failures can say",                                                        .print = help_known                     },
    {"verdicts", "what a run can end in, and what the gate says of it",.print = help_verdicts},
};

enum { TOPIC_COUNT = sizeof(topics) / sizeof(topics[0]) };

static void help_all(struct buf *out)
{
    buf_add_text(out, "scenario runs trees of processes behind a terminal, injects Ctrl-C, crashes "
                      "and other\nfaults at exact points, and judges what is left.\n\n");
    for (size_t i = 0; i < verb_count(); i++)
        buf_add_text(out, verb_at(i)->example != NULL ? verb_at(i)->example : "");
    buf_add_text(out, "\nVerbs:\n");
    for (size_t i = 0; i < verb_count(); i++)
        buf_addf(out, "  %-9s %s\n", verb_at(i)->name, verb_at(i)->help);
    buf_add_text(out, "\nTopics of `scenario help`:\n");
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        buf_addf(out, "  %-14s %s\n", topics[i].name, topics[i].help);
    buf_add_text(
        out,
        "\n`scenario help VERB` lists the verb's flags, `scenario help WORD` explains any word "
        "of the language; scenario(1) and\nscenario-file(5) say the same as manual "
        "pages, with an example of each word.\n");
}

const char *help_topic_at(size_t i)
{
    return i < TOPIC_COUNT ? topics[i].name : NULL;
}

static int help_unknown(const char *name)
{
    struct diag diag = {0};
    const char *near = help_suggest(name);

    if (near != NULL)
        (void)diag_set(&diag, ERR_USAGE, "no help on '%s'; did you mean '%s'?", name, near);
    else
        (void)diag_set(&diag, ERR_USAGE, "no help on '%s'; see `scenario help`", name);
    print_error(diag.text);
    return EXIT_CODE_USAGE;
}

bool help_topic(const char *name, struct buf *out)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (strcmp(topics[i].name, name) == 0) {
            if (topics[i].print != NULL)
                topics[i].print(out);
            else
                help_rows(out, topics[i].kind, topics[i].width);
            return true;
        }
    }
    return false;
}

/* The source of manual pages. */
static int help_manual(const struct flags *flags)
{
    struct buf out = BUF_INIT;

    for (int i = 0; i < flags->arguments; i++) {
        if (manual_print(flags->argument[i], &out))
            continue;
        buf_release(&out);
        print_error("there are three manual pages: scenario, scenario-file and known-failures");
        return EXIT_CODE_USAGE;
    }
    print_out(&out);
    return EXIT_CODE_OK;
}

static int help_say(const struct flags *flags)
{
    struct buf out = BUF_INIT;

    if (flags->man)
        return help_manual(flags);

    if (flags->arguments == 0)
        help_all(&out);
    for (int i = 0; i < flags->arguments; i++) {
        const char *name = flags->argument[i];
        const struct verb_entry *verb = verb_find(name);
        /* `help fixture NAME` is about that one. */
        if (verb == &verb_fixture && i + 1 < flags->arguments &&
            fixture_find(flags->argument[i + 1]) != NULL)
            continue;
        bool known = verb != NULL;
        if (verb != NULL)
            verb_print(verb, &out);
        known = help_topic(name, &out) || known;
        /* Of a verb that is a word as well, and of a topic, that is not all. */
        size_t before = out.size;
        if (known)
            buf_add_text(&out, "\n");
        if (help_word(name, &out))
            known = true;
        else
            out.size = before;
        if (!known) {
            buf_release(&out);
            return help_unknown(name);
        }
    }
    print_wrapped(&out);
    return EXIT_CODE_OK;
}

const struct verb_entry verb_help = {
    .name = "help",
    .form = "[TOPIC|VERB|WORD]...",
    .help = "explains a verb, a topic, or any word",
    .flags = {FLAG_MAN},
    .run = help_say,
};
