/* reap_test.c: the rules of reaping, as far as the core decides them. */
#include "runtime/actor/tests/drive.h"

#include <signal.h>

enum { REAP_ROWS = 16 };

static void setup_prompt_below(struct drive *d)
{
    setup_mid(d);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 4);
    drive_frame(d, 0, FRAME_DBG_REQ, DEEP, 2);
}

static void setup_dead_below(struct drive *d)
{
    setup_prompt_below(d);
    drive_dead(d, 0);
}

static void setup_adopted(struct drive *d)
{
    setup_alone_root(d);
    drive_event(d, EVENT_ORPHAN, 0, 4711);
}

/* Has adopted one and heard of one Ctrl-C; then of two; then has adopted nobody. */
static void setup_adopted_cancelled(struct drive *d)
{
    setup_root(d);
    drive_event(d, EVENT_ORPHAN, 0, 4711);
    drive_signal(d, SIGINT);
    drive_wait(d, 200 * MS_NS);
}

static void setup_aborted(struct drive *d)
{
    setup_root(d);
    drive_signal(d, SIGINT);
    drive_wait(d, 200 * MS_NS);
    drive_signal(d, SIGINT);
}

static void setup_adopted_returned(struct drive *d)
{
    setup_adopted(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void setup_eof(struct drive *d)
{
    setup_mid(d);
    drive_event(d, EVENT_LINK_EOF, 0, 0);
}

static void setup_dead(struct drive *d)
{
    setup_mid(d);
    drive_dead(d, 0);
}

static void input_dead(struct drive *d)
{
    drive_dead(d, 0);
}

static void input_dead_twice(struct drive *d)
{
    drive_dead(d, 0);
    drive_dead(d, 0);
}

static void input_exit(struct drive *d)
{
    drive_exit(d, 0, 11);
}

static void input_late_result(struct drive *d)
{
    drive_result(d, 0, ERROR_APP, 5);
    drive_exit(d, 0, 1 << 8);
}

static void input_late_eof(struct drive *d)
{
    drive_event(d, EVENT_LINK_EOF, 0, 0);
}

static void input_silence(struct drive *d)
{
    drive_timer(d, TIMER_CHILD);
    drive_timer(d, TIMER_CHILD);
}

static void input_orphan(struct drive *d)
{
    drive_event(d, EVENT_ORPHAN, 0, 4711);
}

static void input_orphan_exit(struct drive *d)
{
    drive_event(d, EVENT_ORPHAN_EXIT, 0, 4711);
}

static void input_interrupt(struct drive *d)
{
    drive_signal(d, SIGINT);
}

static void input_adopted_timer(struct drive *d)
{
    drive_timer(d, TIMER_ADOPTED);
}

static void input_exit_then_timer(struct drive *d)
{
    drive_event(d, EVENT_ORPHAN_EXIT, 0, 4711);
    drive_timer(d, TIMER_ADOPTED);
}

static void input_many_orphans(struct drive *d)
{
    for (int i = 0; i < 10; i++)
        drive_event(d, EVENT_ORPHAN, 0, 5000 + i);
}

static void input_spawn_error_twice(struct drive *d)
{
    drive_spawn_in(d, DEEP, 0, 0);
    drive_spawned(d, child_by_id(&d->core, DEEP), -12);
    drive_spawn_in(d, DEEP, 0, 0);
}

/* Columns that are aligned over all rows would be wider than any screen. */
// clang-format off
static const struct row rows[] = {
    {"4.5.1 a dead child is reaped by its slot", setup_mid, input_dead,
     "point exit.status_ready leaf; point exit.before_reap leaf; reap leaf", "leaf dead"},
    {"4.5.1 it is reaped once, however often it is seen dead", setup_mid, input_dead_twice,
     "reap leaf", "leaf dead"},
    {"4.5.1 a child that never was is not waited for", setup_mid, input_spawn_error_twice,
     "spawn deep; user outcome deep SPAWN:12; set cancel; user cancel; forget deep; "
     "send leaf cancel; set child.leaf; send twin cancel; set child.twin; "
     "user outcome deep CANCELLED",
     "!deep"},
    {"4.5.2 the root adopts, and kills after 2 s", setup_alone_root, input_orphan,
     "point orphan.adopted - 4711; set adopted +2000ms", NULL},
    {"4.5.2 an adopted process is counted once", setup_adopted, input_orphan,
     "", NULL},
    {"4.5.2 others adopt nobody", setup_mid, input_orphan,
     "", NULL},
    {"4.5.4 nothing is said of a dead child before it is reaped", setup_prompt_below, input_dead,
     "reap leaf; !send parent", "entry leaf#4 wait; entry deep#2 wait"},
    {"4.5.4 after it, REL for it and LOST for what was below", setup_dead_below, input_exit,
     "point dbg.hop_rel leaf#4; send parent dbg_rel leaf#4; point dbg.hop_lost deep#2; "
     "send parent dbg_lost deep#2; user outcome leaf SIGNAL:11; set cancel; user cancel; "
     "forget leaf; send twin cancel; set child.twin",
     "!entry; !leaf"},
    {"4.5.4 EOF without exit for 1 s: SIGTERM, SIGKILL", setup_eof, input_silence,
     "close leaf; kill leaf 15; set child.leaf +1600ms; kill leaf 9; set child.leaf +5000ms",
     "leaf kill-sent"},
    {"4.5.5 adopted processes are killed", setup_adopted, input_adopted_timer,
     "point orphan.killed - 4711; kill-pid 4711", NULL},
    {"4.5.5 an abort shortens their time", setup_adopted_cancelled, input_interrupt,
     "point sig.handled - 2 2; set cancel; set adopted +500ms; send mid cancel abort; set child.mid; "
     "send side cancel abort; set child.side", NULL},
    {"4.5.5 and those that come then get no more", setup_aborted, input_orphan,
     "point orphan.adopted - 4711; set adopted +2000ms; set adopted +500ms", NULL},
    {"4.5.5 not those that are gone", setup_adopted, input_exit_then_timer,
     "!kill-pid", NULL},
    {"4.5.5 what no table holds is killed at once", setup_alone_root, input_many_orphans,
     "set adopted; kill-pid 5008; kill-pid 5009", NULL},
    {"4.5.5 the root waits for them", setup_adopted_returned, input_orphan_exit,
     "die 0", "self exited"},
    {"4.5.6 what a dead child said before counts", setup_dead, input_late_result,
     "user outcome leaf APP:5; set cancel; user cancel; forget leaf; send twin cancel; "
     "set child.twin",
     "errors 1"},
};
// clang-format on

static void test_reap_follows_its_rules(void)
{
    rows_run(rows, ROWS_COUNT(rows));
    rows_report("4.5", (unsigned)ROWS_COUNT(rows), REAP_ROWS);
}

static void test_reap_accepts_the_end_of_the_link_after_death(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_dead(d);
    text_clear(&d->log);
    input_late_eof(d);
    drive_assert(d, "EOF after death", "point link.eof_seen leaf; !point exit.eof_before_status",
                 "leaf dead");
}

/* Goal: one outcome per child in whatever order death, result and end of link come. */
static void test_reap_makes_one_outcome_in_any_order(void)
{
    struct drive *d = &row_drive;

    for (unsigned order = 0; order < 6; order++) {
        static const char *const orders[] = {"reD", "erD", "rDe", "eDr", "Dre", "Der"};
        drive_init(d);
        setup_mid(d);
        text_clear(&d->log);
        for (const char *p = orders[order]; *p != 0; p++) {
            if (*p == 'e')
                drive_event(d, EVENT_LINK_EOF, 0, 0);
            else if (*p == 'D')
                drive_dead(d, 0);
            else if (strchr(orders[order], 'e') > p) /* D3: no frame after the end */
                drive_result(d, 0, ERROR_NONE, 0);
        }
        drive_exit(d, 0, 0);
        CU_ASSERT_PTR_NULL(d->broken);
        CU_ASSERT_EQUAL(d->core.child[0].state, CHILD_FREE);
        bool said = strchr(orders[order], 'e') > strchr(orders[order], 'r');
        CU_ASSERT_EQUAL(d->core.self.errors, said ? 0 : 1);
    }
}

/* ---- what the status of a dead child means ---- */

static void live(struct drive *d)
{
    setup_mid(d);
}

static void booting(struct drive *d)
{
    drive_alone(d, MID);
    drive_spawn_in(d, LEAF, 1, 0);
    drive_spawned(d, 0, 1000);
}

static void booting_cancelled(struct drive *d)
{
    booting(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_timer(d, TIMER_CHILD);
}

/* By this actor, and then it was sent SIGTERM. */
static void cancelled(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_timer(d, TIMER_CHILD);
}

/* The same, but asked for from above. */
static void cancelled_above(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 400 * MS_NS);
    drive_timer(d, TIMER_CHILD);
}

/* Cancelled, and not yet sent any signal. */
static void cancelled_just_now(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

/* Nothing was heard of it for long. */
static void silent(struct drive *d)
{
    setup_mid(d);
    for (unsigned i = 0; i < 100 && strstr(d->log.data, "kill leaf") == NULL; i++)
        drive_timer(d, TIMER_HEARTBEAT);
    CHECK(strstr(d->log.data, "kill leaf") != NULL);
}

/* The end of its link came, and its own did not. */
static void lingering(struct drive *d)
{
    setup_eof(d);
    drive_timer(d, TIMER_CHILD);
}

static const int64_t statuses[] = {0, 9, 15, 11, 1 << 8, CORE_STATUS_ORPHANED << 8};

static const struct {
    const char *name;
    void (*setup)(struct drive *d);
    const char *outcome[ROWS_COUNT(statuses)];
} status_rows[] = {
    {"live",               live,      {"EXIT", "SIGNAL:9", "SIGNAL:15", "SIGNAL:11", "EXIT:1", "LOST"}                },
    {"booting",            booting,   {"BOOT", "BOOT:9", "BOOT:15", "BOOT:11", "BOOT:1", "BOOT:69"}                   },
    {"booting, cancelled",
     booting_cancelled,               {"CANCELLED", "CANCELLED:9", "CANCELLED:15", "BOOT:11", "BOOT:1", "CANCELLED"}  },
    {"cancelled",
     cancelled,                       {"CANCELLED", "CANCELLED:9", "CANCELLED:15", "SIGNAL:11", "EXIT:1", "CANCELLED"}},
    {"cancelled above",
     cancelled_above,                 {"CANCELLED", "CANCELLED:9", "CANCELLED:15", "SIGNAL:11", "EXIT:1", "CANCELLED"}},
    {"cancelled just now",
     cancelled_just_now,              {"EXIT", "SIGNAL:9", "SIGNAL:15", "SIGNAL:11", "EXIT:1", "LOST"}                },
    {"silent",             silent,    {"LOST", "LOST", "LOST", "LOST", "LOST", "LOST"}                                },
    {"lingering",          lingering, {"LOST", "LOST", "LOST", "LOST", "LOST", "LOST"}                                },
};

static void test_reap_makes_an_outcome_of_every_status(void)
{
    struct drive *d = &row_drive;

    for (size_t i = 0; i < ROWS_COUNT(status_rows); i++) {
        for (size_t k = 0; k < ROWS_COUNT(statuses); k++) {
            char wanted[64];
            (void)snprintf(wanted, sizeof(wanted), "\nuser outcome leaf %s\n",
                           status_rows[i].outcome[k]);
            drive_init(d);
            status_rows[i].setup(d);
            text_clear(&d->log);
            drive_reaped(d, 0, statuses[k]);
            if (strstr(d->log.data, wanted) == NULL)
                (void)fprintf(stderr, "\n%s, status %d: wanted%sbut got\n%s", status_rows[i].name,
                              (int)statuses[k], wanted, d->log.data);
            CU_ASSERT_PTR_NOT_NULL(strstr(d->log.data, wanted));
        }
    }
}

/* The end of a link is news once, and of nobody it is none. */
static void test_reap_hears_the_end_of_a_link_once(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_eof(d);
    text_clear(&d->log);
    drive_event(d, EVENT_LINK_EOF, 0, 0);
    drive_event(d, EVENT_LINK_EOF, 2, 0);
    CU_ASSERT_STRING_EQUAL(d->log.data, "");
}

/* Where no child works, none is asked whether it lives. */
static void test_reap_ends_the_heartbeat_with_the_last_child(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    for (uint16_t slot = 0; slot < 2; slot++) {
        drive_result(d, slot, ERROR_NONE, 0);
        drive_reaped(d, slot, 0);
    }
    text_clear(&d->log);
    drive_timer(d, TIMER_HEARTBEAT);
    drive_assert(d, "heartbeat", "!set heartbeat", NULL);
}

/* A child that says its result while somebody prompts below has nothing to be unparked for. */
static void test_reap_forgets_that_a_child_was_parked_with_its_result(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    drive_request(d, 0, LEAF, 1, false);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    drive_timer(d, TIMER_CHILD);
    drive_assert(d, "parked", NULL, "leaf cancel-sent parked");
    drive_result(d, 0, ERROR_NONE, 0);
    drive_assert(d, "its result", "set child.leaf; !point cancel.unparked", "leaf done");
    drive_frame(d, LINK_PARENT, FRAME_DBG_DENY, LEAF, 1);
    drive_assert(d, "and nobody prompts any more", "send leaf dbg_deny; !point cancel.unparked",
                 "!entry leaf; leaf done");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"reaping follows its rules",                test_reap_follows_its_rules                              },
        {"the end of the link may come after death",
         test_reap_accepts_the_end_of_the_link_after_death                                                    },
        {"an outcome of every status",               test_reap_makes_an_outcome_of_every_status               },
        {"the end of a link is news once",           test_reap_hears_the_end_of_a_link_once                   },
        {"the heartbeat ends with the last child",
         test_reap_ends_the_heartbeat_with_the_last_child                                                     },
        {"parked until the result",                  test_reap_forgets_that_a_child_was_parked_with_its_result},
        {"one outcome in any order",                 test_reap_makes_one_outcome_in_any_order                 },
        CU_TEST_INFO_NULL,
    };

    return suite_run("reap", tests);
}
