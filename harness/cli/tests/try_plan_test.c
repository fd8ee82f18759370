/* try_plan_test.c: what `try` makes of points, stimuli and any words is a scenario that says so. */
#include "harness/cli/suite.h"
#include "harness/cli/tests/folder.h"
#include "harness/cli/try_base.h"
#include "harness/cli/try_files.h"
#include "harness/cli/try_plan.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct findings findings;

static struct try_request request_of(const char *const *argv)
{
    return (struct try_request){.argv = argv, .cwd = ".", .grace_ns = 1000000000};
}

/* Parses it and shows what is wrong. Returns the scenario in the arena. */
static const struct scenario *parsed(struct arena *a, const struct buf *text)
{
    static struct places places;
    struct scenario_options options = suite_options(&places);
    struct scenario *s = NULL;
    struct diag diag = {0};
    struct buf wrong = BUF_INIT;

    options.id = "try";
    findings = (struct findings){.count = 0};
    int rc =
        scenario_parse(a, "try.yaml", buf_text(text), text->size, &options, &s, &findings, &diag);
    findings_print(&findings, &wrong);
    if (rc != 0 || findings.count > 0)
        (void)printf("\n%s%s\nin:\n%s\n", buf_text(&wrong), diag.text, buf_text(text));
    buf_release(&wrong);
    CU_ASSERT_EQUAL_FATAL(rc, 0);
    CU_ASSERT_EQUAL(findings.count, 0);
    return s;
}

static void test_each_stimulus_at_each_kind_of_point_is_a_scenario(void)
{
    static const char *const argv[] = {"sh", "-c", "sleep 1", NULL};
    static const char *const names[] = {"output", "ready", "rest", "sleep@proc.execed"};
    struct try_points points = {.count = 0};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        CU_ASSERT_TRUE(try_points_add(&points, names[i], (int64_t)i * 1000000000));
        for (unsigned s = 0; s < TRY_STIMULI; s++) {
            struct arena arena = arena_new(SUITE_ARENA_BYTES_MAX);
            struct try_request q = request_of(argv);
            struct buf text = BUF_INIT;
            q.ready = "it's \\d+ ${x}$";
            CU_ASSERT_EQUAL(try_scenario(&q, &points, i, (enum try_stimulus)s, &text, NULL), 0);
            const struct scenario *sc = parsed(&arena, &text);
            CU_ASSERT_EQUAL(sc->variant_count, 1);
            CU_ASSERT_EQUAL(sc->variant[0].steps.count, 2);
            CU_ASSERT_TRUE(sc->variant[0].tree_empty);
            CU_ASSERT_EQUAL(sc->grace_ns, q.grace_ns);
            CU_ASSERT_EQUAL(sc->step_ns,
                            (3 + 4 * (int64_t)i > 10 ? 10 : 3 + 4 * (int64_t)i) * 1000000000);
            buf_release(&text);
            arena_release(&arena);
        }
    }
}

/* What a shell has taken apart goes through as it is. */
static void test_words_are_the_same_words_behind_it(void)
{
    static const char *const argv[] = {"./a b", "\"'\\", "${x} $${y} $z", "line\nline\t\x1b",
                                       "ä€",    "",      "# no",          "- no: [",
                                       "null",  NULL};
    struct arena arena = arena_new(SUITE_ARENA_BYTES_MAX);
    struct try_request q = request_of(argv);
    struct buf text = BUF_INIT;

    CU_ASSERT_EQUAL(try_untouched(&q, true, &text, NULL), 0);
    const struct variant *v = &parsed(&arena, &text)->variant[0];
    for (size_t i = 0; argv[i] != NULL; i++)
        CU_ASSERT_STRING_EQUAL(v->argv[i], argv[i]);
    buf_release(&text);
    arena_release(&arena);
}

static void test_bytes_that_are_no_text_are_refused(void)
{
    static const char *const argv[] = {"sh", "\xff", NULL};
    struct try_request q = request_of(argv);
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(try_untouched(&q, true, &text, &diag), ERR_USAGE);
    CU_ASSERT_STRING_EQUAL(diag.text, "argument 1 of the command is no text in UTF-8");
    CU_ASSERT_EQUAL(text.size, 0);
}

static void test_words_of_the_command_line_are_read_or_told(void)
{
    struct try_points points;
    struct diag diag = {0};
    unsigned set = 0;

    CU_ASSERT_EQUAL(try_stimuli_read("sigterm,ctrl-c", &set, &diag), 0);
    CU_ASSERT_EQUAL(set, 1U << TRY_SIGTERM | 1U << TRY_CTRL_C);
    CU_ASSERT_EQUAL(try_stimuli_read("ctrl-d", &set, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "did you mean 'ctrl-c'?"));
    CU_ASSERT_EQUAL(try_stimuli_read("ctrl-c,", &set, &diag), ERR_USAGE);
    CU_ASSERT_EQUAL(try_points_read("rest,output,rest", NULL, &points, &diag), 0);
    CU_ASSERT_EQUAL(points.count, 2);
    CU_ASSERT_EQUAL(try_points_read("ready", NULL, &points, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "--ready says"));
    CU_ASSERT_EQUAL(try_points_read("end", NULL, &points, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "'end' is no point"));
    CU_ASSERT_EQUAL(try_points_read("", NULL, &points, &diag), ERR_USAGE);
}

static void test_more_points_than_there_is_room_for_are_left_out(void)
{
    struct try_points points = {.count = 0};
    char at[32];

    for (size_t i = 0; i <= TRY_POINTS_MAX; i++) {
        (void)snprintf(at, sizeof(at), "root@proc.exited#%zu", i + 1);
        CU_ASSERT_EQUAL(try_points_add(&points, at, -1), i < TRY_POINTS_MAX);
    }
    CU_ASSERT_EQUAL(points.count, TRY_POINTS_MAX);
}

