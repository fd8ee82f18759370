/* driver_test.c: what a host owes a core: the order of things, the escape, the end of a root.
 *
 * The host under test is a fake one: effects are only written down, in lists made by hand, and one
 * test drives a real core from its start to its end. A mistake of a host stops at a CHECK. */
#include "runtime/actor/driver.h"
#include "runtime/actor/tests/stops.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static struct fake {
    struct core core;
    struct core_effects fx;
    struct user_calls calls;
    struct driver driver;
    struct core_event event; /* the last one that driver_event() gave */
} fake;

static struct driver *const driver = &fake.driver;

/* A step that has led to these effects, of which `count` are there. */
static void list(const enum core_effect_kind *kinds, uint16_t count)
{
    memset(&fake, 0, sizeof(fake));
    driver_init(driver);
    for (uint16_t i = 0; i < count; i++)
        fake.fx.effect[i].kind = (uint8_t)kinds[i];
    driver->count = fake.fx.count = count;
    driver->busy = 1;
}

/* The kind of the next effect, or -1. */
static int effect(void)
{
    const struct core_effect *e = driver_effect(driver, &fake.fx);
    return e != NULL ? e->kind : -1;
}

/* The kind of the next event, or -1. */
static int event(void)
{
    return driver_event(driver, &fake.calls, &fake.event) ? fake.event.kind : -1;
}

/* ---- mistakes of a host ---- */

static void next_effect(void)
{
    (void)effect();
}

static void next_event(void)
{
    (void)event();
}

static void step(void)
{
    (void)driver_step(driver, &fake.core, &(struct core_event){.kind = EVENT_ORPHAN}, &fake.fx);
}

static void answer(void)
{
    driver_answer(driver, EVENT_TTY, 0, 0, 0);
}

/* ---- the order ---- */

