/* words.c: rows for the keys and steps, and examples of everything. */
#include "harness/cli/words.h"

#include "harness/language/fault.h"
#include "harness/observe/invariant.h"
#include "harness/scenario/model.h"
#include "runtime/actor/core.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <string.h>

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */

/* ---- Keys of a file ---- */

static const struct word_entry top_keys[] = {
    {"scenario", "1",
     "the version of the language; the first line of every scenario",
     "scenario: 1\n"},
    {"name", "WORDS",
     "what a reader of a report is told",
     "name: Ctrl-C at a prompt\n"},
    {"summary", "WORDS",
     "what it shows, and why",
     "summary: >-\n  One Ctrl-C at the prompt\n  changes nothing.\n"},
    {"issues", "[WORDS | {url!: WORDS, relation: WORDS}]",
     "reports that it is about; for people, and for known failures",
     "issues:\n  - { url: https://example.org/issues/7, relation: reproduces }\n"},
    {"tags", "[TAG]",
     "words to select it by, `-k tag:WORD`",
     "tags: [ctrlc, nested]\n"},
    {"engines", "[real | sim]+",
     "where it can run: on processes, in the simulator; both when it does not say",
     "engines: [real, sim]\n"},
    {"terminal", "{rows: SIZE, columns: SIZE}",
     "the size of the terminal; 24 x 80 when it does not say",
     "terminal: { rows: 50, columns: 132 }\n"},
    {"limits", "{total: DURATION, step: DURATION, grace: DURATION}",
     "how long the run may take (30s), one step (10s), and the end after the last step (2s)",
     "limits: { total: 60s, step: 5s, grace: 1s }\n"},
    {"matrix", "MATRIX",
     "parameters and their values: a variant for each combination, less `exclude`, plus "
     "`include`; ${name} stands for the value everywhere",
     "matrix:\n  presses: [1, 3]\n  prompt: [pause, crash]\n  exclude:\n    - { presses: "
     "3, prompt: crash }\n"},
    {"vars", "{*: TEXT}",
     "values with names, made of the matrix's",
     "vars:\n  patience: 500ms\n"},
    {"tree", "{*: ACTOR}",
     "the subject: one root and what is below it",
     "tree:\n  root:\n    run: supervisor\n    children:\n      leaf: { run: repl, pause: "
     "{ when: start } }\n"},
    {"session", "job",
     "the subject is the foreground job of a session",
     "session: job\n"},
    {"adopt", "subreaper",
     "who adopts orphans",
     "adopt: subreaper\n"},
    {"isolate", "auto | off",
     "how far the subject is kept apart",
     "isolate: auto\n"},
    {"no-ctrl-c", "WORDS",
     "why there are no variants [ctrl-c=each-prompt], in which Ctrl-C is pressed at each prompt and "
     "must change nothing; without it there are",
     "no-ctrl-c: this scenario presses Ctrl-C itself\n"},
    {"defect", "DEFECT | [DEFECT]",
     "the named mistake that the runtime makes, or `none`",
     "defect: hop-blind\n"},
    {"must-fail", "[SIGNATURE | {when!: CONDITION, signatures!: [SIGNATURE]}]+",
     "a proof that the oracle works: all of these must be violated, the first one first",
     "must-fail:\n  - holder-not-killed cause=sibling-error\n"},
    {"inject", "[{at!: ADDRESS, do!: STEPS}]",
     "at its address the actor is held, the steps run once, the actor goes on",
     "inject:\n  - at: leaf@dbg.prompt\n    do:\n      - key: C-c\n"},
    {"order", "[[ADDRESS, ADDRESS]]",
     "pairs [A, B]: B is held until A has happened",
     "order:\n  - ['leaf@dbg.prompt', 'w.1@exit.closed']\n"},
    {"steps", "STEPS",
     "what is done and awaited, one after the other",
     "steps:\n  - expect: 'leaf> $'\n  - send: \"c\\r\"\n"},
    {"invariants", "{INVARIANT: {within: DURATION, off: BOOLEAN, because: WORDS}}",
     "another bound for one of them, or off with a reason; all are on",
     "invariants:\n  no-zombies: { within: 1s }\n"},
    {"outcome", "JUDGEMENT | [JUDGEMENT]",
     "how the subject must end; of a list the first whose `when` holds",
     "outcome:\n  exit: { status: 0 }\n  tree: empty\n"},
};

