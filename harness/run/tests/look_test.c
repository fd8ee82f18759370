/* look_test.c: when a screen is looked at, and what a step says of it, on a world that plays a
 * script. */
#include "harness/run/look.h"
#include "harness/run/state.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

#define MS_NS INT64_C(1000000)

/* A menu of two, the first one marked; and what a key down makes of it, in two pieces. */
#define MENU   "\x1b[H\x1b[2JChoose\x1b[3;3H\x1b[7mone\x1b[0m\x1b[4;3Htwo\x1b[3;3H"
#define DOWN_1 "\x1b[3;3Hone\x1b[4;3H\x1b[7mt"
#define DOWN_2 "wo\x1b[0m\x1b[4;3H"

static void test_a_screen_is_looked_at_when_all_is_quiet(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'two', row: 4, cursor: [4, 3], style: [reverse] }\n"
                  "  - expect: { screen: '^  one$', row: -22 }\n"
                  "  - expect: 'Choose'\n");
    fake.event[0].output = MENU;
    fake.event[1].output = DOWN_1;
    fake.event[2].output = DOWN_2;
    expect_verdict(VERDICT_PASS, "", "");
}

static char hows[256];

static void how_told(void *user, int64_t at_ns, const char *how)
{
    (void)user, (void)at_ns;
    (void)snprintf(hows + strlen(hows), sizeof(hows) - strlen(hows), "[%s]", how);
}

static void test_a_screen_is_looked_at_beside_whoever_is_busy(void)
{
    static const struct run_recorder recorder = {.how = how_told};

    for (int busy = 0; busy < 2; busy++) {
        fresh();
        options.recorder = &recorder;
        hows[0] = 0;
        scenario_says("steps: [{ expect: { screen: 'two' } }]\n");
        fake.event[0].output = MENU;
        fake.never_quiet = true;
        fake.busy = busy ? "a (1)" : "";
        stays();
        expect_verdict(VERDICT_PASS, "", "");
        CU_ASSERT_STRING_EQUAL(hows, busy ? "[decided by settle; busy: a (1)]" : "");
    }
}

static void test_all_of_a_look_is_described(void)
{
    static const char *const rows[][2] = {
        {"{ stream: 'a', echo: seen }",                             "expect 'a', echo seen"    },
        {"{ screen: 'a', row: -2 }",                                "expect screen 'a', row -2"},
        {"{ screen: 'a', cursor: [4, 3], style: [bold, reverse] }",
         "expect screen 'a', cursor in row 4, column 3, bold and reverse"                      },
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char steps[128];
        struct buf out = BUF_INIT;
        fresh();
        (void)snprintf(steps, sizeof(steps), "steps: [{ expect: %s }]\n", rows[i][0]);
        scenario_says(steps);
        step_describe(&variant.steps.step[0], cast, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), rows[i][1]);
        buf_release(&out);
    }
}

/* Goal: what stands there in the midst of being drawn is no evidence. */
static void test_a_screen_that_is_being_drawn_is_no_evidence(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'one' }\n"
                  "  - absent: { screen: 'two', until: quiet }\n");
    fake.event[0].output = "\x1b[H\x1b[2Jtwo";
    fake.event[1].output = "\x1b[H\x1b[2Jone";
    expect_verdict(VERDICT_PASS, "", "");
    scenario_says("steps:\n"
                  "  - expect: { screen: 'two' }\n");
    expect_verdict(VERDICT_FAIL, "step", "expect screen 'two': not seen");
}

