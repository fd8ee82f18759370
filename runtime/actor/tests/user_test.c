/* user_test.c: the functions of actor.h: their limits, and that what they ask for arrives whole.
 *
 * The actor under test runs a script: a function that a test sets, called on every event. */
#include "runtime/actor/tests/program.h"

static void fill_queue(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c"};

    (void)event;
    for (unsigned i = 0; i < ACTOR_CALLS_QUEUED_MAX; i++)
        CU_ASSERT_EQUAL(actor_point(a, 100 + i), 0);
    CU_ASSERT_EQUAL(actor_point(a, 1), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_nursery_close(a, 0), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_return(a), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_fail(a, 1, "x", false), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_cancel(a, ACTOR_SELF, 0), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_shield(a, 1), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_call(a, ACTOR_PARENT, NULL, 0), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_reply(a, ACTOR_PARENT, 1, NULL, 0), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_timer(a, 0, 1), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_pause(a, 1, false), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_signal(a, 2, ACTOR_SIGNAL_IGNORE), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_detach(a, true), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_freeze(a), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_exit_now(a, 1), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_die_by(a, 9), ACTOR_ERR_FULL);
    CU_ASSERT_EQUAL(actor_spin(a), ACTOR_ERR_FULL);
}

/* Goal: overflow is an error to the caller, and what was queued before it happens, in order. */
static void test_user_queue_has_a_limit(void)
{
    struct drive *d = run(fill_queue, ROOT);
    const char *at = d->log.data;

    for (unsigned i = 0; i < ACTOR_CALLS_QUEUED_MAX; i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof(wanted), "point user.point - %u 0\n", 100 + i);
        at = strstr(at, wanted);
        CHECK(at != NULL);
    }
    CU_ASSERT_PTR_NULL(strstr(d->log.data, "user.point - 1 0"));
    CU_ASSERT_EQUAL(d->core.self.state, SELF_RUNNING);
}

static void ask_out_of_range(struct actor *a, const struct actor_event *event)
{
    static char bytes[ACTOR_BYTES_MAX + 1];
    static const char long_name[] = "a name of thirty-two characters!";
    const struct actor_spawn good = {.name = "c", .room = 1};
    struct actor_spawn spawn = good;

    (void)event;
    CU_ASSERT_EQUAL(strlen(long_name), ACTOR_NAME_BYTES);
    spawn.def = 2;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.nursery = CORE_NURSERIES_MAX;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.name = long_name;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.arg = bytes;
    spawn.arg_size = sizeof(bytes);
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.room = 2000; /* one more than is left: the child itself needs a number */
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.room = 0xffffffff; /* and no sum that wraps around */
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn = good;
    spawn.deadline_ns = -1;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_nursery_close(a, CORE_NURSERIES_MAX), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_call(a, 1, bytes, sizeof(bytes)), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_reply(a, 1, 1, bytes, sizeof(bytes)), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_timer(a, CORE_USER_TIMERS_MAX, 1), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_pause(a, 0, false), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_signal(a, 0, ACTOR_SIGNAL_IGNORE), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_signal(a, 9, ACTOR_SIGNAL_IGNORE), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_signal(a, 19, ACTOR_SIGNAL_IGNORE), ACTOR_ERR_RANGE);
    CU_ASSERT_EQUAL(actor_signal(a, 32, ACTOR_SIGNAL_IGNORE), ACTOR_ERR_RANGE);
    /* A refused request takes no number. */
    CU_ASSERT_EQUAL(actor_spawn(a, &good), 1);
}

static void test_user_arguments_have_ranges(void)
{
    struct drive *d = run(ask_out_of_range, ROOT);

    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "spawn mid\n"));
    CU_ASSERT_EQUAL(d->core.child[0].room, 1);
}

