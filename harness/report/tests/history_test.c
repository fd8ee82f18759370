/* history_test.c: what earlier runs add up to, run by run. */
#include "harness/observe/verdict.h"
#include "harness/report/history.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct diag diag;
static struct history history;
static struct buf text;

/* Adds a run for each character, in invocations r0, r1, ... of subjects s0, s1, ...; each takes
 * time_ns. */
static void runs_add(const char *id, const char *host, const char *marks, int64_t time_ns)
{
    char run[32];
    char subject[32];

    for (size_t i = 0; marks[i] != 0; i++) {
        struct past p = {.id = id,
                         .engine = "real",
                         .host = host,
                         .signature =
                             marks[i] == 'F' || marks[i] == 'x' ? "outcome:exit actor=root" : "",
                         .time_ns = time_ns,
                         .run = run,
                         .subject = subject};
        (void)snprintf(run, sizeof(run), "r%zu", i);
        (void)snprintf(subject, sizeof(subject), "s%zu", i);
        p.verdict = marks[i] == '.'   ? VERDICT_PASS
                    : marks[i] == 'F' ? VERDICT_FAIL
                    : marks[i] == 'x' ? VERDICT_XFAIL
                                      : VERDICT_UNRESOLVED;
        history_add(&history, &p);
    }
}

static void begin(void)
{
    history_release(&history);
    buf_release(&text);
}

static void end(void)
{
    CU_ASSERT_EQUAL_FATAL(history_end(&history, &diag), 0);
}

static void expect_text(const char *part)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), part));
    if (strstr(buf_text(&text), part) == NULL)
        (void)printf("\nno '%s' in\n%s\n", part, buf_text(&text));
}

static void test_a_row_knows_since_when_it_fails(void)
{
    static const struct {
        const char *marks;
        uint64_t runs;
        uint64_t failed;
        uint64_t others;
        const char *first_bad;
        const char *good_before;
        const char *since;
    } cases[] = {
        {"....",   4, 0, 0, "",   "",   ""  },
        {"..FF",   4, 2, 0, "r2", "r1", "r2"},
        {"FF",     2, 2, 0, "r0", "",   "r0"},
        {"..F..",  5, 1, 0, "r2", "r1", ""  },
        {".F.FF",  5, 3, 0, "r1", "r0", "r3"},
        {".?F?F?", 3, 2, 3, "r2", "r0", "r2"},
        {".xx",    3, 2, 0, "r1", "r0", "r1"},
        {"???",    0, 0, 3, "",   "",   ""  },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin();
        runs_add("a", "2core", cases[i].marks, 5);
        end();
        CU_ASSERT_EQUAL_FATAL(history.count, 1);
        const struct history_row *row = &history.row[0];
        CU_ASSERT_EQUAL(row->runs, cases[i].runs);
        CU_ASSERT_EQUAL(row->failed, cases[i].failed);
        CU_ASSERT_EQUAL(row->others, cases[i].others);
        CU_ASSERT_STRING_EQUAL(row->first_bad.id, cases[i].first_bad);
        CU_ASSERT_STRING_EQUAL(row->good_before.id, cases[i].good_before);
        CU_ASSERT_STRING_EQUAL(row->since.id, cases[i].since);
        CU_ASSERT_EQUAL(row->strip_size, strlen(cases[i].marks));
        CU_ASSERT_EQUAL(memcmp(row->strip, cases[i].marks, row->strip_size), 0);
    }
}

static void test_rows_are_of_a_variant_an_engine_and_a_class_of_machines(void)
{
    begin();
    runs_add("a", "2core", "..", 5);
    runs_add("a", "ci-2core", "F", 5);
    runs_add("b", "2core", ".", 5);
    end();
    CU_ASSERT_EQUAL_FATAL(history.count, 3);
    CU_ASSERT_EQUAL(history.row[0].failed, 0);
    CU_ASSERT_EQUAL(history.row[1].failed, 1);
    history_print(&history, &text);
    expect_text("1 of 1 failed, 100.0 % (20.7–100.0)  a  real  ci-2core\n");
    expect_text("2 variants on an engine never failed, 1 did; 4 runs in all\n");
}

