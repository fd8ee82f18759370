/* manual.c: the manual pages, as sources for scdoc, made of the tables. */
#include "expect/answer.h"
#include "harness/cli/papers.h"
#include "harness/cli/verb.h"
#include "harness/cli/words.h"
#include "harness/fixture/fixture.h"
#include "harness/gate/known.h"
#include "harness/language/definition.h"
#include "harness/language/fault.h"
#include "harness/observe/invariant.h"
#include "harness/observe/verdict.h"
#include "harness/report/exit_code.h"
#include "harness/scenario/model.h"
#include "runtime/actor/core.h"
#include "runtime/actor/frame.h"
#include "runtime/base/status.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_WIDTH = 92 };

/* ---- scdoc ---- */

/* Text in which nothing is meant as markup. */
static void text_add(struct buf *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr("*_\\`#[]|", text[i]) != NULL && text[i] != 0)
            buf_add_text(out, "\\");
        buf_add(out, &text[i], 1);
    }
}

/* A paragraph, broken into lines, each behind `tabs` tabs; a blank line follows. */
static void paragraph_add(struct buf *out, unsigned tabs, const char *text)
{
    size_t line = 0;

    while (*text != 0) {
        size_t size = strcspn(text, " \n");
        if (line > 0 && line + size + 1 > LINE_WIDTH) {
            buf_add_text(out, "\n");
            line = 0;
        }
        for (unsigned i = 0; i < tabs && line == 0; i++)
            buf_add_text(out, "\t");
        buf_add_text(out, line > 0 ? " " : "");
        /* At the beginning of a line it would be a list. */
        buf_add_text(out, line == 0 && *text == '-' ? "\\" : "");
        text_add(out, text, size);
        line += size + 1;
        text += size + strspn(text + size, " \n");
    }
    buf_add_text(out, "\n\n");
}

static void section_add(struct buf *out, const char *title)
{
    buf_addf(out, "# %s\n\n", title);
}

/* "*term* form", on a line of its own; what belongs to it is indented. */
static void term_add(struct buf *out, const char *term, const char *form)
{
    buf_add_text(out, "*");
    text_add(out, term, strlen(term));
    buf_add_text(out, form != NULL && form[0] != 0 ? "* " : "*");
    if (form != NULL)
        text_add(out, form, strlen(form));
    buf_add_text(out, "\n");
}

/* Lines that are shown as they stand; a backslash is scdoc's there too. */
static void literal_add(struct buf *out, const char *text)
{
    buf_add_text(out, "\t```\n");
    for (const char *at = text; *at != 0; at++) {
        if (at == text || at[-1] == '\n')
            buf_add_text(out, "\t");
        buf_add_text(out, *at == '\\' ? "\\" : "");
        buf_add(out, at, 1);
    }
    buf_add_text(out, "\t```\n\n");
}

static void example_add(struct buf *out, enum word_kind kind, const struct word *w)
{
    struct buf text = BUF_INIT;

    word_example(kind, w, &text);
    literal_add(out, buf_text(&text));
    buf_release(&text);
}

/* ---- scenario-file(5) ---- */

static const char file_description[] =
    "A scenario is a YAML file that says which tree of processes runs behind a terminal, what is "
    "done to it and when, and how it must end. `scenario run` runs it and judges it; `scenario "
    "check` says what is wrong with it, `scenario check --expand` writes it out with every "
    "parameter, script and repetition replaced.";

static const char file_yaml[] =
    "One document, maps and lists, block or flow. Scalars are text, whatever they look like; a key "
    "that wants a number wants one without quotes. Anchors and aliases are fine; tags, merge keys "
    "and duplicate keys are errors. ${name} stands for a parameter of `matrix` or `vars`, or of a "
    "script; $${ stands for the two characters. In the shapes below words in capitals are explained "
    "under WORDS, a key with ! must be there.";

