/* lives_test.c: two thousand lives of an actor, drawn by lot, come out to the last byte as
 * they did.
 *
 * Each is a few hundred random events that a driver may send (walk.h), in every fourth life with
 * a program that asks for everything that actor.h offers, within its limits and at them, and in
 * some with a defect. All that comes of them, effects, frames, events of the program, answers of
 * actor.h and what is printed, is a digest, and lives.txt has a line for every few lives. The
 * tables in the other tests say what is right; a change that none of them notices is seen here.
 * When it is meant, `lives_test write` in the build folder writes the file anew, and `lives_test
 * tell SEED` prints that life and those of its line: what of two builds differs there is the
 * change. */
#include "runtime/actor/tests/walk.h"

#include <inttypes.h>
#include <stdlib.h>

static const char FILE_NAME[] = "runtime/actor/tests/lives.txt";

enum {
    LINES = 400,
    LIVES_IN_LINE = 5,
    LIFE_STEPS = 300,
    LINE_BYTES = 64,
    PROGRAM_ONE_OF = 4,
    DEFECT_ONE_OF = 5
};

/* ---- The program ---- */

static struct walk lot;      /* what the program asks for */
static struct drive *living; /* where its answers go */

static void answer(int64_t value)
{
    drive_digest(living, &value, sizeof(value));
}

/* Around a limit, or far from it. */
static size_t near_to(size_t limit)
{
    switch (walk_below(&lot, 6)) {
    case 0:
        return limit + 1;
    case 1:
        return limit;
    case 2:
        return limit - 1;
    case 3:
        return 0;
    default:
        return walk_below(&lot, (uint32_t)limit);
    }
}

static uint16_t somebody(void)
{
    return walk_chance(&lot, 1, 5) ? ACTOR_PARENT : walk_actor(living, &lot);
}

/* No two draws stand in one expression: whose turn it is there is the compiler's choice. */
static int64_t ms_below(uint32_t below, int64_t less)
{
    return ((int64_t)walk_below(&lot, below) - less) * MS_NS;
}

static void ask_spawn(struct actor *a, const void *bytes)
{
    static const char *const names[] = {"leaf", "", "a name of thirty-one characters",
                                        "a name of thirty-two characters!"};
    struct actor_spawn spawn = {.arg = bytes};

    spawn.def = walk_below(&lot, 6) / 2;
    if (walk_chance(&lot, 1, 2))
        spawn.nursery = (unsigned)near_to(CORE_NURSERIES_MAX);
    spawn.name = names[walk_below(&lot, 4)];
    spawn.arg_size = 8;
    if (walk_chance(&lot, 1, 2))
        spawn.arg_size = near_to(ACTOR_DATA_BYTES_MAX);
    spawn.room = 990;
    if (!walk_chance(&lot, 1, 20))
        spawn.room = walk_below(&lot, 4);
    if (walk_chance(&lot, 1, 6))
        spawn.id = walk_actor(living, &lot);
    if (walk_chance(&lot, 1, 3))
        spawn.deadline_ns = ms_below(400, 2);
    spawn.collect = walk_chance(&lot, 1, 2);
    answer(actor_spawn(a, &spawn));
}

static void ask_of_others(struct actor *a, unsigned what, const void *bytes)
{
    uint16_t who = somebody();
    size_t size = near_to(ACTOR_DATA_BYTES_MAX);
    unsigned number = walk_below(&lot, 6);
    bool yes = walk_chance(&lot, 1, 2);

    switch (what) {
    case 0:
        answer(actor_cancel(a, who, ms_below(900, 50)));
        break;
    case 1:
        answer(actor_call(a, who, bytes, size));
        break;
    case 2:
        answer(actor_reply(a, who, number, bytes, size));
        break;
    case 3:
        answer(actor_raise(a, who));
        break;
    case 4:
        answer(actor_nursery_open(a, ms_below(300, 1), yes));
        break;
    case 5:
        answer(actor_nursery_close(a, 1 + walk_below(&lot, CORE_NURSERIES_MAX)));
        break;
    default:
        ask_spawn(a, bytes);
        break;
    }
}

