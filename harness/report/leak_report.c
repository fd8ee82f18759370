/* leak_report.c: one process after the other, in three forms. */
#include "harness/report/leak_report.h"

#include "harness/report/report.h"
#include "runtime/base/duration.h"
#include "runtime/base/json.h"
#include "runtime/base/status.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

enum { ARGV_SHOWN_BYTES = 400 }; /* to people */

static const char *fate_text(enum leak_fate fate)
{
    static const char *const texts[] = {
#define LEAK_FATE_ROW(id, text) [id] = (text),
        LEAK_FATE_MAP(LEAK_FATE_ROW)
#undef LEAK_FATE_ROW
    };

    return texts[fate];
}

static const char *label_text(const struct leak *k)
{
    return k->label.size > 0 ? buf_text(&k->label) : "unknown";
}

/* ---- For people ---- */

static void fact_add(struct buf *out, const char *title, const char *text)
{
    buf_addf(out, "    %-6s ", title);
    /* On one line, whatever it holds. */
    for (const char *line = text; *line != 0; line += *line == '\n') {
        size_t size = strcspn(line, "\n");
        visible_add(out, line, size);
        line += size;
        if (*line == '\n')
            buf_add_text(out, "^J");
    }
    buf_add_text(out, "\n");
}

static void list_add(struct buf *out, const char *title, const struct buf *list)
{
    for (size_t at = 0; at < list->size; at += strlen(list->data + at) + 1)
        fact_add(out, title, list->data + at);
}

static void words_add(struct buf *out, const struct buf *argv)
{
    struct buf joined = BUF_INIT;

    leak_join(argv, &joined);
    for (size_t i = 0; i < joined.size; i++) {
        if (joined.data[i] == '\n' || joined.data[i] == '\t')
            joined.data[i] = ' ';
    }
    size_t size = joined.size < ARGV_SHOWN_BYTES ? joined.size : ARGV_SHOWN_BYTES;
    visible_add(out, buf_text(&joined), size);
    if (size < joined.size)
        buf_add_text(out, " ...");
    buf_release(&joined);
}

static void process_text(const struct leak *k, struct buf *out)
{
    struct buf text = BUF_INIT;

    buf_add_text(out, "  ");
    words_add(out, &k->argv);
    buf_addf(out, " (%d)\n", (int)k->pid);
    buf_add_text(&text, label_text(k));
    if (k->source != NULL)
        buf_addf(&text, "  (%s)", k->source);
    fact_add(out, "test", buf_text(&text));
    list_add(out, "holds", &k->holds);
    list_add(out, "port", &k->ports);
    list_add(out, "lock", &k->locks);
    if (k->cwd.size > 0)
        fact_add(out, "in", buf_text(&k->cwd));
    buf_addf(out, "    cpu    %" PRId64 ".%02" PRId64 " s since the end\n", k->cpu_ns / 1000000000,
             k->cpu_ns % 1000000000 / 10000000);
    if (k->fate == LEAK_FOREIGN)
        buf_addf(out, "    user   %" PRIu32 "\n", (uint32_t)k->uid);
    fact_add(out, "now", fate_text(k->fate));
    buf_release(&text);
}

void leak_report_text(const struct leak_report *r, struct buf *out)
{
    size_t leaks = leaks_count(r->leaks);
    size_t allowed = r->leaks->count - leaks;
    struct buf command = BUF_INIT;
    char grace[DURATION_BYTES];

    if (r->leaks->count == 0)
        return;
    for (size_t i = 0; r->command[i] != NULL; i++)
        buf_addf(&command, "%s%s", i > 0 ? " " : "", r->command[i]);
    buf_add_text(out, "scenario: ");
    if (leaks > 0)
        buf_addf(out, "%s%zu process%s left", r->leaks->more ? "more than " : "", leaks,
                 leaks == 1 ? " is" : "es are");
    if (allowed > 0) {
        const char *word = allowed == 1 ? " process" : " processes";
        buf_addf(out, "%s%zu%s may stay", leaks > 0 ? ", " : "", allowed, leaks > 0 ? "" : word);
    }
    buf_addf(out, " %s after the end of '", duration_text(r->grace_ns, " ", grace, sizeof(grace)));
    visible_add(out, buf_text(&command), command.size);
    buf_add_text(out, "'\n");
    for (size_t i = 0; i < r->leaks->count; i++)
        process_text(&r->leaks->leak[i], out);
    buf_release(&command);
}