static void ask_the_simulator(struct actor *a, const struct actor_event *event)
{
    const char *argv[] = {"true", NULL};
    const struct actor_exec exec = {.argv = argv};

    (void)event;
    CU_ASSERT_EQUAL(actor_exec(a, &exec), ACTOR_ERR_UNSUPPORTED);
    CU_ASSERT_EQUAL(actor_watch(a, 0, ACTOR_READABLE), ACTOR_ERR_UNSUPPORTED);
    CU_ASSERT_EQUAL(actor_raise(a, 1), ACTOR_ERR_RANGE);
    CU_ASSERT_STRING_EQUAL(actor_error_name(ACTOR_ERROR_NONE), "OK");
    CU_ASSERT_STRING_EQUAL(actor_error_name(ACTOR_ERROR_GROUP), "GROUP");
    CU_ASSERT_STRING_EQUAL(actor_error_name(ACTOR_ERROR_GROUP + 1), "UNKNOWN");
}

static void test_user_needs_no_machine(void)
{
    (void)run(ask_the_simulator, ROOT);
}

static void print_pieces(struct actor *a, const struct actor_event *event)
{
    static char text[32 * ACTOR_PRINT_BYTES_MAX];

    (void)event;
    CU_ASSERT_EQUAL(actor_print(a, NULL, 0), 0);
    CU_ASSERT_EQUAL(actor_print(a, "one\n", 4), 0);
    CU_ASSERT_EQUAL(actor_print(a, "two", 3), 0);
    memset(text, 'x', sizeof(text));
    text[499] = '\n'; /* cut here */
    CU_ASSERT_EQUAL(actor_print(a, text, 1000), 0);
    CU_ASSERT_EQUAL(actor_print(a, text, sizeof(text)), ACTOR_ERR_FULL);
}

/* Goal: lines stay whole where they can, and what does not fit is not printed by half. */
static void test_user_print_is_cut_behind_lines(void)
{
    struct drive *d = run(print_pieces, ROOT);
    const char *at = d->log.data;

    CU_ASSERT_PTR_NOT_NULL(strstr(at, "write \"one\n\"\nwrite \"two\n\"\n"));
    at = strstr(at, "write \"xxx");
    CHECK(at != NULL);
    CU_ASSERT_EQUAL(strspn(at + 7, "x"), 499);
    at = strstr(at + 7, "write \"xxx");
    CHECK(at != NULL);
    CU_ASSERT_EQUAL(strspn(at + 7, "x"), 500);
    CU_ASSERT_PTR_NOT_NULL(strstr(at, "x\n\"\n"));
    CU_ASSERT_PTR_NULL(strstr(at + 7, "write \"xxx"));
}

/* A line that just fits, one byte less and more, none at all, and right at the start. */
static const size_t line_ends[] = {
    TEXT_BYTES_MAX - 2, TEXT_BYTES_MAX - 1, TEXT_BYTES_MAX, TEXT_BYTES_MAX + 1, 1, 2};
static size_t line_end;

static void print_one_line_end(struct actor *a, const struct actor_event *event)
{
    char text[TEXT_BYTES_MAX + 20];

    (void)event;
    memset(text, 'x', sizeof(text));
    text[line_end - 1] = '\n';
    CU_ASSERT_EQUAL(actor_print(a, text, sizeof(text)), 0);
}

static void test_user_print_keeps_together_what_fits(void)
{
    for (size_t i = 0; i < ROWS_COUNT(line_ends); i++) {
        line_end = line_ends[i];
        struct drive *d = run(print_one_line_end, ROOT);
        const char *at = strstr(d->log.data, "write \"");
        CHECK(at != NULL);
        /* One byte is kept for the end of a line that has none. */
        CU_ASSERT_EQUAL(strcspn(at + 7, "\""),
                        line_end <= TEXT_BYTES_MAX ? line_end : TEXT_BYTES_MAX - 1);
    }
}

static void spawn_three(struct actor *a, const struct actor_event *event)
{
    static const char arg[] = "argument";
    struct actor_spawn spawn = {.name = "a name of thirty-one character",
                                .def = 1,
                                .arg = arg,
                                .arg_size = sizeof(arg),
                                .room = 4,
                                .deadline_ns = 9,
                                .collect = true};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 1);
    spawn.room = 0;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 6);
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 7);
}

static void spawn_one(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c"};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 8);
}