static void ask_for_itself(struct actor *a, unsigned what, const char *text)
{
    unsigned number = walk_below(&lot, 9);
    unsigned few = walk_below(&lot, 4);
    int64_t wait_ns = ms_below(500, 0);

    switch (what) {
    case 0:
        answer(actor_pause(a, few, walk_chance(&lot, 1, 4)));
        break;
    case 1:
        answer(actor_timer(a, (uint32_t)near_to(CORE_USER_TIMERS_MAX), actor_now_ns(a) + wait_ns));
        break;
    case 2:
        answer(actor_print(a, text, walk_below(&lot, 4 * TEXT_BYTES_MAX)));
        break;
    case 3:
        answer(actor_print(a, text, near_to(TEXT_BYTES_MAX)));
        break;
    case 4:
        answer(actor_shield(a, ms_below(300, 1)));
        break;
    case 5:
        answer(actor_point(a, number));
        break;
    case 6:
        answer(actor_signal(a, (int)walk_below(&lot, 70) - 2, few % 3));
        break;
    case 7:
        if (walk_harm(&lot, 1, 20))
            answer(actor_fail(a, (int32_t)number, text + 300, few % 2));
        break;
    case 8:
        if (walk_harm(&lot, 1, 20))
            answer(actor_return(a));
        break;
    default:
        answer(actor_cancelled(a));
        break;
    }
}

/* Texts with lines of every length. */
static const char *some_text(void)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static char text[4 * TEXT_BYTES_MAX + 1];

    for (size_t i = 0; i + 1 < sizeof(text); i++) {
        text[i] = letters[i % 26];
        if (walk_chance(&lot, 1, 150))
            text[i] = '\n';
    }
    return text;
}

static void program_event(struct actor *a, const struct actor_event *event)
{
    const int64_t numbers[] = {event->kind,   event->from,       event->id,
                               event->code,   event->error_kind, (int64_t)event->size,
                               event->origin, actor_id(a),       actor_now_ns(a)};
    unsigned char *state = actor_state(a);
    const char *text = some_text();

    drive_digest(living, numbers, sizeof(numbers));
    drive_digest(living, event->data, event->size);
    drive_digest(living, actor_name(a), strlen(actor_name(a)));
    answer(state[0]++);
    for (uint32_t n = walk_chance(&lot, 1, 60) ? ACTOR_CALLS_QUEUED_MAX + 2 : walk_below(&lot, 4);
         n > 0; n--) {
        if (walk_chance(&lot, 1, 2))
            ask_of_others(a, walk_below(&lot, 8), text);
        else
            ask_for_itself(a, walk_below(&lot, 10), text);
    }
}

static const struct actor_def defs[] = {
    {.name = "one", .state_bytes = 8, .event = program_event},
    {.name = "two", .state_bytes = 8, .event = program_event},
};
static const struct actor_program program = {.def = defs, .def_count = 2};

/* ---- A life ---- */

static void program_hears(struct drive *d)
{
    user_tell(&d->core, (int)walk_below(&lot, 8), &program, d->now_ns, &d->calls);
    for (const struct core_call *call; (call = user_next(&d->calls)) != NULL;) {
        struct core_call copy = *call;
        drive_step(d, (struct core_event){.kind = EVENT_CALL, .call = &copy});
    }
}

/* One event; a program asks for itself. */
static void life_step(struct drive *d, struct walk *w)
{
    if (d->program == NULL) {
        walk_step(d, w);
        return;
    }
    d->now_ns += walk_below(w, 40) * MS_NS;
    switch (walk_below(w, 8)) {
    case 0:
    case 1:
    case 2:
        walk_child(d, w);
        break;
    case 3:
        walk_parent(d, w);
        break;
    case 4:
        walk_timer(d, w);
        break;
    case 5:
        walk_terminal(d, w);
        break;
    case 6:
        walk_signal(d, w);
        break;
    default:
        if (d->core.self.state >= SELF_RUNNING && d->core.self.state < SELF_REPORTING)
            program_hears(d);
        break;
    }
}

