/* fixture_test.c: each hostile program is what its row says: `scenario expect` finds in it what is
 * promised there, and it ends by itself. */
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "harness/fixture/fixture.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static char program[PATH_MAX]; /* the command, beside this one */

static int suite_start(void)
{
    ssize_t size = readlink("/proc/self/exe", program, sizeof(program) - 1);

    if (size <= 0)
        return 1;
    program[size] = 0;
    char *name = strrchr(program, '/') + 1;
    (void)snprintf(name, sizeof(program) - (size_t)(name - program), "scenario");
    plain_environment();
    return folder_enter("fixture_test");
}

static int suite_end(void)
{
    return folder_leave();
}

/* Shorter than the default, and long enough for a SIGTERM on a loaded machine. */
#define GRACE(time) "limits: { grace: " time " }\n"

/* What `scenario expect` says of a fixture by its own steps is in `output`. */
static int fixture_expect(const struct fixture_entry *f)
{
    char steps[512];

    /* Of one that is left for good no time is too short. */
    (void)snprintf(steps, sizeof(steps), "%slimits: { grace: %s }\n", f->steps,
                   strncmp(f->verdict, "LEAK", 4) == 0 ? "200ms" : "1s");
    if (strcmp(f->name, "floods") == 0) {
        /* Its output is not for the room that there is: this writes the script, and -q comes first.
         */
        (void)EXPECT_STEPS(steps, "true");
        return EXPECT("-q", "script.yaml", "--", program, "fixture", f->name);
    }
    if (f->takes == FIXTURE_COUNT)
        return EXPECT_STEPS(steps, program, "fixture", f->name, "--number", "20");
    return EXPECT_STEPS(steps, program, "fixture", f->name);
}

static void test_expect_says_what_each_row_promises(void)
{
    for (size_t i = 0; fixture_at(i) != NULL; i++) {
        (void)fixture_expect(fixture_at(i));
        said(fixture_at(i)->verdict);
    }
}

static void test_one_that_is_left_for_a_second_is_an_early_return(void)
{
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: READY\n" GRACE("20s"), program, "fixture", "orphan",
                                 "--for", "1500ms"),
                    EXIT_CODE_FAILED);
    said("LEAK early-return: ");
}

/* A handler that comes late is not there, and then it is. */
static void test_a_signal_before_the_handler_kills(void)
{
    int fd = -1;
    char text[64] = "";
    int status = 0;

    pid_t pid = command_line_start("scenario fixture late-handler --delay 60s", &fd);
    CU_ASSERT_EQUAL(read(fd, text, sizeof(text) - 1), 6);
    CU_ASSERT_STRING_EQUAL(text, "READY\n");
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    (void)close(fd);
}

/* ---- Their end ---- */

/* Runs it without a terminal until nobody has the pipe any more that all its processes inherit. */
static int fixture_end(const char *line)
{
    int inherited[2];
    int fd = -1;
    char byte = 0;

    CU_ASSERT_EQUAL_FATAL(pipe(inherited), 0);
    CU_ASSERT_EQUAL(fcntl(inherited[0], F_SETFD, FD_CLOEXEC), 0);
    pid_t pid = command_line_start(line, &fd);
    (void)close(inherited[1]);
    while (read(fd, output, sizeof(output)) > 0) {
    }
    (void)close(fd);
    CU_ASSERT_EQUAL(waitpid(pid, &end, 0), pid);
    CU_ASSERT_EQUAL(read(inherited[0], &byte, 1), 0);
    (void)close(inherited[0]);
    return WIFEXITED(end) ? WEXITSTATUS(end) : -1;
}

static void test_each_ends_by_itself(void)
{
    for (size_t i = 0; fixture_at(i) != NULL; i++) {
        const char *name = fixture_at(i)->name;
        char line[128];
        if (strcmp(name, "raw") == 0 || strcmp(name, "stops-on-tty") == 0)
            continue; /* they want a terminal */
        (void)snprintf(line, sizeof(line), "scenario fixture %s --for 100ms", name);
        CU_ASSERT_EQUAL(fixture_end(line), EXIT_CODE_OK);
    }
    (void)EXPECT_STEPS("  - expect: READY\n  - await: { gone: all }\n", program, "fixture", "raw",
                       "--for", "300ms");
    said("program  exit status 0\n");
    /* Its child is stopped, and goes with it. */
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: READY\n  - await: { gone: all }\n", program,
                                 "fixture", "stops-on-tty", "--for", "300ms"),
                    EXIT_CODE_OK);
    said("program  exit status 0\n");
}

static void test_what_forks_is_bounded_by_number(void)
{
    (void)EXPECT_STEPS("  - expect: READY\n  - key: C-c\n  - await: quiet\n" GRACE("200ms"),
                       program, "fixture", "forks-without-end", "--number", "7");
    said("; 7 processes were left over, killed\n");
    /* The last one of a line has no child. */
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: READY\n  - key: C-c\n  - await: { gone: all }\n",
                                 program, "fixture", "forks-in-handler", "--number", "1"),
                    EXIT_CODE_OK);
    said("program  exit status 0\n");
}

