/* typed_test.c: what is typed at real programs is told from what they answer: terminals that echo,
 * terminals that do not, and line editors. */
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int suite_start(void)
{
    plain_environment();
    return folder_enter("typed_test") != 0 ||
           setenv("PS1", "$ ", 1) < 0; /* NOLINT(concurrency-mt-unsafe) */
}

static int suite_end(void)
{
    return folder_leave();
}

static void passes(int code)
{
    if (code != EXIT_CODE_OK)
        (void)printf("\n%s\n", output);
    CU_ASSERT_EQUAL(code, EXIT_CODE_OK);
}

static void fails(int code, const char *why)
{
    if (code != EXIT_CODE_FAILED || strstr(output, why) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", why, output);
    CU_ASSERT_EQUAL(code, EXIT_CODE_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, why));
}

/* ---- Without a line editor ---------------------------------------------------------------- */

static void test_without_an_echo_what_comes_is_an_answer(void)
{
    static const char hello[] = "  - expect: '^ready$'\n  - send: \"hello\\r\"\n"
                                "  - expect: '^hello$'\n";
    static const char key[] = "  - expect: '^ready$'\n  - send: x\n  - expect: '^x$'\n";

    passes(EXPECT_STEPS(hello, "sh", "-c", "stty -echo; echo ready; read x; echo \"$x\"; read y"));
    passes(EXPECT_STEPS(hello, "bash", "-c", "echo ready; read -rs x; echo \"$x\"; read y"));
    passes(EXPECT_STEPS(hello, "sh", "-c",
                        "stty -echo -icanon; echo ready; read x; echo \"$x\"; read y"));
    passes(EXPECT_STEPS(key, "bash", "-c", "echo ready; read -rsn1 x; echo \"$x\"; read y"));
    /* with an echo it is seen once as such, and once as an answer */
    passes(EXPECT_STEPS(hello, "sh", "-c", "echo ready; read x; echo \"$x\"; read y"));
    fails(EXPECT_STEPS("  - expect: '^ready$'\n  - send: \"hello\\r\"\n  - expect: 'hello'\n", "sh",
                       "-c", "echo ready; read x"),
          "matches only with the echo of what was typed");
}

static void test_a_script_can_look_at_the_echo(void)
{
    static const char absent[] = "  - expect: 'Password: $'\n  - send: \"secret2\\r\"\n"
                                 "  - absent: { stream: 'secret2', echo: seen, until: quiet }\n"
                                 "  - expect: '^ok$'\n";
    static const char seen[] = "  - expect: 'Password: $'\n  - send: \"secret2\\r\"\n"
                               "  - expect: { stream: 'cret2', echo: seen }\n"
                               "  - absent: { stream: 'secret2', until: quiet }\n"
                               "  - expect: '^ok$'\n";

    fails(EXPECT_STEPS(absent, "sh", "-c", "printf 'Password: '; read p; echo; echo ok"),
          "absent 'secret2': it came");
    passes(EXPECT_STEPS(absent, "sh", "-c",
                        "stty -echo; printf 'Password: '; read p; stty echo; echo; echo ok"));
    passes(EXPECT_STEPS(seen, "sh", "-c", "printf 'Password: '; read p; echo; echo ok"));
    fails(EXPECT_STEPS("  - send: \"abc\\r\"\n  - expect: 'never'\n", "sh", "-c", "read x"),
          "no beginning of a match");
}

/* ---- Line editors ------------------------------------------------------------------------- */

#define TYPED_AHEAD                                                                \
    "  - send: \"false && echo STEP_DONE\\r\"\n"                                   \
    "  - send: \"echo E''ND\\r\"\n"                                                \
    "  - expect: { first: [{ stream: 'STEP_DONE', then: [{ fail: 'an echo' }] }, " \
    "{ stream: '^END$' }] }\n"

static void test_what_bash_draws_is_no_output(void)
{
    static const char one[] = "  - expect: '\\$ $'\n"
                              "  - send: \"sleep .2\\rfalse && echo STEP_DONE\\recho E''ND\\r\"\n"
                              "  - expect: { first: [{ stream: 'STEP_DONE', "
                              "then: [{ fail: 'an echo' }] }, { stream: '^END$' }] }\n";

    passes(EXPECT_STEPS("  - expect: '\\$ $'\n  - send: \"sleep .2\\r\"\n" TYPED_AHEAD, "bash",
                        "--norc", "--noprofile", "-i"));
    passes(EXPECT_STEPS(one, "bash", "--norc", "--noprofile", "-i"));
    /* before its first prompt, and in pieces */
    passes(EXPECT_STEPS(TYPED_AHEAD, "bash", "--norc", "--noprofile", "-i"));
    passes(EXPECT_STEPS(
        "  - expect: '\\$ $'\n  - send: 'echo a'\n  - absent: { stream: 'echo', until: "
        "quiet }\n  - send: \"b\\r\"\n  - expect: '^ab$'\n",
        "bash", "--norc", "--noprofile", "-i"));
    /* what it prints is output, whatever was typed */
    passes(EXPECT_STEPS("  - expect: '\\$ $'\n  - send: \"echo abc\\r\"\n  - expect: '^abc$'\n",
                        "bash", "--norc", "--noprofile", "-i"));
}

/* Readline without marks. */
static void test_what_python_draws_is_no_output(void)
{
    static const char ahead[] = "  - expect: '>>> $'\n"
                                "  - send: \"import time; time.sleep(.2)\\r\"\n"
                                "  - send: \"x = 'STEP_DONE'\\r\"\n"
                                "  - send: \"def f():\\r  'STEP_DONE'\\r\\r\"\n"
                                "  - send: \"'E' + 'ND'\\r\"\n"
                                "  - expect: { first: [{ stream: 'STEP_DONE', "
                                "then: [{ fail: 'an echo' }] }, { stream: \"^'END'$\" }] }\n";

    passes(EXPECT_STEPS(ahead, "python3", "-I", "-S", "-q", "-c",
                        "import readline, code; code.interact('')"));
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"no echo",   test_without_an_echo_what_comes_is_an_answer},
        {"echo seen", test_a_script_can_look_at_the_echo          },
        {"bash",      test_what_bash_draws_is_no_output           },
        {"python",    test_what_python_draws_is_no_output         },
        CU_TEST_INFO_NULL,
    };

    CU_pSuite suite = suite_open("typed", suite_start, suite_end);
    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    return suite_close();
}
