/* guard_link_test.c: messages to a guard and back, with a guard that is the test. */
#include "harness/real/guard_anchor.h"
#include "harness/real/guard_link.h"
#include "harness/real/tests/real_test.h"
#include "runtime/base/check.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A link, and the guard's end of it. */
static int link_make(struct guard_link *g)
{
    int pair[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    *g = GUARD_LINK_NONE;
    g->fd = pair[0];
    return pair[1];
}

static void link_end(struct guard_link *g, int guard)
{
    CHECK(close(guard) == 0);
    guard_link_close(g);
    CU_ASSERT_EQUAL(g->fd, -1);
}

static void say(int guard, size_t size, const char *text, int pidfd)
{
    struct guard_report report = {.kind = GUARD_REAPED, .pid = 7, .status = 8, .value = 9};
    char words[GUARD_TEXT_BYTES] = {0};
    const struct iovec part[] = {
        {&report, size        },
        {words,   strlen(text)}
    };

    (void)snprintf(words, sizeof(words), "%s", text);
    CHECK(fdpass_send(guard, part, 2, &pidfd, pidfd >= 0 ? 1 : 0) > 0);
}

static void test_a_report_comes_with_its_text_and_its_process(void)
{
    struct guard_link g;
    struct guard_report out = {0};
    struct diag why = {0};
    int pidfd = 5;
    int own = pidfd_of(getpid());
    int guard = link_make(&g);

    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), 0); /* nothing now */
    CU_ASSERT_EQUAL(pidfd, 5);
    (void)diag_set(&why, ERR_IO, "as before");
    say(guard, sizeof(out), "", -1);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), 1);
    CU_ASSERT(out.kind == GUARD_REAPED && out.pid == 7 && out.status == 8 && out.value == 9);
    CU_ASSERT_EQUAL(pidfd, -1);
    CU_ASSERT_STRING_EQUAL(why.text, "as before");
    say(guard, sizeof(out), "x", own);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), 1);
    CU_ASSERT_STRING_EQUAL(why.text, "x");
    CU_ASSERT(pidfd >= 0 && pidfd_send(pidfd, 0));
    CHECK(close(pidfd) == 0 && close(own) == 0);
    link_end(&g, guard);
}

static void test_a_text_comes_whole(void)
{
    struct guard_link g;
    struct guard_report out = {0};
    struct diag why = {0};
    char text[GUARD_TEXT_BYTES];
    int pidfd;
    int guard = link_make(&g);

    memset(text, 'y', sizeof(text));
    text[sizeof(text) - 1] = 0;
    text[sizeof(why.text) < sizeof(text) ? sizeof(why.text) - 1 : sizeof(text) - 1] = 0;
    say(guard, sizeof(out), text, -1);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), 1);
    CU_ASSERT_STRING_EQUAL(why.text, text);
    link_end(&g, guard);
}

static void test_half_a_report_and_the_end_are_a_guard_that_is_gone(void)
{
    struct guard_link g;
    struct guard_report out = {.kind = 77};
    struct diag why = {0};
    int pidfd = -1;
    int pair[2];
    char byte;
    int guard = link_make(&g);

    /* What comes with it is not kept. */
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    say(guard, sizeof(out) - 1, "", pair[0]);
    CHECK(close(pair[0]) == 0);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "was it killed?"));
    CU_ASSERT_EQUAL(out.kind, 77);
    CU_ASSERT_EQUAL(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
    CHECK(close(pair[1]) == 0);
    CHECK(shutdown(guard, SHUT_RDWR) == 0);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), ERR_GONE);
    guard_link_hang_up(&g);
    CU_ASSERT_EQUAL(g.fd, -1);
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), ERR_GONE);
    CU_ASSERT_EQUAL(guard_link_order(&g, GUARD_CONT, &why), ERR_GONE);
    link_end(&g, guard);
}

