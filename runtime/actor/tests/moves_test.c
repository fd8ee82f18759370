/* moves_test.c: a state becomes what the tables of moves.c allow, and the core makes use of all of
 * that: what is not needed is not allowed.
 *
 * The core calls the setters of this program, which note the move and call those of moves.c, which
 * is compiled here under other names. */
#include "runtime/actor/tests/stops.h"
#include "runtime/actor/tests/walk.h"

/* X(life, setter, whose state, as the header calls it, its field, the states) */
#define LIFE_MAP(X)                                                                  \
    X(LIFE_SELF, self_move, struct core, c, self.state, enum self_state)             \
    X(LIFE_CHILD, child_move, struct core_child, ch, state, enum child_state)        \
    X(LIFE_NURSERY, nursery_move, struct core_nursery, n, state, enum nursery_state) \
    X(LIFE_OWN, own_move, struct core, c, lock.dbg, enum dbg_state)                  \
    X(LIFE_ENTRY, entry_move, struct core_entry, e, state, enum entry_state)         \
    X(LIFE_LOCK, lock_move, struct core, c, lock.state, enum lock_state)

#define LIFE_ID(life, setter, type, of, field, states) life,
#define LIFE_SETTER(life, setter, type, of, field, states) \
    static void real_##setter(type *, states);
enum life { LIFE_MAP(LIFE_ID) LIVES };
LIFE_MAP(LIFE_SETTER)

/* NOLINTBEGIN(bugprone-suspicious-include,readability-identifier-naming) */
#define self_move    real_self_move
#define child_move   real_child_move
#define nursery_move real_nursery_move
#define own_move     real_own_move
#define entry_move   real_entry_move
#define lock_move    real_lock_move
#include "runtime/actor/moves.c"
#undef self_move
#undef child_move
#undef nursery_move
#undef own_move
#undef entry_move
#undef lock_move
/* NOLINTEND(bugprone-suspicious-include,readability-identifier-naming) */

static const uint16_t *const tables[LIVES] = {self_moves, child_moves, nursery_moves,
                                              own_moves,  entry_moves, lock_moves};

static unsigned moved[LIVES][MOVES_MAX][MOVES_MAX];

#define LIFE_NOTED(life, setter, type, of, field, states) \
    void setter(type *of, states to)                      \
    {                                                     \
        unsigned from = of->field;                        \
        real_##setter(of, to);                            \
        moved[life][from][to]++;                          \
    }
LIFE_MAP(LIFE_NOTED)

static bool allowed(unsigned life, unsigned from, unsigned to)
{
    return (tables[life][from] >> to & 1U) != 0;
}

/* ---- every pair of every life ---- */

static struct {
    unsigned life;
    unsigned from;
    unsigned to;
    unsigned is; /* what it has become */
} pair;

static struct core moving;

#define LIFE_MOVE(life, setter, type, of, field, states) \
    case life: {                                         \
        type *of = LIFE_OF_##life;                       \
        of->field = (uint8_t)pair.from;                  \
        pair.is = pair.from;                             \
        real_##setter(of, (states)pair.to);              \
        pair.is = of->field;                             \
        break;                                           \
    }
#define LIFE_OF_LIFE_SELF    &moving
#define LIFE_OF_LIFE_CHILD   &moving.child[0]
#define LIFE_OF_LIFE_NURSERY &moving.nursery[0]
#define LIFE_OF_LIFE_OWN     &moving
#define LIFE_OF_LIFE_ENTRY   &moving.lock.entry[0]
#define LIFE_OF_LIFE_LOCK    &moving

static void move_pair(void)
{
    switch (pair.life) {
        LIFE_MAP(LIFE_MOVE)
    }
}

/* From and to states that there are not, too: a row behind the last is empty. */
static void test_what_is_not_allowed_stops(void)
{
    for (pair.life = 0; pair.life < LIVES; pair.life++) {
        for (pair.from = 0; pair.from <= MOVES_MAX; pair.from++) {
            for (pair.to = 0; pair.to <= MOVES_MAX; pair.to++) {
                bool may = pair.from < MOVES_MAX && allowed(pair.life, pair.from, pair.to);
                bool stopped = stops(move_pair);
                row_assert(stopped != may && (stopped || pair.is == pair.to),
                           pair.life * 10000 + pair.from * 100 + pair.to, "a pair of states");
            }
        }
    }
}

/* ---- what the core does ---- */

/* Random lives of actors with these mistakes; the contract is not looked at, only the moves. */
static void walk_lives(uint64_t seed, unsigned count, uint64_t defects)
{
    struct drive *d = &row_drive;

    for (uint64_t end = seed + count; seed < end; seed++) {
        struct walk w = {.prng = prng_init(seed)};
        drive_init(d);
        d->lenient = true;
        walk_begin(d, &w);
        for (unsigned i = 0; i < 1500 && !d->died; i++) {
            text_clear(&d->log);
            d->core.self.defects = defects;
            walk_step(d, &w);
        }
    }
}

/* What random lives hardly come to: a child that is an orphan from the start, and a second holder
 * while the root looks for the first one. */
static void rare_lives(void)
{
    struct core_start orphan = drive_start_of(MID);
    struct drive *d = &row_drive;

    orphan.orphan = true;
    drive_init(d);
    drive_start(d, orphan);

    drive_init(d);
    d->lenient = true;
    setup_root(d);
    d->core.self.defects = defect_bit(DEFECT_TWO_HOLDERS);
    drive_frame(d, 0, FRAME_DBG_REQ, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    drive_reaped(d, 0, 0);
    CU_ASSERT_EQUAL(d->core.lock.state, LOCK_RECOVERING);
    struct frame f = frame_make(FRAME_DBG_REQ, SIDE, 1);
    f.flags = FRAME_SHIELD; /* it is cancelled by now */
    drive_receive(d, 1, f);
}

/* Goal: no row of a table is for nothing, and no move is missing (the core would stop).
 * Method: lives without mistakes, with each mistake, and some made by hand. */
static void test_what_is_allowed_is_needed(void)
{
    walk_lives(1, 1000, 0);
    for (unsigned defect = 0; defect < DEFECTS; defect++)
        walk_lives(10000 + defect * 100, 30, defect_bit(defect));
    walk_lives(20000, 300, defect_bit(DEFECT_EXIT_HELD));
    rare_lives();
    for (unsigned i = 0; i < LIVES * MOVES_MAX * MOVES_MAX; i++) {
        unsigned life = i / (MOVES_MAX * MOVES_MAX);
        unsigned from = i / MOVES_MAX % MOVES_MAX;
        unsigned to = i % MOVES_MAX;
        bool needed = !allowed(life, from, to) || moved[life][from][to] > 0;
        CU_ASSERT_TRUE(needed);
        if (!needed)
            (void)fprintf(stderr, "life %u: nobody moves from %u to %u\n", life, from, to);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"what is not allowed stops", test_what_is_not_allowed_stops},
        {"what is allowed is needed", test_what_is_allowed_is_needed},
        CU_TEST_INFO_NULL,
    };

    return suite_run("moves", tests);
}
