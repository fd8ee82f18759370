/* terminal.c: what a person sees: a line per result, a block per failure. */
#include "harness/observe/setting.h"
#include "harness/report/exit_code.h"
#include "harness/report/report.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <string.h>

#define RED    "\x1b[31m"
#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"
#define BOLD   "\x1b[1m"
#define PLAIN  "\x1b[0m"

static const char *verdict_color(unsigned verdict)
{
    switch (verdict_exit_code(verdict)) {
    case EXIT_CODE_OK:
        return verdict == VERDICT_PASS ? GREEN : YELLOW;
    case EXIT_CODE_FAILED:
    case EXIT_CODE_HARNESS:
        return RED;
    default:
        return YELLOW;
    }
}

void report_terminal_head(struct buf *out, const struct report_head *head)
{
    buf_addf(out, " seed 0x%" PRIx64 "   %" PRIu64 " job%s   engine %s\n", head->seed, head->jobs,
             head->jobs == 1 ? "" : "s", head->engine);
}

static void add_verdict(struct buf *out, unsigned verdict, bool color)
{
    if (color)
        buf_addf(out, "%s%-5s%s", verdict_color(verdict), verdict_name(verdict), PLAIN);
    else
        buf_addf(out, "%-5s", verdict_name(verdict));
}

static void add_time(struct buf *out, int64_t ns)
{
    report_seconds(out, ns);
    buf_add_text(out, "s");
}

/* The subject may have had a hand in every text. */
static void add_text(struct buf *out, const char *text)
{
    visible_add(out, text, strlen(text));
}

/* What stands behind the verdict. */
static void add_line_head(struct buf *out, const struct run_result *r, int64_t time_ns)
{
    buf_add_text(out, "  ");
    add_time(out, time_ns);
    buf_add_text(out, "  ");
    add_text(out, result_get(r, RESULT_ID));
    buf_addf(out, "  %s", engine_name(r->engine));
}

void report_terminal_group(struct buf *out, const struct report_group *g, bool color)
{
    struct buf text = BUF_INIT;

    add_verdict(out, report_group_verdict(g), color);
    add_line_head(out, report_group_worst(g)->first, g->time_ns / (int64_t)g->runs);
    report_group_text(&text, g);
    buf_add_text(out, "  ");
    add_text(out, buf_text(&text));
    buf_add_text(out, "\n");
    buf_release(&text);
}

void report_terminal_records(struct buf *out, const struct report_group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct run_result *r = g->class[i].first;
        if (result_get(r, RESULT_RECORD)[0] == 0)
            continue;
        buf_addf(out, "       %-5s  ", verdict_name(r->verdict));
        add_text(out, result_get(r, RESULT_RECORD));
        buf_add_text(out, "\n");
    }
}

/* Adds the lines of a text, each after `indent`. */
static void add_lines(struct buf *out, const char *text, const char *indent)
{
    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        buf_add_text(out, indent);
        visible_add(out, text, size);
        buf_add_text(out, "\n");
        text += size;
        text += *text == '\n';
    }
}

void report_terminal_line(struct buf *out, const struct run_result *r, bool color)
{
    add_verdict(out, r->verdict, color);
    add_line_head(out, r, r->time_ns);
    if (r->schedules > 1 && r->failed > 0) {
        buf_addf(out, "  %" PRIu64 " of %" PRIu64 " schedules failed, first with seed 0x%" PRIx64,
                 r->failed, r->schedules, r->seed);
    } else if (r->schedules > 1) {
        buf_addf(out, "  %" PRIu64 " schedules", r->schedules);
    }
    if (result_get(r, RESULT_TIER)[0] != 0) {
        buf_add_text(out, "  tier ");
        add_text(out, result_get(r, RESULT_TIER));
    }
    if (verdict_is_bad(r->verdict) && result_get(r, RESULT_REASON)[0] != 0) {
        buf_add_text(out, "  ");
        add_text(out, result_get(r, RESULT_REASON));
    }
    if (result_get(r, RESULT_KNOWN)[0] != 0) {
        buf_add_text(out, "  ");
        add_text(out, result_get(r, RESULT_KNOWN));
    }
    buf_add_text(out, "\n");
    if (r->verdict == VERDICT_UNSUPPORTED)
        add_lines(out, result_get(r, RESULT_MESSAGE), "             ");
}

void report_terminal_section(struct buf *out, const char *title, const char *text)
{
    if (text[0] == 0)
        return;
    buf_addf(out, "  %s\n", title);
    add_lines(out, text, "    ");
}

static void add_section(struct buf *out, const struct run_result *r, enum result_text which,
                        const char *title)
{
    buf_add_text(out, result_get(r, which)[0] != 0 ? "\n" : "");
    report_terminal_section(out, title, result_get(r, which));
}

/* Of a run that began: that nothing was shown is worth knowing, too. */
static void add_screen(struct buf *out, const struct run_result *r)
{
    if (r->records > 0 && result_get(r, RESULT_SCREEN)[0] == 0)
        buf_add_text(out, "\n  Screen: nothing was shown\n");
    else
        add_section(out, r, RESULT_SCREEN, "Screen");
}

static void add_fact(struct buf *out, const struct run_result *r, enum result_text which,
                     const char *title)
{
    const char *text = result_get(r, which);

    if (text[0] == 0)
        return;
    buf_addf(out, "  %-11s ", title);
    add_text(out, text);
    buf_add_text(out, "\n");
}

