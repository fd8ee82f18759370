/* print_test.c: what an actor writes on the terminal, word for word: scripts match on it. */
#include "runtime/actor/tests/drive.h"

static const char *name_of(uint16_t id, void *user)
{
    static const char *const names[NAMED] = {"root", "mid", "leaf", "deep", "twin", "side"};

    (void)user;
    return id < NAMED ? names[id] : "nobody";
}

static const char *printed(const struct drive *d, enum core_print what, uint16_t peer,
                           int64_t value)
{
    static char out[4096];
    struct core_effect e = {
        .kind = EFFECT_PRINT, .print = (uint8_t)what, .peer = peer, .value = value};

    size_t size = core_print_text(&d->core, &e, name_of, NULL, out, sizeof(out));
    CHECK(size < sizeof(out));
    out[size] = 0;
    return out;
}

static void failed(struct drive *d)
{
    drive_init(d);
    setup_mid(d);
    drive_call(d,
               (struct core_call){.kind = CALL_FAIL, .code = -4, .flags = 1, .u.text = "no route"});
}

static void test_print_names_the_actor_first(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_IGNORED_INT, MID, 0),
                           "\nmid: ^C ignored at a prompt (c continues, q quits, a aborts)\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_CANCEL, MID, 0),
                           "\nmid: cancel requested, waits for this prompt\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_REVOKE, MID, 0),
                           "\nmid: this prompt is about to be closed\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_UNKNOWN, MID, 'x'),
                           "mid: unknown command; h lists them\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_STUCK, LEAF, 0), "mid: child leaf survives SIGKILL\n");
}

static void test_print_help_lists_every_command(void)
{
    static const char *const words[] = {"c ", "q ", "a ", "s ", "t ", "bt ", "h "};
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    for (unsigned i = 0; i < 7; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(printed(d, PRINT_HELP, MID, 0), words[i]));
}

static void test_print_says_which_signal_cancels_the_tree(void)
{
    static const struct {
        int number;
        const char *text;
    } rows[] = {
        {2,  "root: cancelling the tree (SIGINT)\n" },
        {15, "root: cancelling the tree (SIGTERM)\n"},
        {1,  "root: cancelling the tree (SIGHUP)\n" },
    };
    struct drive *d = &row_drive;

    drive_init(d);
    setup_root(d);
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT_STRING_EQUAL(printed(d, PRINT_CANCELLING, ACTOR_NONE, rows[i].number),
                               rows[i].text);
}

static void test_print_errors_with_their_kind_code_and_origin(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_BACKTRACE, MID, 0), "no error\n");
    failed(d);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_CRASH, MID, 0), "mid: failed: APP:-4: no route\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_BACKTRACE, MID, 0), "mid: failed: APP:-4: no route\n");
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_FINAL_ERROR, LEAF, ERROR_APP),
                           "mid: error APP:-4, first raised by leaf\n");
    d->core.note.error[0].code = ERROR_CODE_QUIT;
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_FINAL_ERROR, DEEP, ERROR_APP),
                           "mid: error APP:QUIT, first raised by deep\n");
    d->core.note.error[0].code = INT32_MIN;
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_FINAL_ERROR, DEEP, ERROR_EXIT),
                           "mid: error EXIT:-2147483648, first raised by deep\n");
}

/* Goal: who failed is found by the names, whatever the program's own names for numbers are. */
static void test_print_final_error_has_the_way_to_it(void)
{
    struct drive *d = &row_drive;
    struct error_box *box = &d->core.note.error[0];

    failed(d);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_FINAL_ERROR, MID, ERROR_APP),
                           "mid: error APP:-4, first raised by mid: no route\n");
    *box = (struct error_box){.origin = DEEP, .code = 3, .path = "leaf/sh"};
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_FINAL_ERROR, DEEP, ERROR_EXIT),
                           "mid: error EXIT:3, first raised by sh (mid/leaf/sh)\n");
}

static void test_print_tree_shows_children_and_the_lock(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_REQ, DEEP, 1);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_TREE, MID, 0), "mid: running, children 2, errors 0\n"
                                                           "  leaf: live\n"
                                                           "  twin: live\n"
                                                           "  lock: leaf prompts\n"
                                                           "  lock: deep waits for the terminal\n");
    drive_cancel(d, 1, CANCEL_GRACEFUL, 1000 * MS_NS);
    CU_ASSERT_STRING_EQUAL(printed(d, PRINT_STATE, MID, 0),
                           "mid: cancelling, children 2, errors 0, cancel requested\n");
}