/* Goal: the numbers that a program gets are those that its children have. */
static void test_user_spawn_numbers_children_in_order(void)
{
    struct drive *d = run(spawn_three, ROOT);

    tell(d, spawn_one);
    CU_ASSERT_EQUAL(d->child[0].id, 1);
    CU_ASSERT_EQUAL(d->child[1].id, 6);
    CU_ASSERT_EQUAL(d->child[2].id, 7);
    CU_ASSERT_EQUAL(d->child[3].id, 8);
    drive_spawned(d, 0, 33);
    drive_hello(d, 0, 42);
    const struct frame *spec = &d->sent[FRAME_SPEC];
    CU_ASSERT_STRING_EQUAL(spec->u.spec.name, "a name of thirty-one character");
    CU_ASSERT_STRING_EQUAL((const char *)spec->u.spec.data, "argument");
    CU_ASSERT_EQUAL(spec->size, 9);
    CU_ASSERT_EQUAL(spec->u.spec.id, 1);
    CU_ASSERT_EQUAL(spec->u.spec.parent, ROOT);
    CU_ASSERT_EQUAL(spec->u.spec.room, 4);
    CU_ASSERT_EQUAL(spec->u.spec.def, 1);
    CU_ASSERT_EQUAL(spec->u.spec.on_error, 1);
    CU_ASSERT_EQUAL(spec->deadline_ns, 9);
}

static void spawn_exactly_all(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c", .room = 1998};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 1);
    spawn.room = 0;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 2000);
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
}

static void test_user_spawn_stays_inside_its_room(void)
{
    run(spawn_exactly_all, ROOT);
}

static void spawn_numbered(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c", .id = 500, .room = 2};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 500);
    spawn.id = 7;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 7);
    spawn.id = 1999; /* its room would end behind the last number */
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
    spawn.id = 0; /* in the same callback the counter has not moved yet */
    spawn.room = 0;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 1);
}

static void spawn_behind(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c"};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), 503);
}

/* A program that has numbers of its own may use them; the counter goes on behind the largest. */
static void test_user_spawn_takes_a_number_of_the_caller(void)
{
    struct drive *d = run(spawn_numbered, ROOT);

    CU_ASSERT_EQUAL(d->child[0].id, 500);
    CU_ASSERT_EQUAL(d->child[1].id, 7);
    CU_ASSERT_EQUAL(d->child[2].id, 1);
    tell(d, spawn_behind);
    CU_ASSERT_EQUAL(d->calls.ids, 0);
}

static void spawn_own_number(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c", .id = MID};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_RANGE);
}

static void test_user_spawn_refuses_a_number_that_is_not_the_callers(void)
{
    run(spawn_own_number, MID);
}

static void open_all(struct actor *a, const struct actor_event *event)
{
    (void)event;
    for (int i = 1; i < CORE_NURSERIES_MAX; i++)
        CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), i);
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), ACTOR_ERR_FULL);
}

static void close_third(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_close(a, 3), 0);
}

static void open_third(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), 3);
}

static void open_two(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), 2);
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), 4);
}

static void close_two(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_close(a, 2), 0);
    CU_ASSERT_EQUAL(actor_nursery_close(a, 4), 0);
}

static void test_user_nurseries_have_a_limit_and_are_reused(void)
{
    struct drive *d = run(open_all, ROOT);

    tell(d, close_third);
    CU_ASSERT_EQUAL(heard.kind, ACTOR_EVENT_CLOSED);
    CU_ASSERT_EQUAL(heard.id, 3);
    tell(d, open_third);
    CU_ASSERT_EQUAL(d->core.nursery[3].state, NURSERY_OPEN);
    /* Two at once, with one in use between them. */
    tell(d, close_two);
    tell(d, open_two);
    CU_ASSERT_EQUAL(d->core.nursery[2].state, NURSERY_OPEN);
    CU_ASSERT_EQUAL(d->core.nursery[4].state, NURSERY_OPEN);
}

/* Fails while every nursery is open: each is cancelled and joined in one step. */
static void open_all_with_deadline(struct actor *a, const struct actor_event *event)
{
    (void)event;
    for (int i = 1; i < CORE_NURSERIES_MAX; i++)
        CU_ASSERT_EQUAL(actor_nursery_open(a, 1000 * MS_NS, false), i);
    CU_ASSERT_EQUAL(actor_fail(a, 3, "no", false), 0);
}

