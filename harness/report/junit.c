/* junit.c: results as the XML that CI systems read. There is no one schema; this is what they
 * have in common (design: reports). */
#include "harness/observe/setting.h"
#include "harness/report/gate_told.h"
#include "harness/report/report.h"
#include "runtime/base/utf8.h"

#include <inttypes.h>
#include <string.h>

void junit_escape(struct buf *out, const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text;
    const unsigned char *end = at + size;

    while (at < end) {
        int bytes = utf8_size(at, (size_t)(end - at));
        /* U+FFFE and U+FFFF are characters of UTF-8 but not of XML. */
        if (bytes <= 0 || (bytes == 3 && at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE))
            buf_add_text(out, "\xEF\xBF\xBD");
        else if (*at == '&')
            buf_add_text(out, "&amp;");
        else if (*at == '<')
            buf_add_text(out, "&lt;");
        else if (*at == '>')
            buf_add_text(out, "&gt;");
        else if (*at == '"')
            buf_add_text(out, "&quot;");
        else if (*at < ' ' && *at != '\n' && *at != '\t') /* its picture: U+2400 + n */
            buf_addf(out, "\xE2\x90%c", 0x80 + *at);
        else if (*at == 0x7f)
            buf_add_text(out, "\xE2\x90\xA1");
        else if (at[0] == 0xC2 && at[1] < 0xA0) /* no picture; a terminal would obey it */
            buf_addf(out, "\\u%04x", at[1]);
        else
            buf_add(out, at, (size_t)bytes);
        at += bytes > 0 ? bytes : 1;
    }
}

static void add_text(struct buf *out, const char *text)
{
    size_t size = strlen(text);
    size_t half = JUNIT_TEXT_BYTES_MAX / 2;

    if (size <= JUNIT_TEXT_BYTES_MAX) {
        junit_escape(out, text, size);
        return;
    }
    junit_escape(out, text, half);
    buf_addf(out, "\n... %zu bytes left out ...\n", size - 2 * half);
    junit_escape(out, text + size - half, half);
}

/* Attributes stay on one line: a parser would turn a newline into a blank. */
static void add_attribute(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, " %s=\"", name);
    junit_escape(out, text, strcspn(text, "\n"));
    buf_add_text(out, "\"");
}

static void add_time(struct buf *out, int64_t ns)
{
    buf_add_text(out, " time=\"");
    report_seconds(out, ns);
    buf_add_text(out, "\"");
}

static void add_property(struct buf *out, const char *name, const char *value)
{
    if (value[0] == 0)
        return;
    buf_add_text(out, "        <property");
    add_attribute(out, "name", name);
    add_attribute(out, "value", value);
    buf_add_text(out, "/>\n");
}

/* What stands in a testcase: the element of each verdict. PASS has none. */
static const struct element_row {
    const char *element;
    const char *type;
} element_rows[VERDICTS] = {
    [VERDICT_FAIL] = {"failure", "fail"      },
      [VERDICT_LEAK] = {"failure", "leak"      },
    [VERDICT_CRASH] = {"failure", "crash"     },
      [VERDICT_TIMEOUT] = {"failure", "timeout"   },
    [VERDICT_DIVERGED] = {"failure", "diverged"  },
      [VERDICT_XFAIL] = {"skipped", NULL        },
    [VERDICT_XPASS] = {"failure", "xpass"     },
      [VERDICT_FLAKY] = {"failure", "flaky"     },
    [VERDICT_UNRESOLVED] = {"error",   "unresolved"},
      [VERDICT_HARNESS] = {"error",   "harness"   },
    [VERDICT_UNSUPPORTED] = {"skipped", NULL        },
      [VERDICT_SKIPPED] = {"skipped", NULL        },
};

static bool element_is(const struct run_result *r, const char *element)
{
    const char *own = element_rows[r->verdict].element;

    return own != NULL && strcmp(own, element) == 0;
}

/* The blocks of what went wrong: of repeated runs the first of each class; of attempts `only`. */
static void add_blocks(struct buf *out, const struct report_group *g,
                       const struct report_class *only)
{
    struct buf block = BUF_INIT;

    for (size_t i = 0; i < g->count; i++) {
        const struct run_result *r = g->class[i].first;
        if (!verdict_is_bad(r->verdict) || (g->retried && &g->class[i] != only))
            continue;
        if (g->runs > 1 && !g->retried)
            buf_addf(&block, "%s%" PRIu64 " of %" PRIu64 " runs:\n", block.size > 0 ? "\n" : "",
                     g->class[i].runs, g->runs);
        report_terminal_failure(&block, r, false);
    }
    add_text(out, buf_text(&block));
    buf_release(&block);
}

