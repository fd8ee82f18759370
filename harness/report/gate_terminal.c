/* gate_terminal.c: the screen of a gate. */
#include "harness/gate/date.h"
#include "harness/report/exit_code.h"
#include "harness/report/gate_told.h"
#include "runtime/base/check.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RED    "\x1b[31m"
#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"
#define PLAIN  "\x1b[0m"

static const char indent[] = "\n           ";

int gate_exit_code(const struct gate *g)
{
    const struct gate_finding *f;
    int code = EXIT_CODE_OK;

    for (size_t i = 0; (f = gate_finding_at(g, i)) != NULL; i++)
        code = exit_code_worse(code, gate_kind_exit_code(f->kind));
    return code;
}

/* The subject may have had a hand in every text: on one line, which begins with a word of ours, it
 * can do no harm in a log that somebody reads commands from. */
static void add_text(struct buf *out, const char *text)
{
    for (;;) {
        size_t size = strcspn(text, "\n");
        visible_add(out, text, size);
        text += size;
        if (*text == 0)
            return;
        text++;
        buf_add_text(out, " ");
    }
}

static void add_count(struct buf *out, uint64_t count, const char *word)
{
    if (count > 0)
        buf_addf(out, " · %" PRIu64 " %s", count, word);
}

/* "gate  47 variants · 43 pass · 1 new   as of 2026-11-30   exit 1" */
static void add_head(struct buf *out, const struct gate_told *t, bool color)
{
    const struct gate_counts *c = gate_counts(t->gate);
    int code = gate_exit_code(t->gate);
    char today[DATE_TEXT_BYTES];

    buf_addf(out, "gate  %" PRIu64 " variant%s", c->places, plural(c->places));
    add_count(out, c->passed, "pass");
    add_count(out, c->known, "known");
    add_count(out, c->fresh, "new");
    add_count(out, c->stale, "stale");
    add_count(out, c->unresolved, "without a verdict");
    add_count(out, c->not_run, "not run");
    buf_addf(out, "   as of %s   ", date_text(t->today, today));
    if (color)
        buf_add_text(out, code == EXIT_CODE_OK ? GREEN : RED);
    buf_addf(out, "→ exit %d%s\n", code, color ? PLAIN : "");
}

static const char *kind_color(enum gate_kind kind)
{
    switch (gate_kind_exit_code(kind)) {
    case EXIT_CODE_OK:
        return "";
    case EXIT_CODE_FAILED:
    case EXIT_CODE_HARNESS:
        return RED;
    default:
        return YELLOW;
    }
}

/* "a/b[depth=2]  real" */
static void add_place(struct buf *out, const struct gate_place *p)
{
    add_text(out, p->first.id);
    buf_addf(out, "  %s", p->first.engine);
}

/* Of a run: what it came to, where, and how to see it again. */
static void add_run(struct buf *out, const struct gate_finding *f)
{
    const struct outcome *o = f->outcome;

    add_place(out, f->place);
    buf_addf(out, "  %s", verdict_name(o->verdict));
    if (f->runs > 1)
        buf_addf(out, " %" PRIu64 " of %" PRIu64 " runs", f->failed, f->runs);
    if (o->signature[0] != 0) {
        buf_add_text(out, indent);
        add_text(out, o->signature);
    } else if (o->reason[0] != 0) {
        buf_add_text(out, indent);
        add_text(out, o->reason);
    }
    /* Some signatures have it whole. */
    if (o->message[0] != 0 && strstr(o->signature, o->message) == NULL) {
        buf_add_text(out, indent);
        visible_add(out, o->message, strcspn(o->message, "\n"));
    }
    if (f->near != NULL) {
        buf_addf(out, "%s%s does not excuse it: ", indent, f->near->id);
        add_text(out, f->why);
    }
    if (o->again[0] != 0) {
        buf_add_text(out, indent);
        add_text(out, o->again);
    }
}

static void add_percent(struct buf *out, double rate)
{
    buf_addf(out, rate > 0 && rate < 0.0995 ? "%.2g %%" : "%.0f %%", 100 * rate);
}

/* "6 of 50 = 12 % (5.6 to 24 %), limit 2.2 %" */
static void add_rate(struct buf *out, const struct gate_finding *f)
{
    uint64_t failed = f->failed + f->past_failed;
    uint64_t runs = f->runs + f->past_runs;

    buf_addf(out, "%" PRIu64 " of %" PRIu64 " run%s", failed, runs, plural(runs));
    if (runs == 0)
        return;
    buf_add_text(out, " = ");
    add_percent(out, f->rate.rate);
    buf_add_text(out, " (");
    add_percent(out, f->rate.low);
    buf_add_text(out, " to ");
    add_percent(out, f->rate.high);
    buf_add_text(out, "), limit ");
    add_percent(out, f->seen.high);
}

