/* real_start_test.c: what a start needs, and what is said where it is not there. Limits and places
 * are taken away from a process of its own. */
#include "harness/real/tests/told_bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* In a process of its own: the limits that the harness is left with, for so many actors. */
static void files_allowed(struct rlimit have, uint16_t actors, int rc, rlim_t cur)
{
    int status = -1;

    (void)fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        struct diag diag = {0};
        struct rlimit now;
        if (setrlimit(RLIMIT_NOFILE, &have) < 0)
            _exit(2);
        if (real_files_allow(actors, &diag) != rc || getrlimit(RLIMIT_NOFILE, &now) < 0)
            _exit(3);
        if (rc < 0 && strstr(diag.text, "ulimit -Hn") == NULL)
            _exit(4);
        _exit(now.rlim_cur == cur && now.rlim_max == have.rlim_max ? 0 : 5);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    CU_ASSERT_EQUAL(status, 0);
}

/* Two for each actor, 28 beside, and 256 where that can be. */
static void test_as_many_files_are_allowed_as_a_run_needs(void)
{
    files_allowed((struct rlimit){1000, 1000}, 10, 0, 1000); /* enough */
    files_allowed((struct rlimit){304, 1000}, 10, 0, 304);   /* just so */
    files_allowed((struct rlimit){303, 1000}, 10, 0, 304);
    files_allowed((struct rlimit){20, 1000}, 10, 0, 304);
    files_allowed((struct rlimit){20, 304}, 10, 0, 304);
    files_allowed((struct rlimit){20, 303}, 10, 0, 303);
    files_allowed((struct rlimit){20, 48}, 10, 0, 48); /* no ease, but enough */
    files_allowed((struct rlimit){20, 47}, 10, ERR_FULL, 20);
    files_allowed((struct rlimit){20, 1000}, 250, 0, 784);
}

/* ---- The guard's first word ---- */

struct started {
    struct bench b;
    char folder[64];
    struct world *world;
    struct diag diag;
    int rc;
};

static void file_make(const char *folder, const char *name, const void *data, size_t size)
{
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    CHECK(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0);
}

static void file_drop(const char *folder, const char *name)
{
    char path[96];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    CHECK(unlink(path) == 0);
}

/* Starts a tree with a guard that says this, and hears all; or says nothing, and ends. */
static void start_with(struct started *s, const struct guard_report *report, const char *text)
{
    static const char script[] = "#!/bin/sh\n/bin/cat \"${0%/*}/says\" >&3\n"
                                 "[ ! -s \"${0%/*}/says\" ] || exec /bin/cat <&3\n";
    char says[sizeof(*report) + 64];

    memcpy(says, report, sizeof(*report));
    for (size_t i = 0; text[i] != 0; i++)
        says[sizeof(*report) + i] = text[i];
    bench_open(&s->b);
    (void)snprintf(s->folder, sizeof(s->folder), "/tmp/real_start_test.XXXXXX");
    CHECK(mkdtemp(s->folder) != NULL);
    file_make(s->folder, "guard", script, sizeof(script) - 1);
    file_make(s->folder, "says", says, text[0] != 0 ? sizeof(*report) + strlen(text) : 0);
    s->b.options.helper_dir = s->folder;
    CHECK(real_world_new(&s->b.options, &s->world, &s->diag) == 0);
    s->rc = world_start(s->world, &s->diag);
    file_drop(s->folder, "guard");
    file_drop(s->folder, "says");
    CHECK(rmdir(s->folder) == 0);
}

static void start_end(struct started *s)
{
    world_free(s->world);
    bench_close(&s->b);
}

static void test_a_guard_that_ends_before_it_says_anything_is_gone(void)
{
    const struct guard_report none = {.kind = GUARD_FAILED};
    struct started s = {.rc = 0};

    start_with(&s, &none, "");
    CU_ASSERT_EQUAL(s.rc, ERR_GONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.diag.text, "was it killed?"));
    CU_ASSERT_EQUAL(real_of(s.world)->phase, REAL_NEW);
    start_end(&s);
}

