/* report_test.c: the words on the terminal, and that XML and JSON stay well-formed. */
#include "harness/report/exit_code.h"
#include "harness/report/report.h"
#include "harness/scenario/model.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct run_result passed(void)
{
    struct run_result r = {.engine = ENGINE_REAL, .seed = 0x2a, .schedules = 1};

    r.time_ns = 412000000;
    result_set(&r, RESULT_ID, "ctrlc_nested[depth=2,presses=1]");
    result_set(&r, RESULT_SCENARIO, "area/ctrlc_nested");
    result_set(&r, RESULT_FILE, "scenarios/area/ctrlc_nested.yaml");
    return r;
}

static struct run_result failed(void)
{
    struct run_result r = passed();

    r.verdict = VERDICT_FAIL;
    r.time_ns = 2310499999;
    r.failed = 1;
    r.line = 47;
    r.column = 13;
    r.width = 9;
    r.step = 2;
    r.steps = 7;
    result_set(&r, RESULT_REASON, "step");
    result_set(&r, RESULT_MESSAGE, "expect 'leaf> $': not seen within 2 s");
    result_set(&r, RESULT_SOURCE, "  - expect: 'leaf> $'");
    result_set(&r, RESULT_LABEL, "not seen within 2 s");
    result_set(&r, RESULT_USED, "scenarios/a.yaml:3");
    result_set(&r, RESULT_NEAREST, "leaf> was seen before\n");
    result_set(&r, RESULT_TREE, "root  live\n  leaf  dead\n");
    result_set(&r, RESULT_EVENTS, "0.310  leaf  dbg.prompt\n");
    result_set(&r, RESULT_INVARIANTS, "✓ 28 others\n");
    result_set(&r, RESULT_LOCK, "Lock tty   holder leaf (dead)");
    result_set(&r, RESULT_SIGNATURE, "step:expect leaf> $");
    result_set(&r, RESULT_AGAIN, "scenario run x.yaml -k 'x' --engine real --seed 0x2a");
    return r;
}

static void expect_text(struct buf *out, const char *wanted)
{
    CU_ASSERT_STRING_EQUAL(buf_text(out), wanted);
    if (strcmp(buf_text(out), wanted) != 0)
        (void)printf("got:\n%s", buf_text(out));
    buf_release(out);
}

static void junit(struct buf *out, const struct report_head *head,
                  const struct run_result *const *results, size_t count)
{
    struct report_group groups[8] = {0};
    const struct report_end end = {.head = head, .group = groups, .count = count};

    for (size_t i = 0; i < count; i++)
        CU_ASSERT(report_group_add(&groups[i], results[i]));
    report_junit.end(out, &end);
    for (size_t i = 0; i < count; i++)
        report_group_release(&groups[i]);
}

static void test_head_and_line_read_as_documented(void)
{
    struct buf out = BUF_INIT;
    const struct report_head head = {.seed = 0x2a, .jobs = 2, .engine = "real", .timestamp = ""};
    struct run_result r = passed();

    report_terminal_head(&out, &head);
    expect_text(&out, " seed 0x2a   2 jobs   engine real\n");
    report_terminal_line(&out, &r, false);
    expect_text(&out, "PASS   0.412s  ctrlc_nested[depth=2,presses=1]  real\n");
    r.schedules = 100;
    report_terminal_line(&out, &r, false);
    expect_text(&out, "PASS   0.412s  ctrlc_nested[depth=2,presses=1]  real  100 schedules\n");
    r.failed = 3;
    r.verdict = VERDICT_LEAK;
    result_set(&r, RESULT_REASON, "survivor");
    report_terminal_line(&out, &r, false);
    expect_text(&out, "LEAK   0.412s  ctrlc_nested[depth=2,presses=1]  real  3 of 100 schedules "
                      "failed, first with seed 0x2a  survivor\n");
    result_release(&r);
}

