/* again_test.c: the command that repeats a run says all that decides what happens. */
#include "harness/cli/again.h"
#include "harness/scenario/model.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

#define MS INT64_C(1000000)

static void line_is(const struct again *a, const char *wanted)
{
    struct buf out = BUF_INIT;

    again_run(a, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), wanted);
    buf_release(&out);
}

static void test_a_run_is_repeated_with_what_decides_it(void)
{
    line_is(&(struct again){.path = "a.yaml", .id = "a[n=1]", .engine = ENGINE_SIM, .seed = 0x2a},
            "scenario run a.yaml -k 'a[n=1]' --engine sim --seed 0x2a");
    line_is(&(struct again){.path = "it's/a.yaml",
                            .id = "a",
                            .engine = ENGINE_REAL,
                            .seed = 1,
                            .repeat = 200,
                            .total_ns = 90000 * MS,
                            .step_ns = 250 * MS},
            "scenario run 'it'\\''s/a.yaml' -k 'id:a' --engine real --seed 0x1 --repeat 200 "
            "--timeout 90s --step-timeout 250ms");
    line_is(&(struct again){.path = "a.yaml",
                            .id = "a b",
                            .engine = ENGINE_REAL | ENGINE_SIM,
                            .seed = 1,
                            .schedules = 1000},
            "scenario run a.yaml -k '\"a b\"' --engine both --seed 0x1 --schedules 1000");
}

static void test_a_script_is_repeated_with_its_parameters(void)
{
    char *arguments[] = {"press-ctrl-c", "python3", "-c", "print('x')"};
    struct flags flags = {.argument = arguments, .arguments = 4, .step_ns = 2000 * MS};
    struct buf out = BUF_INIT;

    flags.with.pair[flags.with.count++] = "prompt=\\(Pdb\\) $";
    flags.with.pair[flags.with.count++] = "n=2";
    again_expect(&flags, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out),
                           "scenario expect press-ctrl-c --with 'prompt=\\(Pdb\\) $' --with n=2 "
                           "--step-timeout 2s -- python3 -c 'print('\\''x'\\'')'");
    buf_release(&out);
}

int main(void)
{
    CU_pSuite suite = suite_open("again", NULL, NULL);
    CU_add_test(suite, "run", test_a_run_is_repeated_with_what_decides_it);
    CU_add_test(suite, "expect", test_a_script_is_repeated_with_its_parameters);
    return suite_close();
}