static void test_an_order_is_one_message(void)
{
    struct guard_link g;
    struct guard_order order;
    struct diag diag;
    int guard = link_make(&g);

    CU_ASSERT_EQUAL(guard_link_order(&g, GUARD_HUP, &diag), 0);
    CU_ASSERT_EQUAL(recv(guard, &order, sizeof(order), 0), (ssize_t)sizeof(order));
    CU_ASSERT(order.kind == GUARD_HUP && order.zero == 0);
    CHECK(shutdown(guard, SHUT_RDWR) == 0);
    CU_ASSERT_EQUAL(guard_link_order(&g, GUARD_HUP, &diag), ERR_GONE); /* and no SIGPIPE */
    link_end(&g, guard);
}

/* ---- The order to start ---- */

static const char *argv_two[] = {"program", "word", NULL};
static const char *envp_one[] = {"A=b", NULL};
static const struct guard_move moves[] = {
    {0, 5},
    {1, 0}
};

static struct guard_request request_of(const int *fd)
{
    return (struct guard_request){.path = "/bin/program",
                                  .cwd = "/tmp",
                                  .argv = argv_two,
                                  .envp = envp_one,
                                  .fd = fd,
                                  .fd_count = 2,
                                  .tty = 1,
                                  .move = moves,
                                  .move_count = 2,
                                  .blocked = true};
}

static void test_what_is_asked_for_is_what_the_guard_reads(void)
{
    static char bytes[GUARD_START_BYTES_MAX];
    static struct guard_subject s;
    struct guard_link g;
    struct diag diag = {0};
    int fd[2];
    int guard = link_make(&g);

    CHECK(pipe(fd) == 0);
    struct guard_request request = request_of(fd);
    for (int plain = 0; plain < 2; plain++) {
        if (plain) {
            request.cwd = NULL;
            request.blocked = false;
        }
        CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), 0);
        ssize_t size = fdpass_receive(guard, bytes, sizeof(bytes), MSG_DONTWAIT, &s.passed);
        CU_ASSERT_FATAL(size > 0);
        CU_ASSERT_TRUE(subject_parse(&s, bytes, (size_t)size));
        CU_ASSERT_STRING_EQUAL(s.path, "/bin/program");
        CU_ASSERT(plain ? s.cwd == NULL : strcmp(s.cwd, "/tmp") == 0);
        CU_ASSERT(s.start->argc == 2 && strcmp(s.argv[1], "word") == 0 && s.argv[2] == NULL);
        CU_ASSERT(s.start->envc == 1 && strcmp(s.envp[0], "A=b") == 0 && s.envp[1] == NULL);
        CU_ASSERT(s.start->tty == 1 && s.start->blocked == !plain && s.passed.count == 2);
        CU_ASSERT(s.start->move_count == 2 && s.start->move[0].from == 0);
        CU_ASSERT(s.start->move[0].to == 5 && s.start->move[1].from == 1);
        CU_ASSERT(s.start->move[1].to == 0);
        fdpass_close(&s.passed);
    }
    CHECK(close(fd[0]) == 0 && close(fd[1]) == 0);
    link_end(&g, guard);
}

static void test_as_much_as_fits_and_no_more(void)
{
    static const char *many[GUARD_STRINGS_MAX + 2];
    static char big[GUARD_START_BYTES_MAX];
    struct guard_link g;
    struct diag diag = {0};
    const int fd[2] = {0, 0};
    int guard = link_make(&g);
    const int bytes = 4 * GUARD_START_BYTES_MAX;

    CHECK(setsockopt(g.fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) == 0);
    struct guard_request request = request_of(fd);
    request.fd_count = 1;
    for (int which = 0; which < 2; which++) {
        request.argv = which == 0 ? many : argv_two;
        request.envp = which == 0 ? envp_one : many;
        for (int i = 0; i < GUARD_STRINGS_MAX; i++)
            many[i] = "x";
        many[GUARD_STRINGS_MAX] = NULL;
        CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), 0);
        many[GUARD_STRINGS_MAX] = "x";
        many[GUARD_STRINGS_MAX + 1] = NULL;
        CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), ERR_FULL);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, which == 0 ? "513 arguments" : "513 variables"));
    }
    /* Bytes: to the last one. */
    const char *one[] = {big, NULL};
    const char *none[] = {NULL};
    request.argv = one;
    request.envp = none;
    size_t rest = sizeof(struct guard_start) + strlen(request.path) + 1 + strlen("/tmp") + 1;
    memset(big, 'x', GUARD_START_BYTES_MAX - rest - 1);
    CU_ASSERT_NOT_EQUAL(guard_link_start(&g, &request, &diag), ERR_FULL);
    big[GUARD_START_BYTES_MAX - rest - 1] = 'x';
    CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), ERR_FULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "of 131073 bytes"));
    link_end(&g, guard);
}