/* For whom an invariant is, and how long it may take to hold, if it may. */
static void invariant_add(struct buf *out, const struct invariant_entry *e)
{
    bool tree = invariant_serves(e, SUBJECT_TREE);
    bool command = invariant_serves(e, SUBJECT_COMMAND);
    const char *whose = tree ? "of a tree" : "of a command";

    buf_addf(out, "\t%s%s", command && tree ? "of any subject" : whose,
             (e->told & SUBJECT_COMMAND) == 0 ? ""
             : tree                           ? ", of a command told only"
                                              : ", told only");
    if (e->default_within_ns > 0)
        buf_addf(out, "; within %" PRId64 "ms when it does not say",
                 e->default_within_ns / 1000000);
    if (e->command_within_ns > 0)
        buf_addf(out, ", %" PRId64 "ms of a command", e->command_within_ns / 1000000);
    buf_add_text(out, "\n\n");
}

static void words_add(struct buf *out, const char *title, enum word_kind kind, const char *about)
{
    struct word w;

    section_add(out, title);
    if (about != NULL)
        paragraph_add(out, 0, about);
    for (size_t i = 0; word_at(kind, i, &w); i++) {
        term_add(out, w.name, w.shape);
        paragraph_add(out, 1, w.help);
        if (kind == WORD_INVARIANT)
            invariant_add(out, invariant_at(i));
        example_add(out, kind, &w);
    }
}

static const char subject_description[] =
    "A command is the foreground job of a session whose leader is not part of it, as under an "
    "interactive shell. Its environment is that of `scenario`, with TERM=xterm, without COLUMNS and "
    "LINES. Points are what is seen of processes from outside, as in `child@proc.exited`. `root` is what "
    "was started, `child` a child of it, `leaf` has no child now, `any` is whoever; child.2 is the second "
    "child by birth; others get a name by `who`. Where several are meant, an address counts all of them, "
    "`alive` and `stopped` want one, `gone` all there were, and a signal or a fault hits the first by "
    "birth that lives. What only actors of a `tree` can do (`tell`, faults of links, `defect`) is refused. Its "
    "end is judged as that of a script's program, see EXPECT SCRIPTS.";

static const char seen_description[] =
    "Every process of a command that is seen is in the record from then on, by the name of what it "
    "runs: proc.spawned by its parent, proc.execed, proc.exited, proc.reaped by whom. In the tier "
    "`base` the processes below the guard are looked at after each event and at least every 10 ms "
    "(of very many less often, as looking shall take no more than a tenth of a processor): one that "
    "lives in between, and is reaped by its own parent, is not seen. What cannot be known is not "
    "guessed: whose child one was that was seen first when it had lost its parent, and who has "
    "reaped one whose parent had died by then, is `unknown`. Where cgroup v2 can be written to, a "
    "command is in a group of its own. When the harness and its guard are both killed, the next "
    "start ends what they had started.";

static const char steps_description[] =
    "They run one after the other; each waits until it is done, at most `within` or limits.step. "
    "There is no sleep: what has no sign to wait for is awaited by `quiet`.";

static const char invariants_description[] =
    "All that are for the subject are on. `invariants` gives one another bound, or turns it off with a "
    "reason. What some find of a command is told and fails nothing, unless `invariants` names them. Who "
    "stands behind `actor:` is the actor of its signature.";

static const char defects_description[] =
    "Each is the rule of a real program's bug turned into a switch. With `must-fail` it proves that "
    "the bug would be seen.";

static void points_add(struct buf *out)
{
    struct word first;

    section_add(out, "POINTS");
    paragraph_add(
        out, 0,
        "An address is ACTOR@POINT#N: the N-th time (the first when it does not say; #+N: "
        "counted from here) that the actor, or `any`, is at the point. A point is "
        "reported after the change of state and before the effect that it names. What its record "
        "carries stands in brackets, by the names that a trace shows. Each can be awaited, as the "
        "first of each family shows here.");
    for (size_t i = 0; word_at(WORD_POINT_FAMILY, i, &first); i++) {
        size_t size = point_family_size(first.name);
        for (unsigned point = 0; point < POINTS; point++) {
            if (point_family_size(point_name(point)) != size ||
                memcmp(point_name(point), first.name, size) != 0)
                continue;
            term_add(out, point_name(point), NULL);
            struct buf text = BUF_INIT;
            help_point(point, &text);
            paragraph_add(out, 1, buf_text(&text));
            buf_release(&text);
            if (strcmp(point_name(point), first.name) == 0)
                example_add(out, WORD_POINT_FAMILY, &first);
        }
    }
}

