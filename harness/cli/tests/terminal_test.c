/* terminal_test.c: `scenario expect` is a terminal: what its keys and pastes type follows what the
 * program has asked for.
 *
 * The program is this one, in another role: it sets the terminal raw, says what its arguments are,
 * and tells what it was sent up to a q. */
#include "expect/log.h"
#include "harness/cli/tests/start.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 64 * 1024, INPUT_BYTES = 4096 };

/* What the program writes when it is sent a w. */
#define ASK_WINDOW "\x1b[18t"

/* How long the program computes before it says what it wants of the terminal. */
#define BUSY_NS 50000000

static char top[64];
static char self[PATH_MAX];
static char output[OUTPUT_BYTES]; /* of the last command, both streams */

/* ---- The program ---- */

static void program_computes(void)
{
    struct timespec now;

    do
        (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec == 0 && now.tv_nsec < BUSY_NS);
}

static int program(const char *begin, const char *late, const char *end)
{
    struct termios modes;
    struct termios saved;
    struct buf got = BUF_INIT;
    char input[INPUT_BYTES];
    size_t size = 0;

    if (tcgetattr(0, &modes) < 0)
        return 1;
    saved = modes;
    cfmakeraw(&modes);
    if (tcsetattr(0, TCSANOW, &modes) < 0)
        return 1;
    (void)printf("%sready\r\n", begin);
    (void)fflush(stdout);
    program_computes();
    (void)printf("%s", late);
    (void)fflush(stdout);
    while (size < sizeof(input) && (size == 0 || input[size - 1] != 'q')) {
        ssize_t more = read(0, input + size, sizeof(input) - size);
        if (more <= 0)
            return 1;
        if (memchr(input + size, 'w', (size_t)more) != NULL)
            (void)printf(ASK_WINDOW);
        (void)fflush(stdout);
        size += (size_t)more;
    }
    log_print(&got, input, size);
    (void)printf("got %s\r\n%s\x1b[?1l\x1b>\x1b[?2004l", buf_text(&got), end);
    buf_release(&got);
    return tcsetattr(0, TCSANOW, &saved) < 0;
}

/* ---- Tests ---- */

static int suite_start(void)
{
    plain_environment();
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (size < 0)
        return 1;
    (void)snprintf(top, sizeof(top), "/tmp/terminal_test.XXXXXX");
    return mkdtemp(top) == NULL || chdir(top) < 0;
}

static int suite_end(void)
{
    char command[128];

    (void)chdir("/");
    (void)snprintf(command, sizeof(command), "rm -rf %s", top);
    return system(command); /* NOLINT(concurrency-mt-unsafe) */
}