static void test_effects_come_in_order_and_once(void)
{
    static const enum core_effect_kind kinds[] = {EFFECT_POINT, EFFECT_SEND, EFFECT_POINT,
                                                  EFFECT_KILL};

    list(kinds, 4);
    for (unsigned i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(effect(), (int)kinds[i]);
    CU_ASSERT_EQUAL(effect(), -1);
    CU_ASSERT_TRUE(driver->busy);
    CU_ASSERT_EQUAL(event(), -1);
    CU_ASSERT_FALSE(driver->busy);
}

/* An effect in mid-list is answered; the rest of the list, what the step was cut short of, and
 * answers given before come first, the calls of the actor's own code last. */
static void test_rest_then_answers_then_calls(void)
{
    static const enum core_effect_kind kinds[] = {EFFECT_BATON_TRY, EFFECT_SPAWN, EFFECT_POINT,
                                                  EFFECT_CONTINUE};

    list(kinds, 4);
    fake.calls.count = 1;
    fake.calls.call[0].kind = CALL_POINT;
    CU_ASSERT_EQUAL(effect(), EFFECT_BATON_TRY);
    driver_answer(driver, EVENT_BATON, 0, BATON_BUSY, 77);
    CU_ASSERT_EQUAL(effect(), EFFECT_SPAWN);
    driver_answer(driver, EVENT_CHILD_SPAWNED, 3, -11, 0);
    CU_ASSERT_EQUAL(effect(), EFFECT_POINT);
    CU_ASSERT_EQUAL(effect(), -1); /* EFFECT_CONTINUE is not a host's business */

    CU_ASSERT_EQUAL(event(), EVENT_CONTINUE);
    CU_ASSERT_EQUAL(event(), EVENT_BATON);
    CU_ASSERT_EQUAL(fake.event.value, BATON_BUSY);
    CU_ASSERT_EQUAL(fake.event.pid, 77);
    CU_ASSERT_EQUAL(event(), EVENT_CHILD_SPAWNED);
    CU_ASSERT_EQUAL(fake.event.link, 3);
    CU_ASSERT_EQUAL(fake.event.value, -11);
    CU_ASSERT_EQUAL(event(), EVENT_CALL);
    CU_ASSERT_PTR_EQUAL(fake.event.call, &fake.calls.call[0]);
    CU_ASSERT_EQUAL(event(), -1);
}

static void test_no_event_in_mid_list(void)
{
    static const enum core_effect_kind kinds[] = {EFFECT_POINT, EFFECT_POINT};
    static const enum core_effect_kind cut[] = {EFFECT_CONTINUE, EFFECT_POINT};

    list(kinds, 2);
    CU_ASSERT_EQUAL(effect(), EFFECT_POINT);
    CU_ASSERT_TRUE(stops(next_event));
    CU_ASSERT_TRUE(stops(step));
    CU_ASSERT_EQUAL(effect(), EFFECT_POINT);
    list(cut, 2);
    CU_ASSERT_TRUE(stops(next_effect));
}

static void test_nothing_follows_a_death(void)
{
    static const enum core_effect_kind kinds[] = {EFFECT_POINT, EFFECT_DIE, EFFECT_POINT};

    list(kinds, 3);
    fake.fx.effect[1].value = 7;
    fake.fx.effect[1].extra = 9;
    fake.fx.effect[1].request = 1;
    driver_answer(driver, EVENT_WRITTEN, 0, 0, 0);
    fake.calls.count = 1;
    CU_ASSERT_EQUAL(effect(), EFFECT_POINT);
    CU_ASSERT_FALSE(driver->dying);
    CU_ASSERT_EQUAL(effect(), EFFECT_DIE);
    CU_ASSERT_TRUE(driver->dying && driver->restores);
    CU_ASSERT_EQUAL(driver->status, 7);
    CU_ASSERT_EQUAL(driver->signal, 9);
    CU_ASSERT_EQUAL(effect(), -1);
    CU_ASSERT_EQUAL(event(), -1);
    CU_ASSERT_FALSE(driver->busy);
    CU_ASSERT_TRUE(stops(step));
}

/* Goal: answers keep their order however many there were before.
 * Method: two in, one out, until the table is full; then all out; the next one has the first place
 * again, so that equal states are equal bytes. */
static void test_answers_keep_their_order(void)
{
    int64_t in = 0;
    int64_t out = 0;

    list(NULL, 0);
    while (driver->answers + 2 <= DRIVER_ANSWERS_MAX) {
        driver_answer(driver, EVENT_TTY, 0, in++, 0);
        driver_answer(driver, EVENT_TTY, 0, in++, 0);
        CU_ASSERT_EQUAL(event(), EVENT_TTY);
        CU_ASSERT_EQUAL(fake.event.value, out++);
    }
    while (driver->answers < DRIVER_ANSWERS_MAX)
        driver_answer(driver, EVENT_TTY, 0, in++, 0);
    CU_ASSERT_TRUE(stops(answer));
    while (out < in) {
        CU_ASSERT_EQUAL(event(), EVENT_TTY);
        CU_ASSERT_EQUAL(fake.event.value, out++);
    }
    CU_ASSERT_EQUAL(event(), -1);
    CU_ASSERT_EQUAL(driver->first, 0);
}

/* An answer that comes late, as when a delayed link has written its last, is work again. */
static void test_a_late_answer_is_work(void)
{
    list(NULL, 0);
    CU_ASSERT_EQUAL(event(), -1);
    CU_ASSERT_FALSE(driver->busy);
    driver_answer(driver, EVENT_WRITTEN, 0, 0, 0);
    CU_ASSERT_TRUE(driver->busy);
    CU_ASSERT_EQUAL(event(), EVENT_WRITTEN);
}

/* ---- a core ------------------------------------------------------------------------------- */

static unsigned told;

/* Says two things at its start; returns when it is told to. */
static void own_code(struct actor *a, const struct actor_event *event_)
{
    if (event_->kind == ACTOR_EVENT_START) {
        CU_ASSERT_EQUAL(actor_point(a, 1), 0);
        CU_ASSERT_EQUAL(actor_point(a, 2), 0);
    }
    if (event_->kind == ACTOR_EVENT_TELL) {
        told++;
        CU_ASSERT_EQUAL(actor_return(a), 0);
    }
}

static const struct actor_def defs[] = {
    {.name = "one", .state_bytes = 0, .event = own_code}
};
static const struct actor_program program = {.def = defs, .def_count = 1};

/* Does what is next until nothing is; returns the events that were fed, in hex, oldest first. */
static uint64_t settle(unsigned *news)
{
    const struct core_effect *e = NULL;
    struct core_event next;
    uint64_t fed = 0;

    for (;;) {
        while ((e = driver_effect(driver, &fake.fx)) != NULL) {
            if (e->kind == EFFECT_USER)
                user_run(&fake.core, &fake.fx.user[e->frame], &program, 1, &fake.calls);
        }
        if (!driver_event(driver, &fake.calls, &next))
            return fed;
        next.now_ns = 1;
        fed = fed << 8 | next.kind;
        *news |= driver_step(driver, &fake.core, &next, &fake.fx);
    }
}

static void tell(void)
{
    driver_tell(driver, &fake.core, 0, &program, 1, &fake.calls);
}

static void test_a_core_from_start_to_end(void)
{
    struct core_start start = {.root = true, .parent = ACTOR_NONE};
    struct core_event e = {.kind = EVENT_START, .now_ns = 1, .start = &start};
    unsigned news = 0;

    memset(&fake, 0, sizeof(fake));
    core_init(&fake.core);
    driver_init(driver);
    told = 0;
    tell(); /* too early: it does not run yet */
    CU_ASSERT_EQUAL(told, 0);
    CU_ASSERT_FALSE(driver->busy);

    CU_ASSERT_EQUAL(driver_step(driver, &fake.core, &e, &fake.fx), DRIVER_NAMED);
    CU_ASSERT_EQUAL(settle(&news), EVENT_CALL << 8 | EVENT_CALL);
    CU_ASSERT_FALSE(driver->dying || driver->busy);

    /* The own code's signal policy is looked at before anything that it has asked for (D8). */
    tell();
    CU_ASSERT_EQUAL(told, 1);
    CU_ASSERT_TRUE(driver->busy);
    CU_ASSERT_EQUAL(settle(&news), EVENT_POLICY << 8 | EVENT_CALL);
    CU_ASSERT_TRUE(driver->dying);
    CU_ASSERT_EQUAL(driver->status, 0);
    CU_ASSERT_EQUAL(news, 0);
    tell(); /* too late */
    CU_ASSERT_EQUAL(told, 1);
}

/* A result on its way is the actor's last word, although its process does not die yet. */
static void test_who_reports_is_told_nothing(void)
{
    list(NULL, 0);
    fake.core.self.state = SELF_REPORTING;
    told = 0;
    tell();
    CU_ASSERT_EQUAL(told, 0);
    CU_ASSERT_EQUAL(event(), -1);
}

static void test_an_orphan_is_news_once(void)
{
    const struct core_event e = {.kind = EVENT_DETACHED, .now_ns = 1};

    list(NULL, 0);
    fake.core.self.state = SELF_ORPHANED;
    fake.core.child[0].state = CHILD_LIVE; /* without it the orphan ends at once */
    for (unsigned i = 0; i < 3; i++) {
        unsigned news = driver_step(driver, &fake.core, &e, &fake.fx);
        CU_ASSERT_EQUAL(news, i == 0 ? DRIVER_NAMED | DRIVER_ORPHANED : 0);
        while (effect() >= 0)
            continue;
    }
}

/* ---- the escape --------------------------------------------------------------------------- */

enum { HUP = 1, INT = 2, QUIT = 3, TERM = 15 };

/* The number of the press that is deadly, or 0: none of twenty, `apart` ns apart. */
static unsigned deadly(enum escape_by by, int number, int64_t apart)
{
    struct escape e = {0};

    for (unsigned i = 1; i <= 20; i++) {
        if (escape_press(&e, by, number, 1000 * MS_NS + (int64_t)i * apart))
            return i;
    }
    return 0;
}

static void test_three_presses_escape(void)
{
    static const int insisting[] = {TERM, QUIT};

    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, CORE_MERGE_NS), 3);
    CU_ASSERT_EQUAL(deadly(ESCAPE_INSIST, INT, CORE_MERGE_NS), 0);
    CU_ASSERT_EQUAL(deadly(ESCAPE_NONE, INT, CORE_MERGE_NS), 0);
    for (unsigned i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, insisting[i], CORE_MERGE_NS), 3);
        CU_ASSERT_EQUAL(deadly(ESCAPE_INSIST, insisting[i], CORE_MERGE_NS), 3);
        CU_ASSERT_EQUAL(deadly(ESCAPE_NONE, insisting[i], CORE_MERGE_NS), 0);
    }
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, HUP, CORE_MERGE_NS), 0);
}