static void calls_add(struct buf *out)
{
    struct buf table = BUF_INIT;

    section_add(out, "SYSTEM CALLS");
    for (size_t i = 0; i < HELP_CALLS_PARAGRAPHS; i++)
        paragraph_add(out, 0, help_calls_about[i]);
    help_calls_table(&table);
    literal_add(out, buf_text(&table));
    buf_release(&table);
}

/* What a step sends to who prompts. */
static void prompt_add(struct buf *out)
{
    section_add(out, "WHAT IS TYPED AT A PROMPT");
    paragraph_add(
        out, 0,
        "An actor that pauses or has crashed prompts with its name: `leaf> `. A step "
        "sends a command with its Enter, send: \"c\\r\"; the script `leave-prompt` does it "
        "for c, q and a. `h` at the prompt lists them all. x asks the actor's own code while it prompts:");
    for (unsigned i = 0; i < TELL_WORDS; i++) {
        struct buf word = BUF_INIT;
        buf_addf(&word, "x %s", tell_name(i));
        term_add(out, buf_text(&word), NULL);
        paragraph_add(out, 1, tell_help(i));
        buf_release(&word);
    }
    term_add(out, "x block", NULL);
    paragraph_add(out, 1, "its code does not come back: the prompt hangs");
    term_add(out, "x", NULL);
    paragraph_add(out, 1,
                  "only what `overrides` with `when: in-prompt` says; so does any other word");
    paragraph_add(
        out, 0,
        "Who has failed by `x fail`, or by `x exit` with an `error`, and is then left with q "
        "or a has failed twice: with its own error and with APP:QUIT, which is a GROUP. Left "
        "with c it has its own error alone. After `x crash` the failure has a prompt of its "
        "own to come, and q adds nothing: c, q and a leave the first prompt, and the error "
        "is its own. At a crash prompt it is the same: the actor has failed already.");
}

static void list_add(struct buf *out, const char *title, enum word_kind kind)
{
    struct buf text = BUF_INIT;
    struct word w;

    section_add(out, title);
    for (size_t i = 0; word_at(kind, i, &w); i++)
        buf_addf(&text, "%s%s", i > 0 ? " " : "", w.name);
    paragraph_add(out, 0, buf_text(&text));
    buf_release(&text);
}

static void keys_add(struct buf *out)
{
    struct buf table = BUF_INIT;

    section_add(out, "KEYS OF THE TERMINAL");
    paragraph_add(out, 0, help_keys_about);
    help_keys_table(&table);
    literal_add(out, buf_text(&table));
    buf_release(&table);
}

static const char answers_about[] =
    "A program may ask its terminal. It is answered at once, as an xterm does, and the transcript and "
    "the record say what was asked and what was typed for it; where the terminal echoes, the echo of "
    "an answer is not output. The cursor is where the output up to the question has left it. An "
    "xterm tells no titles and no clipboard and knows no keyboard of kitty's, and neither does this "
    "one. It answers";

static void answers_add(struct buf *out)
{
    struct buf table = BUF_INIT;

    section_add(out, "WHAT THE TERMINAL ANSWERS");
    paragraph_add(out, 0, answers_about);
    for (size_t i = 0; answer_name(i) != NULL; i++)
        buf_addf(&table, "%-22s %s\n", answer_name(i), answer_asked(i));
    literal_add(out, buf_text(&table));
    buf_release(&table);
}