static void test_a_start_without_a_guard_says_so(void)
{
    struct guard_link g;
    struct diag diag = {0};
    const int fd[2] = {0, 0};
    const int bad[2] = {-1, -1};
    int guard = link_make(&g);
    struct guard_request request = request_of(bad);

    CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot ask the guard to start /bin/program"));
    CHECK(shutdown(guard, SHUT_RDWR) == 0);
    request.fd = fd;
    CU_ASSERT_EQUAL(guard_link_start(&g, &request, &diag), ERR_GONE);
    link_end(&g, guard);
}

/* ---- The guard itself ---- */

static void test_the_folder_of_the_guard_is_looked_at(void)
{
    static char name[5000];
    struct guard_link g = GUARD_LINK_NONE;
    struct diag diag = {0};

    memset(name, 'x', sizeof(name) - 1);
    CU_ASSERT_EQUAL(guard_link_open(&g, name, NULL, &diag), ERR_INPUT);
    name[4096 - sizeof("/guard") + 1] = 0; /* just too long */
    CU_ASSERT_EQUAL(guard_link_open(&g, name, NULL, &diag), ERR_INPUT);
    name[4096 - sizeof("/guard")] = 0;
    CU_ASSERT_EQUAL(guard_link_open(&g, name, NULL, &diag), ERR_NOTFOUND);
    CU_ASSERT(g.fd == -1 && g.pidfd == -1);
}

/* A guard that can be executed and is no program. Nothing stays open. */
/* With so many descriptors: none for what it reads, or one too few for the link. */
static void test_without_descriptors_there_is_no_link(void)
{
    struct rlimit before;

    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    for (rlim_t files = 0; files < 3; files++) {
        struct guard_link g = GUARD_LINK_NONE;
        struct diag diag = {0};
        int lowest = dup(0);
        CHECK(lowest >= 0 && close(lowest) == 0);
        struct rlimit limit = before;
        limit.rlim_cur = (rlim_t)lowest + files;
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        int rc = guard_link_open(&g, helper_dir(), NULL, &diag);
        CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
        CU_ASSERT_EQUAL(rc, ERR_IO);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot make a socket for the guard"));
        CU_ASSERT_EQUAL(g.fd, -1);
        int after = dup(0);
        CU_ASSERT_EQUAL(after, lowest); /* nothing stays open */
        CHECK(close(after) == 0);
    }
}

static void test_a_guard_that_cannot_be_started_leaves_nothing_open(void)
{
    char folder[] = "/tmp/guard_link_test.XXXXXX";
    char path[64];
    struct guard_link g = GUARD_LINK_NONE;
    struct diag diag = {0};

    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/guard", folder);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    CHECK(file >= 0 && write(file, "\177ELF", 4) == 4 && close(file) == 0);
    int before = dup(0);
    CHECK(close(before) == 0);
    CU_ASSERT(guard_link_open(&g, folder, NULL, &diag) < 0);
    int after = dup(0);
    CHECK(close(after) == 0);
    CU_ASSERT_EQUAL(before, after);
    CU_ASSERT(g.fd == -1 && g.pidfd == -1);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

/* One that finds no room for what it needs: it says so, and ends. */
static void test_a_guard_that_cannot_watch_says_so_and_ends(void)
{
    char folder[] = "/tmp/guard_link_test.XXXXXX";
    char path[64];
    char script[4200];
    struct guard_link g = GUARD_LINK_NONE;
    struct guard_report out = {0};
    struct diag why = {0};
    int pidfd = -1;

    /* A guard with a sanitizer has a library to open first, and no room to. */
    if (SANITIZED)
        return;
    CHECK(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/guard", folder);
    (void)snprintf(script, sizeof(script), "#!/bin/sh\nulimit -n 4\nexec %s/guard\n", helper_dir());
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    CHECK(file >= 0 && write(file, script, strlen(script)) == (ssize_t)strlen(script));
    CHECK(close(file) == 0);
    CU_ASSERT_EQUAL_FATAL(guard_link_open(&g, folder, NULL, &why), 0);
    CU_ASSERT(fd_await(g.fd, "word of the guard"));
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), 1);
    CU_ASSERT_EQUAL(out.kind, GUARD_FAILED);
    CU_ASSERT_EQUAL(out.value, EMFILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "the guard cannot watch over processes"));
    CU_ASSERT(fd_await(g.pidfd, "end of the guard"));
    CU_ASSERT_EQUAL(guard_link_receive(&g, &out, &pidfd, &why), ERR_GONE);
    guard_link_close(&g);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

