/* words_test.c: what a step says when its time is over, of what was typed where nothing is echoed,
 * and when it types; on a world that plays a script. */
#include "harness/run/steps.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

#define MS_NS INT64_C(1000000)

/* What the world of a late step is like. */
enum {
    NO_ROOM = 1,    /* for what is typed */
    NO_KEY = 2,     /* is handled */
    NO_QUIET = 4,   /* comes */
    NO_JOB = 8,     /* gets its signals */
    GROUPS = 16,    /* are the engine's */
    SHOWS_X = 32,   /* on its terminal */
    ENDS = 64,      /* by itself, after a second */
    ONE_LEFT = 128, /* of the processes of a command */
    THREE_LEFT = 256,
};

/* Goal: a step whose time is over says what it was waiting for, each in its own words. */
static void test_a_step_that_is_late_says_for_what_it_waited(void)
{
    static const struct {
        const char *steps;
        unsigned world;
        uint16_t point;      /* of the leaf; 0: none */
        const char *why;     /* the root is waited for */
        const char *message; /* all of it */
    } cases[] = {
        {"send: x",                                                              NO_ROOM,           0,                  NULL,         "send: the terminal takes no more input"     },
        {"paste: x",                                                             NO_ROOM,           0,                  NULL,         "paste: the terminal takes no more input"    },
        {"signal: { to: foreground, name: SIGTERM }",                            GROUPS | NO_KEY,   0,                  NULL,         "signal: not sent"                           },
        {"signal: { to: group, name: SIGTERM }",                                 GROUPS | NO_KEY,   0,                  "it is busy",
         "signal: not sent: it is busy"                                                                                                                                            },
        {"wait: { for: 5s, because: x }",                                        ENDS,              0,                  NULL,         "wait: the time was not over yet"            },
        {"key: C-c",                                                             NO_KEY,            0,                  "it is busy", "key C-c: it is busy"                        },
        {"parallel: [[{ key: C-c }], [{ key: C-z }]]",                           NO_KEY,            0,                  NULL,
         "key C-c: pressed, but not handled by every member of the foreground group (in branch "
         "number 1 of line 4)"                                                                                                                                                     },
        {"parallel: [[{ note: x }], [{ await: leaf@dbg.want }]]",                0,                 0,                  NULL,
         "await leaf@dbg.want: leaf@dbg.want has not happened (it was there 0 times) (in branch "
         "number 2 of line 4)"                                                                                                                                                     },
        {"expect: { first: [{ stream: x, then: [{ await: leaf@dbg.want }] }] }", SHOWS_X,           0,                  NULL,
         "await leaf@dbg.want: leaf@dbg.want has not happened (it was there 0 times) (in branch "
         "'x' of line 4)"                                                                                                                                                          },
        {"await: quiet",                                                         NO_QUIET,          0,                  NULL,         "await quiet: the tree does not come to rest"},
        {"await: quiet",                                                         NO_QUIET,          0,                  "it is busy",
         "await quiet: the tree does not come to rest: it is busy"                                                                                                                 },
        {"absent: { stream: x, until: quiet }",                                  NO_QUIET,          0,                  NULL,
         "absent 'x': it did not come, but the tree does not come to rest"                                                                                                         },
        {"absent: { stream: x, until: quiet }",                                  NO_QUIET,          0,                  "it is busy",
         "absent 'x': it did not come, but the tree does not come to rest: it is busy"                                                                                             },
        {"fault: { cont: job }",                                                 NO_JOB,            0,                  NULL,
         "fault: the guard has not sent the job its signals yet"                                                                                                                   },
        {"await: { count: 1 }",                                                  0,                 0,                  NULL,         "await tree: 3 are alive, not 1"             },
        {"await: { alive: leaf, count: 2 }",                                     0,                 POINT_PROC_EXITED,  NULL,
         "await tree: leaf is dead and not reaped"                                                                                                                                 },
        {"await: { stopped: leaf }",                                             0,                 POINT_PROC_REAPED,  NULL,         "await tree: leaf is gone"                   },
        {"await: { gone: leaf }",                                                0,                 POINT_PROC_STOPPED, NULL,         "await tree: leaf is stopped"                },
        {"await: { gone: all }",                                                 ENDS | ONE_LEFT,   POINT_PROC_REAPED,  NULL,
         "await tree: sleep (9) is alive"                                                                                                                                          },
        {"await: { gone: all }",                                                 ENDS | THREE_LEFT, POINT_PROC_REAPED,  NULL,
         "await tree: sleep (9) is alive, and 2 more"                                                                                                                              },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        unsigned world = cases[i].world;
        char text[160];
        fresh();
        (void)snprintf(text, sizeof(text), "steps: [{ %s }]\n", cases[i].steps);
        scenario_says(text);
        fake.never_input = (world & NO_ROOM) != 0;
        fake.never_key = (world & NO_KEY) != 0;
        fake.never_quiet = (world & NO_QUIET) != 0;
        fake.never_job = (world & NO_JOB) != 0;
        fake.groups = (world & GROUPS) != 0;
        fake.stays = (world & ENDS) == 0;
        fake.left_alive = (world & ONE_LEFT) != 0 ? 1 : (world & THREE_LEFT) != 0 ? 3 : 0;
        fake.why = cases[i].why;
        fake.event[0] = (struct fake_event){.at_ns = fake.stays ? 0 : SECOND_NS,
                                            .actor = LEAF,
                                            .point = cases[i].point,
                                            .output = (world & SHOWS_X) != 0 ? "x"
                                                      : fake.stays           ? NULL
                                                                             : "y"};
        expect_verdict(VERDICT_FAIL, "step", "");
        CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_MESSAGE), cases[i].message);
        if (strcmp(result_get(&result, RESULT_MESSAGE), cases[i].message) != 0)
            (void)printf("%s: %s\n", text, result_get(&result, RESULT_MESSAGE));
        CU_ASSERT_EQUAL(result.clock_ns, fake.stays ? 10 * SECOND_NS : SECOND_NS);
    }
}