static const char script_help[] =
    "A script is a file of its own with `script: 1`, `params` and `steps`; `use` puts its steps "
    "here, with values for its parameters. It is looked for in `expect/scripts` beside the folder "
    "`scenarios`, then among the installed ones. A parameter is NAME: {default, values, help}; one "
    "without a default must be given. Messages name the script's own line. `scenario expect` runs a "
    "script on its own on any program; then all works that works on a command.";

static const char script_head[] =
    "A script may also say how its program is started and must end: `env`, variables beside ours or in "
    "place of them; `cwd`, from the script's own folder on; `who`, names of its processes; `terminal`, `limits` and `outcome` as in a "
    "scenario. They count where the script runs on its own; where a scenario uses it, the scenario's "
    "own do.";

static const char script_end[] =
    "Where a script runs on its own, the end of a program that has ended by itself is judged, too. "
    "Died by a signal that neither a key, nor what was typed, nor a step has made: FAIL `outcome`, "
    "or CRASH where it is one of a mistake of its own (SIGSEGV, SIGABRT). A process that lives on "
    "for 100 ms: LEAK `early-return`, and until `limits.grace` is over: LEAK `survivor`. The modes "
    "of the terminal are not as at the start: FAIL, and each of them is named. Time counts from "
    "the last step where that was later, and without that in which the machine had no processor "
    "for whoever was ending. A process that is dead, and that a parent that lives has not reaped "
    "within 1 s, is FAIL in any case. A failure has a line for each process: what it does, or "
    "which signal has stopped it, whose child it is, how old it is, and whether it has the "
    "terminal open. A program that lives when the script is done is ended: its window is closed, "
    "which is a hang-up (SIGHUP) and the end of its input; one that does not mind that for half of "
    "`limits.grace` gets a SIGTERM, and at the end of it SIGKILL. Which of them it took is told, and "
    "so is what it leaves; neither is judged. Where `outcome` says how it must end, it is waited for; "
    "one that lives after `limits.grace` is FAIL `outcome`.";

/* APP is what an actor's own code fails with; the others the runtime makes. */
static void error_kinds(struct buf *out)
{
    buf_add_text(out, "of the root's final error, or KIND:CODE:");
    for (unsigned i = 1; i < ERROR_KINDS; i++)
        buf_addf(out, "%s %s", i > 1 ? "," : "", error_name(i));
}

static void causes(struct buf *out)
{
    buf_add_text(out, "why it came to that:");
    for (unsigned i = 0; i < CAUSES; i++)
        buf_addf(out, "%s %s", i > 0 ? "," : "", cause_name(i));
}

void help_words(struct buf *out)
{
    for (size_t i = 0; definition_at(i) != NULL; i++) {
        const struct definition *row = definition_at(i);
        if (row->help != NULL || row->shape != NULL)
            buf_addf(out, "%-10s %s\n", row->name, row->help != NULL ? row->help : row->shape);
    }
    buf_addf(out, "%-10s ", "KIND");
    error_kinds(out);
    buf_addf(out, "\n%-10s ", "CAUSE");
    causes(out);
    buf_add_text(out, "\n");
}

