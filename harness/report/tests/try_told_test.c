/* try_told_test.c: the table of `try`: what stands where, what is a problem, and what is new. */
#include "harness/report/exit_code.h"
#include "harness/report/try_told.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { POINTS = 2, STIMULI = 3, CELLS = POINTS * STIMULI };

static const char *const points[POINTS] = {"output", "rest"};
static const char *const stimuli[STIMULI] = {"ctrl-c", "sigterm", "sigkill"};
static const bool decides[STIMULI] = {true, true, false};

static const struct try_cell ok = {
    .kind = TRY_OK, .runs = 1, .alike = 1, .text = "ok", .what = "", .record = ""};
static const struct try_cell left = {.kind = TRY_SURVIVOR,
                                     .runs = 1,
                                     .alike = 1,
                                     .text = "sleep",
                                     .what = "sleep lives on",
                                     .record = "r"};
static const struct try_cell early = {.kind = TRY_EARLY,
                                      .runs = 1,
                                      .alike = 1,
                                      .text = "early",
                                      .what = "it came back early",
                                      .record = ""};

static struct try_told told_of(const struct try_cell cells[CELLS])
{
    return (struct try_told){.command = "sh x.sh",
                             .options = " --grace 1s",
                             .point = points,
                             .points = POINTS,
                             .stimulus = stimuli,
                             .stimuli = STIMULI,
                             .decides = decides,
                             .cell = cells,
                             .notes = "",
                             .runs = 7,
                             .time_ns = 1500000000};
}