/* ---- What they hold ---- */

/* The only child of a process; 0: there is none. */
static pid_t child_of(pid_t parent)
{
    char path[64];
    char text[32] = "";

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    (void)fgets(text, sizeof(text), file);
    (void)fclose(file);
    return (pid_t)strtol(text, NULL, 10);
}

static bool port_is_free(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_free = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

    (void)close(fd);
    return is_free;
}

static void test_the_port_is_held_by_who_is_left(void)
{
    static const char mark[] = "listening on 127.0.0.1:";
    size_t used = 0;
    int fd = -1;

    CU_ASSERT_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    output[0] = 0;
    pid_t pid = command_line_start("scenario fixture holds-port", &fd);
    read_until(fd, &used, "READY\n");
    const char *at = strstr(output, mark);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    if (at == NULL)
        return; /* which it never gets to */
    unsigned port = (unsigned)strtoul(at + sizeof(mark) - 1, NULL, 10);
    pid_t child = child_of(pid);
    CU_ASSERT_FATAL(child > 0);
    CU_ASSERT_EQUAL(kill(pid, SIGINT), 0);
    CU_ASSERT_EQUAL(waitpid(pid, &end, 0), pid);
    CU_ASSERT_FALSE(port_is_free(port));
    CU_ASSERT_EQUAL(kill(child, SIGKILL), 0);
    CU_ASSERT_EQUAL(waitpid(child, &end, 0), child);
    CU_ASSERT_TRUE(port_is_free(port));
    (void)close(fd);
    CU_ASSERT_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

/* ---- The command line ---- */

static void test_what_is_wrong_is_told(void)
{
    static const struct {
        const char *line;
        int code;
        const char *text;
    } cases[] = {
        {"scenario fixture orphn",                            EXIT_CODE_USAGE, "no fixture 'orphn'; did you mean 'orphan'?\n"},
        {"scenario fixture xyzzyxy",                          EXIT_CODE_USAGE, "`scenario fixture` lists them\n"             },
        {"scenario fixture deaf raw",                         EXIT_CODE_USAGE, "what is 'raw'?\n"                            },
        {"scenario fixture deaf --for 3601s",                 EXIT_CODE_USAGE, "lives at most 3600 s\n"                      },
        {"scenario fixture late-handler --delay 3601s",       EXIT_CODE_USAGE, "lives at most 3600 s\n"                      },
        {"scenario fixture deaf --delay 1s",                  EXIT_CODE_USAGE,
         "is for late-handler, not for deaf\n"                                                                               },
        {"scenario fixture deaf --number 1",                  EXIT_CODE_USAGE, "is for what forks, not for deaf\n"           },
        {"scenario fixture forks-without-end --number 10001", EXIT_CODE_USAGE, "--number: "                                  },
        {"scenario help orphan",                              EXIT_CODE_OK,    "orphan, a fixture: it "                      },
        {"scenario help orphn",                               EXIT_CODE_USAGE, "did you mean 'orphan'?\n"                    },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(command_line(cases[i].line, output, sizeof(output)), cases[i].code);
        said(cases[i].text);
    }
    /* A flag of other verbs, too, where it means something else. */
    CU_ASSERT_EQUAL(command_line("scenario help for", output, sizeof(output)), EXIT_CODE_OK);
    said("for, a flag of fixture\n");
    said("for, a flag of run, expect\n");
    CU_ASSERT_EQUAL(command_line("scenario help fixture raw", output, sizeof(output)), 0);
    CU_ASSERT_PTR_NULL(strstr(output, "scenario fixture [FLAG]"));
}

static void test_one_without_its_terminal_says_so(void)
{
    int input = dup(STDIN_FILENO);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    CU_ASSERT(null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO);
    CU_ASSERT_EQUAL(command_line("scenario fixture raw", output, sizeof(output)),
                    EXIT_CODE_HARNESS);
    said("raw wants a terminal as its standard input");
    (void)close(null);
    if (input >= 0)
        (void)dup2(input, STDIN_FILENO);
    (void)close(input);
}

static void test_the_list_has_each(void)
{
    CU_ASSERT_EQUAL(command_line("scenario fixture", output, sizeof(output)), EXIT_CODE_OK);
    for (size_t i = 0; fixture_at(i) != NULL; i++)
        said(fixture_at(i)->name);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"verdicts",     test_expect_says_what_each_row_promises              },
        {"early return", test_one_that_is_left_for_a_second_is_an_early_return},
        {"late handler", test_a_signal_before_the_handler_kills               },
        {"end",          test_each_ends_by_itself                             },
        {"number",       test_what_forks_is_bounded_by_number                 },
        {"port",         test_the_port_is_held_by_who_is_left                 },
        {"usage",        test_what_is_wrong_is_told                           },
        {"no terminal",  test_one_without_its_terminal_says_so                },
        {"list",         test_the_list_has_each                               },
        CU_TEST_INFO_NULL,
    };
    CU_pSuite suite = suite_open("fixture", suite_start, suite_end);

    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    return suite_close();
}