static const char *dumped(const struct drive *d, int64_t now_ns)
{
    static char out[4096];
    struct core_effect e = {.kind = EFFECT_PRINT, .print = PRINT_DUMP, .extra = now_ns};

    size_t size = core_print_text(&d->core, &e, name_of, NULL, out, sizeof(out));
    CHECK(size < sizeof(out));
    out[size] = 0;
    return out;
}

/* Goal: a dump says what everybody is in, what is due when, who waits and who has the terminal;
 * in numbers of the tree and relative times, so that it is the same in every run. */
static void test_print_dump_shows_the_whole_state(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_root(d);
    CU_ASSERT_STRING_EQUAL(dumped(d, d->now_ns), "root: running, errors 0, calls 0\n"
                                                 "root: nursery 0 open\n"
                                                 "root: child mid live\n"
                                                 "root: child side live\n"
                                                 "root: the terminal is free\n");
    drive_ask(d, CALL_CALL, MID, 7, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(dumped(d, d->now_ns), "calls 1\n"));
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 3);
    struct frame crash = frame_make(FRAME_DBG_REQ, SIDE, 1);
    crash.flags = FRAME_SHIELD;
    drive_receive(d, 1, crash);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    drive_signal(d, 15);
    CU_ASSERT_STRING_EQUAL(
        dumped(d, d->now_ns + 750 * MS_NS),
        "root: cancelling, errors 0, calls 0, cancel SIGTERM, deadline 2.250 s\n"
        "root: nursery 0 cancelling\n"
        "root: child mid cancel-sent, cancel SIGTERM, deadline 1.875 s, next step in -0.250 s\n"
        "root: child side cancel-sent, cancel SIGTERM, deadline 1.875 s, next step in -0.250 s\n"
        "root: lock leaf#3 gets the terminal\n"
        "root: lock side#1 waits for the terminal, shielded\n"
        "root: the terminal is held by leaf#3, queue side\n");
    drive_init(d);
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    drive_ask(d, CALL_PAUSE, 0, 2, 0);
    CU_ASSERT_STRING_EQUAL(dumped(d, d->now_ns),
                           "leaf: running, errors 0, calls 0\n"
                           "leaf: nursery 0 open\n"
                           "leaf: own request leaf#1 waits for the terminal, tasks 2\n");
}

/* Goal: the size that is told is the whole size, and no byte behind the buffer is written. */
static void test_print_counts_what_did_not_fit(void)
{
    struct drive *d = &row_drive;
    struct core_effect e = {.kind = EFFECT_PRINT, .print = PRINT_CRASH};
    char whole[128];
    char out[128];

    failed(d);
    size_t size = core_print_text(&d->core, &e, name_of, NULL, whole, sizeof(whole));
    for (size_t room = 0; room <= size; room++) {
        memset(out, '#', sizeof(out));
        CU_ASSERT_EQUAL(core_print_text(&d->core, &e, name_of, NULL, out, room), size);
        CU_ASSERT_EQUAL(memcmp(out, whole, room), 0);
        CU_ASSERT_EQUAL(out[room], '#');
    }
}

static void test_print_state_names_are_those_of_the_tables(void)
{
    CU_ASSERT_STRING_EQUAL(self_name(SELF_BOOT), "boot");
    CU_ASSERT_STRING_EQUAL(self_name(SELF_ORPHANED), "orphaned");
    CU_ASSERT_STRING_EQUAL(child_name(CHILD_FREE), "free");
    CU_ASSERT_STRING_EQUAL(child_name(CHILD_REAPED), "reaped");
    for (unsigned i = 0; i < SELF_STATES; i++)
        CU_ASSERT_PTR_NOT_NULL(self_name(i));
    for (unsigned i = 0; i < CHILD_STATES; i++)
        CU_ASSERT_PTR_NOT_NULL(child_name(i));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"lines name the actor first",        test_print_names_the_actor_first                 },
        {"help lists every command",          test_print_help_lists_every_command              },
        {"the cancelling signal is named",    test_print_says_which_signal_cancels_the_tree    },
        {"the way to an error",               test_print_final_error_has_the_way_to_it         },
        {"errors have kind, code and origin", test_print_errors_with_their_kind_code_and_origin},
        {"tree shows children and the lock",  test_print_tree_shows_children_and_the_lock      },
        {"what did not fit is counted",       test_print_counts_what_did_not_fit               },
        {"a dump shows the whole state",      test_print_dump_shows_the_whole_state            },
        {"state names",                       test_print_state_names_are_those_of_the_tables   },
        CU_TEST_INFO_NULL,
    };

    return suite_run("print", tests);
}