static void test_a_guard_that_was_closed_is_gone_and_reaped(void)
{
    struct guard_link g = GUARD_LINK_NONE;
    struct diag diag = {0};

    int before = dup(0);
    CHECK(close(before) == 0);
    CU_ASSERT_EQUAL_FATAL(guard_link_open(&g, helper_dir(), NULL, &diag), 0);
    pid_t pid = g.pid;
    CU_ASSERT_EQUAL(getsid(pid), pid); /* no key of the user's terminal reaches it */
    guard_link_close(&g);
    CU_ASSERT(g.fd == -1 && g.pidfd == -1);
    CU_ASSERT_EQUAL(waitpid(pid, NULL, WNOHANG), -1);
    CU_ASSERT_EQUAL(errno, ECHILD);
    guard_link_close(&g); /* nothing */
    int after = dup(0);
    CHECK(close(after) == 0);
    CU_ASSERT_EQUAL(before, after);
}

/* Its standard output is nobody's, and where the harness has no place for errors, it has none. */
static void test_a_guard_s_words_go_where_the_harness_s_go(void)
{
    struct guard_link g = GUARD_LINK_NONE;
    struct diag diag = {0};
    struct stat null, shown;
    char path[64];
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);

    CHECK(stat("/dev/null", &null) == 0);
    for (int closed = 0; closed < 2; closed++) {
        char name[] = "/tmp/guard_link_test.XXXXXX";
        int errors = mkstemp(name);
        CHECK(errors >= 0 && unlink(name) == 0);
        if (closed) {
            CHECK(close(STDERR_FILENO) == 0);
        } else {
            CHECK(dup2(errors, STDERR_FILENO) == STDERR_FILENO);
        }
        CU_ASSERT_EQUAL_FATAL(guard_link_open(&g, helper_dir(), NULL, &diag), 0);
        for (int fd = 0; fd < 3; fd++) {
            (void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)g.pid, fd);
            CU_ASSERT_EQUAL(stat(path, &shown), 0);
            bool is_null = shown.st_rdev == null.st_rdev;
            CU_ASSERT_EQUAL(is_null, fd < 2 || closed);
        }
        guard_link_close(&g);
        CHECK(close(errors) == 0);
        CHECK(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
    }
    CHECK(close(saved) == 0);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"report",   test_a_report_comes_with_its_text_and_its_process      },
        {"text",     test_a_text_comes_whole                                },
        {"gone",     test_half_a_report_and_the_end_are_a_guard_that_is_gone},
        {"order",    test_an_order_is_one_message                           },
        {"start",    test_what_is_asked_for_is_what_the_guard_reads         },
        {"limits",   test_as_much_as_fits_and_no_more                       },
        {"nobody",   test_a_start_without_a_guard_says_so                   },
        {"folder",   test_the_folder_of_the_guard_is_looked_at              },
        {"no files", test_without_descriptors_there_is_no_link              },
        {"no exec",  test_a_guard_that_cannot_be_started_leaves_nothing_open},
        {"no watch", test_a_guard_that_cannot_watch_says_so_and_ends        },
        {"closed",   test_a_guard_that_was_closed_is_gone_and_reaped        },
        {"words",    test_a_guard_s_words_go_where_the_harness_s_go         },
        CU_TEST_INFO_NULL,
    };

    return suite_run("guard_link", tests);
}