static void test_failure_block_ends_in_the_command_that_repeats_it(void)
{
    struct buf out = BUF_INIT;
    struct run_result r = failed();

    r.records = 7;
    report_terminal_failure(&out, &r, false);
    expect_text(&out, "FAIL   ctrlc_nested[depth=2,presses=1]   engine real   2.310s   step\n"
                      "  expect 'leaf> $': not seen within 2 s\n"
                      "\n"
                      "  scenarios/area/ctrlc_nested.yaml:47:13\n"
                      "     47 │   - expect: 'leaf> $'\n"
                      "        │             ^^^^^^^^^\n"
                      "        used at scenarios/a.yaml:3\n"
                      "\n"
                      "  Nearest\n"
                      "    leaf> was seen before\n"
                      "\n"
                      "  Tree\n"
                      "    root  live\n"
                      "      leaf  dead\n"
                      "\n"
                      "  Screen: nothing was shown\n"
                      "\n"
                      "  Last events\n"
                      "    0.310  leaf  dbg.prompt\n"
                      "\n"
                      "  Invariants\n"
                      "    ✓ 28 others\n"
                      "\n"
                      "  Lock tty   holder leaf (dead)\n"
                      "  Signature   step:expect leaf> $\n"
                      "  Step        2 of 7\n"
                      "  Again       scenario run x.yaml -k 'x' --engine real --seed 0x2a\n");
    result_release(&r);
}

/* Goal: one sentence, once; but what only stands under the caret is not lost. */
static void test_the_caret_says_what_the_message_does_not(void)
{
    struct buf out = BUF_INIT;
    struct run_result r = failed();

    result_set(&r, RESULT_MESSAGE, "the inject at leaf@dbg.prompt never fired");
    report_terminal_place(&out, &r, false);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "^ not seen within 2 s\n"));
    buf_release(&out);
    result_set(&r, RESULT_LABEL, "never fired");
    report_terminal_place(&out, &r, false);
    CU_ASSERT_PTR_NULL(strstr(buf_text(&out), "never fired"));
    buf_release(&out);
    result_set(&r, RESULT_SCREEN, "leaf> \n");
    report_terminal_failure(&out, &r, false);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\n  Screen\n    leaf> \n"));
    buf_release(&out);
    result_release(&r);
}

static void test_nothing_of_the_subject_reaches_the_terminal_raw(void)
{
    static const char raw[] = "\x1b[2J\xC2\x9Bx\r\x7f\xff\n";
    static const struct report_head head = {
        .seed = 1, .jobs = 1, .engine = "real", .timestamp = ""};
    struct buf out = BUF_INIT;
    struct run_result r = failed();

    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        result_set(&r, i, raw);
    report_terminal_failure(&out, &r, false);
    report_terminal_line(&out, &r, false);
    const struct run_result *results[] = {&r};
    junit(&out, &head, results, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "    ^[[2J\\u009bx^M^?\\xff\n"));
    for (size_t i = 0; i < out.size; i++) {
        unsigned char c = (unsigned char)out.data[i];
        CU_ASSERT_FALSE_FATAL((c < 0x20 && c != '\n') || c == 0x7f || c == 0xff);
    }
    CU_ASSERT_PTR_NULL(strstr(buf_text(&out), "\xC2\x9B"));
    buf_release(&out);
    result_release(&r);
}

static void test_colour_is_only_there_when_wanted(void)
{
    struct buf plain = BUF_INIT;
    struct buf color = BUF_INIT;
    struct run_result r = failed();

    report_terminal_failure(&plain, &r, false);
    report_terminal_failure(&color, &r, true);
    CU_ASSERT_PTR_NULL(strchr(buf_text(&plain), 0x1b));
    CU_ASSERT_PTR_NOT_NULL(strchr(buf_text(&color), 0x1b));
    buf_release(&plain);
    buf_release(&color);
    result_release(&r);
}