/* Counted from the last one that counted, and as a whole: a burst is no three presses. */
static void test_presses_close_together_are_one(void)
{
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, ESCAPE_SPAN_NS / 2), 3);
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, ESCAPE_SPAN_NS / 2 - 1), 4);
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, ESCAPE_APART_NS), 4);
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, ESCAPE_APART_NS - 1), 5);
    CU_ASSERT_EQUAL(deadly(ESCAPE_ANY, INT, 1), 0);
}

/* Goal: a handler that is late for one press makes no two of three. */
static void test_presses_that_are_handled_late_count(void)
{
    const int64_t late = 140 * MS_NS;
    const int64_t made = 250 * MS_NS;

    for (unsigned which = 0; which < 3; which++) {
        struct escape e = {0};
        unsigned count = 0;
        for (int64_t i = 0; i < 3; i++)
            count += escape_press(&e, ESCAPE_ANY, QUIT, MS_NS + i * made + (i == which ? late : 0));
        CU_ASSERT_EQUAL(count, 1);
    }
}

static void test_kinds_count_apart_and_a_loop_that_hears_starts_again(void)
{
    static const int kinds[] = {INT, TERM, QUIT};
    struct escape e = {0};
    int64_t now = 0;

    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_FALSE(escape_press(&e, ESCAPE_ANY, kinds[i % 3], now += CORE_MERGE_NS));
    escape_heard(&e);
    for (unsigned i = 0; i < 6; i++)
        CU_ASSERT_FALSE(escape_press(&e, ESCAPE_ANY, kinds[i % 3], now += CORE_MERGE_NS));
    CU_ASSERT_TRUE(escape_press(&e, ESCAPE_ANY, QUIT, now + CORE_MERGE_NS));
}

