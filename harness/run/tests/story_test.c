/* story_test.c: what is told of a run, on a world that plays a script. */
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EVENTS = 40, DUMP_BYTES_MAX = 4096 };

/* Goal: with -v a failure tells all that has happened, else the last of it. */
static void test_a_failure_tells_the_whole_trace_where_that_is_asked_for(void)
{
    for (unsigned all = 0; all <= 1; all++) {
        size_t lines = 0;
        fresh();
        scenario_says("steps:\n  - expect: { stream: never, within: 1s }\n");
        variant.steps_only = true;
        options.all_events = all != 0;
        for (size_t i = 0; i < EVENTS; i++)
            fake.event[i] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
        stays();
        expect_verdict(VERDICT_FAIL, "step", "not seen within 1 s");
        const char *text = result_get(&result, RESULT_EVENTS);
        for (const char *at = text; (at = strstr(at, "dbg.want")) != NULL; at++)
            lines++;
        CU_ASSERT_EQUAL(lines == EVENTS, all != 0);
        CU_ASSERT_TRUE(all != 0 || lines <= 24);
    }
}

/* Runs with standard error in a file; what stands there. */
static const char *dumped(void)
{
    static char text[DUMP_BYTES_MAX];
    FILE *file = tmpfile();

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fflush(stderr);
    int before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    (void)dup2(fileno(file), STDERR_FILENO);
    (void)run();
    (void)fflush(stderr);
    (void)dup2(before, STDERR_FILENO);
    (void)close(before);
    rewind(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    (void)fclose(file);
    return text;
}

/* Goal: a dump has the screen, and each thing on a line of its own. */
static void test_a_dump_has_the_screen_and_whole_lines(void)
{
    static volatile sig_atomic_t asked;

    fresh();
    scenario_says("steps:\n  - await: leaf@dbg.want\n");
    options.dump = &asked;
    asked = 1;
    fake.event[0] = (struct fake_event){.output = "one\r\ntwo"};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
    const char *text = dumped();
    CU_ASSERT_EQUAL(asked, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "engine sim, at 0.000 s\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n  Lock tty   "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n  Terminal   "));
    CU_ASSERT_PTR_NULL(strstr(text, "Screen")); /* nothing was shown yet */
    size_t size = strlen(text);
    CU_ASSERT_TRUE(size > 0 && text[size - 1] == '\n');
    /* Asked for again, once something is shown. */
    fresh();
    scenario_says("steps:\n  - await: leaf@dbg.want\n");
    options.dump = &asked;
    fake.event[0] = (struct fake_event){.output = "one\r\ntwo"};
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WANT};
    fake.asks_dump = &asked;
    text = dumped();
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n  Screen\n    one\n    two\n"));
}

int main(void)
{
    CU_pSuite s = suite_open("story", suite_start, suite_end);

    CU_ADD_TEST(s, test_a_failure_tells_the_whole_trace_where_that_is_asked_for);
    CU_ADD_TEST(s, test_a_dump_has_the_screen_and_whole_lines);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