/* Runs the steps on the program; returns the exit code. */
static int drive(const char *steps, const char *begin, const char *late, const char *end)
{
    static char words[][PATH_MAX] = {"scenario", "expect", "script.yaml", "--"};
    static char texts[4][INPUT_BYTES];
    char *argv[] = {words[0], words[1], words[2], words[3], self,
                    texts[0], texts[1], texts[2], texts[3], NULL};
    const char *const given[] = {"program", begin, late, end};
    FILE *file = fopen(words[2], "we");
    size_t used = 0;
    int status;
    int fd;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fprintf(file, "script: 1\nsteps:\n%s", steps);
    (void)fclose(file);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        (void)snprintf(texts[i], sizeof(texts[i]), "%s", given[i]);
    pid_t pid = command_start(sizeof(argv) / sizeof(argv[0]) - 1, argv, &fd);
    for (;;) {
        ssize_t size = read(fd, output + used, sizeof(output) - 1 - used);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        used += (size_t)size;
    }
    output[used] = 0;
    (void)close(fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Asserts what the output has, and shows the output when it has not. */
static void said(const char *text)
{
    if (strstr(output, text) == NULL)
        (void)printf("\nmissing: %s\nin:\n%s\n", text, output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, text));
}

#define BEGIN "  - expect: 'ready'\n"
#define END   "  - key: q\n  - expect: 'got '\n"

static void test_keys_type_what_the_terminal_begins_with(void)
{
    CU_ASSERT_EQUAL(
        drive(BEGIN "  - key: Down\n  - key: KP5\n  - key: F1\n  - key: M-x\n" END, "", "", ""),
        EXIT_CODE_OK);
    said("got \\e[B5\\eOP\\exq");
}

/* Goal: a key types what the program has asked for, also where it asks only after it has said what
 * the script waits for; and no more once it has taken it back. */
static void test_keys_follow_what_the_program_asks_for(void)
{
    static const char steps[] = BEGIN "  - key: Down\n  - key: { name: Up, times: 2 }\n"
                                      "  - key: { name: KP5, times: 2, gap: 1ms }\n"
                                      "  - key: C-Left\n" END;
    static const char typed[] = "got \\eOB\\eOA\\eOA\\eOu\\eOu\\e[1;5Dq";

    CU_ASSERT_EQUAL(drive(steps, "\x1b[?1h\x1b=", "", ""), EXIT_CODE_OK);
    said(typed);
    CU_ASSERT_EQUAL(drive(steps, "", "\x1b[?1h\x1b=", ""), EXIT_CODE_OK);
    said(typed);
    CU_ASSERT_EQUAL(drive(steps, "\x1b[?1h\x1b=", "\x1b[?1l\x1b>", ""), EXIT_CODE_OK);
    said("got \\e[B\\e[A\\e[A55\\e[1;5Dq");
    /* What the command is given is shown, and does nothing to the user's terminal. */
    CU_ASSERT_PTR_NULL(strchr(output, '\x1b'));
}

static void test_a_paste_is_bracketed_where_the_program_asks_for_it(void)
{
    static const char steps[] = BEGIN "  - paste: \"a\\nb\\r\\nc\\e[201~\\e[20\\e[201~1~\"\n" END;

    CU_ASSERT_EQUAL(drive(steps, "", "", ""), EXIT_CODE_OK);
    said("got a\\rb\\rcq");
    CU_ASSERT_EQUAL(drive(steps, "", "\x1b[?2004h", ""), EXIT_CODE_OK);
    said("got \\e[200~a\\rb\\rc\\e[201~q");
}

/* Goal: every byte can be typed; a character stays one. */
static void test_bytes_are_sent_as_they_are_written(void)
{
    CU_ASSERT_EQUAL(
        drive(BEGIN "  - send: \"\\x80\\xff\\xe9\\u00e9\xc3\xa9\\N\\\\xff\\0\"\n" END, "", "", ""),
        EXIT_CODE_OK);
    said("got \\x80\\xff\\xe9\\xc3\\xa9\\xc3\\xa9\\xc2\\x85\\\\xff\\x00q");
    CU_ASSERT_EQUAL(drive(BEGIN "  - send: '\\xff'\n" END, "", "", ""), EXIT_CODE_OK);
    said("got \\\\xffq");
}

#define ASKS BEGIN "  - await: quiet\n" END

/* Goal: who asks gets an answer, at once, in the order of the output, and it is told. */
static void test_what_the_program_asks_is_answered(void)
{
    CU_ASSERT_EQUAL(drive(ASKS, "one\r\nfour \x1b[6n", "\x1b[18t\x1b[?2004$p", ""), EXIT_CODE_OK);
    said("got \\e[2;6R\\e[8;24;80t\\e[?2004;2$yq");
    said("· the terminal was asked for where the cursor is: \\e[2;6R");
    CU_ASSERT_EQUAL(drive(BEGIN "  - resize: { rows: 30, columns: 100 }\n  - key: w\n"
                                "  - await: quiet\n" END,
                          "", "", ""),
                    EXIT_CODE_OK);
    said("got w\\e[8;30;100tq");
    CU_ASSERT_EQUAL(drive(BEGIN "  - key: Down\n" END, "", "\x1b[c", ""), EXIT_CODE_OK);
    said("got \\e[?62;22c\\e[Bq");
}

/* Goal: the cursor is where the question stands, not where the output ends that came with it. */
static void test_the_cursor_is_where_it_was_asked_for(void)
{
    CU_ASSERT_EQUAL(drive(ASKS, "12345\x1b[6n678\r\n\x1b[6n\r\n\r\n", "\x1b[10;20H\x1b[6n", ""),
                    EXIT_CODE_OK);
    said("got \\e[1;6R\\e[2;1R\\e[10;20Rq");
}

int main(int argc, char **argv)
{
    if (argc == 5)
        return program(argv[2], argv[3], argv[4]);
    CU_pSuite s = suite_open("terminal", suite_start, suite_end);

    CU_ADD_TEST(s, test_keys_type_what_the_terminal_begins_with);
    CU_ADD_TEST(s, test_keys_follow_what_the_program_asks_for);
    CU_ADD_TEST(s, test_a_paste_is_bracketed_where_the_program_asks_for_it);
    CU_ADD_TEST(s, test_bytes_are_sent_as_they_are_written);
    CU_ADD_TEST(s, test_what_the_program_asks_is_answered);
    CU_ADD_TEST(s, test_the_cursor_is_where_it_was_asked_for);
    return suite_close();
}
