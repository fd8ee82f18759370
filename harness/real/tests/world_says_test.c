/* world_says_test.c: what a world of real processes says of itself when it is asked: in words, who
 * is left, and the modes of its terminal. */
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"

static void list_said(struct real_world *r, struct buf *out)
{
    (void)r;
    buf_add_text(out, "a process\n");
}

static unsigned two_left(struct real_world *r, struct buf *who)
{
    (void)r;
    if (who != NULL)
        buf_add_text(who, "sh (7)");
    return 2;
}

static void says(struct bench *b, enum world_words what, const char *wanted)
{
    struct buf out = BUF_INIT;

    world_say(b->world, what, &out);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), wanted);
    buf_release(&out);
}

static void slave_set(const struct bench *b, tcflag_t off)
{
    struct termios modes;

    CHECK(tcgetattr(b->slave, &modes) == 0);
    modes.c_lflag &= ~off;
    CHECK(tcsetattr(b->slave, TCSANOW, &modes) == 0);
}

static void test_words_are_the_terminals_or_the_subjects(void)
{
    struct real_subject subject = subject_tree;
    struct bench b;

    bench_open(&b);
    b.r->subject = &subject;
    says(&b, WORDS_MODES, ""); /* there is no terminal yet */
    bench_terminal(&b);
    says(&b, WORDS_MODES, "");
    slave_set(&b, ECHO);
    says(&b, WORDS_MODES, "ECHO off");
    subject.list = NULL;
    says(&b, WORDS_PROCESSES, "");
    subject.list = list_said;
    says(&b, WORDS_PROCESSES, "a process\n");
    bench_close(&b);
}

static void test_who_is_left_is_the_subjects_to_say(void)
{
    struct real_subject subject = subject_tree;
    struct buf who = BUF_INIT;
    struct bench b;

    bench_open(&b);
    b.r->subject = &subject;
    subject.left = NULL;
    CU_ASSERT_EQUAL(world_left(b.world, &who), 0);
    CU_ASSERT_EQUAL(who.size, 0);
    subject.left = two_left;
    CU_ASSERT_EQUAL(world_left(b.world, &who), 2);
    CU_ASSERT_STRING_EQUAL(buf_text(&who), "sh (7)");
    CU_ASSERT_EQUAL(world_left(b.world, NULL), 2);
    buf_release(&who);
    bench_close(&b);
}

/* A command's; what is typed and not read yet counts where it may be an editor's. */
static void test_the_modes_of_a_commands_terminal(void)
{
    static const struct {
        tcflag_t off;
        const char *typed;
        int rc;
    } rows[] = {
        {0,             "",    0       },
        {0,             "x\r", 0       },
        {ECHO,          "x\r", 0       },
        {ICANON,        "x",   0       },
        {ECHO | ICANON, "",    0       },
        {ECHO | ICANON, "x",   ERR_FULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench b;
        struct termios modes = {0};
        size_t shown = 0;
        struct diag diag;
        bench_open(&b);
        CU_ASSERT_EQUAL(world_modes(b.world, &modes, &shown), ERR_UNSUPPORTED); /* a tree's */
        b.r->options.subject = SUBJECT_COMMAND;
        CU_ASSERT_EQUAL(world_modes(b.world, &modes, &shown), ERR_GONE);
        bench_terminal(&b);
        slave_set(&b, rows[i].off);
        CHECK(write(b.slave, "seen", 4) == 4);
        if (rows[i].typed[0] != 0)
            CHECK(terminal_type(b.r, rows[i].typed, strlen(rows[i].typed), &diag) == 0);
        CU_ASSERT_EQUAL(world_modes(b.world, &modes, &shown), rows[i].rc);
        CU_ASSERT_EQUAL(modes.c_lflag & rows[i].off, 0);
        CU_ASSERT_TRUE(modes.c_cc[VINTR] == 3);
        CU_ASSERT_TRUE(shown >= 4);
        bench_close(&b);
    }
}

static void test_that_nobody_waits_is_told_and_taken_back(void)
{
    struct bench b;

    bench_open(&b);
    CU_ASSERT_FALSE(b.r->ends);
    world_want(b.world, WORLD_STOPPED, 0);
    CU_ASSERT_TRUE(b.r->ends);
    CU_ASSERT_PTR_NULL(b.r->run_timer.handle);
    world_want(b.world, WORLD_STOPPED, INT64_MAX);
    CU_ASSERT_FALSE(b.r->ends);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"words", test_words_are_the_terminals_or_the_subjects },
        {"left",  test_who_is_left_is_the_subjects_to_say      },
        {"modes", test_the_modes_of_a_commands_terminal        },
        {"ends",  test_that_nobody_waits_is_told_and_taken_back},
        CU_TEST_INFO_NULL,
    };

    return suite_run("world_says", tests);
}