static void test_summary_counts_and_the_exit_code_follows(void)
{
    struct buf out = BUF_INIT;
    struct report_counts c = {0};
    struct run_result r = passed();

    for (int i = 0; i < 12; i++)
        report_count(&c, &r);
    report_terminal_summary(&out, &c, false);
    expect_text(&out, "12 passed, 0 failed\n");
    CU_ASSERT_EQUAL(report_exit_code(&c), 0);
    c.verdict[VERDICT_SKIPPED] = 2;
    report_terminal_summary(&out, &c, false);
    expect_text(&out, "12 passed, 0 failed, 2 skipped\n");
    CU_ASSERT_EQUAL(report_exit_code(&c), 0);

    /* Several at once: 6 > 1 > 7 > 5; a known failure is none. */
    static const struct {
        enum verdict verdict;
        int code;
    } rising[] = {
        {VERDICT_XFAIL,      0},
        {VERDICT_XPASS,      5},
        {VERDICT_UNRESOLVED, 7},
        {VERDICT_FLAKY,      1},
        {VERDICT_TIMEOUT,    1},
        {VERDICT_HARNESS,    6}
    };
    for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
        r.verdict = rising[i].verdict;
        report_count(&c, &r);
        CU_ASSERT_EQUAL(report_exit_code(&c), rising[i].code);
    }
    report_terminal_summary(&out, &c, false);
    expect_text(
        &out,
        "12 passed, 1 failed, 2 skipped, 1 flaky, 1 known to fail, 1 unexpectedly passed, 1 unresolved, "
        "1 not run by an error of the harness\n");
    result_release(&r);
}

static void test_junit_escapes_what_xml_forbids(void)
{
    static const struct {
        const char *text;
        size_t size;
        const char *wanted;
    } cases[] = {
        {"<a b=\"c\">&'",  11, "&lt;a b=&quot;c&quot;&gt;&amp;'"     },
        {"\x1b[31m\r\n\t", 8,  "␛[31m␍\n\t"                      },
        {"a\0b",           3,  "a␀b"                               },
        {"\xff\xfe",       2,  "\xEF\xBF\xBD\xEF\xBF\xBD"            },
        {"é€😀",      9,  "é€😀"                           },
        {"\xC0\x80",       2,  "\xEF\xBF\xBD\xEF\xBF\xBD"            }, /* overlong */
        {"\xED\xA0\x80",   3,  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
        {"\xEF\xBF\xBE",   3,  "\xEF\xBF\xBD"                        }, /* U+FFFE is none of XML's */
        {"\xE2\x82",       2,  "\xEF\xBF\xBD\xEF\xBF\xBD"            }, /* cut short */
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out = BUF_INIT;
        junit_escape(&out, cases[i].text, cases[i].size);
        expect_text(&out, cases[i].wanted);
    }
}

/* Counts tags that open and close; every attribute must be quoted. A small check of our own: the
 * writer emits no comments and no CDATA. */
static bool xml_is_balanced(const char *xml)
{
    int depth = 0;

    for (const char *at = strstr(xml, "?>") + 2; (at = strchr(at, '<')) != NULL;) {
        const char *end = strchr(at, '>');
        if (end == NULL)
            return false;
        size_t quotes = 0;
        for (const char *c = at; c < end; c++) {
            quotes += *c == '"';
            if (c > at && *c == '<')
                return false;
        }
        if (quotes % 2 != 0)
            return false;
        if (at[1] == '/')
            depth--;
        else if (end[-1] != '/')
            depth++;
        if (depth < 0)
            return false;
        at = end;
    }
    return depth == 0;
}

static void test_junit_is_well_formed_whatever_the_texts(void)
{
    struct buf out = BUF_INIT;
    const struct report_head head = {.engine = "real", .timestamp = "2026-01-31T12:00:00"};
    struct run_result a = passed();
    struct run_result b = failed();
    struct run_result c = failed();
    const struct run_result *results[] = {&a, &b, &c};

    result_set(&b, RESULT_MESSAGE, "<\"&\x1b>\nsecond line");
    result_set(&c, RESULT_SCENARIO, "other");
    c.verdict = VERDICT_UNRESOLVED;
    junit(&out, &head, results, 3);
    const char *xml = buf_text(&out);
    CU_ASSERT_TRUE(xml_is_balanced(xml));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "<testsuites name=\"scenario\" tests=\"3\" failures=\"1\" "
                                       "errors=\"1\" skipped=\"0\" time=\"5.033\">"));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "<testsuite name=\"area/ctrlc_nested\" tests=\"2\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "classname=\"area.ctrlc_nested\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "message=\"&lt;&quot;&amp;␛&gt;\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "<error type=\"unresolved\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "<property name=\"seed\" value=\"0x2a\"/>"));
    buf_release(&out);
    result_release(&a);
    result_release(&b);
    result_release(&c);
}