/* An element for each attempt that failed, but for one of the class `told`, as surefire has them:
 * "flakyFailure" when a later one has passed, "rerunFailure" when none has. */
static void add_attempts(struct buf *out, const struct report_group *g, const char *word,
                         const struct report_class *told)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct report_class *c = &g->class[i];
        const struct element_row *row = &element_rows[c->first->verdict];
        if (!verdict_is_bad(c->first->verdict))
            continue;
        for (uint64_t n = c == told; n < c->runs; n++) {
            const char *end = element_is(c->first, "error") ? "Error" : "Failure";
            buf_addf(out, "      <%s%s", word, end);
            add_attribute(out, "type", row->type);
            add_attribute(out, "message", result_get(c->first, RESULT_MESSAGE));
            buf_add_text(out, "><stackTrace>");
            if (n == 0)
                add_blocks(out, g, c);
            buf_addf(out, "</stackTrace></%s%s>\n", word, end);
        }
    }
}

static void add_outcome(struct buf *out, const struct report_group *g)
{
    const struct report_class *worst = report_group_worst(g);
    const struct element_row *row = &element_rows[worst->first->verdict];
    struct buf message = BUF_INIT;

    if (report_group_verdict(g) == VERDICT_FLAKY) {
        add_attempts(out, g, "flaky", NULL);
        return;
    }
    if (row->element == NULL)
        return;
    buf_addf(out, "      <%s", row->element);
    if (row->type != NULL)
        add_attribute(out, "type", row->type);
    if (g->runs > 1)
        buf_addf(&message, "%" PRIu64 " of %" PRIu64 " %s: ", worst->runs, g->runs,
                 g->retried ? "attempts" : "runs");
    buf_add_text(&message, result_get(worst->first, RESULT_KNOWN));
    if (message.size > 0 && worst->first->text[RESULT_KNOWN].size > 0)
        buf_add_text(&message, ": ");
    buf_add_text(&message, result_get(worst->first, RESULT_MESSAGE));
    add_attribute(out, "message", buf_text(&message));
    buf_release(&message);
    if (row->type == NULL) {
        buf_add_text(out, "/>\n");
        return;
    }
    buf_add_text(out, ">");
    add_blocks(out, g, worst);
    buf_addf(out, "</%s>\n", row->element);
    if (g->retried)
        add_attempts(out, g, "rerun", worst);
}

/* "classes": "197 PASS by SIGINT, 3 TIMEOUT timeout:step" */
static void add_classes(struct buf *out, const struct report_group *g)
{
    struct buf text = BUF_INIT;

    report_group_text(&text, g);
    add_property(out, "classes", buf_text(&text));
    buf_release(&text);
}

static void add_case(struct buf *out, const struct report_group *g)
{
    const struct run_result *r = report_group_worst(g)->first;
    struct buf name = BUF_INIT;
    struct buf class = BUF_INIT;
    struct buf number = BUF_INIT;

    /* The path with dots, as readers group by it. */
    buf_add_text(&class, result_get(r, RESULT_SCENARIO));
    for (size_t i = 0; i < class.size; i++) {
        if (class.data[i] == '/')
            class.data[i] = '.';
    }
    /* Some readers keep only the first of two cases with one name: the engine is part of it. */
    buf_addf(&name, "%s %s", result_get(r, RESULT_ID), engine_name(r->engine));
    buf_add_text(out, "    <testcase");
    add_attribute(out, "classname", buf_text(&class));
    add_attribute(out, "name", buf_text(&name));
    if (result_get(r, RESULT_FILE)[0] != 0)
        add_attribute(out, "file", result_get(r, RESULT_FILE));
    if (r->line > 0)
        buf_addf(out, " line=\"%" PRIu32 "\"", r->line);
    add_time(out, g->time_ns);
    buf_add_text(out, ">\n      <properties>\n");
    buf_addf(&number, "0x%" PRIx64, r->seed);
    add_property(out, "seed", buf_text(&number));
    add_property(out, "engine", engine_name(r->engine));
    add_property(out, "verdict", verdict_name(report_group_verdict(g)));
    add_property(out, "signature", result_get(r, RESULT_SIGNATURE));
    add_property(out, "known", result_get(r, RESULT_KNOWN));
    add_property(out, "again", result_get(r, RESULT_AGAIN));
    add_property(out, "record", result_get(r, RESULT_RECORD));
    add_property(out, "recording", result_get(r, RESULT_RECORDING));
    if (g->runs > 1)
        add_classes(out, g);
    buf_add_text(out, "      </properties>\n");
    add_outcome(out, g);
    buf_add_text(out, "    </testcase>\n");
    buf_release(&number);
    buf_release(&name);
    buf_release(&class);
}

