/* flags_test.c: the command line. */
#include "harness/cli/flags.h"
#include "harness/cli/verb.h"
#include "harness/scenario/model.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 80 };

static struct diag diag;

/* Reads words, split at blanks, as flags of the verb that is the first of them. */
static int read_flags(const char *line, struct flags *out)
{
    static char copy[4096];
    char *argv[WORDS_MAX + 1];
    int argc = 0;

    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *at = copy; *at != 0 && argc < WORDS_MAX;) {
        argv[argc++] = at;
        at += strcspn(at, " ");
        if (*at != 0)
            *at++ = 0;
    }
    argv[argc] = NULL;
    diag.text[0] = 0;
    const struct verb_entry *verb = verb_find(argv[0]);
    CU_ASSERT_PTR_NOT_NULL_FATAL(verb);
    return flags_read(argc, argv, verb->flags, out, &diag);
}

static void test_flags_have_defaults(void)
{
    struct flags f;

    CU_ASSERT_EQUAL(read_flags("run", &f), 0);
    CU_ASSERT_EQUAL(f.seed, 1);
    CU_ASSERT_EQUAL(f.schedules, 1);
    CU_ASSERT_EQUAL(f.repeat, 1);
    CU_ASSERT_EQUAL(f.engines, 0);
    CU_ASSERT_EQUAL(f.arguments, 0);
    CU_ASSERT_EQUAL(f.color, COLOR_AUTO);
}

static void test_flags_are_read_between_arguments(void)
{
    struct flags f;

    CU_ASSERT_EQUAL(
        read_flags("run a.yaml -j 3 -k x -p depth=2 --pin presses=1 --engine both b", &f), 0);
    CU_ASSERT_EQUAL(f.jobs, 3);
    CU_ASSERT_STRING_EQUAL(f.filter, "x");
    CU_ASSERT_EQUAL(f.pins.count, 2);
    CU_ASSERT_STRING_EQUAL(f.pins.pair[1], "presses=1");
    CU_ASSERT_EQUAL(f.engines, ENGINE_REAL | ENGINE_SIM);
    CU_ASSERT_EQUAL(f.arguments, 2);
    CU_ASSERT_EQUAL(read_flags("run --seed=0xFf --timeout 3s --step-timeout=250ms -q -- -x", &f),
                    0);
    CU_ASSERT_EQUAL(f.seed, 255);
    CU_ASSERT_EQUAL(f.total_ns, INT64_C(3000000000));
    CU_ASSERT_EQUAL(f.step_ns, 250000000);
    CU_ASSERT_TRUE(f.quiet);
    CU_ASSERT_EQUAL(f.arguments, 1);
}

static void test_a_value_that_may_be_left_out_stands_behind_a_sign(void)
{
    struct flags f;

    CU_ASSERT_EQUAL(read_flags("run --stress 3 --fail-fast", &f), 0);
    CU_ASSERT(f.stress.given && f.fail_fast.given);
    CU_ASSERT_EQUAL(f.stress.value, 0);
    CU_ASSERT_EQUAL(f.fail_fast.value, 0);
    CU_ASSERT_EQUAL(f.arguments, 1);
    CU_ASSERT_EQUAL(read_flags("run --stress=3 --fail-fast=0x10", &f), 0);
    CU_ASSERT_EQUAL(f.stress.value, 3);
    CU_ASSERT_EQUAL(f.fail_fast.value, 16);
    CU_ASSERT_EQUAL(read_flags("run", &f), 0);
    CU_ASSERT_FALSE(f.stress.given || f.fail_fast.given);
}

static void test_flags_with_two_meanings_go_by_the_verb(void)
{
    struct flags f;

    CU_ASSERT_EQUAL(read_flags("list --json x", &f), 0);
    CU_ASSERT_TRUE(f.json);
    CU_ASSERT_EQUAL(f.arguments, 1);
    CU_ASSERT_EQUAL(read_flags("run --json x", &f), 0);
    CU_ASSERT_STRING_EQUAL(f.report[0], "x");
    CU_ASSERT_PTR_NULL(f.report[1]);
    CU_ASSERT_EQUAL(f.arguments, 0);
}