static void test_user_failing_closes_every_nursery(void)
{
    struct drive *d = run(open_all_with_deadline, ROOT);

    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++)
        CU_ASSERT_EQUAL(d->core.nursery[i].state, NURSERY_CLOSED);
    CU_ASSERT_EQUAL(d->core.self.state, SELF_EXITED);
    CU_ASSERT_PTR_NULL(d->broken);
}

static void call_many(struct actor *a, const struct actor_event *event)
{
    (void)event;
    for (unsigned i = 0; i < ACTOR_CALLS_QUEUED_MAX; i++) {
        int number = actor_call(a, ACTOR_PARENT, "hi", 2);
        CU_ASSERT_TRUE(number > 0);
    }
}

static void call_once(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_TRUE(actor_call(a, ACTOR_PARENT, NULL, 0) > 0);
}

/* Goal: calls without an answer have a limit; one past it is answered at once, and the others are
 * still answered by their number. */
static void test_user_calls_without_an_answer_have_a_limit(void)
{
    struct drive *d = run(call_many, MID);
    struct frame reply = frame_make(FRAME_REPLY, 0, 5);

    for (unsigned i = 1; i < CORE_CALLS_MAX / ACTOR_CALLS_QUEUED_MAX; i++)
        tell(d, call_many);
    text_clear(&d->log);
    tell(d, call_once);
    drive_assert(d, "one call too many", "user reply root#129 LOST", NULL);
    CU_ASSERT_EQUAL(heard.error_kind, ERROR_LOST);
    reply.size = 3;
    memcpy(reply.u.data, "yes", 3);
    drive_receive(d, LINK_PARENT, reply);
    CU_ASSERT_EQUAL(heard.kind, ACTOR_EVENT_REPLY);
    CU_ASSERT_EQUAL(heard.id, 5);
    CU_ASSERT_EQUAL(heard.size, 3);
    CU_ASSERT_EQUAL(heard.error_kind, 0);
    unsigned before = events;
    drive_receive(d, LINK_PARENT, reply); /* a second answer to the same call */
    CU_ASSERT_EQUAL(events, before);
}

static void call_child(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_TRUE(actor_call(a, LEAF, "q", 1) > 0);
}

static void call_nobody(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_TRUE(actor_call(a, 999, "q", 1) > 0);
}

/* Goal: every call has exactly one answer, also one to a child that cannot hear it. */
static void test_user_call_to_who_cannot_hear_is_lost_at_once(void)
{
    struct drive *d = run(NULL, MID);

    tell(d, call_nobody);
    CU_ASSERT_EQUAL(heard.error_kind, ERROR_LOST);
    drive_spawn_in(d, LEAF, 0, 0);
    tell(d, call_child); /* nothing is started yet */
    CU_ASSERT_EQUAL(heard.error_kind, ERROR_LOST);
    drive_spawned(d, 0, 3);
    heard.error_kind = 0;
    tell(d, call_child); /* behind its SPEC */
    CU_ASSERT_EQUAL(heard.error_kind, 0);
    drive_event(d, EVENT_LINK_EOF, 0, 0);
    tell(d, call_child);
    CU_ASSERT_EQUAL(heard.error_kind, ERROR_LOST);
    /* The one that was sent ends with the child, before its outcome. */
    text_clear(&d->log);
    drive_reaped(d, 0, 9);
    drive_assert(d, "calls end with the child",
                 "clear child.leaf; reap leaf; user reply leaf#3 LOST; user outcome leaf BOOT:9; "
                 "set cancel; user cancel; forget leaf",
                 NULL);
    CU_ASSERT_PTR_NULL(d->broken);
}

static void reply_to_leaf(struct actor *a, const struct actor_event *event)
{
    CU_ASSERT_EQUAL(event->kind, ACTOR_EVENT_CALL);
    CU_ASSERT_EQUAL(event->from, LEAF);
    CU_ASSERT_EQUAL(event->id, 6);
    CU_ASSERT_EQUAL(event->size, 4);
    CU_ASSERT_EQUAL(memcmp(event->data, "what", 4), 0);
    CU_ASSERT_EQUAL(actor_reply(a, LEAF, 6, "that", 4), 0);
}