/* Goal: no verdict is forgotten, which would look like a pass to CI. */
static void test_junit_has_an_element_for_every_verdict_but_pass(void)
{
    const struct report_head head = {.engine = "real", .timestamp = ""};

    for (unsigned verdict = 0; verdict < VERDICTS; verdict++) {
        struct buf out = BUF_INIT;
        struct run_result r = failed();
        const struct run_result *results[] = {&r};
        r.verdict = verdict;
        junit(&out, &head, results, 1);
        const char *behind = strstr(buf_text(&out), "</properties>\n");
        CU_ASSERT_PTR_NOT_NULL(behind);
        bool ends = behind != NULL && strncmp(behind, "</properties>\n    </testcase>", 28) == 0;
        CU_ASSERT_EQUAL(ends, verdict == VERDICT_PASS);
        CU_ASSERT_TRUE(xml_is_balanced(buf_text(&out)));
        buf_release(&out);
        result_release(&r);
    }
}

static void test_junit_caps_long_texts_and_keeps_both_ends(void)
{
    struct buf out = BUF_INIT;
    struct run_result r = failed();
    const struct report_head head = {.engine = "real", .timestamp = ""};
    const struct run_result *results[] = {&r};
    size_t size = (size_t)2 * JUNIT_TEXT_BYTES_MAX;
    char *events = malloc(size + 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(events);
    if (events == NULL)
        return;
    memset(events, 'x', size);
    events[size] = 0;
    result_set(&r, RESULT_EVENTS, events);
    junit(&out, &head, results, 1);
    CU_ASSERT_TRUE(out.size < JUNIT_TEXT_BYTES_MAX + 4096);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "bytes left out"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "  Again       scenario run"));
    free(events);
    buf_release(&out);
    result_release(&r);
}

static void test_json_is_one_object_a_line(void)
{
    struct buf out = BUF_INIT;
    struct run_result r = passed();

    result_set(&r, RESULT_MESSAGE, "a \"b\" \\ \n\x1b \xff");
    report_json.run(&out, &r);
    expect_text(&out,
                "{\"v\":1,\"ev\":\"verdict\",\"verdict\":\"PASS\",\"engine\":\"real\","
                "\"seed\":\"0x2a\",\"time_us\":412000,\"clock_us\":0,\"records\":0,"
                "\"digest\":\"0000000000000000\",\"schedules\":1,\"failed\":0,\"attempt\":1,"
                "\"id\":\"ctrlc_nested[depth=2,presses=1]\",\"scenario\":\"area/ctrlc_nested\","
                "\"file\":\"scenarios/area/ctrlc_nested.yaml\","
                "\"message\":\"a \\\"b\\\" \\\\ \\n\\u001b \xEF\xBF\xBD\"}\n");
    result_release(&r);
}

static void test_exit_codes_have_their_order(void)
{
    static const int order[] = {6, 1, 7, 5, 0};

    for (size_t i = 0; i < 5; i++) {
        for (size_t k = i; k < 5; k++) {
            CU_ASSERT_EQUAL(exit_code_worse(order[i], order[k]), order[i]);
            CU_ASSERT_EQUAL(exit_code_worse(order[k], order[i]), order[i]);
        }
    }
    CU_ASSERT_EQUAL(verdict_exit_code(VERDICT_PASS), EXIT_CODE_OK);
    CU_ASSERT_EQUAL(verdict_exit_code(VERDICT_FAIL), EXIT_CODE_FAILED);
    CU_ASSERT_EQUAL(verdict_exit_code(VERDICT_HARNESS), EXIT_CODE_HARNESS);
    CU_ASSERT_EQUAL(verdict_exit_code(VERDICT_UNRESOLVED), EXIT_CODE_UNRESOLVED);
    CU_ASSERT_EQUAL(EXIT_CODE_UNRESOLVED, 7);
}

