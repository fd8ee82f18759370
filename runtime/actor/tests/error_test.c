/* error_test.c: boxes: what kind of error each death is, where it came from, the way it went, and
 * what happens when there are too many. */
#include "runtime/actor/tests/drive.h"

enum { ERROR_ROWS = 18 };

static void setup_two_errors(struct drive *d)
{
    setup_mid(d);
    drive_reaped(d, 0, 4 << 8);
    drive_result(d, 1, ERROR_APP, 9);
    drive_reaped(d, 1, 1 << 8);
}

static void setup_own_and_child(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_FAIL, 0, 0, 0);
    drive_reaped(d, 0, 11);
}

static void setup_nested_failed(struct drive *d)
{
    drive_alone(d, MID);
    drive_call(d, (struct core_call){.kind = CALL_NURSERY, .nursery = 1});
    drive_child_live_in(d, LEAF, 1, 1);
    drive_result(d, 0, ERROR_APP, 5);
    drive_reaped(d, 0, 1 << 8);
    drive_call(d, (struct core_call){.kind = CALL_CLOSE, .nursery = 1});
}

static void setup_one_error(struct drive *d)
{
    setup_mid(d);
    drive_result(d, 0, ERROR_APP, 9);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void setup_root_error(struct drive *d)
{
    setup_root(d);
    drive_result(d, 0, ERROR_APP, ERROR_CODE_QUIT);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void setup_root_foreign(struct drive *d)
{
    setup_root(d);
    drive_result(d, 0, ERROR_CANCELLED, 0);
    drive_reaped(d, 0, 0);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void setup_killed_after_ok(struct drive *d)
{
    setup_root(d);
    drive_result(d, 0, ERROR_NONE, 0);
}

static void setup_cancelled_leaf(struct drive *d)
{
    setup_leaf(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 500 * MS_NS);
}

static void input_return(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void input_second_exit(struct drive *d)
{
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
}

static void input_raise(struct drive *d)
{
    drive_ask(d, CALL_RAISE, LEAF, 0, 0);
}

static void input_raise_unknown(struct drive *d)
{
    drive_ask(d, CALL_RAISE, TWIN, 0, 0);
}

static void input_raise_late(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    drive_ask(d, CALL_RAISE, LEAF, 0, 0);
}

static void input_fail(struct drive *d)
{
    drive_call(d, (struct core_call){.kind = CALL_FAIL, .code = -7, .u.text = "no luck"});
}

static void input_fail_twice(struct drive *d)
{
    drive_call(d, (struct core_call){.kind = CALL_FAIL, .code = 1});
    drive_call(d, (struct core_call){.kind = CALL_FAIL, .code = 2});
}

static void input_status_0(struct drive *d)
{
    drive_reaped(d, 0, 0);
}

static void input_signal(struct drive *d)
{
    drive_reaped(d, 0, 6);
}

static void input_core_dumped(struct drive *d)
{
    drive_reaped(d, 0, 0x80 | 6);
}

static void input_result_app(struct drive *d)
{
    drive_result(d, 0, ERROR_APP, 77);
    drive_reaped(d, 0, 1 << 8);
}

static void input_second_result(struct drive *d)
{
    drive_reaped(d, 0, 9);
}

static void input_deadline(struct drive *d)
{
    drive_timer(d, TIMER_NURSERY);
}

static void setup_with_deadline(struct drive *d)
{
    struct core_start start = drive_start_of(ROOT);

    start.deadline_ns = 100 * MS_NS;
    drive_start(d, start);
}

static void input_proto(struct drive *d)
{
    drive_event(d, EVENT_LINK_FAULT, 0, 0);
    drive_reaped(d, 0, 9);
}

#define CANCELS_SIDE \
    "set cancel; user cancel; forget mid; send side cancel graceful; set child.side"

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"4.4 APP: own failure", setup_leaf, input_fail,
     "point err.raised leaf 1 -7; send parent result APP:-7 leaf; set report; watch-result",
     "errors 1"},
    {"4.4 APP: only the first failure counts", setup_leaf, input_fail_twice,
     "point err.raised leaf 1 1; send parent result APP:1 leaf; set report; watch-result",
     "errors 1"},
    {"4.4 APP: a child's result keeps its origin", setup_root, input_result_app,
     "set child.mid; clear child.mid; reap mid; user outcome mid APP:77; " CANCELS_SIDE,
     "errors 1"},
    {"4.4 SIGNAL", setup_root, input_signal,
     "reap mid; user outcome mid SIGNAL:6; " CANCELS_SIDE, "errors 1"},
    {"4.4 SIGNAL: with a core dump", setup_root, input_core_dumped,
     "reap mid; user outcome mid SIGNAL:6; " CANCELS_SIDE, "errors 1"},
    {"4.4 EXIT: status 0 without a result is an error", setup_root, input_status_0,
     "reap mid; user outcome mid EXIT; " CANCELS_SIDE, "errors 1"},
    {"4.4 CANCELLED: ended because told to", setup_cancelled_leaf, input_return,
     "clear cancel; send parent result CANCELLED leaf; set report; watch-result", "errors 0"},
    {"4.4 TIMEOUT: the own deadline", setup_with_deadline, input_deadline,
     "point err.raised root 5; set cancel; user cancel", "errors 1"},
    {"4.4 PROTO: what came was no frame", setup_root, input_proto,
     "close mid; kill mid 9; set child.mid; clear child.mid; reap mid; user outcome mid PROTO; "
     CANCELS_SIDE,
     "errors 1"},
    {"4.4 GROUP: two errors", setup_two_errors, input_return,
     "clear cancel; point err.group_closed mid 2; point err.relayed leaf 10 4; "
     "send parent result GROUP:4 leaf; set report; watch-result",
     "errors 2"},
    {"4.4 GROUP: the own error and a child's", setup_own_and_child, input_second_exit,
     "set child.twin; clear child.twin; reap twin; user outcome twin CANCELLED; forget twin; "
     "point err.group_closed mid 2; send parent result GROUP mid; set report; watch-result",
     "errors 2"},
    {"4.4 GROUP: a cancel that we asked for is no member", setup_one_error, input_return,
     "clear cancel; point err.relayed leaf 1 9; send parent result APP:9 leaf; set report; "
     "watch-result",
     "errors 1"},
    {"4.4 relay: a nested nursery's error raised by the code", setup_nested_failed, input_raise,
     "point err.relayed leaf 1 5; send parent result APP:5 leaf; set report; watch-result",
     "errors 1"},
    {"4.4 relay: raising what never failed does nothing", setup_nested_failed, input_raise_unknown,
     "", "errors 0; self running"},
    {"4.4 relay: raising after the end does nothing", setup_nested_failed, input_raise_late,
     "send parent result OK mid; set report; watch-result", "errors 0; self reporting"},
    {"4.4 final: one error keeps its kind at the root", setup_root_error, input_return,
     "clear cancel; point err.relayed mid 1 1000; point err.final mid 1 1000; "
     "print final-error; die 1",
     "errors 1"},
    {"4.4 final: cancelled by somebody else is not printed", setup_root_foreign, input_return,
     "clear cancel; point err.relayed mid 4; point err.final mid 4; die 1", "errors 1"},
    {"4.4 result before the status wins", setup_killed_after_ok, input_second_result,
     "clear child.mid; reap mid; user outcome mid OK; forget mid", "errors 0"},
};
// clang-format on

static void test_error_kinds_and_ways_follow_the_rules(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.4", rows_of(rows, ROWS_COUNT(rows), "4.4"), ERROR_ROWS);
}

/* The box of a result that the core sent last. */
static const struct error_box *last_box(const struct drive *d)
{
    return &d->sent[FRAME_RESULT].u.error;
}

/* Goal: who fails cancels whatever it has started, in which nursery ever. */
static void test_error_cancels_the_children_of_every_nursery(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    drive_alone(d, MID);
    drive_call(d, (struct core_call){.kind = CALL_NURSERY, .nursery = 1});
    drive_child_live_in(d, LEAF, 1, 1);
    text_clear(&d->log);
    drive_ask(d, CALL_FAIL, 0, 0, 0);
    drive_assert(d, "fail with a child in nursery 1",
                 "send leaf cancel graceful cancel; set child.leaf", "self joining; nursery 1");
}

static void test_error_relay_list_is_the_way_it_came(void)
{
    struct drive *d = &row_drive;
    struct frame f = frame_make(FRAME_RESULT, 0, 0);

    f.u.error = (struct error_box){.kind = ERROR_APP,
                                   .code = 8,
                                   .origin = DEEP,
                                   .relays = 1,
                                   .relay = {LEAF},
                                   .text = "why",
                                   .path = "leaf/deep"};
    drive_init(d);
    setup_mid(d);
    drive_receive(d, 0, f);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    const struct error_box *box = last_box(d);
    CU_ASSERT_EQUAL(box->origin, DEEP);
    CU_ASSERT_EQUAL(box->relays, 2);
    CU_ASSERT_EQUAL(box->relay[0], LEAF);
    CU_ASSERT_EQUAL(box->relay[1], MID);
    CU_ASSERT_EQUAL(box->dropped, 0);
    CU_ASSERT_STRING_EQUAL(box->text, "why");
    CU_ASSERT_STRING_EQUAL(box->path, "mid/leaf/deep");
}

/* Goal: of a path that is too long the end stays, which says who failed, at every level. */
static void test_error_path_is_cut_in_front(void)
{
    static const char name[] = "an actor of thirty-one letters!";
    struct error_box box = {.kind = ERROR_APP};
    char whole[512] = "";

    CU_ASSERT_EQUAL(strlen(name), ACTOR_NAME_BYTES - 1);
    error_path(&box, "leaf");
    CU_ASSERT_STRING_EQUAL(box.path, "leaf");
    (void)snprintf(whole, sizeof(whole), "leaf");
    for (unsigned level = 1; level < 10; level++) {
        char below[512];
        (void)snprintf(below, sizeof(below), "%s", whole);
        (void)snprintf(whole, sizeof(whole), "%s/%.400s", name, below);
        error_path(&box, name);
        size_t size = strlen(whole);
        if (size < ERROR_PATH_BYTES) {
            CU_ASSERT_STRING_EQUAL(box.path, whole);
            continue;
        }
        CU_ASSERT_EQUAL(strlen(box.path), ERROR_PATH_BYTES - 1);
        CU_ASSERT_EQUAL(strncmp(box.path, "...", 3), 0);
        CU_ASSERT_STRING_EQUAL(box.path + 3, whole + size - (ERROR_PATH_BYTES - 1) + 3);
    }
}

static void test_error_relay_list_overflow_is_counted(void)
{
    struct drive *d = &row_drive;
    struct frame f = frame_make(FRAME_RESULT, 0, 0);

    f.u.error = (struct error_box){.kind = ERROR_APP, .origin = DEEP, .relays = ERROR_RELAYS_MAX};
    for (unsigned i = 0; i < ERROR_RELAYS_MAX; i++)
        f.u.error.relay[i] = (uint16_t)(100 + i);
    drive_init(d);
    setup_mid(d);
    drive_receive(d, 0, f);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_CANCELLED, 0);
    drive_reaped(d, 1, 0);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    CU_ASSERT_EQUAL(last_box(d)->relays, ERROR_RELAYS_MAX);
    CU_ASSERT_EQUAL(last_box(d)->relay[ERROR_RELAYS_MAX - 1], 100 + ERROR_RELAYS_MAX - 1);
    CU_ASSERT_EQUAL(last_box(d)->dropped, 1);
}

/* Goal: a group keeps the first error and 15 more, and counts the rest. */
static void test_error_group_overflow_is_counted(void)
{
    struct drive *d = &row_drive;
    enum { CHILDREN = 40 };

    drive_init(d);
    drive_alone(d, MID);
    for (unsigned i = 0; i < CHILDREN; i++)
        drive_child_live(d, (uint16_t)(10 + i), 0);
    for (unsigned i = 0; i < CHILDREN; i++) {
        drive_result(d, (uint16_t)i, ERROR_APP, (int32_t)(500 + i));
        drive_reaped(d, (uint16_t)i, 1 << 8);
    }
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    const struct error_box *box = last_box(d);
    CU_ASSERT_EQUAL(d->core.self.errors, CORE_ERRORS_MAX);
    CU_ASSERT_EQUAL(box->kind, ERROR_GROUP);
    CU_ASSERT_EQUAL(box->first, ERROR_APP);
    CU_ASSERT_EQUAL(box->origin, 10);
    CU_ASSERT_EQUAL(box->code, 500);
    CU_ASSERT_EQUAL(box->members, ERROR_MEMBERS_MAX);
    CU_ASSERT_EQUAL(box->member[0].origin, 11);
    CU_ASSERT_EQUAL(box->member[ERROR_MEMBERS_MAX - 1].code, 515);
    CU_ASSERT_EQUAL(box->member[0].kind, ERROR_APP);
    CU_ASSERT_EQUAL(box->dropped, CHILDREN - 1 - ERROR_MEMBERS_MAX);
    CU_ASSERT_PTR_NULL(d->broken);
}

/* Groups of groups stay bounded: the members of the first are kept, the others follow. */
static void test_error_group_of_groups_stays_bounded(void)
{
    struct drive *d = &row_drive;
    struct frame f = frame_make(FRAME_RESULT, 0, 0);

    f.u.error = (struct error_box){.kind = ERROR_GROUP,
                                   .first = ERROR_SIGNAL,
                                   .code = 11,
                                   .origin = DEEP,
                                   .members = ERROR_MEMBERS_MAX,
                                   .dropped = 3};
    drive_init(d);
    setup_mid(d);
    drive_receive(d, 0, f);
    drive_reaped(d, 0, 1 << 8);
    drive_result(d, 1, ERROR_APP, 2);
    drive_reaped(d, 1, 1 << 8);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    CU_ASSERT_EQUAL(last_box(d)->kind, ERROR_GROUP);
    CU_ASSERT_EQUAL(last_box(d)->first, ERROR_SIGNAL);
    CU_ASSERT_EQUAL(last_box(d)->members, ERROR_MEMBERS_MAX);
    CU_ASSERT_EQUAL(last_box(d)->dropped, 4);
}

static void test_error_text_is_cut_not_overrun(void)
{
    struct drive *d = &row_drive;
    struct core_call call = {.kind = CALL_FAIL, .code = 1};

    memset(call.u.text, 'x', sizeof(call.u.text));
    drive_init(d);
    setup_leaf(d);
    drive_call(d, call);
    CU_ASSERT_EQUAL(strlen(last_box(d)->text), ERROR_TEXT_BYTES - 1);
    CU_ASSERT_PTR_NULL(d->broken);
}

static void test_error_names_round_trip(void)
{
    for (unsigned i = 0; i < ERROR_KINDS; i++)
        CU_ASSERT_EQUAL(error_find(error_name(i)), (int)i);
    for (unsigned i = 0; i < CAUSES; i++)
        CU_ASSERT_EQUAL(cause_find(cause_name(i)), (int)i);
    CU_ASSERT_EQUAL(error_find("app"), -1);
    CU_ASSERT_EQUAL(error_find("APPX"), -1);
    CU_ASSERT_EQUAL(error_find("AP"), -1);
    CU_ASSERT_EQUAL(cause_find(""), -1);
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"kinds and ways follow the rules", test_error_kinds_and_ways_follow_the_rules      },
        {"every nursery is cancelled",      test_error_cancels_the_children_of_every_nursery},
        {"relay list is the way it came",   test_error_relay_list_is_the_way_it_came        },
        {"path is cut in front",            test_error_path_is_cut_in_front                 },
        {"relay list overflow is counted",  test_error_relay_list_overflow_is_counted       },
        {"group overflow is counted",       test_error_group_overflow_is_counted            },
        {"a group of groups stays bounded", test_error_group_of_groups_stays_bounded        },
        {"text is cut, not overrun",        test_error_text_is_cut_not_overrun              },
        {"names round trip",                test_error_names_round_trip                     },
        CU_TEST_INFO_NULL,
    };

    return suite_run("error", tests);
}