/* ---- Keys of an actor ---- */

static const struct word_entry actor_keys[] = {
    {"run", "ROLE",
     "its role",
     "run: supervisor\n"},
    {"children", "{*: ACTOR}",
     "the actors that it starts, by name",
     "children:\n  d: { run: daemon }\n"},
    {"count", "INTEGER",
     "so many of it, NAME.1 to NAME.n",
     "count: 3\n"},
    {"chain", "INTEGER",
     "so many of it, each below the one before; the children hang on the last",
     "chain: 2\n"},
    {"pause", "{when: start | told, prompt: PROMPT, tasks: INTEGER}",
     "asks for the terminal: when, for which kind of prompt, in so many tasks at once",
     "pause: { when: start, prompt: crash }\n"},
    {"exits", "{when: start | told | children-gone, status: INTEGER, signal: SIGNAL, error: TEXT}",
     "when and how it ends by itself",
     "exits: { when: told, error: 7 }\n"},
    {"deadline", "DURATION",
     "of its own nursery, from its start; 0s: none",
     "deadline: 500ms\n"},
    {"on-child-error", "cancel | collect",
     "at the first error of a child: cancel the others, or let them end",
     "on-child-error: collect\n"},
    {"on-cancel", "obey | ignore | slow",
     "what its code makes of a cancel",
     "on-cancel: ignore\n"},
    {"late", "BOOLEAN",
     "not started with its parent, only by `tell: spawn`",
     "late: true\n"},
    {"detach", "none | double-fork | setsid",
     "it starts a process that leaves the tree: no child of it, or a session of its own",
     "detach: setsid\n"},
    {"overrides", "{signal: SIGNAL, with: default | ignore | handler, when: start | in-prompt | "
     "after-prompt}",
     "what its own code does to the handler of SIGINT, and when",
     "overrides: { signal: SIGINT, with: default, when: in-prompt }\n"},
};

/* ---- Steps; their forms and help are in STEP_MAP ---- */

static const struct word_entry steps[] = {
    {"expect", "WORDS | {stream!: WORDS, within: DURATION}",
     NULL,
     "- expect: 'leaf> $'\n- expect: { stream: 'done (\\d+)', within: 2s }\n"},
    {"absent", "{stream!: WORDS, until!: quiet | ADDRESS}",
     NULL,
     "- absent: { stream: 'Traceback', until: quiet }\n"},
    {"send", "TEXT",
     NULL,
     "- send: \"c\\r\"\n"},
    {"key", "KEY | {name!: KEY, times: INTEGER, gap: DURATION, to: tty | tiocsig}",
     NULL,
     "- key: C-c\n- key: { name: C-c, times: 3, gap: 250ms }\n"},
    {"signal", "{to!: WORDS, name!: SIGNAL}",
     NULL,
     "- signal: { to: leaf, name: SIGTERM }\n"},
    {"fault", "FAULT",
     NULL,
     "- fault: { kill: w.1, with: SIGKILL }\n"},
    {"await", "quiet | ADDRESS | {alive: ACTORS, gone: ACTORS, stopped: ACTORS, count: INTEGER, "
     "zombies: INTEGER, within: DURATION}",
     NULL,
     "- await: leaf@dbg.prompt\n- await: quiet\n- await: { alive: all, zombies: 0 }\n"},
    {"tell", "{actor!: WORDS, do!: TELL}",
     NULL,
     "- tell: { actor: w.1, do: fail }\n"},
    {"parallel", "[STEPS]+",
     NULL,
     "- parallel:\n    -\n      - await: w.1@exit.closed\n    -\n      - tell: { actor: "
     "w.1, do: exit }\n"},
    {"repeat", "{times!: INTEGER, steps!: STEPS}",
     NULL,
     "- repeat:\n    times: 3\n    steps:\n      - key: C-c\n      - await: quiet\n"},
    {"when", "{if!: CONDITION, steps!: STEPS}",
     NULL,
     "- when:\n    if: 'presses == 3 and prompt in [\"pause\", \"crash\"]'\n    steps:\n  "
     "    - await: quiet\n"},
    {"use", "{script!: WORDS, with: {*: TEXT}}",
     NULL,
     "- use: { script: leave-prompt, with: { by: c } }\n"},
    {"resize", "{rows!: SIZE, columns!: SIZE}",
     NULL,
     "- resize: { rows: 50, columns: 132 }\n"},
    {"wait", "DURATION | {for!: DURATION, because: WORDS}",
     NULL,
     "- wait: { for: 100ms, because: 'the program polls every 50 ms' }\n"},
    {"note", "WORDS",
     NULL,
     "- note: 'here the second half begins'\n"},
};