static void file_page(struct buf *out)
{
    struct buf kinds = BUF_INIT;

    buf_add_text(out, "scenario-file(5)\n\n");
    section_add(out, "NAME");
    buf_add_text(out, "scenario-file - the language of scenarios, version 1\n\n");
    section_add(out, "DESCRIPTION");
    paragraph_add(out, 0, file_description);
    paragraph_add(out, 0, file_yaml);
    words_add(out, "KEYS OF A FILE", WORD_TOP_KEY, NULL);
    words_add(out, "KEYS OF AN ACTOR", WORD_ACTOR_KEY, NULL);
    words_add(out, "ROLES", WORD_ROLE, NULL);
    words_add(out, "KEYS OF A COMMAND", WORD_COMMAND_KEY, subject_description);
    section_add(out, "PROCESSES OF A COMMAND");
    paragraph_add(out, 0, seen_description);
    words_add(out, "STEPS", WORD_STEP, steps_description);
    for (size_t i = 0; help_pattern_at(i) != NULL; i++) {
        section_add(out, help_pattern_at(i)->title);
        paragraph_add(out, 0, help_pattern_at(i)->text);
    }
    section_add(out, "BRANCHES");
    paragraph_add(out, 0, help_branches_about);
    section_add(out, "CAPTURED TEXT");
    paragraph_add(out, 0, help_captured_about);
    section_add(out, "ECHO");
    for (size_t i = 0; i < HELP_ECHO_PARAGRAPHS; i++)
        paragraph_add(out, 0, help_echo_about[i]);
    words_add(out, "FAULTS", WORD_FAULT, NULL);
    words_add(out, "WHAT AN ACTOR CAN BE TOLD", WORD_TELL, NULL);
    prompt_add(out);
    points_add(out);
    calls_add(out);
    words_add(out, "INVARIANTS", WORD_INVARIANT, invariants_description);
    words_add(out, "DEFECTS", WORD_DEFECT, defects_description);
    section_add(out, "EXPECT SCRIPTS");
    paragraph_add(out, 0, script_help);
    paragraph_add(out, 0, script_end);
    paragraph_add(out, 0, script_head);
    paragraph_add(out, 0, help_secrets_about);
    keys_add(out);
    answers_add(out);
    list_add(out, "SIGNALS", WORD_SIGNAL);
    section_add(out, "WORDS");
    for (size_t i = 0; definition_at(i) != NULL; i++) {
        const struct definition *row = definition_at(i);
        if (row->help == NULL && row->shape == NULL)
            continue;
        term_add(out, row->name, NULL);
        paragraph_add(out, 1, row->help != NULL ? row->help : row->shape);
    }
    error_kinds(&kinds);
    term_add(out, "KIND", NULL);
    paragraph_add(out, 1, buf_text(&kinds));
    buf_release(&kinds);
    causes(&kinds);
    term_add(out, "CAUSE", NULL);
    paragraph_add(out, 1, buf_text(&kinds));
    buf_release(&kinds);
    section_add(out, "LIMITS");
    buf_addf(
        out,
        "A file has at most %d bytes, %d variants, and %d steps a variant; a tree %d actors.\n\n",
        SCENARIO_BYTES_MAX, SCENARIO_VARIANTS_MAX, SCENARIO_STEPS_MAX, TREE_ACTORS_MAX);
    section_add(out, "SEE ALSO");
    buf_add_text(out, "*scenario*(1)\n");
}

/* ---- known-failures(5) ---- */

static const char known_description[] =
    "ci/known-failures.yaml beside the folder `scenarios` holds the failures that are known, so that "
    "a gate (`scenario gate`, `scenario run --gate`) is red for new ones only. An entry says what fails, "
    "where, who sees to it and until when: it cannot be forgotten, as it excuses nothing after that "
    "day, and is red itself when what it says is broken passes.";

static const char known_kinds[] =
    "There are two kinds. Ours has `expires`, a day at most 90 days after `added`. Theirs, a bug of a "
    "program that a scenario drives, has `program` and `versions` in its place, and holds as long as the "
    "program says one of those. A flaky entry has `seen`: its limit is the upper end of the interval "
    "that those counts allow (Wilson, 95 %), and it never passes unexpectedly.";

static const char known_matching[] =
    "An entry excuses a failure when all that it names fits, looked at in this order: scenario, when, "
    "engine, platform, version, signature. Of several the first in the file counts. `scenario known "
    "explain VARIANT` tells of each what does not fit.";

static const char known_yaml[] =
    "It is YAML as in scenario-file(5), without parameters. `scenario check` says what is wrong with it, "
    "and looks for scenarios and parameters that are not there; a schema for editors is installed as "
    "share/scenario/scenarios/schema/known-failures.v1.json.";

static const char known_changing[] =
    "`scenario known add`, `renew` and `remove`, and `--update` of `gate` and `run`, change the text where "
    "it stands: comments, order and all else stay. A renewed entry gets a comment that says what it "
    "was, and why. What is written in a way that only people can change (an alias, entries in [ ]) is "
    "left alone.";