static void test_a_strip_has_the_last_runs(void)
{
    begin();
    runs_add("a", "2core", "FFFFF....................x?", 5);
    end();
    CU_ASSERT_EQUAL(history.row[0].strip_size, HISTORY_STRIP);
    CU_ASSERT_EQUAL(memcmp(history.row[0].strip, "..................x?", HISTORY_STRIP), 0);
    history_print_rows(&history, &text);
    expect_text("a  real\n  ··················x?  6 of 26 failed, 23.1 % (11.0–42.1), 1 without a "
                "verdict\n  first in r0 (s0), again since r25 (s25)\n"
                "  last outcome:exit actor=root\n");
}

static void test_times_are_of_good_runs_and_of_the_newest(void)
{
    begin();
    for (int i = 0; i < 12; i++) {
        runs_add("a", "2core", ".", i < 4 ? 100 * INT64_C(1000000) : 300 * INT64_C(1000000));
        runs_add("a", "2core", "F", 900 * INT64_C(1000000));
    }
    end();
    CU_ASSERT_EQUAL(history.row[0].mean_ns, 300 * INT64_C(1000000));
    /* Of the six before the newest six: four of 100 ms and two of 300. */
    CU_ASSERT_EQUAL(history.row[0].before_ns / 1000000, 166);
    CU_ASSERT_EQUAL(history.row[0].slowest_ns, 300 * INT64_C(1000000));
    /* Too few say nothing of a trend. */
    begin();
    runs_add("a", "2core", ".......", 100 * INT64_C(1000000));
    end();
    CU_ASSERT_EQUAL(history.row[0].before_ns, 0);
}

static void test_what_stands_out_comes_first(void)
{
    begin();
    runs_add("often", "2core", "F.F.F.F.F.F.", 50 * INT64_C(1000000));
    runs_add("once", "2core", "...........F", 70 * INT64_C(1000000));
    runs_add("slow", "2core", "........", 100 * INT64_C(1000000));
    runs_add("slow", "2core", "........", 400 * INT64_C(1000000));
    runs_add("steady", "2core", "............", 90 * INT64_C(1000000));
    end();
    history_print(&history, &text);
    const char *often = strstr(buf_text(&text), "often  real\n");
    const char *once = strstr(buf_text(&text), "once  real\n");
    CU_ASSERT_TRUE(often != NULL && once != NULL && often < once);
    expect_text("slowest\n  0.400 s  slow  real\n  0.090 s  steady  real\n");
    expect_text("slower than before\n  0.400 s, was 0.100 s  slow  real\n2 variants on");
}

static void test_json_has_all_of_it(void)
{
    begin();
    runs_add("a[x=\"1\"]", "2core", "..F", 5);
    end();
    history_json(&history, &text);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&text),
        "{\"v\":1,\"id\":\"a[x=\\\"1\\\"]\",\"engine\":\"real\",\"host\":\"2core\",\"runs\":3,"
        "\"failed\":1,\"no_verdict\":0,\"rate\":0.333333,\"low\":0.061492,\"high\":0.792340,"
        "\"last\":\"..F\",\"signature\":\"outcome:exit actor=root\","
        "\"first_bad\":{\"run\":\"r2\",\"subject\":\"s2\"},"
        "\"good_before\":{\"run\":\"r1\",\"subject\":\"s1\"},"
        "\"failing_since\":{\"run\":\"r2\",\"subject\":\"s2\"},"
        "\"slowest\":{\"run\":\"r0\",\"subject\":\"s0\"},"
        "\"time_ns\":5,\"before_ns\":0,\"slowest_ns\":5}\n");
}

static int suite_end(void)
{
    begin();
    return 0;
}

int main(void)
{
    CU_pSuite suite = suite_open("history", NULL, suite_end);

    CU_add_test(suite, "since", test_a_row_knows_since_when_it_fails);
    CU_add_test(suite, "rows", test_rows_are_of_a_variant_an_engine_and_a_class_of_machines);
    CU_add_test(suite, "strip", test_a_strip_has_the_last_runs);
    CU_add_test(suite, "times", test_times_are_of_good_runs_and_of_the_newest);
    CU_add_test(suite, "first", test_what_stands_out_comes_first);
    CU_add_test(suite, "json", test_json_has_all_of_it);
    return suite_close();
}
