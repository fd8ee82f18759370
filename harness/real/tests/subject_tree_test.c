/* subject_tree_test.c: what the guard is asked to start for a tree: the test is the guard, and
 * takes the order apart. */
#include "harness/real/guard_anchor.h"
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"
#include "runtime/base/fd.h"
#include "runtime/base/fdpass.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct order {
    char bytes[GUARD_START_BYTES_MAX];
    struct guard_subject subject;
};

/* What the guard reads when the tree is to be started. The descriptors are closed by the caller. */
static struct order *order_read(struct bench *b)
{
    static struct order o;
    struct diag diag = {0};

    memset(&o, 0, sizeof(o));
    CU_ASSERT_EQUAL_FATAL(subject_tree.send(b->r, b->slave, &diag), 0);
    ssize_t size = fdpass_receive(b->guard, o.bytes, sizeof(o.bytes), 0, &o.subject.passed);
    CU_ASSERT_FATAL(size > 0);
    CU_ASSERT_FATAL(subject_parse(&o.subject, o.bytes, (size_t)size));
    return &o;
}

static void begin(struct bench *b)
{
    bench_open(b);
    bench_guard(b);
    bench_terminal(b);
    fd_close(&b->r->control); /* its own is made now */
    b->options.helper_dir = "/helpers";
    b->r->options.helper_dir = "/helpers";
}

static const char *variable(const struct order *o, const char *name)
{
    for (char *const *at = o->subject.envp; *at != NULL; at++) {
        if (strncmp(*at, name, strlen(name)) == 0 && (*at)[strlen(name)] == '=')
            return *at + strlen(name) + 1;
    }
    return NULL;
}

/* The passed descriptor that becomes number `to` of the root. */
static int moved_to(const struct order *o, uint16_t to)
{
    for (uint32_t i = 0; i < o->subject.start->move_count; i++) {
        if (o->subject.start->move[i].to == to)
            return o->subject.passed.fd[o->subject.start->move[i].from];
    }
    return -1;
}

static void end(struct bench *b, struct order *o)
{
    fdpass_close(&o->subject.passed);
    bench_close(b);
}

static void test_the_root_gets_its_descriptors(void)
{
    struct bench b;
    struct stat is, null, tty;

    begin(&b);
    struct order *o = order_read(&b);
    CU_ASSERT_EQUAL(o->subject.start->move_count, 7);
    CHECK(stat("/dev/null", &null) == 0 && fstat(b.slave, &tty) == 0);
    CU_ASSERT(fstat(moved_to(o, 0), &is) == 0 && is.st_rdev == null.st_rdev);
    for (uint16_t fd = 1; fd <= 2; fd++)
        CU_ASSERT(fstat(moved_to(o, fd), &is) == 0 && is.st_rdev == tty.st_rdev);
    CU_ASSERT(fstat(moved_to(o, FD_TTY), &is) == 0 && is.st_rdev == tty.st_rdev);
    CU_ASSERT(fstat(o->subject.passed.fd[o->subject.start->tty], &is) == 0 &&
              is.st_rdev == tty.st_rdev);
    CU_ASSERT_EQUAL(o->subject.start->blocked, 1);
    CU_ASSERT_PTR_NULL(o->subject.cwd);
    CU_ASSERT_STRING_EQUAL(o->subject.path, "/helpers/actor-tree");
    CU_ASSERT_STRING_EQUAL(o->subject.argv[0], "actor-tree");
    CU_ASSERT_PTR_NULL(o->subject.argv[1]);
    /* The lock is the one that the world looks at. */
    struct stat lock;
    CHECK(fstat(b.r->baton, &lock) == 0 && fstat(moved_to(o, FD_BATON), &is) == 0);
    CU_ASSERT_EQUAL(lock.st_ino, is.st_ino);
    end(&b, o);
}

