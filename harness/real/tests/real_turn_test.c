/* real_turn_test.c: turns of a world, and what a run asks of it. */
#include "harness/real/subject.h"
#include "harness/real/tests/told_bench.h"

#include <fcntl.h>
#include <unistd.h>

#define MS (INT64_C(1000) * 1000)

/* A subject that counts. */
static int settles, rests;
static const char *says;

static void settle_counted(struct real_world *r)
{
    (void)r;
    settles++;
}

static void rest_counted(struct real_world *r)
{
    (void)r;
    rests++;
}

static const char *why_said(struct real_world *r)
{
    (void)r;
    return says;
}

static void begin(struct bench *b, bool settles_too)
{
    static struct real_subject counts;

    bench_open(b);
    counts = subject_tree;
    counts.settle = settles_too ? settle_counted : NULL;
    counts.rest = rest_counted;
    counts.why = why_said;
    b->r->subject = &counts;
    settles = rests = 0;
    says = "";
}

/* ---- Turns ---- */

static void test_a_turn_looks_before_it_serves_and_behind(void)
{
    struct bench b;

    begin(&b, true);
    CU_ASSERT_TRUE(world_turn(b.world, 0));
    CU_ASSERT(settles == 2 && rests == 2);
    bench_close(&b);
    begin(&b, false);
    CU_ASSERT_TRUE(world_turn(b.world, 0));
    CU_ASSERT(settles == 0 && rests == 2);
    bench_close(&b);
}

/* What waits to be given is given before the world goes on. */
static void test_what_an_action_has_caused_is_a_turn_of_its_own(void)
{
    struct bench b;

    begin(&b, true);
    queue_event(b.world, WORLD_KEY, ACTOR_NONE, 0);
    (void)world_turn(b.world, MS * 1000 * 1000); /* which it does not wait for */
    CU_ASSERT(settles == 0 && rests == 0);
    CU_ASSERT_EQUAL(b.events[WORLD_KEY], 1);
    bench_close(&b);
}

/* What a look finds is given before anything is waited or asked for. */
static void test_what_a_look_has_found_comes_before_rest(void)
{
    struct bench b;

    begin(&b, true);
    b.r->empty = true; /* the end */
    CU_ASSERT_FALSE(world_turn(b.world, MS * 1000 * 1000));
    CU_ASSERT(settles == 1 && rests == 0);
    CU_ASSERT_EQUAL(b.events[WORLD_STOPPED], 1);
    /* Then nothing is waited for. */
    CU_ASSERT_FALSE(world_turn(b.world, MS * 1000 * 1000));
    CU_ASSERT_EQUAL(settles, 2);
    bench_close(&b);
}

static void test_before_the_start_nothing_is_served(void)
{
    struct bench b;

    begin(&b, true);
    b.r->phase = REAL_NEW;
    world_want(b.world, WORLD_TIMER, loop_now_ns() - 1);
    CU_ASSERT_TRUE(world_turn(b.world, MS * 1000 * 1000));
    CU_ASSERT_EQUAL(settles, 1);
    CU_ASSERT_EQUAL(b.events[WORLD_TIMER], 0);
    bench_close(&b);
}

static void test_a_world_that_has_failed_goes_on_only_to_be_stopped(void)
{
    struct bench b;
    struct diag diag;

    begin(&b, true);
    (void)diag_set(&diag, ERR_IO, "broken");
    queue_fail(b.world, &diag);
    CU_ASSERT_FALSE(world_turn(b.world, 0));
    b.r->stopping = true;
    CU_ASSERT_TRUE(world_turn(b.world, 0));
    bench_close(&b);
}

/* Nothing comes: a turn ends when it has waited for so long, or at once. */
static void test_a_turn_waits_as_long_as_it_may(void)
{
    static const int64_t waits[] = {0, -1, 1, 30 * MS};

    for (int i = 0; i < 4; i++) {
        struct bench b;
        begin(&b, true);
        /* A descriptor that nothing comes from keeps the loop alive. */
        struct loop_watch watch;
        CHECK(real_watch(b.r, &watch, b.r->control, NULL, NULL) == 0);
        int64_t begin_ns = loop_now_ns();
        CU_ASSERT_TRUE(world_turn(b.world, waits[i]));
        CU_ASSERT(loop_now_ns() - begin_ns >= waits[i]);
        CU_ASSERT(loop_now_ns() - begin_ns < 10000 * MS);
        CU_ASSERT_EQUAL(b.r->asked_ns, 0);
        CU_ASSERT(b.r->awake_ns >= begin_ns + (waits[i] > 0 ? waits[i] : 0));
        loop_watch_stop(&watch);
        bench_close(&b);
    }
}

