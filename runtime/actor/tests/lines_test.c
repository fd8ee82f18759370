/* lines_test.c: what an actor's own code prints is shown once, in order, and never over a prompt.
 */
#include "runtime/actor/tests/drive.h"

static void prints(struct drive *d, const char *text)
{
    struct core_call call = {.kind = CALL_PRINT, .size = (uint16_t)strlen(text)};

    memcpy(call.u.lines, text, call.size);
    drive_call(d, call);
}

static void comes(struct drive *d, uint16_t link, enum frame_text type, uint16_t origin,
                  const char *text)
{
    struct frame f = {.type = (uint8_t)type, .origin = origin, .request = 1};

    f.size = (uint16_t)strlen(text);
    memcpy(f.u.text, text, f.size);
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = link, .frame = &f});
}

/* A root below whose child mid the leaf prompts. */
static struct drive *root_of_holder(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_root(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    CHECK(d->core.lock.holder == LEAF && d->core.lock.holder_active);
    text_clear(&d->log);
    return d;
}

static void test_lines_are_written_where_nobody_prompts(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_root(d);
    text_clear(&d->log);
    prints(d, "own");
    drive_assert(d, "own", "write \"own\"", NULL);
    comes(d, 1, FRAME_TEXT, SIDE, "below");
    drive_assert(d, "from below", "write \"below\"", NULL);
}

static void test_lines_go_to_the_holder_one_by_one(void)
{
    struct drive *d = root_of_holder();

    prints(d, "first");
    drive_assert(d, "first", "send mid text leaf#1 \"first\"", NULL);
    comes(d, 1, FRAME_TEXT, SIDE, "second, ");
    prints(d, "and third");
    drive_assert(d, "they wait", "", NULL);
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_assert(d, "what waits is put together", "send mid text leaf#1 \"second, and third\"",
                 NULL);
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_assert(d, "all is shown", "", NULL);
    CU_ASSERT_EQUAL(d->core.lock.texts, 0);
}

/* Goal: exactly once. The holder says SHOWN before it releases, or it has not shown it. */
static void test_lines_that_come_too_late_for_a_prompt_are_written(void)
{
    struct drive *d = root_of_holder();

    prints(d, "line");
    text_clear(&d->log);
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "write \"line\""));
    text_clear(&d->log);
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_assert(d, "stale", "", NULL);

    d = root_of_holder();
    prints(d, "line");
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "write \"line\""));
}

/* The next holder gets what the last one has not shown, once it prompts. */
static void test_lines_follow_the_prompt(void)
{
    struct drive *d = root_of_holder();

    drive_request(d, 1, SIDE, 1, false);
    prints(d, "line");
    text_clear(&d->log);
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "\"line\""));
    drive_event(d, EVENT_BATON, 0, BATON_HOLDER_DEAD);
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "\"line\""));
    drive_frame(d, 1, FRAME_DBG_ACTIVE, SIDE, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "send side text side#1 \"line\""));
}

static void test_lines_have_a_limit_that_is_told(void)
{
    static char text[TEXT_BYTES_MAX + 1];
    struct drive *d = root_of_holder();
    unsigned shown = 0;

    memset(text, 't', TEXT_BYTES_MAX);
    for (unsigned i = 0; i < CORE_TEXTS_MAX; i++)
        prints(d, text);
    CU_ASSERT_FALSE(d->core.lock.text_lost);
    prints(d, text);
    CU_ASSERT_TRUE(d->core.lock.text_lost);
    for (; shown < CORE_TEXTS_MAX; shown++) {
        CU_ASSERT_PTR_NULL(strstr(d->log.data, "more was printed"));
        text_clear(&d->log);
        comes(d, 0, FRAME_SHOWN, LEAF, "");
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "more was printed"));
    text_clear(&d->log);
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_assert(d, "told once", "", NULL);
    /* A link that was full says so by an empty text. */
    comes(d, 1, FRAME_TEXT, SIDE, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "more was printed"));
}

static void test_lines_pass_a_hop(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    text_clear(&d->log);
    prints(d, "own");
    drive_assert(d, "own", "send parent text mid \"own\"", NULL);
    comes(d, 1, FRAME_TEXT, TWIN, "up");
    drive_assert(d, "up", "send parent text mid \"up\"", NULL);
    comes(d, LINK_PARENT, FRAME_TEXT, LEAF, "down");
    drive_assert(d, "down", "send leaf text leaf#1 \"down\"", NULL);
    comes(d, 0, FRAME_SHOWN, LEAF, "");
    drive_assert(d, "shown", "send parent shown leaf#1 \"\"", NULL);
    drive_frame(d, 0, FRAME_DBG_REL, LEAF, 1);
    text_clear(&d->log);
    comes(d, LINK_PARENT, FRAME_TEXT, LEAF, "down");
    drive_assert(d, "nobody is there any more", "", NULL);
}

/* At a prompt: what is one's own at once, what comes from above with an answer. */
static void test_lines_at_the_own_prompt(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 7, 0);
    comes(d, LINK_PARENT, FRAME_TEXT, LEAF, "early");
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "early"));
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
    text_clear(&d->log);
    prints(d, "own");
    drive_assert(d, "own", "write behind \"own\"; prompt", NULL);
    comes(d, LINK_PARENT, FRAME_TEXT, LEAF, "other's");
    drive_assert(d, "other's", "write behind \"other's\"; prompt; send parent shown leaf#1 \"\"",
                 NULL);
    drive_line(d, "c");
    text_clear(&d->log);
    comes(d, LINK_PARENT, FRAME_TEXT, LEAF, "late");
    drive_assert(d, "late", "", NULL);
    prints(d, "own");
    drive_assert(d, "own, later", "send parent text leaf \"own\"", NULL);
}

/* A child that is not known yet, or a parent that says what only a child says. */
static void test_lines_of_nobody_are_a_fault(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, ROOT);
    drive_spawn_in(d, MID, 1, 0);
    drive_spawned(d, 0, 1000);
    comes(d, 0, FRAME_TEXT, MID, "who");
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "point link.broken mid"));

    drive_init(d);
    setup_leaf(d);
    comes(d, LINK_PARENT, FRAME_SHOWN, LEAF, "");
    CU_ASSERT_EQUAL(d->core.self.state, SELF_EXITED);
}

/* The root does not end before all was shown. */
static void test_lines_are_the_last_words(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, ROOT);
    text_clear(&d->log);
    prints(d, "bye");
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    const char *text = strstr(d->log.data, "write \"bye\"");
    CU_ASSERT_PTR_NOT_NULL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text != NULL ? text : "", "die 0"));
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"written where nobody prompts", test_lines_are_written_where_nobody_prompts           },
        {"one by one to the holder",     test_lines_go_to_the_holder_one_by_one                },
        {"too late for a prompt",        test_lines_that_come_too_late_for_a_prompt_are_written},
        {"to the next prompt",           test_lines_follow_the_prompt                          },
        {"a limit that is told",         test_lines_have_a_limit_that_is_told                  },
        {"a hop passes them on",         test_lines_pass_a_hop                                 },
        {"at the own prompt",            test_lines_at_the_own_prompt                          },
        {"of nobody",                    test_lines_of_nobody_are_a_fault                      },
        {"the last words",               test_lines_are_the_last_words                         },
        CU_TEST_INFO_NULL,
    };

    return suite_run("lines", tests);
}
