/* search_test.c: the core as the explorer builds it: how large it is, and that every short sequence
 * of events is survived.
 *
 * The small build has other array sizes, so it cannot be linked beside the normal one: this program
 * is made of the core's sources themselves. */
#define CORE_SEARCH

/* A name that is static in two files is told apart in between.
 * NOLINTBEGIN(bugprone-suspicious-include,readability-identifier-naming) */
#include "runtime/actor/core.c"
#define same_text same_text_in_frames
#include "runtime/actor/frame.c"
#undef same_text
#include "runtime/actor/call.c"
#include "runtime/actor/child.c"
#include "runtime/actor/effects.c"
#include "runtime/actor/error.c"
#include "runtime/actor/foreign.c"
#define text_frame text_frame_in_lines
#include "runtime/actor/lines.c"
#undef text_frame
#include "runtime/actor/lock.c"
#include "runtime/actor/lock_own.c"
#include "runtime/actor/lock_root.c"
#include "runtime/actor/moves.c"
#include "runtime/actor/nursery.c"
#include "runtime/actor/print.c"
#include "runtime/actor/signal.c"
#define die die_in_user
#include "runtime/actor/user.c"
#undef die
/* NOLINTEND(bugprone-suspicious-include,readability-identifier-naming) */

#include "runtime/actor/tests/walk.h"

enum { LENGTH = 3, SIZE_WANTED = 512, WALK_LIVES = 400, LIFE_STEPS = 300 };

/* Goal: the explorer hashes this much per actor; the figure that the design wants stands beside
 * it, and growth is noticed. */
static void test_search_build_is_small(void)
{
    size_t hashed = offsetof(struct core, ghost);

    printf("\nsearch build: %zu bytes hashed per actor (wanted: %d), %zu in all;\n"
           "  self %zu, lock %zu, nurseries %zu, children %zu, calls %zu, timers %zu, user %d\n",
           hashed, SIZE_WANTED, sizeof(struct core), sizeof(struct core_self),
           sizeof(struct core_lock), sizeof(struct core_nursery) * CORE_NURSERIES_MAX,
           sizeof(struct core_child) * CORE_CHILDREN_MAX,
           sizeof(struct core_call_state) * CORE_CALLS_MAX,
           sizeof(struct core_timer_state) * TIMERS, CORE_USER_BYTES);
    CU_ASSERT_TRUE(hashed <= 2048);
}

/* ---- every short sequence ---- */

/* One event of the alphabet; false when the driver may not send it now. */
struct letter {
    const char *name;
    bool (*feed)(struct drive *d);
};

static bool frame_from(struct drive *d, uint16_t link, enum frame_type type, uint16_t origin,
                       uint8_t mode)
{
    if (link != LINK_PARENT && (!d->child[link].process || d->core.child[link].eof))
        return false;
    if (link == LINK_PARENT && (d->core.self.root || d->core.self.parent_eof))
        return false;
    struct frame f = frame_make(type, origin, 1);
    f.mode = mode;
    f.build = type == FRAME_HELLO ? 42 : 0;
    if (type == FRAME_CANCEL)
        f.deadline_ns = d->now_ns + 100 * MS_NS;
    drive_receive(d, link, f);
    return true;
}

#define FROM_CHILD(name, type, origin, mode)         \
    static bool name(struct drive *d)                \
    {                                                \
        return frame_from(d, 0, type, origin, mode); \
    }
#define FROM_PARENT(name, type, origin, mode)                  \
    static bool name(struct drive *d)                          \
    {                                                          \
        return frame_from(d, LINK_PARENT, type, origin, mode); \
    }

FROM_CHILD(child_ready, FRAME_READY, 0, 0)
FROM_CHILD(child_acks, FRAME_ACK, 0, 0)
FROM_CHILD(child_reports, FRAME_RESULT, 0, 0)
FROM_CHILD(child_requests, FRAME_DBG_REQ, LEAF, 0)
FROM_CHILD(deep_requests, FRAME_DBG_REQ, DEEP, 0)
FROM_CHILD(child_active, FRAME_DBG_ACTIVE, LEAF, 0)
FROM_CHILD(child_releases, FRAME_DBG_REL, LEAF, 0)
FROM_CHILD(child_aborts, FRAME_DBG_REL, LEAF, CANCEL_ABORT)
FROM_CHILD(deep_lost, FRAME_DBG_LOST, DEEP, 0)
FROM_CHILD(child_says_spec, FRAME_SPEC, 0, 0)
FROM_PARENT(parent_cancels, FRAME_CANCEL, ROOT, CANCEL_GRACEFUL)
FROM_PARENT(parent_aborts, FRAME_CANCEL, ROOT, CANCEL_ABORT)
FROM_PARENT(parent_grants_leaf, FRAME_DBG_GRANT, LEAF, 0)
FROM_PARENT(parent_grants_self, FRAME_DBG_GRANT, MID, 0)
FROM_PARENT(parent_denies_self, FRAME_DBG_DENY, MID, 0)
FROM_PARENT(parent_revokes_leaf, FRAME_DBG_REVOKE, LEAF, 0)
FROM_PARENT(parent_says_hello, FRAME_HELLO, 0, 0)