/* Without an end it waits for what comes. */
static void test_a_turn_may_wait_for_ever(void)
{
    struct bench b;

    begin(&b, true);
    world_want(b.world, WORLD_TIMER, world_now(b.world) + 20 * MS);
    CU_ASSERT_TRUE(world_turn(b.world, INT64_MAX));
    CU_ASSERT_EQUAL(b.events[WORLD_TIMER], 1);
    bench_close(&b);
}

/* ---- Stalls ---- */

/* Was away for 10 s, but for what it may have waited. */
static void away(struct bench *b)
{
    b->r->awake_ns = loop_now_ns() - 10000 * MS;
}

static void test_a_long_absence_is_a_stall_and_a_wait_is_none(void)
{
    struct bench b;

    begin(&b, true);
    b.r->start_ns = loop_now_ns() - 20000 * MS;
    b.r->awake_ns = loop_now_ns() + 10000 * MS; /* just now, however slow this machine is */
    CU_ASSERT_FALSE(real_stalled(b.r));
    CU_ASSERT(b.r->awake_ns <= loop_now_ns());
    b.r->asked_ns = 20000 * MS;
    away(&b);
    CU_ASSERT_FALSE(real_stalled(b.r));
    CU_ASSERT_EQUAL(b.world->stalled_ns, 0);
    b.r->asked_ns = 4000 * MS;
    b.r->end_at_ns = 77;
    b.r->sweep_end_ns = 88;
    uint64_t activity = b.r->activity;
    away(&b);
    CU_ASSERT_TRUE(real_stalled(b.r));
    int64_t over_ns = b.world->stalled_ns;
    CU_ASSERT(over_ns >= 6000 * MS && over_ns < 7000 * MS);
    CU_ASSERT_EQUAL(b.r->end_at_ns, 77 + over_ns);
    CU_ASSERT_PTR_NOT_NULL(b.r->end_timer.handle);
    CU_ASSERT_EQUAL(b.r->sweep_end_ns, 88 + over_ns);
    CU_ASSERT_EQUAL(b.r->activity, activity + 1);
    /* From when on: it was awake until 10 s ago and then waited for 4 s. */
    CU_ASSERT(b.r->slept_ns >= 14000 * MS && b.r->slept_ns < 15000 * MS);
    bench_close(&b);
}

static void test_a_stall_without_an_end_to_come_moves_none(void)
{
    struct bench b;

    begin(&b, true);
    away(&b);
    CU_ASSERT_TRUE(real_stalled(b.r));
    CU_ASSERT_EQUAL(b.r->end_at_ns, 0);
    CU_ASSERT_PTR_NULL(b.r->end_timer.handle);
    bench_close(&b);
}

/* Deaths are dated at a stall's begin for a whole turn behind it. */
static void test_a_stall_is_over_when_a_turn_was_served(void)
{
    struct bench b;

    begin(&b, true);
    b.r->start_ns = loop_now_ns() - 20000 * MS;
    away(&b);
    (void)world_turn(b.world, 0);
    CU_ASSERT_NOT_EQUAL(b.r->slept_ns, 0);
    (void)world_turn(b.world, 0);
    CU_ASSERT_EQUAL(b.r->slept_ns, 0);
    bench_close(&b);
}

/* It was there before the wait, and is none of it, however long that might have been. */
static void test_a_stall_before_a_wait_is_seen(void)
{
    struct bench b;

    begin(&b, true);
    b.r->start_ns = loop_now_ns() - 20000 * MS;
    world_want(b.world, WORLD_TIMER, 0); /* ends the wait at once */
    away(&b);
    (void)world_turn(b.world, 60000 * MS);
    CU_ASSERT(b.world->stalled_ns >= 10000 * MS);
    bench_close(&b);
}