/* Goal: of two signals to a group the second waits for the first, and is sent then. */
static void test_signals_to_a_group_come_one_after_the_other(void)
{
    fresh();
    fake.groups = true;
    scenario_says("steps:\n"
                  "  - parallel:\n"
                  "    - [{ signal: { to: group, name: SIGTERM } }]\n"
                  "    - [{ signal: { to: tree, name: SIGINT } }]\n"
                  "  - send: x\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "signal:group:15 signal:group:2 type:x stop:normal ");
    CU_ASSERT_TRUE(result.clock_ns < MS_NS);
}

/* ---- What was typed ---- */

static struct buf told;

static void step_said(void *user, int64_t at_ns, const struct step *s, unsigned depth,
                      size_t unseen)
{
    (void)user, (void)at_ns, (void)depth;
    step_say(s, cast, unseen, &told);
    buf_add_text(&told, ";");
}

/* Goal: what is typed where no line is echoed is counted, not said, unless it is but names. */
static void test_what_is_typed_unseen_is_not_said(void)
{
    static const struct {
        const char *steps;
        bool echoed;
        const char *said;
    } cases[] = {
        {"{ send: \"ab\\r\" }",                                           true,  "send \"ab\\r\";"                                   },
        {"{ send: \"ab\\r\" }",                                           false, "send 3 bytes, not echoed;"                         },
        {"{ send: a }",                                                   false, "send 1 byte, not echoed;"                          },
        {"{ send: \"${n}\\r\" }",                                         false, "send \"${n}\\r\";"                                 },
        {"{ send: \"${n} \\r\" }",                                        false, "send 3 bytes, not echoed;"                         },
        {"{ send: \"\\x1f${n}\" }",                                       false, "send \"\\x1f${n}\";"                               },
        {"{ paste: \"ab\" }",                                             false, "paste 2 bytes, not echoed;"                        },
        {"{ paste: \"${n}\" }",                                           false, "paste \"${n}\";"                                   },
        {"{ paste: \"${n}.\" }",                                          false, "paste 2 bytes, not echoed;"                        },
        {"{ send: ab }, { send: cd }",                                    false, "send 2 bytes, not echoed;send 2 bytes, not echoed;"},
        {"{ key: Up }",                                                   false, "key 3 bytes, not echoed;"                          },
        {"{ note: a }",                                                   false, "note \"a\";"                                       },
        {"{ send: \"\\\"\\\\\\n\\x7f\\xff\\xc3\\xa9\\xe2\\x82\\xac \" }", true,
         "send \"\\\"\\\\\\n\\x7f\\xff\xc3\xa9\xe2\x82\xac \";"                                                                      },
    };
    const struct run_recorder recorder = {.step = step_said};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct termios modes = {.c_lflag = ICANON | (cases[i].echoed ? ECHO : 0)};
        char text[160];
        fresh();
        fake.terminal = &modes;
        options.recorder = &recorder;
        (void)snprintf(text, sizeof(text), "steps: [{ expect: '(?<n>\\d)' }, %s]\n",
                       cases[i].steps);
        scenario_says(text);
        fake.event[0].output = "7";
        expect_verdict(VERDICT_PASS, "", "");
        const char *said = strchr(buf_text(&told), ';') + 1;
        CU_ASSERT_STRING_EQUAL(said, cases[i].said);
        if (strcmp(said, cases[i].said) != 0)
            (void)printf("%s\n", said);
        buf_release(&told);
    }
}