/* Goal: the cuts change nothing. Method: in one piece, and in as many as there are bytes. */
static void test_the_cuts_of_the_output_change_nothing(void)
{
    static const char text[] = "\x1b[2;2H\x1b[7m\xc3\xa4\xe6\x97\xa5\x1b[0m\x1b[1;1Hx";
    static char piece[sizeof(text)][2];

    for (int cut = 0; cut < 2; cut++) {
        fresh();
        scenario_says("steps:\n"
                      "  - expect: { screen: '^ \xc3\xa4\xe6\x97\xa5$', row: 2 }\n"
                      "  - expect: { screen: '\xe6\x97\xa5', style: [reverse], cursor: [1, 2] }\n");
        CHECK(sizeof(text) < FAKE_EVENTS_MAX);
        fake.event[0].output = text;
        for (size_t i = 0; i + 1 < sizeof(text) && cut == 1; i++) {
            piece[i][0] = text[i];
            fake.event[i].output = piece[i];
        }
        expect_verdict(VERDICT_PASS, "", "");
    }
}

static void test_without_quiet_it_is_looked_at_at_the_deadline(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'one', within: 200ms }\n");
    fake.event[0].output = MENU;
    fake.never_quiet = true;
    stays();
    run();
    CU_ASSERT_EQUAL(result.step, 0);
    scenario_says("steps:\n"
                  "  - expect: { screen: 'three', within: 200ms }\n");
    expect_verdict(VERDICT_FAIL, "step", "expect screen 'three': not seen within 200 ms");
    CU_ASSERT_EQUAL(result.clock_ns, 200 * MS_NS);
}

/* Goal: what nothing can change any more is looked at. */
static void test_the_last_screen_is_looked_at(void)
{
    for (int still = 0; still < 2; still++) {
        fresh();
        scenario_says("steps:\n"
                      "  - expect: { screen: 'one' }\n");
        fake.event[0].output = MENU;
        fake.never_quiet = true;
        fake.still = still;
        if (still)
            stays();
        (void)run();
        CU_ASSERT_STRING_NOT_EQUAL(result_get(&result, RESULT_REASON), "step");
    }
}

/* Goal: a signature has the beginning of a long pattern. */
static void test_a_signature_has_the_beginning_of_a_pattern(void)
{
    enum { CUT = 150 };
    struct buf text = BUF_INIT;
    char pattern[CUT + 2] = {0};

    for (size_t size = CUT - 1; size <= CUT + 1; size++) {
        memset(pattern, 'x', size);
        fresh();
        buf_addf(&text, "steps: [{ expect: %s }]\n", pattern);
        scenario_says(buf_text(&text));
        buf_release(&text);
        expect_verdict(VERDICT_FAIL, "step", "not seen");
        buf_addf(&text, "step:expect '%.*s'", CUT, pattern);
        CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), buf_text(&text));
        buf_release(&text);
    }
}

/* Goal: beside somebody who draws on and on, what stays is there; what does not stay is not. */
static void test_what_stays_while_others_draw_is_there(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'one' }\n"
                  "  - note: seen\n"
                  "  - await: { gone: all }\n");
    fake.never_quiet = true;
    fake.event[0].output = MENU;
    for (int i = 1; i < 20; i++)
        fake.event[i] = (struct fake_event){.at_ns = 100 * MS_NS * i,
                                            .output = i % 2 ? "\x1b[1;70H/" : "\x1b[1;70H-"};
    run();
    CU_ASSERT_EQUAL(result.verdict, VERDICT_PASS);
    for (int i = 2; i < 20; i += 3)
        fake.event[i].output = i % 2 ? "\x1b[3;3H   " : "\x1b[3;1H\x1b[2K";
    for (int i = 4; i < 20; i += 3)
        fake.event[i].output = "\x1b[3;3Hone";
    fake.event[20] = (struct fake_event){.at_ns = 2000 * MS_NS, .output = "\x1b[2J"};
    expect_verdict(VERDICT_FAIL, "step", "expect screen 'one': not seen");
}

