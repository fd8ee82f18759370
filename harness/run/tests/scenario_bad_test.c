/* scenario_bad_test.c: what people read when a file is wrong.
 *
 * Each NAME.yaml in bad/ and in scripts/scenarios/ is loaded, and what findings_print() says must
 * be NAME.txt beside it, byte for byte ("..." at its end stands for whatever follows). */
#include "harness/run/tests/comparisons.h"
#include "harness/run/tests/options.h"
#include "harness/scenario/model.h"
#include "harness/scenario/step.h"
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/tests/text_read.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 64 * 1024 * 1024, FILES_MIN = 30 };

static struct findings findings;

static bool text_matches(const char *got, const char *want)
{
    size_t size = strlen(want);

    if (size >= 4 && strcmp(want + size - 4, "...\n") == 0)
        return strncmp(got, want, size - 4) == 0;
    return strcmp(got, want) == 0;
}

/* One fixture. Prints what differs. */
static bool file_is_explained(const char *yaml)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct diag diag = {0};
    struct buf got = BUF_INIT;
    struct buf want = BUF_INIT;
    char path[256];

    (void)snprintf(path, sizeof(path), "%.*s.txt", (int)(strlen(yaml) - strlen(".yaml")), yaml);
    text_read(path, &want);
    comparisons = 0;
    int rc = scenario_load(&arena, yaml, &test_options, &s, &findings, &diag);
    unsigned long compared = comparisons;
    findings_print(&findings, &got);
    bool same = want.size > 0 && text_matches(buf_text(&got), buf_text(&want));
    bool result = findings.errors > 0 ? rc == ERR_INPUT && s == NULL : rc == 0 && s != NULL;
    if (!same || !result || compared > COMPARISONS_MAX)
        (void)fprintf(stderr, "%s: returned %d after %lu comparisons, and said\n%s", yaml, rc,
                      compared, buf_text(&got));
    buf_release(&got);
    buf_release(&want);
    arena_release(&arena);
    return same && result && compared <= COMPARISONS_MAX;
}

static void test_every_bad_file_is_explained_in_bounded_time_and_memory(void)
{
    glob_t found = {0};

    CU_ASSERT_EQUAL_FATAL(glob("harness/run/tests/bad/*.yaml", 0, NULL, &found), 0);
    CU_ASSERT_EQUAL_FATAL(
        glob("harness/run/tests/scripts/scenarios/*.yaml", GLOB_APPEND, NULL, &found), 0);
    CU_ASSERT_TRUE(found.gl_pathc >= FILES_MIN);
    for (size_t i = 0; i < found.gl_pathc; i++)
        CU_ASSERT_TRUE(file_is_explained(found.gl_pathv[i]));
    globfree(&found);
}

/* Goal: what has not the form that it must have is told what is right.
 * Method: each key of a file and of an actor, and each step, with values of every kind: whatever is
 * said about one comes with a label or a help line. */
static void wrong_form(const char *before, const char *word, const char *behind)
{
    static const char *const values[] = {"7",    "x",        "''", "[]",
                                         "[[]]", "[x, [y]]", "{}", "{ zz: 1 }"};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct arena arena = arena_new(BYTES_MAX);
        struct scenario *s = NULL;
        struct buf text = BUF_INIT;
        struct buf got = BUF_INIT;
        bool told = true;
        buf_addf(&text, "%s%s: %s%s", before, word, values[i], behind);
        int rc = scenario_parse(&arena, "x.yaml", buf_text(&text), text.size, &test_options, &s,
                                &findings, NULL);
        CU_ASSERT_EQUAL(rc == 0, findings.errors == 0);
        for (size_t k = 0; k < findings.count; k++)
            told = told && (findings.item[k].label != NULL || findings.item[k].help != NULL);
        findings_print(&findings, &got);
        CU_ASSERT_TRUE(told);
        if (!told)
            (void)fprintf(stderr, "%s\n", buf_text(&got));
        buf_release(&got);
        buf_release(&text);
        arena_release(&arena);
    }
}

static void test_where_a_form_is_wrong_the_form_is_shown(void)
{
    static const char tree[] = "scenario: 1\ntree: { root: { run: worker } }\n";
    static const char step[] = "scenario: 1\ntree: { root: { run: worker } }\nsteps: [{ ";
    static const char command[] = "scenario: 1\ncommand: { ";
    static const char command_argv[] = "scenario: 1\ncommand: { argv: [cat], ";
    static const char outcome[] = "scenario: 1\ntree: { root: { run: worker } }\noutcome: { ";
    static const char actor[] = "scenario: 1\ntree: { root: { run: worker, children: { a: { ";
    static const char actor_run[] =
        "scenario: 1\ntree: { root: { run: worker, children: { a: { run: worker, ";

    for (size_t i = 0; language_top_key(i) != NULL; i++) {
        const char *name = language_top_key(i)->name;
        if (strcmp(name, "tree") == 0 || strcmp(name, "command") == 0)
            wrong_form("scenario: 1\n", name, "\noutcome: { exit: any }\n");
        else if (strcmp(name, "scenario") != 0)
            wrong_form(tree, name,
                       strcmp(name, "outcome") == 0 ? "\n" : "\noutcome: { exit: any }\n");
    }
    for (size_t i = 0; language_actor_key(i) != NULL; i++)
        wrong_form(i == 0 ? actor : actor_run, language_actor_key(i)->name,
                   " } } } }\noutcome: { exit: any }\n");
    for (size_t i = 0; language_command_key(i) != NULL; i++)
        wrong_form(i == 0 ? command : command_argv, language_command_key(i)->name,
                   " }\noutcome: { exit: any }\n");
    for (size_t i = 0; run_steps[i] != NULL; i++)
        wrong_form(step, run_steps[i]->word.name, " }]\noutcome: { exit: any }\n");
    wrong_form(outcome, "exit", " }\n");
    wrong_form(outcome, "tree", " }\n");
}