static void add_clean(struct buf *out, const struct gate_finding *f)
{
    if (f->clean >= f->clean_least) {
        buf_addf(out,
                 "%slooks fixed: %" PRIu64 " clean runs in a row, %" PRIu64
                 " are enough: scenario known remove %s",
                 indent, f->clean, f->clean_least, f->entry->id);
    } else {
        buf_addf(out, "%s%" PRIu64 " clean run%s in a row, %" PRIu64 " until it may go", indent,
                 f->clean, plural(f->clean), f->clean_least);
    }
}

static void add_days(struct buf *out, const struct gate_finding *f)
{
    char text[DATE_TEXT_BYTES];

    (void)date_text(f->kind == GATE_EXPIRED && f->days >= 0 ? f->entry->added : f->entry->expires,
                    text);
    if (f->kind == GATE_EXPIRED && f->days >= 0)
        buf_addf(out, "added on %s, which is yet to come: it excuses nothing before", text);
    else if (f->days < -1)
        buf_addf(out, "expired %" PRId32 " days ago, %s", -f->days, text);
    else if (f->days < 0)
        buf_addf(out, "expired yesterday, %s", text);
    else if (f->days == 0)
        buf_addf(out, "expires today, %s", text);
    else
        buf_addf(out, "expires in %" PRId32 " day%s, %s", f->days, plural((uint64_t)f->days), text);
}

static void add_variants(struct buf *out, const struct gate_finding *f)
{
    add_place(out, f->place);
    if (f->places > 1)
        buf_addf(out, "  and %zu more", f->places - 1);
}

/* What is to be done about an entry whose failure has gone. */
static void add_gone(struct buf *out, const struct gate_finding *f)
{
    add_variants(out, f);
    buf_addf(out, "%spassed %" PRIu64 " time%s", indent, f->passed, plural(f->passed));
    if (f->failed > 0)
        buf_addf(out, ", and failed %" PRIu64 ": it is not broken but flaky", f->failed);
    buf_addf(out, ": scenario known remove %s, or narrow its `when`", f->entry->id);
}

static void add_expired(struct buf *out, const struct gate_finding *f)
{
    add_days(out, f);
    buf_add_text(out, f->failed > 0 ? ", and it still fails: " : ": ");
    add_variants(out, f);
}

static void add_flaky(struct buf *out, const struct gate_finding *f)
{
    add_rate(out, f);
    buf_add_text(out, ": ");
    add_variants(out, f);
    if (f->kind == GATE_FLAKY)
        add_clean(out, f);
}

static void add_known(struct buf *out, const struct gate_finding *f)
{
    buf_addf(out, "failed %" PRIu64 " of %" PRIu64 " run%s: ", f->failed, f->runs, plural(f->runs));
    add_variants(out, f);
}

static void add_entry(struct buf *out, const struct gate_finding *f)
{
    static void (*const tell[GATE_KINDS])(struct buf * out, const struct gate_finding *f) = {
        [GATE_XPASS] = add_gone, [GATE_EXPIRED] = add_expired, [GATE_WORSE] = add_flaky,
        [GATE_SOON] = add_days,  [GATE_FLAKY] = add_flaky,     [GATE_KNOWN] = add_known};

    CHECK(tell[f->kind] != NULL);
    buf_addf(out, "%s  ", f->entry->id);
    tell[f->kind](out, f);
    buf_add_text(out, indent);
    add_text(out, f->entry->issue);
}

void gate_finding_text(struct buf *out, const struct gate_told *t, const struct gate_finding *f)
{
    if (f->kind == GATE_MISSING)
        add_text(out, gate_missing_text(t->gate));
    else if (f->kind == GATE_NOTHING)
        buf_add_text(out, "no run to judge");
    else if (f->entry != NULL)
        add_entry(out, f);
    else
        add_run(out, f);
}

/* All findings of a kind, the first GATE_SHOWN_MAX in full. */
static void add_kind(struct buf *out, const struct gate_told *t, enum gate_kind kind, bool color)
{
    const struct gate_finding *f;
    size_t count = 0;

    for (size_t i = 0; (f = gate_finding_at(t->gate, i)) != NULL; i++) {
        if (f->kind != kind || ++count > GATE_SHOWN_MAX)
            continue;
        buf_addf(out, "%s%-9s%s  ", color ? kind_color(kind) : "", gate_kind_name(kind),
                 color ? PLAIN : "");
        gate_finding_text(out, t, f);
        buf_add_text(out, "\n");
    }
    if (count > GATE_SHOWN_MAX)
        buf_addf(out, "%-9s  and %zu more\n", gate_kind_name(kind), count - GATE_SHOWN_MAX);
}

void gate_terminal(struct buf *out, const struct gate_told *t, bool color)
{
    add_head(out, t, color);
    for (unsigned kind = 0; kind < GATE_KINDS; kind++)
        add_kind(out, t, (enum gate_kind)kind, color);
    if (t->known[0] == 0)
        buf_add_text(out, "no file of known failures: nothing is excused\n");
}