/* clang-format on */

static const struct word_entry *row_find(const struct word_entry *rows, size_t count,
                                         const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

const struct word_entry *word_top_key(const char *name)
{
    return row_find(top_keys, sizeof(top_keys) / sizeof(top_keys[0]), name);
}

const struct word_entry *word_actor_key(const char *name)
{
    return row_find(actor_keys, sizeof(actor_keys) / sizeof(actor_keys[0]), name);
}

const struct word_entry *word_step(const char *name)
{
    return row_find(steps, sizeof(steps) / sizeof(steps[0]), name);
}

/* ---- Names, kind by kind ---- */

size_t point_family_size(const char *point)
{
    return strcspn(point, ".");
}

/* The first point of family number i. */
static const char *family_at(size_t i)
{
    for (unsigned point = 0; point < POINTS; point++) {
        const char *name = point_name(point);
        size_t size = point_family_size(name);
        bool seen = false;
        for (unsigned before = 0; before < point && !seen; before++)
            seen = point_family_size(point_name(before)) == size &&
                   memcmp(point_name(before), name, size) == 0;
        if (!seen && i-- == 0)
            return name;
    }
    return NULL;
}

const char *word_at(enum word_kind kind, size_t i)
{
    switch (kind) {
    case WORD_TOP_KEY:
        return language_top_key(i);
    case WORD_ACTOR_KEY:
        return language_actor_key(i);
    case WORD_STEP:
        return i < STEPS ? step_name((unsigned)i) : NULL;
    case WORD_FAULT:
        return i < fault_count() ? fault_at(i)->name : NULL;
    case WORD_INVARIANT:
        return i < invariant_count() ? invariant_at(i)->name : NULL;
    case WORD_POINT_FAMILY:
        return family_at(i);
    case WORD_ROLE:
        return i < ROLES ? role_name((unsigned)i) : NULL;
    case WORD_DEFECT:
        return i < DEFECTS ? defect_name((unsigned)i) : NULL;
    case WORD_TELL:
        return i < TELL_WORDS ? tell_name((unsigned)i) : NULL;
    case WORD_KINDS:
        break;
    }
    return NULL;
}

/* ---- Examples ---- */

static void lines_add(struct buf *out, const char *text, unsigned indent)
{
    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        buf_addf(out, "%*s%.*s\n", (int)indent, "", (int)size, text);
        text += size + (text[size] == '\n' ? 1 : 0);
    }
}

/* What a word in capitals of a fault's form stands for in an example. */
static const struct {
    const char *word;
    const char *value;
} fault_values[] = {
    {"ACTOR",    "leaf"   },
    {"SIGNAL",   "SIGTERM"},
    {"DURATION", "100ms"  },
    {"N",        "3"      },
};

/* "kill: ACTOR, with: SIGNAL" -> "kill: leaf, with: SIGTERM"; of alternatives the first. */
static bool fault_example(const char *name, struct buf *out)
{
    int row = fault_find(name);
    const char *at = row < 0 ? "" : fault_at((size_t)row)->shape;

    while (*at != 0) {
        size_t word = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        const char *value = NULL;
        for (size_t i = 0; i < sizeof(fault_values) / sizeof(fault_values[0]); i++) {
            if (strlen(fault_values[i].word) == word && memcmp(fault_values[i].word, at, word) == 0)
                value = fault_values[i].value;
        }
        if (word > 0 && value == NULL)
            return false;
        if (value != NULL)
            buf_add_text(out, value);
        else if (strncmp(at, " | ", 3) == 0)
            word = strcspn(at, ",");
        else
            buf_add(out, at, word = 1);
        at += word;
    }
    return row >= 0;
}