/* What came while the escape was closed counts as one, when it opens. */
static void test_closed_counts_as_one(void)
{
    struct escape e = {0};
    int64_t now = 0;

    for (unsigned i = 0; i < 10; i++)
        CU_ASSERT_FALSE(escape_press(&e, ESCAPE_NONE, INT, now += CORE_MERGE_NS));
    CU_ASSERT_FALSE(escape_press(&e, ESCAPE_ANY, INT, now += CORE_MERGE_NS));
    CU_ASSERT_TRUE(escape_press(&e, ESCAPE_ANY, INT, now + CORE_MERGE_NS));
}

static void test_escape_by_goes_by_the_root_and_its_lock(void)
{
    memset(&fake.core, 0, sizeof(fake.core));
    CU_ASSERT_EQUAL(escape_by(&fake.core), ESCAPE_NONE);
    fake.core.self.root = 1;
    CU_ASSERT_EQUAL(escape_by(&fake.core), ESCAPE_ANY);
    fake.core.lock.state = LOCK_HELD;
    CU_ASSERT_EQUAL(escape_by(&fake.core), ESCAPE_INSIST);
    fake.core.lock.state = LOCK_RECOVERING;
    CU_ASSERT_EQUAL(escape_by(&fake.core), ESCAPE_INSIST);
}

/* ---- the end of a root -------------------------------------------------------------------- */

static void test_sweep(void)
{
    CU_ASSERT_EQUAL(driver_sweep(false, false, false), POINT_ORPHAN_ADOPTED);
    CU_ASSERT_EQUAL(driver_sweep(false, true, false), POINT_ORPHAN_ADOPTED);
    CU_ASSERT_EQUAL(driver_sweep(true, false, false), POINT_ORPHAN_KILLED);
    CU_ASSERT_EQUAL(driver_sweep(true, false, true), POINTS);
    CU_ASSERT_EQUAL(driver_sweep(true, true, false), POINT_ORPHAN_REAPED);
    CU_ASSERT_EQUAL(driver_sweep(true, true, true), POINT_ORPHAN_REAPED);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"effects come in order and once",                        test_effects_come_in_order_and_once         },
        {"rest, then answers, then calls",                        test_rest_then_answers_then_calls           },
        {"no event in mid-list",                                  test_no_event_in_mid_list                   },
        {"nothing follows a death",                               test_nothing_follows_a_death                },
        {"answers keep their order",                              test_answers_keep_their_order               },
        {"a late answer is work",                                 test_a_late_answer_is_work                  },
        {"a core from start to end",                              test_a_core_from_start_to_end               },
        {"who reports is told nothing",                           test_who_reports_is_told_nothing            },
        {"an orphan is news once",                                test_an_orphan_is_news_once                 },
        {"three presses escape",                                  test_three_presses_escape                   },
        {"presses that are handled late count",                   test_presses_that_are_handled_late_count    },
        {"presses close together are one",                        test_presses_close_together_are_one         },
        {"kinds count apart, and a loop that hears starts again",
         test_kinds_count_apart_and_a_loop_that_hears_starts_again                                            },
        {"closed counts as one",                                  test_closed_counts_as_one                   },
        {"the escape goes by the root and its lock",              test_escape_by_goes_by_the_root_and_its_lock},
        {"sweep",                                                 test_sweep                                  },
        CU_TEST_INFO_NULL,
    };

    return suite_run("driver", tests);
}