void report_terminal_place(struct buf *out, const struct run_result *r, bool color)
{
    const char *source = result_get(r, RESULT_SOURCE);
    const char *label = result_get(r, RESULT_LABEL);
    size_t size = strlen(source);
    size_t column = r->column > 0 ? r->column - 1 : 0;

    buf_add_text(out, "  ");
    add_text(out, result_get(r, RESULT_FILE));
    buf_addf(out, ":%" PRIu32 ":%" PRIu32 "\n", r->line, r->column);
    if (size > 0) {
        buf_addf(out, "  %5" PRIu32 " │ ", r->line);
        add_text(out, source);
        buf_add_text(out, "\n        │ ");
        for (size_t i = 0; i < column; i++)
            buf_add_text(out, i < size && source[i] == '\t' ? "\t" : " ");
        buf_add_text(out, color ? RED : "");
        for (size_t i = 0; i < (r->width > 0 ? r->width : 1); i++)
            buf_add_text(out, "^");
        /* What the message says already stands above. */
        if (strstr(result_get(r, RESULT_MESSAGE), label) == NULL) {
            buf_add_text(out, " ");
            add_text(out, label);
        }
        buf_addf(out, "%s\n", color ? PLAIN : "");
    }
    if (result_get(r, RESULT_USED)[0] != 0) {
        buf_add_text(out, "        used at ");
        add_text(out, result_get(r, RESULT_USED));
        buf_add_text(out, "\n");
    }
}

void report_terminal_failure(struct buf *out, const struct run_result *r, bool color)
{
    add_verdict(out, r->verdict, color);
    buf_addf(out, "  %s", color ? BOLD : "");
    add_text(out, result_get(r, RESULT_ID));
    buf_addf(out, "%s   engine %s   ", color ? PLAIN : "", engine_name(r->engine));
    add_time(out, r->time_ns);
    if (result_get(r, RESULT_REASON)[0] != 0) {
        buf_add_text(out, "   ");
        add_text(out, result_get(r, RESULT_REASON));
    }
    buf_add_text(out, "\n");
    if (result_get(r, RESULT_MESSAGE)[0] != 0)
        add_lines(out, result_get(r, RESULT_MESSAGE), "  ");
    if (r->line > 0) {
        buf_add_text(out, "\n");
        report_terminal_place(out, r, color);
    }
    add_section(out, r, RESULT_NEAREST, "Nearest");
    add_section(out, r, RESULT_TREE, "Tree");
    add_screen(out, r);
    add_section(out, r, RESULT_EVENTS, "Last events");
    add_section(out, r, RESULT_INVARIANTS, "Invariants");
    add_section(out, r, RESULT_TOLD, "Told");
    buf_add_text(out, "\n");
    add_lines(out, result_get(r, RESULT_LOCK), "  ");
    add_lines(out, result_get(r, RESULT_TERMINAL), "  ");
    add_fact(out, r, RESULT_REMEDY, "Remedy");
    add_fact(out, r, RESULT_ADOPTED, "Adopted");
    add_fact(out, r, RESULT_STARTED, "Started");
    add_fact(out, r, RESULT_TIER, "Tier");
    add_fact(out, r, RESULT_SIGNATURE, "Signature");
    add_fact(out, r, RESULT_KNOWN, "Known");
    if (r->steps > 0 && r->step > 0)
        buf_addf(out, "  %-11s %" PRIu32 " of %" PRIu32 "\n", "Step", r->step, r->steps);
    if (r->schedules > 1)
        buf_addf(out, "  %-11s %" PRIu64 " of %" PRIu64 " failed\n", "Schedules", r->failed,
                 r->schedules);
    add_fact(out, r, RESULT_RECORD, "Record");
    add_fact(out, r, RESULT_RECORDING, "Recording");
    add_fact(out, r, RESULT_UNKEPT, "Not kept");
    add_fact(out, r, RESULT_RACE, "If a race");
    add_fact(out, r, RESULT_AGAIN, "Again");
}

void report_terminal_summary(struct buf *out, const struct report_counts *c, bool color)
{
    uint64_t failed = 0;

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (verdict_exit_code(i) == EXIT_CODE_FAILED && i != VERDICT_FLAKY)
            failed += c->verdict[i];
    }
    bool good = report_exit_code(c) == EXIT_CODE_OK;
    if (color)
        buf_add_text(out, good ? GREEN : RED);
    buf_addf(out, "%" PRIu64 " passed, %" PRIu64 " failed", c->verdict[VERDICT_PASS], failed);
    if (c->verdict[VERDICT_SKIPPED] > 0)
        buf_addf(out, ", %" PRIu64 " skipped", c->verdict[VERDICT_SKIPPED]);
    static const struct {
        enum verdict verdict;
        const char *word;
    } others[] = {
        {VERDICT_FLAKY,       "flaky"                             },
        {VERDICT_XFAIL,       "known to fail"                     },
        {VERDICT_XPASS,       "unexpectedly passed"               },
        {VERDICT_UNSUPPORTED, "unsupported"                       },
        {VERDICT_UNRESOLVED,  "unresolved"                        },
        {VERDICT_HARNESS,     "not run by an error of the harness"}
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (c->verdict[others[i].verdict] > 0)
            buf_addf(out, ", %" PRIu64 " %s", c->verdict[others[i].verdict], others[i].word);
    }
    buf_addf(out, "%s\n", color ? PLAIN : "");
}
