/* init_test.c: what a command was seen to do becomes a scenario, which passes again; and what is
 * there already is not written over. */
#include "harness/cli/init_text.h"
#include "harness/cli/tests/folder.h"
#include "harness/cli/tests/line_run.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/tests/text_read.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

static int suite_start(void)
{
    plain_environment();
    return folder_enter("init_test");
}

static int suite_end(void)
{
    return folder_leave();
}

/* ---- The text ---- */

static void line_is(const char *shown, const char *line, bool open)
{
    struct init_facts f = {0};

    init_line_take(&f, shown, strlen(shown));
    CU_ASSERT_STRING_EQUAL(f.line, line);
    CU_ASSERT_EQUAL(f.open, open);
}

static void test_the_last_line_that_says_anything_counts(void)
{
    line_is("", "", true);
    line_is("\r\n\r\n", "", false);
    line_is("hello\r\nready\r\n", "ready", false);
    line_is("hello\r\n> ", "> ", true);
    line_is("hello\r\n  \r\n", "hello", false);
    /* Of a long one the last words, of one without words nothing. */
    line_is(
        "a line that is longer than what anybody wants to read as a pattern in a file, surely\n",
        "what anybody wants to read as a pattern in a file, surely", false);
    char wide[100] = {0};
    memset(wide, 'a', sizeof(wide) - 1);
    line_is(wide, "", true);
}

static void text_has(const struct init_facts *f, const char *text)
{
    struct buf out = BUF_INIT;
    struct diag diag;

    CU_ASSERT_EQUAL(init_text(f, &out, &diag), 0);
    if (strstr(buf_text(&out), text) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", text, buf_text(&out));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&out), text));
    buf_release(&out);
}

static void test_what_was_seen_is_written(void)
{
    static const char *const argv[] = {"./it's", "a ${b}", "\n", NULL};
    struct init_facts f = {.argv = argv, .cwd = "..", .end = INIT_ALONE, .status = 3 << 8};
    struct buf out = BUF_INIT;
    struct diag diag;

    text_has(&f, "argv: [\"./it's\", \"a $${b}\", \"\\n\"]\n  cwd: \"..\"\n");
    text_has(&f,
             "steps:\n  - await: { gone: root }\n\noutcome: { exit: { status: 3 }, tree: empty }");
    init_line_take(&f, "port 8080 (it's ${x})\n", 22);
    text_has(&f, "steps:\n  - expect: 'port \\d+ \\(it''s \\$\\{x\\}\\)'\n\noutcome");
    f.end = INIT_HANG_UP;
    f.status = SIGHUP;
    text_has(&f, "  - await: quiet\n  - key: C-c\n  - await: quiet\n  - key: C-d\n"
                 "  - await: quiet\n  - fault: { hang-up: terminal }\n\n"
                 "outcome: { exit: { signal: SIGHUP }, tree: empty }\n");
    f.busy = true;
    f.end = INIT_CTRL_C;
    f.status = -1;
    text_has(&f, "\\)'\n  - key: C-c\n\noutcome: { exit: any, tree: empty }\n");
    f.argv = (const char *const[]){"\xff", NULL};
    CU_ASSERT_EQUAL(init_text(&f, &out, &diag), ERR_USAGE);
    CU_ASSERT_EQUAL(out.size, 0);
}

/* ---- The verb ---- */

/* The file has this line, is accepted, and passes. */
static void file_is_right(const char *path, const char *line)
{
    char words[128];
    struct buf text = BUF_INIT;

    text_read(path, &text);
    if (strstr(buf_text(&text), line) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", line, buf_text(&text));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), line));
    buf_release(&text);
    (void)snprintf(words, sizeof(words), "scenario check %s", path);
    expect(words, EXIT_CODE_OK, "1 file checked, 0 wrong");
    (void)snprintf(words, sizeof(words), "scenario run %s", path);
    expect(words, EXIT_CODE_OK, "1 passed, 0 failed");
}

static void test_a_command_that_ends_by_itself(void)
{
    expect("scenario init -- sh -c echo~port~80;exit~7", EXIT_CODE_OK,
           "sh.yaml: it ends by itself; passed 3 of 3");
    file_is_right("sh.yaml", "  cwd: \".\"\n");
    file_is_right("sh.yaml", "  - expect: 'port \\d+'\n\noutcome: { exit: { status: 7 }");
    expect("scenario init -- sh", EXIT_CODE_USAGE, "sh.yaml is there already: say -o FILE");
    expect("scenario init", EXIT_CODE_USAGE, "init wants a command");
    expect("scenario init -o none/x.yaml -- true", EXIT_CODE_USAGE, "cannot write none/x.yaml");
    expect("scenario init -- ./nobody", EXIT_CODE_HARNESS, "cannot start ./nobody");
    CU_ASSERT_EQUAL(access("nobody.yaml", F_OK), -1);
}

static void test_the_mildest_that_ends_it_is_written(void)
{
    CU_ASSERT_EQUAL(mkdir("scenarios", 0777), 0);
    expect("scenario init -- cat", EXIT_CODE_OK, "scenarios/cat.yaml: Ctrl-C ends it");
    file_is_right("scenarios/cat.yaml", "  cwd: \"..\"\n");
    expect("scenario init -o repl.yaml -- sh -c trap~''~INT;read~a||exit~4", EXIT_CODE_OK,
           "repl.yaml: it stays at Ctrl-C, and Ctrl-D ends it");
    file_is_right("repl.yaml", "  - key: C-d\n\noutcome: { exit: { status: 4 }");
    expect("scenario init -o deaf.yaml -- sh -c trap~''~INT;while~:;do~read~a;done", EXIT_CODE_OK,
           "deaf.yaml: it stays at Ctrl-C and Ctrl-D, so the window is closed");
    file_is_right("deaf.yaml", "  - fault: { hang-up: terminal }\n");
}

static void test_what_fails_at_once_is_told(void)
{
    expect("scenario init -o left.yaml -- sh -c trap~''~HUP;sleep~100&~:", EXIT_CODE_FAILED,
           "LEAK no-survivors: ");
    said("passed 0 of 3");
    expect("scenario run left.yaml", EXIT_CODE_FAILED, "survivor");
}

int main(void)
{
    CU_pSuite s = suite_open("init", suite_start, suite_end);
    CU_ADD_TEST(s, test_the_last_line_that_says_anything_counts);
    CU_ADD_TEST(s, test_what_was_seen_is_written);
    CU_ADD_TEST(s, test_a_command_that_ends_by_itself);
    CU_ADD_TEST(s, test_the_mildest_that_ends_it_is_written);
    CU_ADD_TEST(s, test_what_fails_at_once_is_told);
    return suite_close();
}