static void said(const struct buf *text, const char *what)
{
    if (strstr(buf_text(text), what) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", what, buf_text(text));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(text), what));
}

static void expect(const struct try_told *t, const char *what)
{
    struct buf text = BUF_INIT;

    try_terminal(&text, t, false);
    said(&text, what);
    buf_release(&text);
}

static void test_a_cell_stands_below_its_stimulus(void)
{
    const struct try_cell cells[CELLS] = {
        ok, ok, ok, left, ok, {.text = "", .what = "", .record = ""}
    };
    const struct try_told t = told_of(cells);

    expect(&t, "          ctrl-c  sigterm  sigkill\n"
               "  output  ok      ok       ok\n"
               "  rest    sleep   ok\n");
}

static void test_what_is_wrong_alike_is_one_problem_and_the_worst_comes_first(void)
{
    const struct try_cell cells[CELLS] = {early, left, ok, left, left, ok};
    const struct try_told t = told_of(cells);
    struct try_problem list[TRY_PROBLEMS_MAX];

    CU_ASSERT_EQUAL(try_problems(&t, list), 2);
    CU_ASSERT_EQUAL(list[0].cell->kind, TRY_SURVIVOR);
    CU_ASSERT_EQUAL(list[0].cells, 3);
    expect(&t, "\nsurvivor  sleep lives on\n"
               "          sigterm at output; ctrl-c, sigterm at rest\n"
               "          scenario try --grace 1s --at output --stimulus sigterm -- sh x.sh\n"
               "\nearly     it came back early\n"
               "          ctrl-c at output\n");
    expect(&t, "\n2 problems; 7 runs in 1.500 s\n");
    CU_ASSERT_EQUAL(try_exit_code(&t), EXIT_CODE_FAILED);
}

static void test_sigkill_is_shown_and_decides_nothing(void)
{
    const struct try_cell cells[CELLS] = {ok, ok, left, ok, ok, ok};
    const struct try_told t = told_of(cells);

    CU_ASSERT_EQUAL(try_exit_code(&t), EXIT_CODE_OK);
    expect(&t, "sigkill at output (shown only)\n");
    expect(&t, "\nnothing is wrong; ");
}

static void test_our_own_error_is_none_of_the_commands(void)
{
    struct try_cell error = ok;

    error.kind = TRY_ERROR;
    const struct try_cell cells[CELLS] = {left, ok, ok, error, ok, ok};
    const struct try_told t = told_of(cells);
    CU_ASSERT_EQUAL(try_exit_code(&t), EXIT_CODE_HARNESS);
}

static void test_only_what_is_new_counts_beside_a_base(void)
{
    static const struct try_known known[] = {
        {"ctrl-c", "survivor", "sleep"}
    };
    static const struct try_base base = {.file = "base.json", .known = known, .count = 1};
    const struct try_cell old[CELLS] = {ok, ok, ok, left, ok, ok};
    const struct try_cell more[CELLS] = {ok, ok, ok, left, left, ok};
    struct try_told t = told_of(old);

    t.base = &base;
    CU_ASSERT_EQUAL(try_exit_code(&t), EXIT_CODE_OK);
    expect(&t, "\nsurvivor  sleep lives on\n");
    expect(&t, "\n1 problem, 0 of them new against base.json; ");
    t.cell = more;
    CU_ASSERT_EQUAL(try_exit_code(&t), EXIT_CODE_FAILED);
    expect(&t, "\nnew       sleep lives on\n");
    expect(&t, "--at rest --stimulus sigterm -- sh x.sh\n");
}

static void test_of_several_runs_it_is_said_how_many(void)
{
    struct try_cell flaky = left;

    flaky.runs = 20;
    flaky.alike = 3;
    const struct try_cell cells[CELLS] = {flaky, ok, ok, ok, ok, ok};
    const struct try_told t = told_of(cells);
    expect(&t, "  output  sleep 3/20  ok       ok\n");
}

/* The command has chosen what its processes are called. */
static void test_names_do_nothing_to_the_terminal_and_are_cut(void)
{
    struct try_cell wild = left;

    wild.text = "\x1b[2Jabcdefghijklmnop";
    wild.what = "a\nb\x1b[2J";
    const struct try_cell cells[CELLS] = {wild, ok, ok, ok, ok, ok};
    const struct try_told t = told_of(cells);
    expect(&t, "  output  ^[[2Jabcdefgh…  ok");
    expect(&t, "survivor  a b^[[2J\n");
}

static void test_the_summary_of_a_step_is_the_table_between_fences(void)
{
    const struct try_cell cells[CELLS] = {ok, ok, ok, ok, ok, ok};
    const struct try_told t = told_of(cells);
    struct buf text = BUF_INIT;

    try_markdown(&text, &t);
    said(&text, "### ✅ scenario try: nothing wrong\n\n~~~~text\n          ctrl-c");
    CU_ASSERT_STRING_EQUAL(buf_text(&text) + text.size - 7, "\n~~~~\n\n");
    buf_release(&text);
}

static void test_github_is_told_what_counts_as_an_error(void)
{
    struct try_cell odd = left;

    odd.what = "a\nb: 100%";
    const struct try_cell cells[CELLS] = {odd, ok, early, ok, ok, ok};
    const struct try_told t = told_of(cells);
    struct buf text = BUF_INIT;

    try_github(&text, &t);
    said(&text, "::error title=survivor::a b: 100%25%0Ascenario try --grace 1s --at output ");
    said(&text, "::warning title=early::it came back early%0A");
    buf_release(&text);
}

static void test_more_problems_than_are_shown_are_counted(void)
{
    enum { MANY = TRY_PROBLEMS_MAX + 6 };
    static char text[MANY][16];
    static const char *point[MANY];
    static struct try_cell cells[MANY];
    struct try_told t = told_of(cells);

    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(text[i], sizeof(text[i]), "p%zu", i);
        point[i] = text[i];
        cells[i] = left;
        cells[i].text = text[i];
    }
    t.point = point;
    t.points = MANY;
    t.stimuli = 1;
    expect(&t, "\n6 more problems are not shown\n");
}

int main(void)
{
    CU_pSuite suite = suite_open("try_told", NULL, NULL);
    CU_add_test(suite, "a cell's place", test_a_cell_stands_below_its_stimulus);
    CU_add_test(suite, "problems",
                test_what_is_wrong_alike_is_one_problem_and_the_worst_comes_first);
    CU_add_test(suite, "sigkill", test_sigkill_is_shown_and_decides_nothing);
    CU_add_test(suite, "our own error", test_our_own_error_is_none_of_the_commands);
    CU_add_test(suite, "a base", test_only_what_is_new_counts_beside_a_base);
    CU_add_test(suite, "several runs", test_of_several_runs_it_is_said_how_many);
    CU_add_test(suite, "names", test_names_do_nothing_to_the_terminal_and_are_cut);
    CU_add_test(suite, "summary", test_the_summary_of_a_step_is_the_table_between_fences);
    CU_add_test(suite, "github", test_github_is_told_what_counts_as_an_error);
    CU_add_test(suite, "too many", test_more_problems_than_are_shown_are_counted);
    return suite_close();
}