/* Goal: a screen is one of several ways, beside the stream's and beside another list's expect. */
static void test_a_screen_is_one_of_several_ways(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first:\n"
                  "        - { screen: 'nothing' }\n"
                  "        - { stream: 'never', then: [{ note: no }] }\n"
                  "        - { screen: 'one', style: [reverse], then: [{ send: j }], again: 1 }\n"
                  "        - { screen: 'two', style: [reverse], then: [{ send: q }] }\n");
    fake.event[0].output = MENU;
    fake.event[1].output = DOWN_1 DOWN_2;
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, "type:q "));
    /* What the stream decides is decided before a screen is looked at. */
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first: [{ screen: 'Choose' }, { stream: 'one', then: [{ send: s }] }]\n");
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, "type:s "));
    scenario_says("steps:\n"
                  "  - parallel:\n"
                  "    - - expect: 'later'\n"
                  "    - - expect: { screen: 'two' }\n"
                  "      - expect: 'la(t)'\n");
    fake.event[2].output = "\x1b[9;1Hlater";
    fake.event[3].output = "lat";
    expect_verdict(VERDICT_PASS, "", "");
}

/* Goal: a screen leaves the stream's text to be expected until something is typed. */
static void test_what_a_screen_has_shown_is_behind_once_something_is_typed(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'two' }\n"
                  "  - expect: 'Choose'\n"
                  "  - expect: { screen: 'two' }\n"
                  "  - send: j\n"
                  "  - expect: 'on(e)'\n");
    fake.event[0].output = MENU;
    expect_verdict(VERDICT_FAIL, "step", "expect 'on(e)': not seen");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_NEAREST), "already consumed"));
}

static void test_a_screen_way_may_be_the_last_look_before_the_timeout(void)
{
    for (int there = 0; there < 2; there++) {
        fresh();
        scenario_says("steps:\n"
                      "  - expect:\n"
                      "      first: [{ screen: 'one', then: [{ send: s }] }]\n"
                      "      timeout: [{ send: t }]\n"
                      "      within: 200ms\n");
        fake.never_quiet = true;
        fake.event[0].output = there ? MENU : "two";
        stays();
        run();
        CU_ASSERT_PTR_NOT_NULL(strstr(fake.actions, there ? "type:s " : "type:t "));
    }
}

static void test_absent_looks_at_every_rest_and_at_the_address(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - absent: { screen: 'three', until: quiet }\n"
                  "  - absent: { screen: 'one', style: [bold], until: quiet }\n");
    fake.event[0].output = MENU;
    expect_verdict(VERDICT_PASS, "", "");
    scenario_says("steps:\n"
                  "  - absent: { screen: 'one', style: [reverse], until: quiet }\n");
    expect_verdict(VERDICT_FAIL, "step", "absent screen 'one': it came");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_SCREEN), "   3 |  one\n"));
    scenario_says("steps:\n"
                  "  - absent: { screen: 'one', until: leaf@dbg.withdrawn }\n");
    fake.event[1] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    expect_verdict(VERDICT_FAIL, "step", "absent screen 'one': it came");
    fake.event[1].output = "\x1b[2J";
    fake.event[2] = (struct fake_event){.actor = LEAF, .point = POINT_DBG_WITHDRAWN};
    fake.event[3].output = "one";
    expect_verdict(VERDICT_PASS, "", "");
}

static void test_a_failure_tells_what_is_like_it_and_the_screen(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: { screen: 'two', row: 3 }\n");
    fake.event[0].output = MENU;
    expect_verdict(VERDICT_FAIL, "step", "expect screen 'two': not seen before the subject ended");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_NEAREST), "it is in row 4\n");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN),
                           "(24 rows, the cursor in row 3, column 3)\n"
                           "   1 |Choose\n   2 |\n   3 |  one\n   4 |  two\n");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "step:expect screen 'two'");
    /* Who draws shows a screen whatever the step is about. */
    scenario_says("steps:\n"
                  "  - expect: never\n");
    expect_verdict(VERDICT_FAIL, "step", "expect 'never'");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_SCREEN), "   4 |  two\n"));
    /* And what is no text does nothing to whoever reads it. */
    fake.event[0].output = "\x1b[H\xc2\x9bx";
    run();
    CU_ASSERT_PTR_NULL(strstr(result_get(&result, RESULT_SCREEN), "\xc2\x9b"));
}