static bool parent_ends(struct drive *d)
{
    if (d->core.self.root || d->core.self.parent_eof)
        return false;
    drive_event(d, EVENT_LINK_EOF, LINK_PARENT, 0);
    return true;
}

static bool child_ends(struct drive *d)
{
    if (!d->child[0].process || d->core.child[0].eof)
        return false;
    drive_event(d, EVENT_LINK_EOF, 0, 0);
    return true;
}

static bool child_dies(struct drive *d)
{
    if (!d->child[0].process || d->core.child[0].dead)
        return false;
    drive_dead(d, 0);
    return true;
}

static bool child_is_reaped(struct drive *d)
{
    if (!d->child[0].process || !d->child[0].reaping)
        return false;
    drive_exit(d, 0, 9);
    return true;
}

static bool timer_fires(struct drive *d, unsigned timer)
{
    if (d->core.timer[timer].at_ns == 0)
        return false;
    drive_timer(d, timer);
    return true;
}

static bool child_timer_fires(struct drive *d)
{
    return timer_fires(d, TIMER_CHILD);
}

static bool lock_timer_fires(struct drive *d)
{
    return timer_fires(d, TIMER_LOCK);
}

static bool cancel_timer_fires(struct drive *d)
{
    return timer_fires(d, TIMER_CANCEL);
}

static bool returns(struct drive *d)
{
    drive_ask(d, CALL_RETURN, 0, 0, 0);
    return true;
}

static bool fails(struct drive *d)
{
    drive_ask(d, CALL_FAIL, 0, 0, 1);
    return true;
}

static bool pauses(struct drive *d)
{
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
    return true;
}

static bool cancels_child(struct drive *d)
{
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
    return true;
}

static bool spawns(struct drive *d)
{
    drive_spawn_in(d, (uint16_t)(100 + d->core.self.next_id % 100), 0, 0);
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (d->child[i].used && d->core.child[i].state == CHILD_SPAWNING)
            drive_spawned(d, i, 7);
    }
    return true;
}

static bool executes(struct drive *d)
{
    struct core_call call = {.kind = CALL_EXEC, .id = (uint16_t)(100 + d->core.self.next_id % 100)};

    drive_call(d, call);
    for (uint16_t i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (d->child[i].used && d->core.child[i].state == CHILD_SPAWNING)
            drive_spawned(d, i, 7);
    }
    return true;
}

static bool prints(struct drive *d)
{
    struct core_call call = {.kind = CALL_PRINT, .size = 1};

    drive_call(d, call);
    return true;
}

static bool interrupted(struct drive *d)
{
    drive_wait(d, 250 * MS_NS);
    drive_signal(d, 2);
    return true;
}

static bool terminated(struct drive *d)
{
    drive_wait(d, 250 * MS_NS);
    drive_signal(d, 15);
    return true;
}

static bool quits(struct drive *d)
{
    drive_signal(d, 3);
    return true;
}

static bool baton_got(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    return true;
}

static bool baton_busy(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_BUSY);
    return true;
}

static bool holder_dead(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_HOLDER_DEAD);
    return true;
}

static bool baton_free(struct drive *d)
{
    drive_event(d, EVENT_BATON, 0, BATON_FREE);
    return true;
}

static bool tty_taken(struct drive *d)
{
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
    return true;
}

static bool line_c(struct drive *d)
{
    drive_line(d, "c");
    return true;
}

static bool line_a(struct drive *d)
{
    drive_line(d, "a");
    return true;
}

static bool written(struct drive *d)
{
    drive_event(d, EVENT_WRITTEN, 0, 0);
    return true;
}

#define LETTER(feed) \
    {                \
#feed, feed  \
    }

static const struct letter letters[] = {
    LETTER(child_ready),
    LETTER(child_acks),
    LETTER(child_reports),
    LETTER(child_requests),
    LETTER(deep_requests),
    LETTER(child_active),
    LETTER(child_releases),
    LETTER(child_aborts),
    LETTER(deep_lost),
    LETTER(child_says_spec),
    LETTER(parent_cancels),
    LETTER(parent_aborts),
    LETTER(parent_grants_leaf),
    LETTER(parent_grants_self),
    LETTER(parent_denies_self),
    LETTER(parent_revokes_leaf),
    LETTER(parent_says_hello),
    LETTER(parent_ends),
    LETTER(child_ends),
    LETTER(child_dies),
    LETTER(child_is_reaped),
    LETTER(child_timer_fires),
    LETTER(lock_timer_fires),
    LETTER(cancel_timer_fires),
    LETTER(returns),
    LETTER(fails),
    LETTER(pauses),
    LETTER(cancels_child),
    LETTER(spawns),
    LETTER(executes),
    LETTER(prints),
    LETTER(interrupted),
    LETTER(terminated),
    LETTER(quits),
    LETTER(baton_got),
    LETTER(baton_busy),
    LETTER(holder_dead),
    LETTER(baton_free),
    LETTER(tty_taken),
    LETTER(line_c),
    LETTER(line_a),
    LETTER(written),
};