static void test_a_guard_that_starts_nobody_says_why(void)
{
    static const struct {
        struct guard_report report;
        const char *text;
        int rc;
        const char *says;
    } rows[] = {
        {{.kind = GUARD_FAILED, .value = ENOENT},
         "no program",                                         ERR_NOTFOUND,
         "the helper program actor-tree is not beside the guard: install it again"      },
        {{.kind = GUARD_FAILED, .value = ENOMEM}, "no memory", ERR_IO,       "no memory"},
        {{.kind = GUARD_STARTED, .pid = 1},       "of nobody", ERR_IO,       "of nobody"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct started s = {.rc = 0};
        start_with(&s, &rows[i].report, rows[i].text);
        CU_ASSERT_EQUAL(s.rc, rows[i].rc);
        CU_ASSERT_STRING_EQUAL(s.diag.text, rows[i].says);
        CU_ASSERT_EQUAL(real_of(s.world)->phase, REAL_NEW);
        CU_ASSERT_EQUAL(real_of(s.world)->process[ROOT].state, PROCESS_NONE);
        start_end(&s);
    }
}

static void test_a_tree_that_is_started_is_there(void)
{
    struct bench b;
    struct world *w;
    struct diag diag = {0};

    bench_open(&b);
    b.options.helper_dir = helper_dir();
    CHECK(real_world_new(&b.options, &w, &diag) == 0);
    CU_ASSERT_EQUAL(world_start(w, &diag), 0);
    const struct real_world *r = real_of(w);
    CU_ASSERT_EQUAL(r->phase, REAL_RUN);
    CU_ASSERT_EQUAL(r->process[ROOT].state, PROCESS_LIVE);
    CU_ASSERT(r->process[ROOT].pid > 0 && r->process[ROOT].pidfd >= 0);
    CU_ASSERT(r->guard_watch.handle != NULL && r->pids_watch.handle != NULL);
    CU_ASSERT(r->pids >= 0 && r->pty != NULL);
    int subreaper = 0;
    CHECK(prctl(PR_GET_CHILD_SUBREAPER, &subreaper) == 0);
    CU_ASSERT_EQUAL(subreaper, 1); /* what the guard has adopted comes to us */
    world_free(w);
    bench_close(&b);
}

static void test_what_cannot_be_opened_is_an_error_of_the_start(void)
{
    struct bench b;
    struct world *w;
    struct diag diag = {0};

    bench_open(&b);
    b.options.helper_dir = "/nowhere";
    CHECK(real_world_new(&b.options, &w, &diag) == 0);
    CU_ASSERT_EQUAL(world_start(w, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NULL(real_of(w)->guard_watch.handle);
    world_free(w);
    bench_close(&b);
}

/* With so many more descriptors: what cannot be opened is named, and nothing stays open. */
static void test_without_descriptors_a_start_says_what_it_wants(void)
{
    static const char *const wants[] = {"cannot watch a process", "cannot make a pseudo-terminal",
                                        "cannot open the slave",
                                        "cannot make a socket for the guard"};
    struct rlimit before;

    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    for (rlim_t files = 0; files < 4; files++) {
        struct bench b;
        struct world *w;
        struct diag diag = {0};
        bench_open(&b);
        b.options.helper_dir = helper_dir();
        CHECK(real_world_new(&b.options, &w, &diag) == 0);
        int lowest = dup(0);
        CHECK(lowest >= 0 && close(lowest) == 0);
        struct rlimit limit = before;
        limit.rlim_cur = (rlim_t)lowest + files;
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        int rc = world_start(w, &diag);
        CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
        CU_ASSERT_EQUAL(rc, ERR_IO);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, wants[files]));
        if (strstr(diag.text, wants[files]) == NULL)
            (void)printf("\n    %s\n", diag.text);
        world_free(w);
        bench_close(&b);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"files",   test_as_many_files_are_allowed_as_a_run_needs         },
        {"gone",    test_a_guard_that_ends_before_it_says_anything_is_gone},
        {"nobody",  test_a_guard_that_starts_nobody_says_why              },
        {"started", test_a_tree_that_is_started_is_there                  },
        {"error",   test_what_cannot_be_opened_is_an_error_of_the_start   },
        {"no room", test_without_descriptors_a_start_says_what_it_wants   },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_start", tests);
}