static void test_a_resized_window_is_looked_at_as_it_is(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect: 'abc'\n"
                  "  - resize: { rows: 5, columns: 10 }\n"
                  "  - expect: { screen: '^ +ij$', row: -1 }\n");
    fake.event[0].output = "abc";
    fake.event[1].output = "\x1b[4;1Habcdefghij\x1b[5;9Hij";
    expect_verdict(VERDICT_PASS, "", "");
}

/* Goal: a window that is too small is told with how to raise it, by absent, too. */
static void test_a_window_that_is_too_small_is_told(void)
{
    static const char *const steps[] = {
        "steps:\n  - expect: '(?s)BEGIN.*END'\n",
        "steps:\n  - absent: { stream: '(?s)BEGIN.*END', until: quiet }\n",
        "steps:\n  - await: quiet\n  - expect: 'BEGIN'\n",
    };
    static const char begin[] = {'B', 'E', 'G', 'I', 'N'};
    static char long_text[600 * 1024];

    memset(long_text, 'x', sizeof(long_text) - 1);
    for (size_t i = 0; i < sizeof(begin); i++)
        long_text[i] = begin[i];
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        fresh();
        scenario_says(steps[i]);
        scenario.window_bytes = 4096;
        fake.event[0].output = long_text;
        expect_verdict(VERDICT_FAIL, "step", "limits.window, 4KB");
        CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_LABEL), "limits: { window: "));
        scenario.window_bytes = 0;
        CU_ASSERT_EQUAL(run(), i == 0 ? VERDICT_FAIL : VERDICT_PASS); /* there is no END */
        CU_ASSERT_PTR_NULL(strstr(result_get(&result, RESULT_MESSAGE), "limits.window"));
    }
}

static char shown[1024];

static void on_show(void *user, int64_t at_ns, const char *text)
{
    (void)user, (void)at_ns;
    (void)snprintf(shown, sizeof(shown), "%s", text);
}

static void test_show_gives_the_screen_to_the_recorder(void)
{
    const struct run_recorder recorder = {.how = on_show};

    fresh();
    scenario_says("steps:\n"
                  "  - expect: 'two'\n"
                  "  - show: screen\n");
    options.recorder = &recorder;
    fake.event[0].output = MENU;
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(shown, "(24 rows, the cursor in row 3, column 3)\n"
                                  "   1 |Choose\n   2 |\n   3 |  one\n   4 |  two\n");
}

int main(void)
{
    CU_pSuite s = suite_open("look", suite_start, suite_end);

    CU_ADD_TEST(s, test_a_screen_is_looked_at_when_all_is_quiet);
    CU_ADD_TEST(s, test_a_screen_is_looked_at_beside_whoever_is_busy);
    CU_ADD_TEST(s, test_all_of_a_look_is_described);
    CU_ADD_TEST(s, test_a_screen_that_is_being_drawn_is_no_evidence);
    CU_ADD_TEST(s, test_the_cuts_of_the_output_change_nothing);
    CU_ADD_TEST(s, test_without_quiet_it_is_looked_at_at_the_deadline);
    CU_ADD_TEST(s, test_what_stays_while_others_draw_is_there);
    CU_ADD_TEST(s, test_the_last_screen_is_looked_at);
    CU_ADD_TEST(s, test_a_signature_has_the_beginning_of_a_pattern);
    CU_ADD_TEST(s, test_a_screen_is_one_of_several_ways);
    CU_ADD_TEST(s, test_what_a_screen_has_shown_is_behind_once_something_is_typed);
    CU_ADD_TEST(s, test_a_screen_way_may_be_the_last_look_before_the_timeout);
    CU_ADD_TEST(s, test_absent_looks_at_every_rest_and_at_the_address);
    CU_ADD_TEST(s, test_a_failure_tells_what_is_like_it_and_the_screen);
    CU_ADD_TEST(s, test_a_resized_window_is_looked_at_as_it_is);
    CU_ADD_TEST(s, test_a_window_that_is_too_small_is_told);
    CU_ADD_TEST(s, test_show_gives_the_screen_to_the_recorder);
    return suite_close();
}