static void test_the_tree_is_a_file_that_nobody_can_change(void)
{
    struct bench b;
    static struct tree tree;

    begin(&b);
    struct order *o = order_read(&b);
    int fd = moved_to(o, FD_TREE);
    ssize_t size = (ssize_t)tree_size(&b.tree);
    CU_ASSERT_EQUAL(pread(fd, &tree, sizeof(tree), 0), size);
    CU_ASSERT_EQUAL(memcmp(&tree, &b.tree, (size_t)size), 0);
    CU_ASSERT_EQUAL(fcntl(fd, F_GET_SEALS),
                    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    end(&b, o);
}

static void test_what_is_said_at_the_other_end_is_heard(void)
{
    struct bench b;
    const struct control_report report = {
        .kind = CONTROL_POINT, .record = {.actor = LEAF, .point = POINT_USER, .peer = ACTOR_NONE}
    };

    begin(&b);
    struct order *o = order_read(&b);
    int control = moved_to(o, FD_CONTROL);
    CU_ASSERT_EQUAL(send(control, &report, sizeof(report), 0), (ssize_t)sizeof(report));
    (void)loop_run_once(b.r->loop); /* it is watched */
    CU_ASSERT_EQUAL(records(&b, LEAF, POINT_USER), 1);
    /* Nobody here has that end: with the last actor's it is gone. */
    CHECK(close(control) == 0);
    for (unsigned i = 0; i < o->subject.passed.count; i++) {
        if (o->subject.passed.fd[i] == control)
            o->subject.passed.fd[i] = -1;
    }
    reports_drain(b.r);
    CU_ASSERT_EQUAL(b.r->control, -1);
    end(&b, o);
}

/* Reports of many actors at once find room. */
static void test_there_is_room_for_many_reports(void)
{
    struct bench b;
    int size = 0;
    socklen_t length = sizeof(size);
    int pair[2];

    begin(&b);
    struct order *o = order_read(&b);
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    int usual = 0;
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &usual, &length) == 0);
    CHECK(getsockopt(moved_to(o, FD_CONTROL), SOL_SOCKET, SO_SNDBUF, &size, &length) == 0);
    CU_ASSERT(size > usual);
    CHECK(close(pair[0]) == 0 && close(pair[1]) == 0);
    end(&b, o);
}

/* ---- The environment ---- */

static void test_the_points_that_ask_are_bits_in_hexadecimal(void)
{
    struct bench b;
    uint8_t asks[(POINTS + 7) / 8] = {0};

    for (int none = 0; none < 2; none++) {
        begin(&b);
        memset(asks, 0, sizeof(asks));
        asks[0] = 0xa5;
        asks[1] = 0x03;
        asks[(POINTS - 1) / 8] |= (uint8_t)(1U << (POINTS - 1) % 8);
        b.r->options.asks = none ? NULL : asks;
        struct order *o = order_read(&b);
        const char *hex = variable(o, CONTROL_ENV);
        CU_ASSERT_PTR_NOT_NULL_FATAL(hex);
        size_t length = strlen(hex);
        CU_ASSERT_EQUAL(length, (POINTS + 3) / 4);
        CU_ASSERT_STRING_EQUAL(hex + length - 4, none ? "0000" : "03a5");
        for (size_t i = 1; i < length - 4; i++)
            CU_ASSERT_EQUAL(hex[i], '0');
        CU_ASSERT_EQUAL(hex[0], none ? '0' : "1248"[(POINTS - 1) % 4]);
        end(&b, o);
    }
}