/* Goal: questions and answers go both ways between parent and child, each to its own call. */
static void test_user_parent_and_child_ask_each_other(void)
{
    struct drive *d = run(NULL, MID);
    struct frame f = frame_make(FRAME_REPLY, 0, 2);

    drive_child_live(d, LEAF, 0);
    tell(d, call_child);
    tell(d, call_child);
    CU_ASSERT_EQUAL(d->sent[FRAME_CALL].request, 2);
    CU_ASSERT_EQUAL(d->sent[FRAME_CALL].size, 1);
    CU_ASSERT_EQUAL(d->sent[FRAME_CALL].u.data[0], 'q');
    f.size = 3;
    memcpy(f.u.data, "yes", 3);
    drive_receive(d, 0, f);
    CU_ASSERT_EQUAL(heard.kind, ACTOR_EVENT_REPLY);
    CU_ASSERT_EQUAL(heard.id, 2);
    CU_ASSERT_EQUAL(heard.from, LEAF);
    CU_ASSERT_EQUAL(heard.size, 3);
    CU_ASSERT_EQUAL(memcmp(d->user.data, "yes", 3), 0);
    unsigned before = events;
    drive_receive(d, 0, f); /* a second answer to the same call, and one to none */
    drive_frame(d, 0, FRAME_REPLY, 0, 77);
    CU_ASSERT_EQUAL(events, before);
    f.request = 1;
    drive_receive(d, 0, f);
    CU_ASSERT_EQUAL(events, before + 1);
    f = frame_make(FRAME_CALL, 0, 6);
    f.size = 4;
    memcpy(f.u.data, "what", 4);
    script = reply_to_leaf;
    text_clear(&d->log);
    drive_receive(d, 0, f);
    CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, "send leaf reply #6"));
    CU_ASSERT_EQUAL(memcmp(d->sent[FRAME_REPLY].u.data, "that", 4), 0);
}

static void pause_and_call_six(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_pause(a, 1, false), 0);
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_TRUE(actor_call(a, LEAF, NULL, 0) > 0);
}

/* Six answers, an outcome, the end of a waiting task and a cancel: more events of the own code
 * than one step has room for. */
static void test_user_events_of_a_crowded_step_all_arrive(void)
{
    struct drive *d = run(NULL, MID);

    drive_child_live(d, LEAF, 0);
    tell(d, pause_and_call_six);
    text_clear(&d->log);
    events = 0;
    drive_reaped(d, 0, 9);
    CU_ASSERT_EQUAL(events, 6 + 1 + 1 + 1);
    CU_ASSERT_PTR_NULL(d->broken);
}

static void ask_when_cancelled(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c"};

    (void)event;
    CU_ASSERT_TRUE(actor_cancelled(a));
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_CANCELED);
    CU_ASSERT_EQUAL(actor_call(a, ACTOR_PARENT, NULL, 0), ACTOR_ERR_CANCELED);
    CU_ASSERT_EQUAL(actor_reply(a, ACTOR_PARENT, 1, NULL, 0), 0); /* an answer may still go out */
}

static void not_cancelled(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_FALSE(actor_cancelled(a));
}

/* Goal: a cancel is a level, not an edge. */
static void test_user_cancelled_stays_true(void)
{
    struct drive *d = run(not_cancelled, MID);

    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
    for (unsigned i = 0; i < 3; i++)
        tell(d, ask_when_cancelled);
}

static void spawn_in_closed(struct actor *a, const struct actor_event *event)
{
    struct actor_spawn spawn = {.name = "c", .nursery = 1};

    (void)event;
    CU_ASSERT_EQUAL(actor_spawn(a, &spawn), ACTOR_ERR_CANCELED);
}

static void open_and_close(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_nursery_open(a, 0, false), 1);
    CU_ASSERT_EQUAL(actor_nursery_close(a, 1), 0);
}

static void test_user_spawn_in_a_closed_nursery_is_refused(void)
{
    struct drive *d = run(open_and_close, MID);

    tell(d, spawn_in_closed);
}