static void test_a_record_has_its_own_time_or_that_of_now(void)
{
    struct bench b;

    begin(&b, true);
    b.r->start_ns = loop_now_ns() - 20000 * MS;
    real_note(b.r, POINT_USER, LEAF, 5, 6);
    const struct trace_record *rec = record_last(&b);
    CU_ASSERT(rec->at_ns >= 20000 * MS && rec->at_ns <= real_now(b.r));
    CU_ASSERT(rec->actor == ACTOR_HARNESS && rec->peer == LEAF);
    CU_ASSERT(rec->value == 5 && rec->extra == 6);
    b.r->said_ns = 44;
    real_note(b.r, POINT_USER, LEAF, 5, 6);
    CU_ASSERT_EQUAL(record_last(&b)->at_ns, 44);
    real_record(b.r, (struct trace_record){.at_ns = 33});
    CU_ASSERT_EQUAL(record_last(&b)->at_ns, 33);
    bench_close(&b);
}

/* ---- What is asked for ---- */

static void test_quiet_is_asked_for_once(void)
{
    struct bench b;

    begin(&b, true);
    struct real_quiet *q = &b.r->quiet;
    *q = (struct real_quiet){.probe = 6, .rounds = 1, .activity = 9};
    world_want(b.world, WORLD_QUIET, 0);
    CU_ASSERT(q->wanted && q->probe == 7 && q->rounds == 0 && q->activity == 0);
    q->rounds = 1;
    world_want(b.world, WORLD_QUIET, 0); /* it goes on */
    CU_ASSERT(q->wanted && q->probe == 7 && q->rounds == 1);
    world_want(b.world, WORLD_QUIET, INT64_MAX);
    CU_ASSERT(!q->wanted && q->probe == 7);
    bench_close(&b);
}

static void test_stillness_is_asked_for_and_taken_back(void)
{
    struct bench b;

    begin(&b, true);
    struct real_still *s = &b.r->still;
    for (int on = 1; on >= 0; on--) {
        s->since_ns = 5;
        CHECK(loop_timer_start(b.r->loop, &s->timer, INT64_MAX / 2, NULL) == 0);
        world_want(b.world, WORLD_STILL, on ? 0 : INT64_MAX);
        CU_ASSERT_EQUAL(s->wanted, on);
        CU_ASSERT_EQUAL(s->since_ns, 0);
        CU_ASSERT_PTR_NULL(s->timer.handle);
    }
    CU_ASSERT_FALSE(b.r->quiet.wanted);
    bench_close(&b);
}

static void test_a_timer_is_on_the_run_s_clock(void)
{
    struct bench b;

    begin(&b, true);
    /* In an hour, but for the two that have passed; then the stall is none of them. */
    b.r->start_ns = loop_now_ns() - MS * 1000 * 7200;
    world_want(b.world, WORLD_TIMER, MS * 1000 * 3600);
    (void)world_turn(b.world, 0);
    (void)world_turn(b.world, 0);
    CU_ASSERT_EQUAL(b.events[WORLD_TIMER], 1);
    CU_ASSERT_EQUAL(b.last.actor, ACTOR_NONE);
    CU_ASSERT_EQUAL(b.last.point, 0);
    b.world->stalled_ns = MS * 1000 * 7200;
    world_want(b.world, WORLD_TIMER, MS * 1000 * 3600);
    (void)world_turn(b.world, 0);
    (void)world_turn(b.world, 0);
    CU_ASSERT_EQUAL(b.events[WORLD_TIMER], 1);
    CU_ASSERT_PTR_NOT_NULL(b.r->run_timer.handle);
    world_want(b.world, WORLD_TIMER, INT64_MAX);
    CU_ASSERT_PTR_NULL(b.r->run_timer.handle);
    bench_close(&b);
}

static void test_a_look_at_an_actor(void)
{
    struct bench b;

    begin(&b, true);
    says = "it is busy";
    b.r->process[BELOW].state = PROCESS_STOPPED;
    CU_ASSERT_EQUAL(world_look(b.world, BELOW).state, PROCESS_STOPPED);
    CU_ASSERT_STRING_EQUAL(world_look(b.world, BELOW).why, "");
    CU_ASSERT_EQUAL(world_look(b.world, ROOT).state, PROCESS_LIVE);
    CU_ASSERT_STRING_EQUAL(world_look(b.world, ROOT).why, says);
    CU_ASSERT_EQUAL(world_look(b.world, NOBODY).state, PROCESS_NONE);
    b.r->subject = &subject_tree; /* which never says */
    CU_ASSERT_STRING_EQUAL(world_look(b.world, ROOT).why, "");
    b.r->process[LEAF].held = true;
    world_release(b.world, LEAF);
    CU_ASSERT_FALSE(b.r->process[LEAF].held);
    bench_close(&b);
}