/* ---- Attempts ---- */

/* Failed by a timeout, by the harness's own error and by that timeout again; `passes` in the end.
 */
static void attempts_make(struct run_result *r, struct report_group *g, bool passes)
{
    r[0] = failed();
    r[0].verdict = VERDICT_TIMEOUT;
    r[1] = failed();
    r[1].verdict = VERDICT_HARNESS;
    result_set(&r[1], RESULT_SIGNATURE, "");
    r[2] = failed();
    r[2].verdict = VERDICT_TIMEOUT;
    r[3] = passed();
    result_set(&r[0], RESULT_RECORD, "x.record");
    result_set(&r[3], RESULT_RECORD, "x-attempt-4.record");
    *g = (struct report_group){.retried = true};
    for (size_t i = 0; i < (passes ? 4 : 3); i++)
        (void)report_group_add(g, &r[i]);
}

static void attempts_release(struct run_result *r, struct report_group *g)
{
    for (size_t i = 0; i < 4; i++)
        result_release(&r[i]);
    report_group_release(g);
}

static size_t times_of(const char *text, const char *part)
{
    size_t times = 0;

    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        times++;
    return times;
}

static void test_a_late_pass_is_flaky_and_red_and_both_records_are_named(void)
{
    struct buf out = BUF_INIT;
    struct run_result r[4];
    struct report_group g;
    struct report_counts c = {0};

    attempts_make(r, &g, true);
    CU_ASSERT_EQUAL(report_group_verdict(&g), VERDICT_FLAKY);
    report_count_group(&c, &g);
    CU_ASSERT_EQUAL(c.total, 1);
    CU_ASSERT_EQUAL(report_exit_code(&c), EXIT_CODE_FAILED);
    report_terminal_group(&out, &g, false);
    report_terminal_records(&out, &g);
    expect_text(&out, "FLAKY  1.836s  ctrlc_nested[depth=2,presses=1]  real  4 attempts: "
                      "2 TIMEOUT step:expect leaf> $, 1 HARNESS step, 1 PASS\n"
                      "       TIMEOUT  x.record\n"
                      "       PASS   x-attempt-4.record\n");
    attempts_release(r, &g);
    attempts_make(r, &g, false);
    CU_ASSERT_EQUAL(report_group_verdict(&g), VERDICT_HARNESS);
    attempts_release(r, &g);
}

/* Goal: what the gate's file knows to be flaky is excused, and then the late pass hides nothing. */
static void test_a_late_pass_after_what_is_known_is_known(void)
{
    static const struct {
        enum verdict first;
        enum verdict last;
        enum verdict both;
    } cases[] = {
        {VERDICT_XFAIL,      VERDICT_PASS,  VERDICT_XFAIL},
        {VERDICT_XFAIL,      VERDICT_XPASS, VERDICT_XPASS},
        {VERDICT_FAIL,       VERDICT_XPASS, VERDICT_FAIL },
        {VERDICT_FAIL,       VERDICT_XFAIL, VERDICT_FAIL },
        {VERDICT_UNRESOLVED, VERDICT_PASS,  VERDICT_FLAKY},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct run_result r[2] = {failed(), passed()};
        struct report_group g = {.retried = true};
        r[0].verdict = cases[i].first;
        r[1].verdict = cases[i].last;
        for (size_t k = 0; k < 2; k++)
            (void)report_group_add(&g, &r[k]);
        CU_ASSERT_EQUAL(report_group_verdict(&g), cases[i].both);
        for (size_t k = 0; k < 2; k++)
            result_release(&r[k]);
        report_group_release(&g);
    }
}