static void test_a_missing_file_is_no_finding(void)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(scenario_load(&arena, "no/such.yaml", &test_options, &s, &findings, &diag),
                    ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot open no/such.yaml: No such file or directory");
    CU_ASSERT_EQUAL(findings.count, 0);
    CU_ASSERT_EQUAL(scenario_load(&arena, "harness", &test_options, &s, &findings, &diag), ERR_IO);
    CU_ASSERT_STRING_EQUAL(diag.text, "cannot read harness: Is a directory");
    CU_ASSERT_PTR_NULL(s);
    arena_release(&arena);
}

static void test_messages_cannot_write_to_the_terminal(void)
{
    static const char text[] = "scenario: 1\n\"\\e[31m\": \"\\e[0m\"\n";
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct buf got = BUF_INIT;

    CU_ASSERT_EQUAL(
        scenario_parse(&arena, "x.yaml", text, strlen(text), &test_options, &s, &findings, NULL),
        ERR_INPUT);
    findings_print(&findings, &got);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&got), "unknown key '?[31m'"));
    CU_ASSERT_PTR_NULL(strchr(buf_text(&got), '\x1b'));
    buf_release(&got);
    arena_release(&arena);
}

static void test_long_lines_are_shown_around_the_place(void)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct buf text = BUF_INIT;
    struct buf got = BUF_INIT;

    buf_add_text(&text, "scenario: 1\ntree: { root: { run: worker } }\nsteps: [");
    for (int i = 0; i < 100; i++)
        buf_add_text(&text, "{ note: abc }, ");
    buf_add_text(&text, "{ nope: 1 }, { note: abc }, { note: abc }, { note: abc }, { note: x }]\n");
    CU_ASSERT_EQUAL(
        scenario_parse(&arena, "x.yaml", text.data, text.size, &test_options, &s, &findings, NULL),
        ERR_INPUT);
    findings_print(&findings, &got);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buf_text(&got),
               "x.yaml:3:1511: error: unknown step 'nope'\n"
               "    3 │ ...note: abc }, { note: abc }, { note: abc }, { note: abc }, { nope: 1 "
               "}, { note: abc }, { note: abc }, { note: abc }, { no...\n"
               "      │                                                                "
               "^^^^ did you mean 'note'?\n"));
    buf_release(&got);
    buf_release(&text);
    arena_release(&arena);
}

static void test_twenty_errors_are_shown_and_the_rest_counted(void)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct buf text = BUF_INIT;
    struct buf got = BUF_INIT;

    buf_add_text(&text, "scenario: 1\ntree: { root: { run: worker } }\nsteps:\n");
    for (int i = 0; i < 25; i++)
        buf_addf(&text, "  - bad%d: 1\n", i);
    CU_ASSERT_EQUAL(
        scenario_parse(&arena, "x.yaml", text.data, text.size, &test_options, &s, &findings, NULL),
        ERR_INPUT);
    findings_print(&findings, &got);
    CU_ASSERT_EQUAL(findings.count, SCENARIO_ERRORS_MAX);
    CU_ASSERT_EQUAL(findings.errors, 25);
    CU_ASSERT_EQUAL(findings.dropped, 5);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&got), "\nand 5 more\n"));
    buf_release(&got);
    buf_release(&text);
    arena_release(&arena);
}

static void test_an_error_of_every_variant_is_said_once(void)
{
    static const char text[] = "scenario: 1\n"
                               "matrix: { depth: [0, 1, 2, 3] }\n"
                               "tree: { root: { run: worker } }\n"
                               "steps:\n"
                               "  - expect: '${dept}> $'\n"
                               "  - await: { gone: nobody }\n";
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;

    CU_ASSERT_EQUAL(
        scenario_parse(&arena, "x.yaml", text, strlen(text), &test_options, &s, &findings, NULL),
        ERR_INPUT);
    CU_ASSERT_EQUAL(findings.count, 2);
    CU_ASSERT_EQUAL(findings.errors, 2);
    arena_release(&arena);
}

int main(void)
{
    CU_pSuite s = suite_open("scenario_bad", NULL, NULL);
    CU_ADD_TEST(s, test_where_a_form_is_wrong_the_form_is_shown);
    CU_ADD_TEST(s, test_every_bad_file_is_explained_in_bounded_time_and_memory);
    CU_ADD_TEST(s, test_a_missing_file_is_no_finding);
    CU_ADD_TEST(s, test_messages_cannot_write_to_the_terminal);
    CU_ADD_TEST(s, test_long_lines_are_shown_around_the_place);
    CU_ADD_TEST(s, test_twenty_errors_are_shown_and_the_rest_counted);
    CU_ADD_TEST(s, test_an_error_of_every_variant_is_said_once);
    return suite_close();
}
