/* walk_test.c: nothing that peers, the person at the terminal or the actor's own code do trips a
 * check or breaks the contract of core.h; and equal events make equal bytes. */
#include "runtime/actor/tests/walk.h"

enum { WALK_STEPS = 120 * 1000, LIFE_STEPS = 1500, TWIN_LIVES = 12 };

static struct drive twin;

/* Goal: 10^5 events in every state of the actor and of its children.
 * Method: lives of a few hundred events, each from a seed of its own, so that a failure names it.
 */
static void test_walk_of_random_events_breaks_nothing(void)
{
    static bool self_seen[SELF_STATES];
    static bool child_seen[CHILD_STATES];
    struct drive *d = &row_drive;
    unsigned steps = 0;
    unsigned failures = 0;

    for (uint64_t seed = 1; steps < WALK_STEPS && failures < 5; seed++) {
        struct walk w = {.prng = prng_init(seed)};
        drive_init(d);
        walk_begin(d, &w);
        for (unsigned i = 0; i < LIFE_STEPS && !d->died && d->broken == NULL; i++) {
            text_clear(&d->log);
            walk_step(d, &w);
            steps += d->log.size > 0;
            const char *wrong = core_wrong(&d->core);
            if (wrong != NULL)
                drive_broken(d, wrong);
            self_seen[d->core.self.state] = true;
            for (unsigned k = 0; k < CORE_CHILDREN_MAX; k++)
                child_seen[d->core.child[k].state] = true;
        }
        if (d->broken != NULL) {
            failures++;
            (void)fprintf(stderr, "\nseed %u, step %u: %s\n%s", (unsigned)seed, steps, d->broken,
                          d->log.data);
        }
    }
    CU_ASSERT_EQUAL(failures, 0);
    for (unsigned i = SELF_HANDSHAKE; i < SELF_STATES; i++)
        row_assert(self_seen[i], i, self_name(i));
    for (unsigned i = 0; i < CHILD_STATES; i++) /* REAPED does not outlive its step */
        row_assert(child_seen[i] || i == CHILD_REAPED, i, child_name(i));
}

/* Equal to the last byte, but for what is noted of slots that were never used: core_init() leaves
 * it as it was. */
static bool cores_equal(const struct drive *a, const struct drive *b)
{
    if (memcmp(&a->core, &b->core, offsetof(struct core, note.child)) != 0)
        return false;
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        bool used = a->child[i].id != 0;
        if (used && memcmp(&a->core.note.child[i], &b->core.note.child[i],
                           sizeof(a->core.note.child[i])) != 0)
            return false;
    }
    return true;
}

/* Fills the stack below with a pattern, so that what nobody has set shows. */
static void dirty_stack(unsigned char pattern)
{
    volatile unsigned char garbage[16 * 1024];

    for (size_t i = 0; i < sizeof(garbage); i++)
        garbage[i] = pattern;
}

/* Goal: the state is a function of the events: two cores, one in dirty memory and under a dirty
 * stack, are equal to the last byte of padding after every step. */
static void test_walk_twice_makes_equal_bytes(void)
{
    struct drive *d = &row_drive;

    for (uint64_t seed = 1; seed <= TWIN_LIVES; seed++) {
        struct walk w = {.prng = prng_init(seed)};
        struct walk v = {.prng = prng_init(seed)};
        drive_init(d);
        memset(&twin, 0xa5, sizeof(twin));
        drive_init(&twin);
        memset(&twin.core, 0x5a, sizeof(twin.core));
        core_init(&twin.core);
        walk_begin(d, &w);
        dirty_stack(0xff);
        walk_begin(&twin, &v);
        for (unsigned i = 0; i < 150; i++) {
            text_clear(&d->log);
            text_clear(&twin.log);
            dirty_stack(0x00);
            walk_step(d, &w);
            dirty_stack((unsigned char)(i * 37 + 1));
            walk_step(&twin, &v);
            CU_ASSERT_TRUE_FATAL(cores_equal(d, &twin));
            CU_ASSERT_EQUAL_FATAL(d->fx.count, twin.fx.count);
            CU_ASSERT_EQUAL_FATAL(
                memcmp(d->fx.effect, twin.fx.effect, d->fx.count * sizeof(d->fx.effect[0])), 0);
            CU_ASSERT_EQUAL_FATAL(
                memcmp(d->fx.frame, twin.fx.frame, d->fx.frames * sizeof(d->fx.frame[0])), 0);
        }
    }
}

