/* leak_report_test.c: what is told of processes that were left, to people and to programs. */
#include "harness/report/leak_report.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

#define LIST(text) ((struct buf){.data = (text), .size = sizeof(text) - 1})

/* One that holds bytes which must not reach a terminal, and one that may stay. */
static void leaks_make(struct leaks *l)
{
    static char argv[] = "sh\0-c\0a\033<&\"\nb";
    static char holds[] = "1 = our standard output, pipe:[7]\0002 = pipe:[8]";
    static char agent[] = "ssh-agent";
    static char test[] = "test_two";
    static char cwd[] = "/tmp/x\ny";

    memset(l, 0, sizeof(*l));
    l->leak[0] = (struct leak){
        .pid = 7, .fate = LEAK_BY_TERM, .cpu_ns = 1230000000, .source = "BATS_TEST_NAME"};
    l->leak[0].argv = (struct buf){.data = argv, .size = sizeof(argv)};
    l->leak[0].holds = (struct buf){.data = holds, .size = sizeof(holds)};
    l->leak[0].label = LIST(test);
    l->leak[0].cwd = LIST(cwd);
    l->leak[1] = (struct leak){.pid = 8, .fate = LEAK_ALLOWED};
    l->leak[1].argv = (struct buf){.data = agent, .size = sizeof(agent)};
    l->count = 2;
}

static char word_make[] = "make";
static char word_test[] = "test";
static char *command[] = {word_make, word_test, NULL};
static struct leaks leaks;
static const struct leak_report told = {
    .leaks = &leaks, .command = command, .status = 0, .grace_ns = 1000000000};

static void check_has(const struct buf *out, const char *text)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(out), text));
    if (strstr(buf_text(out), text) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", text, buf_text(out));
}

static void test_people_see_each_with_what_it_holds(void)
{
    struct buf out = BUF_INIT;

    leaks_make(&leaks);
    leak_report_text(&told, &out);
    CU_ASSERT_STRING_EQUAL(
        buf_text(&out), "scenario: 1 process is left, 1 may stay 1 s after the end of 'make test'\n"
                        "  sh -c a^[<&\" b (7)\n"
                        "    test   test_two  (BATS_TEST_NAME)\n"
                        "    holds  1 = our standard output, pipe:[7]\n"
                        "    holds  2 = pipe:[8]\n"
                        "    in     /tmp/x^Jy\n"
                        "    cpu    1.23 s since the end\n"
                        "    now    ended by SIGTERM\n"
                        "  ssh-agent (8)\n"
                        "    test   unknown\n"
                        "    cpu    0.00 s since the end\n"
                        "    now    left running, as allowed\n");
    buf_release(&out);
}

static void test_without_anybody_nothing_is_said(void)
{
    struct buf out = BUF_INIT;

    leaks_make(&leaks);
    leaks.count = 0;
    leak_report_text(&told, &out);
    CU_ASSERT_EQUAL(out.size, 0);
    leak_report_junit(&told, &out);
    check_has(&out, "tests=\"1\" failures=\"0\"");
    check_has(&out, "name=\"no process is left\"");
    buf_release(&out);
}

static void test_json_has_the_words_one_by_one(void)
{
    struct buf out = BUF_INIT;

    leaks_make(&leaks);
    leak_report_json(&told, &out);
    check_has(&out, "{\"v\":1,\"leaks\":1,\"allowed\":1,\"more\":false,");
    check_has(&out, "\"argv\":[\"sh\",\"-c\",\"a\\u001b<&\\\"\\nb\"]");
    check_has(&out, "\"holds\":[\"1 = our standard output, pipe:[7]\",\"2 = pipe:[8]\"]");
    check_has(&out, "\"cpu_ms\":1230,\"allowed\":false,\"now\":\"ended by SIGTERM\"}");
    check_has(&out, "\"test\":\"unknown\"");
    buf_release(&out);
}

static void test_junit_has_a_case_for_each_that_may_not_stay(void)
{
    struct buf out = BUF_INIT;

    leaks_make(&leaks);
    leak_report_junit(&told, &out);
    check_has(&out, "tests=\"1\" failures=\"1\"");
    check_has(&out, "name=\"test_two: sh -c a^[&lt;&amp;&quot; b (7)\"");
    CU_ASSERT_PTR_NULL(strstr(buf_text(&out), "ssh-agent"));
    buf_release(&out);
}

int main(void)
{
    CU_pSuite suite = suite_open("leak_report", NULL, NULL);
    CU_add_test(suite, "people", test_people_see_each_with_what_it_holds);
    CU_add_test(suite, "nobody", test_without_anybody_nothing_is_said);
    CU_add_test(suite, "JSON", test_json_has_the_words_one_by_one);
    CU_add_test(suite, "JUnit", test_junit_has_a_case_for_each_that_may_not_stay);
    return suite_close();
}