static void test_flags_that_are_wrong_get_a_sentence(void)
{
    static const struct {
        const char *line;
        const char *text;
    } cases[] = {
        {"run --junit=",      "no FILE (not an empty text)"            },
        {"run --enginee sim", "did you mean '--engine'?"               },
        {"run --zzzzzz",      "unknown flag '--zzzzzz'"                },
        {"run -Z",            "unknown flag '-Z'"                      },
        {"run -qZ",           "unknown flag '-Z'"                      },
        {"run --engine",      "--engine needs a value"                 },
        {"run -j",            "-j needs a value"                       },
        {"run -j 0",          "'0' is no N"                            },
        {"run -j 257",        "'257' is no N"                          },
        {"run --engine fake", "'fake' is no ENGINE (real, sim or both)"},
        {"run --seed 12x",    "'12x' is no N"                          },
        {"run --seed 0x",     "'0x' is no N"                           },
        {"run --seed -1",     "'-1' is no N"                           },
        {"run --timeout 5",   "'5' is no D"                            },
        {"run -p depth",      "'depth' is no KEY=VALUE"                },
        {"run --color red",   "'red' is no WHEN"                       },
        {"run --retries 101", "'101' is no N"                          },
        {"run --stress=0",    "'0' is no [=N]"                         },
        {"run --stress=257",  "'257' is no [=N]"                       },
        {"run --fail-fast=",  "'' is no [=N]"                          },
        {"run --for 0s",      "'0s' is no D"                           },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct flags f = {.jobs = 77};
        CU_ASSERT_EQUAL(read_flags(cases[i].line, &f), ERR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, cases[i].text));
        if (strstr(diag.text, cases[i].text) == NULL)
            (void)printf("%s: %s\n", cases[i].line, diag.text);
        CU_ASSERT_EQUAL(f.jobs, 77);
    }
}

static void test_flags_of_other_verbs_are_unknown(void)
{
    struct flags f;

    CU_ASSERT_EQUAL(read_flags("check --engine sim", &f), ERR_USAGE);
}

static void test_pins_have_a_limit(void)
{
    struct flags f;
    char line[1024] = "run";

    for (int i = 0; i <= FLAGS_PAIRS_MAX; i++) {
        size_t size = strlen(line);
        if (i == FLAGS_PAIRS_MAX)
            CU_ASSERT_EQUAL(read_flags(line, &f), 0);
        (void)snprintf(line + size, sizeof(line) - size, " -p a=%d", i);
    }
    CU_ASSERT_EQUAL(read_flags(line, &f), ERR_USAGE);
}

static void test_durations_need_a_unit_and_do_not_overflow(void)
{
    static const char *const bad[] = {"s", "0s", "5", "5_s", "-5s", "999999999h", "99999999999s"};
    struct flags f;
    char line[64];

    CU_ASSERT_EQUAL(read_flags("run --timeout 10us --step-timeout 2h", &f), 0);
    CU_ASSERT_EQUAL(f.total_ns, 10000);
    CU_ASSERT_EQUAL(f.step_ns, INT64_C(7200000000000));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void)snprintf(line, sizeof(line), "run --timeout %s", bad[i]);
        CU_ASSERT_EQUAL(read_flags(line, &f), ERR_USAGE);
    }
}

static void test_help_has_a_line_per_flag(void)
{
    struct buf out = BUF_INIT;

    flags_print(verb_run.flags, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "-k, --filter EXPR"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), "    --junit FILE"));
    buf_release(&out);
}

int main(void)
{
    CU_pSuite suite = suite_open("flags", NULL, NULL);

    CU_add_test(suite, "defaults", test_flags_have_defaults);
    CU_add_test(suite, "between", test_flags_are_read_between_arguments);
    CU_add_test(suite, "verbs", test_flags_with_two_meanings_go_by_the_verb);
    CU_add_test(suite, "wrong", test_flags_that_are_wrong_get_a_sentence);
    CU_add_test(suite, "others", test_flags_of_other_verbs_are_unknown);
    CU_add_test(suite, "pins", test_pins_have_a_limit);
    CU_add_test(suite, "durations", test_durations_need_a_unit_and_do_not_overflow);
    CU_add_test(suite, "help", test_help_has_a_line_per_flag);
    CU_add_test(suite, "left out", test_a_value_that_may_be_left_out_stands_behind_a_sign);
    return suite_close();
}