/* Goal: readers know a flaky case as surefire writes it: passed, with each failure before it. */
static void test_junit_has_an_element_for_every_attempt_that_failed(void)
{
    const struct report_head head = {.engine = "real", .timestamp = ""};
    struct report_end end = {.head = &head, .count = 1};
    struct buf out = BUF_INIT;
    struct run_result r[4];
    struct report_group g;

    attempts_make(r, &g, true);
    end.group = &g;
    report_junit.end(&out, &end);
    const char *xml = buf_text(&out);
    CU_ASSERT_TRUE(xml_is_balanced(xml));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" "
                                       "flakes=\"1\" time"));
    CU_ASSERT_EQUAL(times_of(xml, "<flakyFailure type=\"timeout\" message=\"expect"), 2);
    CU_ASSERT_EQUAL(times_of(xml, "<flakyError type=\"harness\" message=\"expect"), 1);
    CU_ASSERT_EQUAL(times_of(xml, "<stackTrace>TIMEOUT  ctrlc_nested"), 1);
    CU_ASSERT_EQUAL(times_of(xml, "<failure") + times_of(xml, "<error"), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "name=\"verdict\" value=\"FLAKY\""));
    buf_release(&out);
    attempts_release(r, &g);

    attempts_make(r, &g, false);
    report_junit.end(&out, &end);
    xml = buf_text(&out);
    CU_ASSERT_TRUE(xml_is_balanced(xml));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(xml, "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time"));
    CU_ASSERT_EQUAL(times_of(xml, "<error type=\"harness\" message=\"1 of 3 attempts: expect"), 1);
    CU_ASSERT_EQUAL(times_of(xml, "<rerunFailure type=\"timeout\" message=\"expect"), 2);
    CU_ASSERT_EQUAL(times_of(xml, "<rerunError"), 0);
    buf_release(&out);
    attempts_release(r, &g);
}

static void test_json_tells_attempts_apart_from_repeated_runs(void)
{
    struct buf out = BUF_INIT;
    struct run_result r[4];
    struct report_group g;

    attempts_make(r, &g, true);
    report_json.group(&out, &g);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\"ev\":\"retried\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "\"verdict\":\"FLAKY\",\"runs\":4"));
    buf_release(&out);
    attempts_release(r, &g);
}

/* ---- Repeated runs ---- */

static struct run_result run_of(enum verdict verdict, const char *mark, uint64_t seed)
{
    struct run_result r = verdict == VERDICT_PASS ? passed() : failed();

    r.verdict = verdict;
    r.seed = seed;
    r.time_ns = 100000000;
    result_set(&r, verdict == VERDICT_PASS ? RESULT_ENDED : RESULT_SIGNATURE, mark);
    return r;
}

/* Three ways to end, in this order: one timeout, three passes by SIGINT, one pass with status 0,
 * one more timeout. */
enum { RUNS = 6 };

static void runs_make(struct run_result *r, struct report_group *g)
{
    r[0] = run_of(VERDICT_TIMEOUT, "timeout:step", 1);
    r[1] = run_of(VERDICT_PASS, "by SIGINT", 2);
    r[2] = run_of(VERDICT_PASS, "by SIGINT", 3);
    r[3] = run_of(VERDICT_PASS, "with status 0", 4);
    r[4] = run_of(VERDICT_PASS, "by SIGINT", 5);
    r[5] = run_of(VERDICT_TIMEOUT, "timeout:step", 6);
    *g = (struct report_group){0};
    for (size_t i = 0; i < RUNS; i++)
        CU_ASSERT_EQUAL(report_group_add(g, &r[i]), i == 0 || i == 1 || i == 3);
    report_group_sort(g);
}

static void runs_release(struct run_result *r, struct report_group *g)
{
    report_group_release(g);
    for (size_t i = 0; i < RUNS; i++)
        result_release(&r[i]);
}