static void look_around(struct actor *a, const struct actor_event *event)
{
    unsigned char *state = actor_state(a);

    CU_ASSERT_EQUAL(actor_id(a), MID);
    CU_ASSERT_STRING_EQUAL(actor_name(a), "mid");
    CU_ASSERT_EQUAL(actor_now_ns(a), row_drive.now_ns);
    CU_ASSERT_PTR_EQUAL(actor_shared(a), &shared);
    CU_ASSERT_EQUAL(state[0], event->kind == ACTOR_EVENT_START ? 0 : 9);
    state[0] = 9;
}

static void test_user_sees_itself(void)
{
    struct drive *d = run(look_around, MID);

    tell(d, look_around);
    CU_ASSERT_EQUAL(heard.kind, ACTOR_EVENT_TELL);
    CU_ASSERT_EQUAL(heard.code, 5);
    CU_ASSERT_EQUAL(heard.from, ACTOR_HARNESS);
}

static void end_by_status(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_exit_now(a, 7), 0);
}

static void end_by_signal(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_die_by(a, 11), 0);
}

static void spin(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_spin(a), 0);
}

static void test_user_can_end_at_once(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(run(end_by_status, MID)->log.data, "die 7\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run(end_by_signal, MID)->log.data, "die 0 11\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run(spin, MID)->log.data, "spin\n"));
}

static void timers(struct actor *a, const struct actor_event *event)
{
    (void)event;
    CU_ASSERT_EQUAL(actor_timer(a, CORE_USER_TIMERS_MAX - 1, actor_now_ns(a) + 5), 0);
    CU_ASSERT_EQUAL(actor_timer(a, CORE_USER_TIMERS_MAX - 1, actor_now_ns(a) + 9), 0);
}

static void test_user_timer_set_again_fires_once(void)
{
    struct drive *d = run(timers, MID);
    uint16_t timer = TIMER_USER + CORE_USER_TIMERS_MAX - 1;

    events = 0;
    drive_feed(d, (struct core_event){.kind = EVENT_TIMER, .timer = timer, .generation = 1});
    CU_ASSERT_EQUAL(events, 0);
    drive_timer(d, timer);
    CU_ASSERT_EQUAL(events, 1);
    CU_ASSERT_EQUAL(heard.id, CORE_USER_TIMERS_MAX - 1);
    CU_ASSERT_EQUAL(d->core.timer[timer].at_ns, 0);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"the queue has a limit",               test_user_queue_has_a_limit                             },
        {"arguments have ranges",               test_user_arguments_have_ranges                         },
        {"children are numbered in order",      test_user_spawn_numbers_children_in_order               },
        {"spawns stay inside the room",         test_user_spawn_stays_inside_its_room                   },
        {"a spawn takes the caller's number",   test_user_spawn_takes_a_number_of_the_caller            },
        {"a spawn refuses other numbers",       test_user_spawn_refuses_a_number_that_is_not_the_callers},
        {"nurseries have a limit",              test_user_nurseries_have_a_limit_and_are_reused         },
        {"failing closes every nursery",        test_user_failing_closes_every_nursery                  },
        {"needs no machine",                    test_user_needs_no_machine                              },
        {"a print keeps together what fits",    test_user_print_keeps_together_what_fits                },
        {"a print is cut behind lines",         test_user_print_is_cut_behind_lines                     },
        {"open calls have a limit",             test_user_calls_without_an_answer_have_a_limit          },
        {"a call nobody hears is lost at once", test_user_call_to_who_cannot_hear_is_lost_at_once       },
        {"parent and child ask each other",     test_user_parent_and_child_ask_each_other               },
        {"a crowded step loses nothing",        test_user_events_of_a_crowded_step_all_arrive           },
        {"cancelled stays true",                test_user_cancelled_stays_true                          },
        {"a closed nursery takes no child",     test_user_spawn_in_a_closed_nursery_is_refused          },
        {"an actor sees itself",                test_user_sees_itself                                   },
        {"an actor can end at once",            test_user_can_end_at_once                               },
        {"a timer set again fires once",        test_user_timer_set_again_fires_once                    },
        CU_TEST_INFO_NULL,
    };

    return suite_run("user", tests);
}