/* What a gate has found that stands in no case above: of an entry as a whole, or of all runs. */
static bool finding_is_own(const struct gate_finding *f)
{
    return f->kind == GATE_EXPIRED || f->kind == GATE_WORSE || f->kind == GATE_MISSING ||
           f->kind == GATE_NOTHING;
}

static size_t findings_own(const struct gate_told *t)
{
    const struct gate_finding *f;
    size_t count = 0;

    for (size_t i = 0; t != NULL && (f = gate_finding_at(t->gate, i)) != NULL; i++)
        count += finding_is_own(f);
    return count;
}

static void add_gate(struct buf *out, const struct gate_told *t)
{
    const struct gate_finding *f;
    size_t own = findings_own(t);

    if (own == 0)
        return;
    buf_addf(out,
             "  <testsuite name=\"gate\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
             "skipped=\"0\" time=\"0.000\">\n",
             own, own);
    for (size_t i = 0; (f = gate_finding_at(t->gate, i)) != NULL; i++) {
        struct buf text = BUF_INIT;
        if (!finding_is_own(f))
            continue;
        gate_finding_text(&text, t, f);
        buf_add_text(out, "    <testcase classname=\"gate\"");
        add_attribute(out, "name", f->entry != NULL ? f->entry->id : gate_kind_name(f->kind));
        buf_add_text(out, " time=\"0.000\">\n      <failure");
        add_attribute(out, "type", gate_kind_name(f->kind));
        add_attribute(out, "message", buf_text(&text));
        buf_add_text(out, ">");
        add_text(out, buf_text(&text));
        buf_add_text(out, "</failure>\n    </testcase>\n");
        buf_release(&text);
    }
    buf_add_text(out, "  </testsuite>\n");
}

/* The numbers that stand on a suite and on the whole. */
static void add_sums(struct buf *out, const struct report_group *groups, size_t count,
                     size_t findings)
{
    size_t failures = findings;
    size_t errors = 0;
    size_t skipped = 0;
    size_t flakes = 0;
    int64_t time_ns = 0;

    for (size_t i = 0; i < count; i++) {
        const struct run_result *worst = report_group_worst(&groups[i])->first;
        time_ns += groups[i].time_ns;
        if (report_group_verdict(&groups[i]) == VERDICT_FLAKY) {
            flakes++;
            continue;
        }
        failures += element_is(worst, "failure");
        errors += element_is(worst, "error");
        skipped += element_is(worst, "skipped");
    }
    buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
             count + findings, failures, errors, skipped);
    if (flakes > 0)
        buf_addf(out, " flakes=\"%zu\"", flakes);
    add_time(out, time_ns);
}

static const char *scenario_of(const struct report_group *g)
{
    return result_get(g->class[0].first, RESULT_SCENARIO);
}

/* One testsuite per scenario, one testcase per variant and engine, however often it was run: of two
 * cases with one name some readers keep one. */
static void add_all(struct buf *out, const struct report_end *whole)
{
    const struct report_group *groups = whole->group;
    size_t count = whole->count;

    buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"scenario\"");
    add_sums(out, groups, count, findings_own(whole->gate));
    buf_add_text(out, ">\n");
    for (size_t i = 0; i < count;) {
        const char *scenario = scenario_of(&groups[i]);
        size_t end = i;
        while (end < count && strcmp(scenario_of(&groups[end]), scenario) == 0)
            end++;
        buf_add_text(out, "  <testsuite");
        add_attribute(out, "name", scenario);
        add_sums(out, groups + i, end - i, 0);
        if (whole->head->timestamp[0] != 0)
            add_attribute(out, "timestamp", whole->head->timestamp);
        buf_add_text(out, ">\n");
        for (; i < end; i++)
            add_case(out, &groups[i]);
        buf_add_text(out, "  </testsuite>\n");
    }
    add_gate(out, whole->gate);
    buf_add_text(out, "</testsuites>\n");
}

const struct report_entry report_junit = {
    .name = "junit",
    .help = "write the results as JUnit XML",
    .end = add_all,
};