/* Of the kinds whose examples are all made the same way. */
static bool made_example(enum word_kind kind, const char *name, struct buf *out)
{
    bool ok = true;

    switch (kind) {
    case WORD_FAULT:
        buf_add_text(out, "- fault: { ");
        ok = fault_example(name, out);
        buf_add_text(out, " }\n");
        return ok;
    case WORD_INVARIANT:
        if (invariant_find(name) != NULL && invariant_find(name)->default_within_ns > 0)
            buf_addf(out, "invariants:\n  %s: { within: 5s }\n", name);
        else
            buf_addf(out, "invariants:\n  %s: { off: true, because: 'a fault breaks it here' }\n",
                     name);
        return true;
    case WORD_POINT_FAMILY:
        buf_addf(out, "- await: any@%s\n", name);
        return true;
    case WORD_ROLE:
        buf_addf(out, "one: { run: %s }\n", name);
        return true;
    case WORD_DEFECT:
        buf_addf(out, "defect: %s\n", name);
        return true;
    case WORD_TELL:
        buf_addf(out, "- tell: { actor: %s, do: %s }\n",
                 strcmp(name, "spawn") == 0 ? "spare" : "w.1", name);
        return true;
    case WORD_TOP_KEY:
    case WORD_ACTOR_KEY:
    case WORD_STEP:
    case WORD_KINDS:
        break;
    }
    return false;
}

bool word_example(enum word_kind kind, const char *name, unsigned indent, struct buf *out)
{
    const struct word_entry *row = kind == WORD_TOP_KEY     ? word_top_key(name)
                                   : kind == WORD_ACTOR_KEY ? word_actor_key(name)
                                   : kind == WORD_STEP      ? word_step(name)
                                                            : NULL;
    struct buf text = BUF_INIT;
    bool ok = true;

    if (row != NULL)
        buf_add_text(&text, row->example);
    else
        ok = made_example(kind, name, &text);
    if (ok)
        lines_add(out, buf_text(&text), indent);
    buf_release(&text);
    return ok;
}

/* A scenario around it: what the example brings itself is left out. */
bool word_document(enum word_kind kind, const char *name, struct buf *out)
{
    static const char *const top_lines[][2] = {
        {"scenario",  "scenario: 1\n"                                  },
        {"name",      "name: an example\n"                             },
        {"engines",   "engines: [real, sim]\n"                         },
        {"no-ctrl-c", "no-ctrl-c: an example\n"                        },
        {"matrix",    "matrix:\n  presses: [1, 3]\n  prompt: [pause]\n"},
    };
    bool top = kind == WORD_TOP_KEY || kind == WORD_INVARIANT || kind == WORD_DEFECT;
    bool ok = true;

    for (size_t i = 0; i < sizeof(top_lines) / sizeof(top_lines[0]); i++) {
        if (kind == WORD_TOP_KEY && strcmp(name, top_lines[i][0]) == 0)
            continue;
        buf_add_text(out, top_lines[i][1]);
    }
    if (top && strcmp(name, "scenario") == 0) {
        /* It comes first; the others were added above. */
        struct buf rest = BUF_INIT;
        buf_add(&rest, out->data, out->size);
        buf_drop(out, out->size);
        ok = word_example(kind, name, 0, out);
        buf_add(out, buf_text(&rest), rest.size);
        buf_release(&rest);
    } else if (top) {
        ok = word_example(kind, name, 0, out);
    }
    if (kind != WORD_TOP_KEY || strcmp(name, "tree") != 0) {
        buf_add_text(out, "tree:\n  root:\n    run: supervisor\n    children:\n"
                          "      leaf: { run: repl, pause: { when: start } }\n"
                          "      w: { run: worker, count: 2 }\n"
                          "      spare: { run: worker, late: true }\n");
        if (kind == WORD_ROLE)
            ok = word_example(kind, name, 6, out);
        if (kind == WORD_ACTOR_KEY) {
            buf_add_text(out, "      one:\n");
            if (strcmp(name, "run") != 0)
                buf_add_text(out, "        run: repl\n");
            ok = word_example(kind, name, 8, out);
        }
    }
    if (kind == WORD_TOP_KEY && strcmp(name, "steps") == 0)
        return ok;
    buf_add_text(out, "steps:\n");
    if (kind == WORD_STEP || kind == WORD_FAULT || kind == WORD_POINT_FAMILY || kind == WORD_TELL)
        return word_example(kind, name, 2, out);
    buf_add_text(out, "  - expect: 'leaf> $'\n");
    return ok;
}