/* Everything of a drive but its long log. */
static void drive_copy(struct drive *to, const struct drive *from)
{
    memcpy(to, from, offsetof(struct drive, log));
    text_clear(&to->log);
}

static struct drive levels[LENGTH + 1];
static const char *path[LENGTH];
static unsigned long sequences;
static unsigned failures;

static void descend(unsigned depth)
{
    for (size_t i = 0; i < ROWS_COUNT(letters) && failures < 5; i++) {
        struct drive *d = &levels[depth + 1];
        drive_copy(d, &levels[depth]);
        path[depth] = letters[i].name;
        if (!letters[i].feed(d))
            continue;
        sequences++;
        if (d->broken != NULL) {
            failures++;
            (void)fprintf(stderr, "\n%s:", d->broken);
            for (unsigned k = 0; k <= depth; k++)
                (void)fprintf(stderr, " %s", path[k]);
            (void)fprintf(stderr, "\n%s", d->log.data);
        } else if (depth + 1 < LENGTH && !d->died) {
            descend(depth + 1);
        }
    }
}

static void begin_root(struct drive *d)
{
    drive_alone(d, ROOT);
    drive_child_live(d, LEAF, 1);
}

static void begin_mid(struct drive *d)
{
    drive_alone(d, MID);
    drive_child_live(d, LEAF, 1);
}

static void begin_prompt_below(struct drive *d)
{
    begin_mid(d);
    child_requests(d);
    parent_grants_leaf(d);
    child_active(d);
}

static void begin_root_prompt_below(struct drive *d)
{
    begin_root(d);
    child_requests(d);
    child_active(d);
}

static void begin_prompt(struct drive *d)
{
    begin_mid(d);
    pauses(d);
    parent_grants_self(d);
    baton_got(d);
    tty_taken(d);
}

static void begin_crash(struct drive *d)
{
    begin_mid(d);
    fails(d);
}

static void begin_cancelling(struct drive *d)
{
    begin_mid(d);
    parent_cancels(d);
}

static void begin_recovering(struct drive *d)
{
    begin_root(d);
    deep_requests(d);
    deep_lost(d);
}

static void begin_term_sent(struct drive *d)
{
    begin_mid(d);
    cancels_child(d);
    child_timer_fires(d);
}

static void begin_orphaned(struct drive *d)
{
    begin_mid(d);
    parent_ends(d);
}

static void test_search_every_short_sequence_is_survived(void)
{
    static void (*const begins[])(struct drive *) = {
        begin_root,  begin_mid,        begin_prompt_below, begin_root_prompt_below, begin_prompt,
        begin_crash, begin_cancelling, begin_recovering,   begin_term_sent,         begin_orphaned};

    for (size_t i = 0; i < ROWS_COUNT(begins); i++) {
        drive_init(&levels[0]);
        begins[i](&levels[0]);
        CU_ASSERT_PTR_NULL(levels[0].broken);
        descend(0);
    }
    printf("\nsearch build: %lu sequences of up to %d events\n", sequences, LENGTH);
    CU_ASSERT_EQUAL(failures, 0);
    CU_ASSERT_TRUE(sequences > 200000);
}

/* The limits of the small build are hit all the time here: four children, six requests, four tasks,
 * two calls. */
static void test_search_random_events_break_nothing(void)
{
    struct drive *d = &row_drive;

    for (uint64_t seed = 1; seed <= WALK_LIVES; seed++) {
        struct walk w = {.prng = prng_init(1000 + seed)};
        drive_init(d);
        walk_begin(d, &w);
        for (unsigned i = 0; i < LIFE_STEPS && !d->died && d->broken == NULL; i++) {
            text_clear(&d->log);
            walk_step(d, &w);
        }
        row_assert(d->broken == NULL, (unsigned)seed, d->broken == NULL ? "" : d->broken);
    }
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"the search build is small",        test_search_build_is_small                  },
        {"every short sequence is survived", test_search_every_short_sequence_is_survived},
        {"random events break nothing",      test_search_random_events_break_nothing     },
        CU_TEST_INFO_NULL,
    };

    return suite_run("search", tests);
}