static const char known_example[] = "known-failures: 1\n"
                                    "entries:\n"
                                    "  - id: KF-7                                    # ours\n"
                                    "    issue: https://example.org/issues/7\n"
                                    "    scenario: prompt/commands_root\n"
                                    "    when: 'ask == \"pause\"'\n"
                                    "    engine: real\n"
                                    "    platform: { cores: '<=2', ci: true }\n"
                                    "    signature: 'timeout:step actor=root'\n"
                                    "    state: flaky\n"
                                    "    seen: { failed: 3, of: 400 }\n"
                                    "    owner: ann\n"
                                    "    added: 2026-11-30\n"
                                    "    expires: 2027-02-15\n"
                                    "  - id: KF-8                                    # theirs\n"
                                    "    issue: https://github.com/bats-core/bats-core/issues/155\n"
                                    "    scenario: wild/bats_ctrl_c\n"
                                    "    signature: 'leak:survivor'\n"
                                    "    state: broken\n"
                                    "    program: bats\n"
                                    "    versions: '1.8.x'\n"
                                    "    owner: ann\n"
                                    "    added: 2026-11-30\n";

static void known_words_add(struct buf *out, const char *title,
                            const struct word *(*key_at)(size_t i))
{
    section_add(out, title);
    for (size_t i = 0; key_at(i) != NULL; i++) {
        term_add(out, key_at(i)->name, key_at(i)->shape);
        paragraph_add(out, 1, key_at(i)->help);
        if (known_key_is_required(key_at(i)->name))
            paragraph_add(out, 1, "every entry has one");
        literal_add(out, key_at(i)->example);
    }
}

static void known_page(struct buf *out)
{
    buf_add_text(out, "known-failures(5)\n\n");
    section_add(out, "NAME");
    buf_add_text(out, "known-failures - failures that a gate excuses, for how long and why\n\n");
    section_add(out, "DESCRIPTION");
    paragraph_add(out, 0, known_description);
    paragraph_add(out, 0, known_kinds);
    paragraph_add(out, 0, known_matching);
    paragraph_add(out, 0, known_yaml);
    paragraph_add(out, 0, known_changing);
    section_add(out, "EXAMPLE");
    literal_add(out, known_example);
    known_words_add(out, "KEYS OF THE FILE", known_file_key);
    known_words_add(out, "KEYS OF AN ENTRY", known_entry_key);
    section_add(out, "WORDS");
    for (size_t i = 0; known_definition(i) != NULL; i++) {
        if (known_definition(i)->help == NULL)
            continue;
        term_add(out, known_definition(i)->name, NULL);
        paragraph_add(out, 1, known_definition(i)->help);
    }
    section_add(out, "LIMITS");
    buf_addf(
        out,
        "A file has at most %d bytes and %d entries; an id %d bytes, any other text %d; an entry "
        "lives %d days.\n\n",
        SCENARIO_BYTES_MAX, KNOWN_ENTRIES_MAX, KNOWN_ID_BYTES_MAX, KNOWN_TEXT_BYTES_MAX,
        KNOWN_DAYS_MAX);
    section_add(out, "SEE ALSO");
    buf_add_text(out, "*scenario*(1), *scenario-file*(5)\n");
}

/* ---- scenario(1) ---- */

static const char command_description[] =
    "scenario runs a tree of processes behind a pseudo-terminal, injects Ctrl-C, crashes, "
    "cancellation and other faults at exact points, and judges what is left: who held the terminal "
    "and in which order, who was reaped, what survived, in which modes the terminal was left. The "
    "same scenario runs on real processes and in a simulator where every interleaving can be tried.";

static const struct {
    const char *name;
    const char *help;
} environment[] = {
    {"NO_COLOR",        "not empty: no colours unless --color says so"                               },
    {"XDG_RUNTIME_DIR",
     "where a run notes what it has started, for the next start if it is killed; else TMPDIR"        },
    {"SCENARIO_RUN",    "the cookie of all processes that a run starts; set for them, and taken over"},
};