static void test_little_of_the_harness_s_environment_is_passed(void)
{
    struct bench b;

    for (int id = 0; id < 2; id++) {
        begin(&b);
        b.r->options.run_id = id ? "r17" : NULL;
        CHECK(setenv("ASAN_OPTIONS", "a=1", 1) == 0 && setenv("TSAN_OPTIONS", "t=1", 1) == 0);
        CHECK(setenv("GCOV_PREFIX", "/p", 1) == 0 && setenv("GCOV_PREFIX_STRIP", "2", 1) == 0);
        CHECK(setenv("SECRET", "x", 1) == 0 && setenv("ASAN_OPTIONSX", "x", 1) == 0);
        struct order *o = order_read(&b);
        CU_ASSERT_STRING_EQUAL(variable(o, "SCENARIO_RUN"), id ? "r17" : "");
        CU_ASSERT_STRING_EQUAL(variable(o, "PATH"), "/usr/local/bin:/usr/bin:/bin");
        CU_ASSERT_STRING_EQUAL(variable(o, "TERM"), "xterm");
        CU_ASSERT_STRING_EQUAL(variable(o, "ASAN_OPTIONS"), "a=1");
        CU_ASSERT_STRING_EQUAL(variable(o, "TSAN_OPTIONS"), "t=1");
        CU_ASSERT_STRING_EQUAL(variable(o, "GCOV_PREFIX"), "/p");
        CU_ASSERT_STRING_EQUAL(variable(o, "GCOV_PREFIX_STRIP"), "2");
        CU_ASSERT_PTR_NULL(variable(o, "SECRET"));
        CU_ASSERT_PTR_NULL(variable(o, "ASAN_OPTIONSX"));
        CU_ASSERT_PTR_NULL(variable(o, "HOME"));
        for (uint32_t i = 0; i < o->subject.start->envc; i++)
            CU_ASSERT_PTR_NOT_NULL(strchr(o->subject.envp[i], '='));
        CHECK(unsetenv("SECRET") == 0 && unsetenv("ASAN_OPTIONSX") == 0);
        end(&b, o);
    }
}

/* ---- What cannot be ---- */

static void test_a_folder_with_too_long_a_name_is_refused(void)
{
    static char name[5000];
    struct bench b;
    struct diag diag = {0};
    int before, after;

    begin(&b);
    memset(name, 'x', sizeof(name) - 1);
    b.r->options.helper_dir = name;
    before = dup(STDIN_FILENO);
    CHECK(close(before) == 0);
    CU_ASSERT_EQUAL(subject_tree.send(b.r, b.slave, &diag), ERR_INPUT);
    after = dup(STDIN_FILENO);
    CHECK(close(after) == 0);
    CU_ASSERT_EQUAL(before, after);
    name[4096 - sizeof("/actor-tree") + 1] = 0;
    CU_ASSERT_EQUAL(subject_tree.send(b.r, b.slave, &diag), ERR_INPUT);
    name[4096 - sizeof("/actor-tree")] = 0;
    CU_ASSERT_EQUAL(subject_tree.send(b.r, b.slave, &diag), 0);
    bench_close(&b);
}

/* Whatever was opened for the root is the root's alone afterwards. */
static void test_nothing_of_the_root_stays_open_here(void)
{
    struct bench b;

    begin(&b);
    int before = dup(STDIN_FILENO);
    CHECK(close(before) == 0);
    struct order *o = order_read(&b);
    fdpass_close(&o->subject.passed);
    fd_close(&b.r->baton);
    loop_watch_stop(&b.r->control_watch);
    fd_close(&b.r->control);
    int after = dup(STDIN_FILENO);
    CHECK(close(after) == 0);
    CU_ASSERT_EQUAL(before, after);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"descriptors", test_the_root_gets_its_descriptors                },
        {"tree",        test_the_tree_is_a_file_that_nobody_can_change    },
        {"reports",     test_what_is_said_at_the_other_end_is_heard       },
        {"room",        test_there_is_room_for_many_reports               },
        {"asks",        test_the_points_that_ask_are_bits_in_hexadecimal  },
        {"environment", test_little_of_the_harness_s_environment_is_passed},
        {"too long",    test_a_folder_with_too_long_a_name_is_refused     },
        {"open",        test_nothing_of_the_root_stays_open_here          },
        CU_TEST_INFO_NULL,
    };

    return suite_run("subject_tree", tests);
}
