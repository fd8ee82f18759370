/* words.c: the names of every kind, and examples of them. */
#include "harness/cli/words.h"

#include "expect/keys.h"
#include "harness/language/definition.h"
#include "harness/language/fault.h"
#include "harness/observe/invariant.h"
#include "harness/observe/verdict.h"
#include "harness/run/run.h"
#include "harness/scenario/step.h"
#include "runtime/actor/core.h"
#include "runtime/actor/frame.h"
#include "runtime/base/status.h"
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

/* Of the kinds whose tables hold words. */
static const struct word *row_at(enum word_kind kind, size_t i)
{
    if (kind == WORD_TOP_KEY)
        return language_top_key(i);
    if (kind == WORD_ACTOR_KEY)
        return language_actor_key(i);
    return kind == WORD_COMMAND_KEY ? language_command_key(i) : step_row(i);
}

/* Those that are for people; the schema has some of its own. */
static void definition_row(size_t i, struct word *out)
{
    for (size_t row = 0; definition_at(row) != NULL; row++) {
        const struct definition *d = definition_at(row);
        if ((d->help == NULL && d->shape == NULL) || i-- > 0)
            continue;
        *out = (struct word){d->name, d->shape, .help = d->help};
        return;
    }
}

bool word_at(enum word_kind kind, size_t i, struct word *out)
{
    const struct word *row = NULL;
    unsigned n = (unsigned)i;

    *out = (struct word){0};
    switch (kind) {
    case WORD_TOP_KEY:
    case WORD_ACTOR_KEY:
    case WORD_COMMAND_KEY:
    case WORD_STEP:
        row = row_at(kind, i);
        break;
    case WORD_FAULT:
        if (i < fault_count())
            *out = (struct word){fault_at(i)->name, fault_at(i)->shape, .help = fault_at(i)->help};
        break;
    case WORD_INVARIANT:
        if (i < invariant_count())
            *out = (struct word){invariant_at(i)->name, invariant_at(i)->note,
                                 .help = invariant_at(i)->help};
        break;
    case WORD_POINT_FAMILY:
        out->name = family_at(i);
        break;
    case WORD_ROLE:
        if (i < ROLES)
            *out = (struct word){role_name(n), .help = role_help(n)};
        break;
    case WORD_DEFECT:
        if (i < DEFECTS)
            *out = (struct word){defect_name(n), .help = defect_help(n)};
        break;
    case WORD_TELL:
        if (i < TELL_WORDS)
            *out = (struct word){tell_name(n), .help = tell_help(n)};
        break;
    case WORD_POINT:
        out->name = i < POINTS ? point_name(n) : NULL;
        break;
    case WORD_SIGNAL:
        out->name = signal_at(i);
        break;
    case WORD_KEY:
        if (key_name(i) != NULL)
            *out = (struct word){key_name(i), .help = key_help(i)};
        break;
    case WORD_ERROR: /* without the first, which is none */
        out->name = i + 1 < ERROR_KINDS ? error_name(n + 1) : NULL;
        break;
    case WORD_CAUSE:
        out->name = i < CAUSES ? cause_name(n) : NULL;
        break;
    case WORD_VERDICT:
        if (i < VERDICTS)
            *out = (struct word){verdict_name(n), .help = verdict_help(n)};
        break;
    case WORD_DEFINITION:
        definition_row(i, out);
        break;
    case WORD_ALL:
        break;
    }
    if (row != NULL)
        *out = *row;
    return out->name != NULL;
}

/* ---- Examples of those whose tables hold none ---- */

static void fault_example(const char *name, struct buf *out)
{
    unsigned takes = fault_at((size_t)fault_find(name))->takes;

    buf_addf(out, "- fault: { %s: %s%s%s%s }\n", name,
             (takes & FAULT_TAKES_TERMINAL) != 0 ? "terminal"
             : (takes & FAULT_TAKES_ERROR) != 0  ? "root"
                                                 : "leaf",
             (takes & FAULT_TAKES_ERROR) != 0 ? ", with: ENOSPC" : "",
             (takes & FAULT_TAKES_SIGNAL) != 0 ? ", with: SIGTERM" : "",
             (takes & FAULT_TAKES_SIDE) != 0 ? ", side: up" : "");
}

static void invariant_example(const char *name, struct buf *out)
{
    const struct invariant_entry *entry = invariant_find(name);
    const char *how = "{ off: true, because: 'a fault breaks it here' }";

    if (entry->default_within_ns > 0)
        how = "{ within: 5s }";
    else if (entry->told != 0)
        how = "{}";
    buf_addf(out, "invariants:\n  %s: %s\n", name, how);
}

void word_example(enum word_kind kind, const struct word *w, struct buf *out)
{
    switch (kind) {
    case WORD_FAULT:
        fault_example(w->name, out);
        break;
    case WORD_INVARIANT:
        invariant_example(w->name, out);
        break;
    case WORD_POINT_FAMILY:
        buf_addf(out, "- await: any@%s\n", w->name);
        break;
    case WORD_ROLE:
        buf_addf(out, "one: { run: %s }\n", w->name);
        break;
    case WORD_DEFECT:
        buf_addf(out, "defect: %s\n", w->name);
        break;
    case WORD_TELL:
        buf_addf(out, "- tell: { actor: %s, do: %s }\n",
                 strcmp(w->name, "spawn") == 0 ? "spare" : "w.1", w->name);
        break;
    case WORD_TOP_KEY:
    case WORD_ACTOR_KEY:
    case WORD_COMMAND_KEY:
    case WORD_STEP:
        buf_add_text(out, w->example);
        break;
    case WORD_POINT:
    case WORD_SIGNAL:
    case WORD_KEY:
    case WORD_ERROR:
    case WORD_CAUSE:
    case WORD_VERDICT:
    case WORD_DEFINITION:
    case WORD_ALL:
        break;
    }
}