/* ---- What was saved ---- */

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_what_was_saved_is_read_again(void)
{
    static const char *const points[] = {"rest"};
    static const char *const stimuli[] = {"ctrl-c", "sigterm"};
    static const bool decides[] = {true, true};
    static const struct try_cell cells[] = {
        {TRY_SURVIVOR, 1, 1, "a \"b\"\t\x7f", "x", "r"},
        {TRY_OK,       1, 1, "ok",            "",  "" }
    };
    const struct try_told told = {.command = "x",
                                  .options = "",
                                  .point = points,
                                  .points = 1,
                                  .stimulus = stimuli,
                                  .stimuli = 2,
                                  .decides = decides,
                                  .cell = cells,
                                  .notes = "a\nb"};
    struct arena arena = arena_new(SUITE_ARENA_BYTES_MAX);
    struct try_base base = {.count = 0};
    struct buf text = BUF_INIT;

    try_json(&text, &told);
    file_write("base.json", buf_text(&text));
    findings = (struct findings){.count = 0};
    CU_ASSERT_EQUAL(try_base_load(&arena, "base.json", &base, &findings, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(base.count, 1);
    CU_ASSERT_STRING_EQUAL(base.known[0].stimulus, "ctrl-c");
    CU_ASSERT_STRING_EQUAL(base.known[0].kind, "survivor");
    CU_ASSERT_STRING_EQUAL(base.known[0].text, cells[0].text);
    buf_release(&text);
    arena_release(&arena);
}

static void test_another_file_is_no_base(void)
{
    static const char *const texts[] = {"", "[]", "{\"cells\":1}", "{\"cells\":[{\"kind\":\"x\"}]}",
                                        "{"};
    struct arena arena = arena_new(SUITE_ARENA_BYTES_MAX);
    struct try_base base = {.count = 0};
    struct diag diag = {0};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        file_write("bad.json", texts[i]);
        findings = (struct findings){.count = 0};
        CU_ASSERT_EQUAL(try_base_load(&arena, "bad.json", &base, &findings, &diag), ERR_INPUT);
        CU_ASSERT_TRUE(findings.errors > 0);
    }
    CU_ASSERT_EQUAL(try_base_load(&arena, "none.json", &base, &findings, &diag), ERR_IO);
    arena_release(&arena);
}

/* ---- Files ---- */

static void test_new_files_are_told_and_those_of_tools_are_not(void)
{
    struct try_files before = {0};
    struct try_files other = {0};
    struct try_files now = {0};
    struct try_files since = {0};
    struct try_file since_file[2];
    struct buf names = BUF_INIT;

    CU_ASSERT_EQUAL(mkdir("d", 0755), 0);
    CU_ASSERT_EQUAL(mkdir("d/.git", 0755), 0);
    file_write("d/old", "");
    try_files_look(&before, "d");
    file_write("d/usual", "");
    try_files_look(&other, "d");
    CU_ASSERT_EQUAL(mkdir("d/new", 0755), 0);
    file_write("d/new/pid", "");
    file_write("d/.git/x", "");
    try_files_look(&now, "d");
    CU_ASSERT_EQUAL(try_files_new(&now, &before, &other, NULL, &names), 2);
    CU_ASSERT_STRING_EQUAL(buf_text(&names), "new, new/pid");
    buf_release(&names);
    /* One that was left by an earlier run counts when this one has made it, too. */
    CU_ASSERT_EQUAL(try_files_new(&now, &before, &other, &now, &names), 0);
    since.file = since_file;
    since.count = 2;
    since_file[0] = (struct try_file){.name = now.file[0].name, .made_ns = now.file[0].made_ns};
    since_file[1] = (struct try_file){.name = now.file[1].name, .made_ns = now.file[1].made_ns - 1};
    CU_ASSERT_EQUAL(try_files_new(&now, &before, &other, &since, &names), 1);
    CU_ASSERT_STRING_EQUAL(buf_text(&names), "new/pid");
    buf_release(&names);
    for (int i = 0; i < 4; i++) {
        char path[32];
        (void)snprintf(path, sizeof(path), "d/x%d", i);
        file_write(path, "");
    }
    try_files_look(&now, "d");
    CU_ASSERT_EQUAL(try_files_new(&now, &before, NULL, NULL, &names), 7);
    CU_ASSERT_STRING_EQUAL(buf_text(&names), "new, new/pid, usual and 4 more");
    buf_release(&names);
    try_files_release(&before);
    try_files_release(&other);
    try_files_release(&now);
}

static int suite_start(void)
{
    return folder_enter("try_plan_test");
}

static int suite_end(void)
{
    return folder_leave();
}

int main(void)
{
    CU_pSuite suite = suite_open("try_plan", suite_start, suite_end);
    CU_add_test(suite, "scenarios", test_each_stimulus_at_each_kind_of_point_is_a_scenario);
    CU_add_test(suite, "words", test_words_are_the_same_words_behind_it);
    CU_add_test(suite, "no text", test_bytes_that_are_no_text_are_refused);
    CU_add_test(suite, "command line", test_words_of_the_command_line_are_read_or_told);
    CU_add_test(suite, "too many", test_more_points_than_there_is_room_for_are_left_out);
    CU_add_test(suite, "saved", test_what_was_saved_is_read_again);
    CU_add_test(suite, "no base", test_another_file_is_no_base);
    CU_add_test(suite, "files", test_new_files_are_told_and_those_of_tools_are_not);
    return suite_close();
}