static void test_repeated_runs_are_summed_up_by_what_they_came_to(void)
{
    struct run_result r[RUNS];
    struct report_group g;
    struct buf out = BUF_INIT;

    runs_make(r, &g);
    report_terminal_group(&out, &g, false);
    expect_text(&out, "TIMEOUT  0.100s  ctrlc_nested[depth=2,presses=1]  real  6 runs: 3 PASS by "
                      "SIGINT, 2 TIMEOUT timeout:step, 1 PASS with status 0\n");
    report_json.group(&out, &g);
    expect_text(
        &out,
        "{\"v\":1,\"ev\":\"repeated\",\"id\":\"ctrlc_nested[depth=2,presses=1]\","
        "\"scenario\":\"area/ctrlc_nested\",\"engine\":\"real\",\"verdict\":\"TIMEOUT\","
        "\"runs\":6,\"time_us\":600000,\"classes\":["
        "{\"runs\":3,\"verdict\":\"PASS\",\"ended\":\"by SIGINT\",\"seed\":\"0x2\"},"
        "{\"runs\":2,\"verdict\":\"TIMEOUT\",\"signature\":\"timeout:step\","
        "\"message\":\"expect 'leaf> $': not seen within 2 s\","
        "\"again\":\"scenario run x.yaml -k 'x' --engine real --seed 0x2a\",\"seed\":\"0x1\"},"
        "{\"runs\":1,\"verdict\":\"PASS\",\"ended\":\"with status 0\",\"seed\":\"0x4\"}],"
        "\"others\":0}\n");
    runs_release(r, &g);
}

static void test_repeated_runs_are_one_case_with_a_block_of_each_class(void)
{
    const struct report_head head = {.engine = "real", .timestamp = ""};
    struct run_result r[RUNS];
    struct report_group g;
    struct buf out = BUF_INIT;

    runs_make(r, &g);
    const struct report_end end = {.head = &head, .group = &g, .count = 1};
    report_junit.end(&out, &end);
    const char *xml = buf_text(&out);
    CU_ASSERT(xml_is_balanced(xml));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "tests=\"1\" failures=\"1\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, " time=\"0.600\">\n      <properties>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "name=\"classes\" value=\"6 runs: 3 PASS by SIGINT, 2 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, "message=\"2 of 6 runs: expect 'leaf&gt; $'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(xml, ">2 of 6 runs:\nTIMEOUT"));
    CU_ASSERT_PTR_NULL(strstr(xml, "3 of 6 runs:"));
    CU_ASSERT_PTR_NULL(strstr(xml, "1 of 6 runs:"));
    buf_release(&out);
    runs_release(r, &g);
}

/* Goal: what is not about the subject has no signature, but is told apart all the same. */
static void test_without_a_signature_the_reason_tells_classes_apart(void)
{
    static const char *const reasons[] = {"worker", "error", "worker"};
    struct run_result r[3];
    struct report_group g = {0};
    struct buf out = BUF_INIT;

    for (size_t i = 0; i < 3; i++) {
        r[i] = run_of(VERDICT_HARNESS, "", i);
        result_set(&r[i], RESULT_REASON, reasons[i]);
        CU_ASSERT_EQUAL(report_group_add(&g, &r[i]), i < 2);
    }
    report_group_text(&out, &g);
    expect_text(&out, "3 runs: 2 HARNESS worker, 1 HARNESS error");
    report_group_release(&g);
    for (size_t i = 0; i < 3; i++)
        result_release(&r[i]);
}

static void test_the_worst_class_decides(void)
{
    static const enum verdict rising[] = {VERDICT_PASS, VERDICT_UNRESOLVED, VERDICT_FAIL,
                                          VERDICT_HARNESS};
    struct run_result r[4];
    struct report_group g = {0};

    for (size_t i = 0; i < 4; i++) {
        r[i] = run_of(rising[i], "x", i);
        (void)report_group_add(&g, &r[i]);
        CU_ASSERT_PTR_EQUAL(report_group_worst(&g)->first, &r[i]);
    }
    report_group_release(&g);
    for (size_t i = 0; i < 4; i++)
        result_release(&r[i]);
}