/* Further lines of a verb's help: paragraphs between empty lines. */
static void more_add(struct buf *out, const char *more)
{
    while (more != NULL && *more != 0) {
        const char *end = strstr(more, "\n\n");
        struct buf text = BUF_INIT;
        buf_add(&text, more, end != NULL ? (size_t)(end - more) : strlen(more));
        paragraph_add(out, 1, buf_text(&text));
        buf_release(&text);
        more = end != NULL ? end + 2 : NULL;
    }
}

static void verbs_add(struct buf *out)
{
    section_add(out, "VERBS");
    for (size_t i = 0; i < verb_count(); i++) {
        const struct verb_entry *verb = verb_at(i);
        struct buf flags = BUF_INIT;
        term_add(out, verb->name, verb->form);
        paragraph_add(out, 1, verb->help);
        more_add(out, verb->more);
        more_add(out, verb->codes);
        flags_print(verb->flags, &flags);
        literal_add(out, buf_text(&flags));
        buf_release(&flags);
    }
}

static void labelled_add(struct buf *out, const char *label, const char *text)
{
    struct buf both = BUF_INIT;

    buf_addf(&both, "%s%s", label, text);
    paragraph_add(out, 1, buf_text(&both));
    buf_release(&both);
}

static void fixtures_add(struct buf *out)
{
    section_add(out, "FIXTURES");
    paragraph_add(out, 0,
                  "What `scenario fixture` becomes, what a right supervisor or terminal does "
                  "with it, and what `scenario expect` says of it after these steps.");
    for (size_t i = 0; fixture_at(i) != NULL; i++) {
        const struct fixture_entry *f = fixture_at(i);
        term_add(out, f->name, NULL);
        paragraph_add(out, 1, f->help);
        paragraph_add(out, 1, f->more);
        labelled_add(out, "What is right: ", f->right);
        literal_add(out, f->steps);
        labelled_add(out, "`scenario expect` says: ", f->verdict);
    }
}

static void command_page(struct buf *out)
{
    buf_add_text(out, "scenario(1)\n\n");
    section_add(out, "NAME");
    buf_add_text(out, "scenario - runs trees of processes behind a terminal and judges them\n\n");
    section_add(out, "SYNOPSIS");
    buf_add_text(out, "*scenario* _verb_ [flag]... [argument]...\n\n");
    section_add(out, "DESCRIPTION");
    paragraph_add(out, 0, command_description);
    verbs_add(out);
    fixtures_add(out);
    section_add(out, "VERDICTS");
    for (unsigned i = 0; i < VERDICTS; i++) {
        term_add(out, verdict_name(i), NULL);
        buf_addf(out, "\tExit code %d: ", verdict_exit_code(i));
        text_add(out, verdict_help(i), strlen(verdict_help(i)));
        buf_add_text(out, ".\n\n");
    }
    section_add(out, "EXIT CODES");
    buf_add_text(out, "```\n");
    for (unsigned i = 0; i < EXIT_CODES; i++) {
        if (exit_code_help(i) != NULL)
            buf_addf(out, "%u  %s\n", i, exit_code_help(i));
    }
    buf_add_text(out, "```\n\nOf several the order is 6, 1, 7, 5. The command dies of the signal "
                      "that has stopped it.\n\n");
    section_add(out, "ENVIRONMENT");
    for (size_t i = 0; i < sizeof(environment) / sizeof(environment[0]); i++) {
        term_add(out, environment[i].name, NULL);
        paragraph_add(out, 1, environment[i].help);
    }
    section_add(out, "SEE ALSO");
    buf_add_text(out, "*scenario-file*(5), *scenario-record*(5), *known-failures*(5)\n");
}

bool manual_print(const char *page, struct buf *out)
{
    static const struct {
        const char *page;
        void (*print)(struct buf *out);
    } pages[] = {
        {"scenario",       command_page},
        {"scenario-file",  file_page   },
        {"known-failures", known_page  },
    };

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (strcmp(pages[i].page, page) == 0) {
            pages[i].print(out);
            return true;
        }
    }
    return false;
}