/* What somebody would see who asks for it. */
static void life_shown(struct drive *d)
{
    static const enum core_print asked[] = {PRINT_DUMP, PRINT_TREE, PRINT_STATE, PRINT_BACKTRACE};

    for (size_t i = 0; i < ROWS_COUNT(asked); i++) {
        const struct core_effect e = {.kind = EFFECT_PRINT,
                                      .print = (uint8_t)asked[i],
                                      .peer = d->core.self.id,
                                      .extra = d->now_ns};
        drive_digest_print(d, &e);
    }
    enum core_waits waits = core_waits(&d->core);
    drive_digest(d, &waits, sizeof(waits));
}

/* Adds its steps and its digest to those that there are. */
static void life(unsigned seed, bool tell, unsigned *steps, uint64_t *digest)
{
    struct drive *d = &row_drive;
    struct walk w = {.prng = prng_init(seed)};

    drive_init(d);
    d->digests = true;
    d->digest = *digest;
    d->program = seed % PROGRAM_ONE_OF == 0 ? &program : NULL;
    living = d;
    lot = (struct walk){.prng = prng_init(seed + LINES * LIVES_IN_LINE), .calm = true};
    if (seed % DEFECT_ONE_OF == 0) {
        d->lenient = true;
        d->core.self.defects = defect_bit(seed / DEFECT_ONE_OF % DEFECTS);
    }
    walk_begin(d, &w);
    for (unsigned i = 0; i < LIFE_STEPS && !d->died; i++) {
        text_clear(&d->log);
        life_step(d, &w);
        if (i % 8 == 0)
            life_shown(d);
        if (tell)
            (void)printf("%s%u.%u %016" PRIx64 "\n", d->log.data, seed, i, d->digest);
        ++*steps;
    }
    *digest = d->digest;
}

/* "FIRST-LAST STEPS DIGEST" */
static void lives_line(unsigned number, bool tell, char *line)
{
    unsigned first = number * LIVES_IN_LINE + 1;
    unsigned last = first + LIVES_IN_LINE - 1;
    unsigned steps = 0;
    uint64_t digest = HASH_BEGIN;

    for (unsigned seed = first; seed <= last; seed++)
        life(seed, tell, &steps, &digest);
    (void)snprintf(line, LINE_BYTES, "%u-%u %u %016" PRIx64 "\n", first, last, steps, digest);
}

static void test_every_life_is_as_it_was(void)
{
    FILE *file = fopen(FILE_NAME, "re");
    char line[LINE_BYTES];
    char expected[LINE_BYTES];
    size_t wrong = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    for (unsigned i = 0; i < LINES; i++) {
        lives_line(i, false, line);
        if (fgets(expected, sizeof(expected), file) == NULL)
            expected[0] = 0;
        if (strcmp(line, expected) != 0 && wrong++ < 5)
            (void)printf("\nis      %sbut was %s", line, expected);
    }
    CU_ASSERT_PTR_NULL(fgets(expected, sizeof(expected), file));
    if (wrong > 0) {
        (void)printf(
            "\n%zu lines of lives are not as %s says. If that is meant: lives_test write\n", wrong,
            FILE_NAME);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    (void)fclose(file);
}

static int lives_write(void)
{
    FILE *file = fopen(FILE_NAME, "we");
    char line[LINE_BYTES];

    CHECK(file != NULL);
    for (unsigned i = 0; i < LINES; i++) {
        lives_line(i, false, line);
        (void)fputs(line, file);
    }
    return fclose(file);
}

static int lives_tell(const char *seed)
{
    char line[LINE_BYTES];

    lives_line(((unsigned)strtoul(seed, NULL, 10) - 1) / LIVES_IN_LINE, true, line);
    return printf("%s", line) < 0;
}

int main(int argc, char **argv)
{
    CU_TestInfo tests[] = {
        {"lives", test_every_life_is_as_it_was},
        CU_TEST_INFO_NULL,
    };

    if (argc == 2 && strcmp(argv[1], "write") == 0)
        return lives_write();
    if (argc == 3 && strcmp(argv[1], "tell") == 0)
        return lives_tell(argv[2]);
    return suite_run("lives", tests);
}