static void test_more_classes_than_there_may_be_are_counted(void)
{
    enum { MANY = REPORT_CLASSES_MAX + 2 };
    struct run_result *r = calloc(MANY, sizeof(*r));
    struct report_group g = {0};
    struct buf out = BUF_INIT;

    CU_ASSERT_PTR_NOT_NULL_FATAL(r);
    if (r == NULL)
        return;
    for (uint64_t i = 0; i < MANY; i++) {
        char mark[32];
        (void)snprintf(mark, sizeof(mark), "outcome:%d", (int)i);
        r[i] = run_of(VERDICT_FAIL, mark, i);
        CU_ASSERT_EQUAL(report_group_add(&g, &r[i]), i < REPORT_CLASSES_MAX);
    }
    CU_ASSERT_EQUAL(g.runs, MANY);
    report_group_text(&out, &g);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "1 FAIL outcome:999, 2 others"));
    buf_release(&out);
    report_group_release(&g);
    for (size_t i = 0; i < MANY; i++)
        result_release(&r[i]);
    free(r);
}

/* A name for a flag, a help of one line, something to say: else its flag would do nothing. */
static bool row_is_whole(const struct report_entry *e)
{
    return e->name != NULL && e->name[0] != 0 &&
           strspn(e->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(e->name) && e->help != NULL &&
           e->help[0] != 0 && strchr(e->help, '\n') == NULL && (e->run != NULL || e->end != NULL);
}

static void test_every_format_has_a_whole_row(void)
{
    struct report_entry row = report_json;

    for (size_t i = 0; i < REPORTS; i++) {
        CU_ASSERT(row_is_whole(report_at(i)));
        for (size_t k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(report_at(i)->name, report_at(k)->name);
    }
    row.name = "";
    CU_ASSERT_FALSE(row_is_whole(&row));
    row = report_json;
    row.help = NULL;
    CU_ASSERT_FALSE(row_is_whole(&row));
    row = report_junit;
    row.end = NULL;
    CU_ASSERT_FALSE(row_is_whole(&row));
}

int main(void)
{
    CU_pSuite suite = suite_open("report", NULL, NULL);

    CU_add_test(suite, "line", test_head_and_line_read_as_documented);
    CU_add_test(suite, "failure", test_failure_block_ends_in_the_command_that_repeats_it);
    CU_add_test(suite, "colour", test_colour_is_only_there_when_wanted);
    CU_add_test(suite, "caret", test_the_caret_says_what_the_message_does_not);
    CU_add_test(suite, "raw", test_nothing_of_the_subject_reaches_the_terminal_raw);
    CU_add_test(suite, "summary", test_summary_counts_and_the_exit_code_follows);
    CU_add_test(suite, "escapes", test_junit_escapes_what_xml_forbids);
    CU_add_test(suite, "junit", test_junit_is_well_formed_whatever_the_texts);
    CU_add_test(suite, "verdicts", test_junit_has_an_element_for_every_verdict_but_pass);
    CU_add_test(suite, "caps", test_junit_caps_long_texts_and_keeps_both_ends);
    CU_add_test(suite, "json", test_json_is_one_object_a_line);
    CU_add_test(suite, "classes", test_repeated_runs_are_summed_up_by_what_they_came_to);
    CU_add_test(suite, "one case", test_repeated_runs_are_one_case_with_a_block_of_each_class);
    CU_add_test(suite, "reason", test_without_a_signature_the_reason_tells_classes_apart);
    CU_add_test(suite, "worst", test_the_worst_class_decides);
    CU_add_test(suite, "others", test_more_classes_than_there_may_be_are_counted);
    CU_add_test(suite, "codes", test_exit_codes_have_their_order);
    CU_add_test(suite, "rows", test_every_format_has_a_whole_row);
    CU_add_test(suite, "flaky", test_a_late_pass_is_flaky_and_red_and_both_records_are_named);
    CU_add_test(suite, "flaky known", test_a_late_pass_after_what_is_known_is_known);
    CU_add_test(suite, "flaky junit", test_junit_has_an_element_for_every_attempt_that_failed);
    CU_add_test(suite, "flaky json", test_json_tells_attempts_apart_from_repeated_runs);
    return suite_close();
}