/* A core is copied with memcpy: the copy goes on as the original does. */
static void test_walk_goes_on_in_a_copy(void)
{
    struct drive *d = &row_drive;
    struct walk w = {.prng = prng_init(99)};

    drive_init(d);
    walk_begin(d, &w);
    for (unsigned i = 0; i < 200; i++)
        walk_step(d, &w);
    memcpy(&twin, d, sizeof(twin));
    struct walk v = w;
    for (unsigned i = 0; i < 200; i++) {
        walk_step(d, &w);
        walk_step(&twin, &v);
    }
    CU_ASSERT_TRUE(cores_equal(d, &twin));
    CU_ASSERT_STRING_EQUAL(d->log.data, twin.log.data);
}

/* ---- every event in every state of the actor ---- */

static void handshake(struct drive *d)
{
    drive_start(d, drive_start_of(MID));
}

static void failed(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void cancelling(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
}

static void joining(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void reporting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void exited(struct drive *d)
{
    reporting(d);
    drive_event(d, EVENT_WRITTEN, 0, 0);
}

static void orphaned(struct drive *d)
{
    setup_mid(d);
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
}

/* All events that need no process behind them. */
static void feed_each(struct drive *d, void (*setup)(struct drive *d))
{
    for (unsigned kind = EVENT_LINK_EOF; kind <= EVENT_CONTINUE; kind++) {
        if (kind == EVENT_CHILD_SPAWNED || kind == EVENT_CHILD_EXIT || kind == EVENT_CHILD_DEAD ||
            kind == EVENT_CALL)
            continue;
        for (int value = 0; value < 32; value++) {
            drive_init(d);
            setup(d);
            drive_feed(d, (struct core_event){.kind = (uint8_t)kind,
                                              .link = LINK_PARENT,
                                              .value = value,
                                              .timer = (uint16_t)(value % TIMERS),
                                              .generation = 1,
                                              .text = "q",
                                              .size = 1});
            row_assert(d->broken == NULL, kind, d->broken == NULL ? "" : d->broken);
        }
    }
    for (unsigned type = 0; type < FRAME_TYPES; type++) {
        struct frame f = frame_make((enum frame_type)type, d->core.self.id, 1);
        f.mode = type == FRAME_CANCEL ? CANCEL_ABORT : CANCEL_NONE;
        drive_init(d);
        setup(d);
        drive_receive(d, LINK_PARENT, f);
        row_assert(d->broken == NULL, type, d->broken == NULL ? "" : d->broken);
    }
    for (unsigned kind = 0; kind <= CALL_SPIN; kind++) {
        struct core_call call = {.kind = (uint8_t)kind, .id = 900, .request = 1};
        call.nursery = kind == CALL_NURSERY ? 1 : 0;
        drive_init(d);
        setup(d);
        drive_call(d, call);
        row_assert(d->broken == NULL, kind, d->broken == NULL ? "" : d->broken);
    }
}

static void test_walk_every_event_in_every_own_state(void)
{
    static void (*const setups[])(struct drive *) = {handshake, setup_mid, failed, cancelling,
                                                     joining,   reporting, exited, orphaned};

    for (unsigned i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
        drive_init(&row_drive);
        setups[i](&row_drive);
        CU_ASSERT_EQUAL(row_drive.core.self.state, i + SELF_HANDSHAKE);
        feed_each(&row_drive, setups[i]);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"random events break nothing",    test_walk_of_random_events_breaks_nothing},
        {"equal events make equal bytes",  test_walk_twice_makes_equal_bytes        },
        {"a copy goes on as the original", test_walk_goes_on_in_a_copy              },
        {"every event in every own state", test_walk_every_event_in_every_own_state },
        CU_TEST_INFO_NULL,
    };

    return suite_run("walk", tests);
}