/* ---- Its own beginning and end ---- */

static void test_a_subject_is_started_once(void)
{
    struct bench b;
    struct diag diag;

    begin(&b, true);
    CU_ASSERT_EQUAL(world_start(b.world, &diag), ERR_STATE);
    b.r->phase = REAL_NEW;
    b.r->stopping = true;
    CU_ASSERT_EQUAL(world_start(b.world, &diag), ERR_STATE);
    bench_close(&b);
}

static void test_a_world_begins_empty_and_leaves_nothing_open(void)
{
    struct bench b;
    struct diag diag;
    int before = dup(STDIN_FILENO);

    CHECK(close(before) == 0);
    begin(&b, true);
    struct world *w;
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b.options, &w, &diag), 0);
    struct real_world *r = real_of(w);
    CU_ASSERT_EQUAL(r->phase, REAL_NEW);
    for (uint16_t i = 0; i < b.cast->room; i++) {
        const struct real_process *p = &r->process[i];
        CU_ASSERT(p->pidfd == -1 && p->orders == -1 && p->status == -1);
    }
    CU_ASSERT(r->control == -1 && r->pids == -1 && r->baton == -1 && r->guard.fd == -1);
    CU_ASSERT(r->start_ns == r->awake_ns && w->deadline_zero_ns == r->start_ns);
    CU_ASSERT_STRING_EQUAL(w->subject, "the tree");
    CU_ASSERT_FALSE(w->groups);
    world_free(w);
    bench_terminal(&b);
    b.r->pids = epoll_create1(EPOLL_CLOEXEC);
    b.r->baton = dup(b.r->pids);
    struct loop_timer *const timers[] = {&b.r->turn_timer, &b.r->run_timer, &b.r->end_timer,
                                         &b.r->look_timer, &b.r->still.timer};
    for (int i = 0; i < 5; i++)
        CHECK(loop_timer_start(b.r->loop, timers[i], INT64_MAX / 2, NULL) == 0);
    CHECK(real_watch(b.r, &b.r->control_watch, b.r->control, NULL, &diag) == 0);
    bench_close(&b);
    int after = dup(STDIN_FILENO);
    CHECK(close(after) == 0);
    CU_ASSERT_EQUAL(before, after);
}

static void test_a_command_is_another_subject(void)
{
    struct bench b;
    struct diag diag;
    struct world *w;

    begin(&b, true);
    b.options.subject = SUBJECT_COMMAND;
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b.options, &w, &diag), 0);
    CU_ASSERT_STRING_EQUAL(w->subject, "the command");
    CU_ASSERT_TRUE(w->groups);
    CU_ASSERT_PTR_NOT_NULL(real_of(w)->own);
    world_free(w);
    bench_close(&b);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"looks",    test_a_turn_looks_before_it_serves_and_behind          },
        {"own turn", test_what_an_action_has_caused_is_a_turn_of_its_own    },
        {"found",    test_what_a_look_has_found_comes_before_rest           },
        {"new",      test_before_the_start_nothing_is_served                },
        {"failed",   test_a_world_that_has_failed_goes_on_only_to_be_stopped},
        {"waits",    test_a_turn_waits_as_long_as_it_may                    },
        {"for ever", test_a_turn_may_wait_for_ever                          },
        {"stall",    test_a_long_absence_is_a_stall_and_a_wait_is_none      },
        {"no end",   test_a_stall_without_an_end_to_come_moves_none         },
        {"over",     test_a_stall_is_over_when_a_turn_was_served            },
        {"before",   test_a_stall_before_a_wait_is_seen                     },
        {"record",   test_a_record_has_its_own_time_or_that_of_now          },
        {"quiet",    test_quiet_is_asked_for_once                           },
        {"still",    test_stillness_is_asked_for_and_taken_back             },
        {"timer",    test_a_timer_is_on_the_run_s_clock                     },
        {"actor",    test_a_look_at_an_actor                                },
        {"once",     test_a_subject_is_started_once                         },
        {"open",     test_a_world_begins_empty_and_leaves_nothing_open      },
        {"command",  test_a_command_is_another_subject                      },
        CU_TEST_INFO_NULL,
    };

    return suite_run("real_turn", tests);
}