/* Goal: where no whole lines are read, or its modes are not known, the terminal hides nothing. */
static void test_only_a_terminal_that_reads_lines_and_does_not_echo_hides_them(void)
{
    static const struct termios raw = {0};
    const struct run_recorder recorder = {.step = step_said};

    for (int known = 0; known < 2; known++) {
        fresh();
        fake.terminal = known ? &raw : NULL;
        options.recorder = &recorder;
        scenario_says("steps: [{ send: ab }]\n");
        expect_verdict(VERDICT_PASS, "", "");
        CU_ASSERT_STRING_EQUAL(buf_text(&told), "send \"ab\";");
        buf_release(&told);
    }
}

/* Goal: a line editor has its time to read what was typed before, each time, and no more. */
static void test_what_is_typed_waits_for_a_line_editor(void)
{
    static const struct termios raw = {0};

    fresh();
    fake.terminal = &raw;
    fake.terminal_rc = ERR_FULL;
    scenario_says("steps: [{ send: a }, { send: b }]\n");
    stays();
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:a type:b stop:normal ");
    CU_ASSERT_EQUAL(result.clock_ns, 500 * MS_NS);
    /* Full besides, it waits for room and for nothing else. */
    fake.never_input = true;
    expect_verdict(VERDICT_FAIL, "step", "send: the terminal takes no more input");
    CU_ASSERT_EQUAL(result.clock_ns, 10 * SECOND_NS);
    fake.terminal_rc = 0;
    fake.never_input = false;
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_TRUE(result.clock_ns < MS_NS);
}

/* Goal: what depends on a program's modes waits until it rests, or has had its time. */
static void test_what_depends_on_the_modes_waits_for_rest(void)
{
    static const struct command_line none = {0};
    static const struct {
        const char *step;
        const char *actions;
        int64_t waited_ns; /* by one that never rests */
    } cases[] = {
        {"paste: a", "type:a ",        2000 * MS_NS},
        {"key: Up",  "type:\x1b[A ",   2000 * MS_NS},
        {"send: a",  "type:a ",        0           },
        {"key: F5",  "type:\x1b[15~ ", 0           },
    };

    for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
        bool rests = i % 2 == 1;
        char text[64];
        fresh();
        (void)snprintf(text, sizeof(text), "steps: [{ %s }, { fail: x }]\n", cases[i / 2].step);
        scenario_says(text);
        variant.command = &none;
        variant.steps_only = true;
        fake.never_quiet = !rests;
        stays();
        (void)run();
        CU_ASSERT_EQUAL(strncmp(fake.actions, cases[i / 2].actions, strlen(cases[i / 2].actions)),
                        0);
        CU_ASSERT_EQUAL(result.clock_ns, rests ? 0 : cases[i / 2].waited_ns);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("words", suite_start, suite_end);

    CU_ADD_TEST(s, test_a_step_that_is_late_says_for_what_it_waited);
    CU_ADD_TEST(s, test_signals_to_a_group_come_one_after_the_other);
    CU_ADD_TEST(s, test_what_is_typed_unseen_is_not_said);
    CU_ADD_TEST(s, test_only_a_terminal_that_reads_lines_and_does_not_echo_hides_them);
    CU_ADD_TEST(s, test_what_is_typed_waits_for_a_line_editor);
    CU_ADD_TEST(s, test_what_depends_on_the_modes_waits_for_rest);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
