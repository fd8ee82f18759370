/* words.c: the names of every kind, and examples of them. */
#include "harness/cli/words.h"

#include "harness/language/fault.h"
#include "harness/observe/invariant.h"
#include "harness/run/run.h"
#include "harness/scenario/step.h"
#include "runtime/actor/core.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <string.h>

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

static const struct word *step_row(size_t i)
{
    size_t count = 0;

    while (run_steps[count] != NULL)
        count++;
    return i < count ? &run_steps[i]->word : NULL;
}

const struct word *word_row(enum word_kind kind, size_t i)
{
    switch (kind) {
    case WORD_TOP_KEY:
        return language_top_key(i);
    case WORD_ACTOR_KEY:
        return language_actor_key(i);
    case WORD_STEP:
        return step_row(i);
    case WORD_FAULT:
    case WORD_INVARIANT:
    case WORD_POINT_FAMILY:
    case WORD_ROLE:
    case WORD_DEFECT:
    case WORD_TELL:
    case WORD_KINDS:
        break;
    }
    return NULL;
}

const char *word_at(enum word_kind kind, size_t i)
{
    const struct word *row = word_row(kind, i);

    switch (kind) {
    case WORD_TOP_KEY:
    case WORD_ACTOR_KEY:
    case WORD_STEP:
        return row != NULL ? row->name : NULL;
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
    const struct word *row = word_row(kind, 0);
    struct buf text = BUF_INIT;
    bool ok = true;

    for (size_t i = 1; row != NULL && strcmp(row->name, name) != 0; i++)
        row = word_row(kind, i);
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