/* ---- JSON ---- */

static void json_list(struct buf *out, const char *key, const struct buf *list)
{
    buf_addf(out, ",\"%s\":[", key);
    for (size_t at = 0; at < list->size; at += strlen(list->data + at) + 1) {
        if (at > 0)
            buf_add_text(out, ",");
        json_string(out, list->data + at, strlen(list->data + at));
    }
    buf_add_text(out, "]");
}

static void process_json(const struct leak *k, struct buf *out)
{
    buf_addf(out, "{\"pid\":%d,\"uid\":%" PRIu32, (int)k->pid, (uint32_t)k->uid);
    json_list(out, "argv", &k->argv);
    json_text(out, "test", label_text(k));
    json_text(out, "test_from", k->source);
    json_list(out, "holds", &k->holds);
    json_list(out, "ports", &k->ports);
    json_list(out, "locks", &k->locks);
    json_text(out, "cwd", k->cwd.size > 0 ? buf_text(&k->cwd) : NULL);
    buf_addf(out, ",\"cpu_ms\":%" PRId64 ",\"allowed\":%s", k->cpu_ns / 1000000,
             k->fate == LEAK_ALLOWED ? "true" : "false");
    json_text(out, "now", fate_text(k->fate));
    buf_add_text(out, "}");
}

void leak_report_json(const struct leak_report *r, struct buf *out)
{
    char text[64];

    buf_addf(out, "{\"v\":1,\"leaks\":%zu,\"allowed\":%zu,\"more\":%s", leaks_count(r->leaks),
             r->leaks->count - leaks_count(r->leaks), r->leaks->more ? "true" : "false");
    json_text(out, "status", status_text(r->status, text, sizeof(text)));
    buf_addf(out, ",\"grace_ms\":%" PRId64 ",\"command\":[", r->grace_ns / 1000000);
    for (size_t i = 0; r->command[i] != NULL; i++) {
        if (i > 0)
            buf_add_text(out, ",");
        json_string(out, r->command[i], strlen(r->command[i]));
    }
    buf_add_text(out, "],\"processes\":[");
    for (size_t i = 0; i < r->leaks->count; i++) {
        if (i > 0)
            buf_add_text(out, ",");
        process_json(&r->leaks->leak[i], out);
    }
    buf_add_text(out, "]}\n");
}

/* ---- JUnit ---- */

static void attribute_add(struct buf *out, const char *name, const struct buf *text)
{
    buf_addf(out, " %s=\"", name);
    junit_escape(out, buf_text(text), text->size);
    buf_add_text(out, "\"");
}

static void process_junit(const struct leak *k, struct buf *out)
{
    struct buf words = BUF_INIT;
    struct buf name = BUF_INIT;
    struct buf text = BUF_INIT;

    words_add(&words, &k->argv);
    buf_addf(&name, "%s: %s (%d)", label_text(k), buf_text(&words), (int)k->pid);
    process_text(k, &text);
    buf_add_text(out, "    <testcase classname=\"leaks\"");
    attribute_add(out, "name", &name);
    buf_add_text(out, " time=\"0.000\">\n      <failure type=\"leak\"");
    attribute_add(out, "message", &words);
    buf_add_text(out, ">");
    junit_escape(out, buf_text(&text), text.size);
    buf_add_text(out, "</failure>\n    </testcase>\n");
    buf_release(&words);
    buf_release(&name);
    buf_release(&text);
}

void leak_report_junit(const struct leak_report *r, struct buf *out)
{
    size_t leaks = leaks_count(r->leaks);

    buf_addf(out,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"scenario\">\n"
             "  <testsuite name=\"leaks\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
             "skipped=\"0\" time=\"0.000\">\n",
             leaks > 0 ? leaks : 1, leaks);
    if (leaks == 0)
        buf_add_text(out, "    <testcase classname=\"leaks\" name=\"no process is left\" "
                          "time=\"0.000\"/>\n");
    for (size_t i = 0; i < r->leaks->count; i++) {
        if (r->leaks->leak[i].fate != LEAK_ALLOWED)
            process_junit(&r->leaks->leak[i], out);
    }
    buf_add_text(out, "  </testsuite>\n</testsuites>\n");
}
