/* neighbour_test.c: what the rows say about every trace that is one change away from a synthetic
 * one: a record less, one twice, two in the other order, another actor, another number, something
 * that happens in between, or time that passes, to the nanosecond at which the verdict turns; and
 * about some that are a few changes away, as much shows with two of something only. Of one in some
 * the words are looked at, too: tree, lock, terminal and tail.
 *
 * The synthetic traces say what is right; their neighbours, some hundred thousand, are judged and
 * described as neighbours.txt says, a line for each synthetic trace, with a digest of the verdicts
 * and one of the words. A row that changes its mind about any of them fails here. When that is
 * meant, or a trace was added, `neighbour_test write` in the build folder writes the file anew, and
 * `neighbour_test tell` prints all that is behind it: what of two builds differs there is the
 * change, trace by trace. */
#include "harness/observe/describe.h"
#include "harness/observe/monitor.h"
#include "harness/observe/tests/cases.h"
#include "harness/observe/tests/trace_text.h"
#include "runtime/base/hash.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

static const char FILE_NAME[] = "harness/observe/tests/neighbours.txt";

enum {
    RECORDS_MAX = 128,
    LINE_BYTES = 128,
    SHIFTS = 18, /* of time: 1, 2, 4, ... ms */
    EXTRAS_ONE_OF = 3,
    WORDS_ONE_OF = 5,
    FARTHER = 500, /* with some changes, of each trace */
    CHANGES_MAX = 6,
    TAIL_LINES = 5,
};

/* One synthetic trace, and all that is tried on it. */
struct bench {
    struct cast *cast;
    struct trace trace;
    struct trace_record record[RECORDS_MAX + CHANGES_MAX]; /* the neighbour */
    size_t count;
    struct monitor *start; /* about nothing yet */
    struct monitor *work;
    size_t bytes;
    uint64_t digest;
    uint64_t words;
    unsigned engine;
    unsigned turn;
    unsigned broken; /* rows, over all neighbours */
    bool tell;
};

static uint64_t verdicts_hash(const struct verdict_list *list, const struct cast *cast)
{
    uint64_t hash = HASH_BEGIN;

    for (size_t i = 0; i < list->count; i++) {
        const struct violation *v = &list->item[i].violation;
        uint64_t index = v->index;
        char signature[128];

        violation_signature(&list->item[i], cast, signature, sizeof(signature));
        hash = hash_add(hash, &index, sizeof(index));
        hash = hash_add(hash, signature, strlen(signature));
        hash = hash_add(hash, v->text, strlen(v->text));
    }
    return hash;
}

/* Judges the neighbour as it is now. */
static uint64_t neighbour_hash(struct bench *b, bool complete)
{
    memcpy(b->work, b->start, b->bytes);
    for (size_t i = 0; i < b->count; i++)
        monitor_take(b->work, &b->record[i]);
    monitor_end(b->work, complete);
    return verdicts_hash(monitor_verdicts(b->work), b->cast);
}

static void digest_add(struct bench *b, const char *what, size_t at, int64_t number)
{
    const struct verdict_list *list = monitor_verdicts(b->work);
    uint64_t hash = verdicts_hash(list, b->cast);

    b->digest = hash_add(b->digest, &hash, sizeof(hash));
    b->digest = hash_add(b->digest, &number, sizeof(number));
    b->broken += (unsigned)list->count;
    if (!b->tell)
        return;
    (void)printf("  %s at %zu, %" PRId64 ":", what, at, number);
    for (size_t i = 0; i < list->count; i++)
        (void)printf(" %s at %zu, %s;", list->item[i].entry->name, list->item[i].violation.index,
                     list->item[i].violation.text);
    (void)printf("\n");
}

static void neighbour_reset(struct bench *b)
{
    b->count = b->trace.count;
    memcpy(b->record, b->trace.record, b->count * sizeof(b->record[0]));
}

enum { WORDS_TREE, WORDS_LOCK, WORDS_TERMINAL, WORDS_TAIL, WORDS };

/* What a report would say of the neighbour, and of the first half of it. */
static void words_add(struct bench *b)
{
    const struct trace trace = {.record = b->record, .count = b->count};
    const struct observation o = {.trace = &trace, .cast = b->cast, .engine = b->engine};
    struct buf text[WORDS] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
    const struct state_text state = {
        .tree = &text[WORDS_TREE], .lock = &text[WORDS_LOCK], .terminal = &text[WORDS_TERMINAL]};
    struct diag diag = {0};

    CHECK(observe_state_text(&o, SIZE_MAX, &state, &diag) == 0);
    CHECK(observe_state_text(&o, b->count / 2, &state, &diag) == 0);
    observe_tail_text(&o, b->count, TAIL_LINES, &text[WORDS_TAIL]);
    for (unsigned i = 0; i < WORDS; i++) {
        b->words = hash_add(b->words, text[i].data, text[i].size);
        if (b->tell)
            (void)printf("%s", buf_text(&text[i]));
        buf_release(&text[i]);
    }
}

static void neighbour_judge(struct bench *b, const char *what, size_t at, int64_t number)
{
    (void)neighbour_hash(b, true);
    digest_add(b, what, at, number);
    if (b->turn++ % WORDS_ONE_OF == 0)
        words_add(b);
    neighbour_reset(b);
}

static void neighbour_insert(struct bench *b, size_t at, const struct trace_record *rec)
{
    memmove(&b->record[at + 1], &b->record[at], (b->count - at) * sizeof(b->record[0]));
    b->record[at] = *rec;
    b->count++;
}

/* ---- Changes --------------------------------------------------------------------------- */

static void try_order(struct bench *b, size_t at)
{
    const struct trace_record rec = b->record[at];

    memmove(&b->record[at], &b->record[at + 1], (b->count - at - 1) * sizeof(b->record[0]));
    b->count--;
    neighbour_judge(b, "without", at, 0);
    neighbour_insert(b, at, &rec);
    neighbour_judge(b, "twice", at, 0);
    if (at + 1 < b->count) {
        b->record[at] = b->record[at + 1];
        b->record[at + 1] = rec;
        neighbour_judge(b, "swapped", at, 0);
    }
}

static void try_who(struct bench *b, size_t at)
{
    const uint16_t count = (uint16_t)b->cast->count;

    for (uint16_t i = 0; i < count + 2; i++) {
        uint16_t who = i < count ? i : i == count ? ACTOR_HARNESS : ACTOR_NONE;
        if (b->record[at].actor != who) {
            b->record[at].actor = who;
            neighbour_judge(b, "actor", at, who);
        }
        if (b->record[at].peer != who) {
            b->record[at].peer = who;
            neighbour_judge(b, "peer", at, who);
        }
    }
}

static void try_numbers(struct bench *b, size_t at)
{
    static const int64_t changes[] = {-256, -1, 1, 2, 256};

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        b->record[at].value += changes[i];
        neighbour_judge(b, "value", at, changes[i]);
        b->record[at].extra += changes[i];
        neighbour_judge(b, "extra", at, changes[i]);
    }
    b->record[at].value = 0;
    neighbour_judge(b, "value 0", at, 0);
    b->record[at].request++;
    neighbour_judge(b, "request", at, 1);
    b->record[at].request = 0;
    neighbour_judge(b, "request 0", at, 0);
}

/* What may happen to an actor at any time: by the harness, by itself, or as its parent says. */
enum speaker { BY_HARNESS, BY_ACTOR, BY_PARENT, TO_PARENT };

static const struct happening {
    enum speaker by;
    uint16_t point;
    int64_t value, extra;
} happenings[] = {
    {BY_HARNESS, POINT_SIGNAL_SENT,                   SIGKILL,            0          },
    {BY_HARNESS, POINT_SIGNAL_SENT,                   SIGSTOP,            0          },
    {BY_HARNESS, POINT_SIGNAL_SENT,                   SIGCONT,            0          },
    {BY_HARNESS, POINT_FAULT_DONE,                    0,                  SIGSEGV    },
    {BY_HARNESS, POINT_HOLD_BEGIN,                    0,                  0          },
    {BY_HARNESS, POINT_HOLD_END,                      0,                  0          },
    {BY_HARNESS, POINT_LINK_HARMED,                   LINK_HARM_CUT,      SIDE_BOTH  },
    {BY_HARNESS, POINT_LINK_HARMED,                   LINK_HARM_DROP,     SIDE_UP    },
    {BY_HARNESS, POINT_LINK_HARMED,                   LINK_HARM_DELAY,    SIDE_DOWN  },
    {BY_HARNESS, POINT_LINK_HARMED,                   LINK_HARM_RESUME,   SIDE_BOTH  },
    {BY_HARNESS, POINT_RUN_STOPPED,                   STOP_NORMAL,        0          },
    {BY_HARNESS, POINT_RUN_STOPPED,                   STOP_TIMED_OUT,     0          },
    {BY_HARNESS, POINT_PROC_SURVIVED,                 7,                  0          },
    {BY_HARNESS, POINT_RUN_END,                       0,                  0          },
    {BY_ACTOR,   POINT_EXIT_CLOSED,                   0,                  0          },
    {BY_ACTOR,   POINT_ORPHAN_NOTICED,                0,                  0          },
    {BY_ACTOR,   POINT_PROC_EXITED,                   SIGINT,             0          },
    {BY_ACTOR,   POINT_PROC_REAPED,                   0,                  0          },
    {BY_ACTOR,   POINT_PROC_STOPPED,                  SIGTSTP,            0          },
    {BY_ACTOR,   POINT_PROC_CONTINUED,                0,                  0          },
    {BY_ACTOR,   POINT_SIG_STOP,                      0,                  0          },
    {BY_ACTOR,   POINT_SIG_CONT,                      0,                  0          },
    {BY_ACTOR,   POINT_SIG_FROZEN,                    0,                  0          },
    {BY_ACTOR,   POINT_SIG_HANDLED,                   SIGINT,             SIG_IGNORED},
    {BY_ACTOR,   POINT_SIG_HANDLED,                   SIGINT,             SIG_CANCEL },
    {BY_ACTOR,   POINT_SIG_HANDLED,                   SIGQUIT,            SIG_KILL   },
    {BY_ACTOR,   POINT_CANCEL_REQUESTED,              CAUSE_SIGINT,       0          },
    {BY_ACTOR,   POINT_EXIT_BEFORE_RESULT,            ERROR_APP,          0          },
    {BY_ACTOR,   POINT_SPAWN_AFTER_EXEC,              0,                  0          },
    {BY_ACTOR,   POINT_SPAWN_READY,                   0,                  0          },
    {BY_ACTOR,   POINT_NURSERY_CANCEL_FANOUT,         0,                  0          },
    {BY_ACTOR,   POINT_DBG_LEAVING,                   0,                  0          },
    {BY_ACTOR,   POINT_DBG_BATON_DROP,                0,                  0          },
    {BY_ACTOR,   POINT_DBG_FREE,                      0,                  0          },
    {TO_PARENT,  POINT_LINK_EOF_SEEN,                 0,                  0          },
    {BY_PARENT,  POINT_LINK_EOF_SEEN,                 0,                  0          },
    {BY_PARENT,  POINT_LINK_BROKEN,                   LINK_SEQUENCE,      0          },
    {BY_PARENT,  POINT_LINK_BEFORE_RECV + FRAME_PONG, 0,                  0          },
    {BY_PARENT,  POINT_HEARTBEAT_MISSED,              0,                  0          },
    {BY_PARENT,  POINT_EXIT_REAPED,                   0,                  0          },
    {BY_PARENT,  POINT_NURSERY_OUTCOME,               ERROR_CANCELLED,    0          },
    {BY_PARENT,  POINT_CANCEL_SENT,                   INT64_C(900000000), 0x101      },
    {BY_PARENT,  POINT_CANCEL_ACKED,                  0,                  0          },
    {BY_PARENT,  POINT_CANCEL_KILL_SENT,              KILL_OPERATOR,      0          },
    {BY_PARENT,  POINT_CANCEL_KILL_SENT,              KILL_CANCEL,        0          },
    {BY_PARENT,  POINT_CANCEL_UNPARKED,               0,                  0          },
    {BY_PARENT,  POINT_DBG_HOP_REL,                   0,                  0          },
    {BY_PARENT,  POINT_DBG_HOP_REQ,                   0,                  1          },
    {BY_PARENT,  POINT_DBG_BATON_MISMATCH,            0,                  0          },
    {BY_PARENT,  POINT_DBG_RECOVERING,                0,                  0          },
};

enum { HAPPENINGS = sizeof(happenings) / sizeof(happenings[0]) };

static struct trace_record happening_record(const struct bench *b, const struct happening *h,
                                            uint16_t id, size_t at)
{
    uint16_t parent = b->cast->who[id].parent;
    struct trace_record rec = {
        .point = h->point, .value = h->value, .extra = h->extra, .peer = ACTOR_NONE};

    rec.at_ns = at > 0 ? b->record[at - 1].at_ns : 0;
    rec.request = at > 0 ? b->record[at - 1].request : 0;
    rec.actor = h->by == BY_HARNESS ? (uint16_t)ACTOR_HARNESS : h->by == BY_PARENT ? parent : id;
    if (h->by != BY_ACTOR)
        rec.peer = h->by == TO_PARENT ? parent : id;
    return rec;
}

/* Every so many of all that could happen here. */
static void try_happenings(struct bench *b, size_t at, unsigned *turn)
{
    for (size_t i = 0; i < HAPPENINGS * (size_t)b->cast->count; i++) {
        const struct happening *h = &happenings[i % HAPPENINGS];
        uint16_t id = (uint16_t)(i / HAPPENINGS);

        if ((*turn)++ % EXTRAS_ONE_OF != 0 ||
            (h->by >= BY_PARENT && b->cast->who[id].parent == ACTOR_NONE))
            continue;
        struct trace_record rec = happening_record(b, h, id, at);
        neighbour_insert(b, at, &rec);
        neighbour_judge(b, point_entry(h->point)->name, at, id);
    }
}

/* ---- Some changes at once ---- */

/* Time that goes on from here. */
static void time_passes(struct bench *b, size_t at, int64_t by_ns)
{
    for (size_t i = at; i < b->count; i++)
        b->record[i].at_ns += by_ns;
}

static void happens_anywhere(struct bench *b, struct prng *p)
{
    const struct happening *h = &happenings[prng_below(p, HAPPENINGS)];
    uint16_t id = (uint16_t)prng_below(p, (uint32_t)b->cast->count);
    size_t at = prng_below(p, (uint32_t)b->count + 1);

    if (h->by >= BY_PARENT && b->cast->who[id].parent == ACTOR_NONE)
        return;
    struct trace_record rec = happening_record(b, h, id, at);
    neighbour_insert(b, at, &rec);
}

/* The story of one actor, from here on, is told of another. */
static void becomes_another(struct bench *b, size_t at, uint16_t from, uint16_t to)
{
    for (size_t i = at; i < b->count; i++) {
        b->record[i].actor = b->record[i].actor == from ? to : b->record[i].actor;
        b->record[i].peer = b->record[i].peer == from ? to : b->record[i].peer;
    }
}

static void change_anything(struct bench *b, struct prng *p)
{
    static const int64_t spans_ms[] = {1, 20, 50, 100, 101, 250, 400, 900, 1000, 2000, 3000, 6000};
    uint32_t actors = (uint32_t)b->cast->count;
    size_t at = prng_below(p, (uint32_t)b->count);
    struct trace_record rec = b->record[at];

    switch (prng_below(p, 8)) {
    case 0:
        rec.actor = (uint16_t)prng_below(p, actors);
        neighbour_insert(b, prng_below(p, (uint32_t)b->count), &rec);
        break;
    case 1:
        rec.peer = (uint16_t)prng_below(p, actors);
        neighbour_insert(b, prng_below(p, (uint32_t)b->count), &rec);
        break;
    case 2:
        becomes_another(b, at, (uint16_t)prng_below(p, actors), (uint16_t)prng_below(p, actors));
        break;
    case 3:
        b->record[at].value = (int64_t)prng_below(p, 32);
        b->record[at].extra = (int64_t)prng_below(p, 16);
        break;
    case 4:
        b->record[at].point = happenings[prng_below(p, HAPPENINGS)].point;
        break;
    case 5:
        time_passes(b, at, spans_ms[prng_below(p, sizeof(spans_ms) / sizeof(spans_ms[0]))] * MS_NS);
        break;
    default:
        happens_anywhere(b, p);
        break;
    }
}

static void try_farther(struct bench *b, unsigned number)
{
    struct prng prng = prng_init(number);

    for (int64_t i = 0; i < FARTHER && b->count > 0; i++) {
        for (uint32_t n = 2 + prng_below(&prng, CHANGES_MAX - 1); n > 0; n--)
            change_anything(b, &prng);
        neighbour_judge(b, "farther", 0, i);
    }
}

/* ---- Time ---- */

static uint64_t shifted_hash(struct bench *b, size_t at, int64_t by_ns)
{
    neighbour_reset(b);
    time_passes(b, at, by_ns);
    return neighbour_hash(b, true);
}

/* The nearest shift between the two, the verdicts of which differ, that has those of the second. */
static int64_t shift_search(struct bench *b, size_t at, int64_t from, int64_t to)
{
    uint64_t old = shifted_hash(b, at, from);

    while (to - from > 1 || from - to > 1) {
        int64_t middle = from + (to - from) / 2;
        if (shifted_hash(b, at, middle) == old)
            from = middle;
        else
            to = middle;
    }
    return to;
}

/* The moments at which the verdict turns when this record and what follows come later, or sooner.
 */
static void try_times(struct bench *b, size_t at, int64_t unit)
{
    int64_t last = 0;
    uint64_t hash = shifted_hash(b, at, 0);

    for (unsigned i = 0; i < SHIFTS; i++) {
        int64_t shift = unit * (INT64_C(1) << i);
        uint64_t now = shifted_hash(b, at, shift);
        if (now != hash) {
            int64_t turn = shift_search(b, at, last, shift);
            (void)shifted_hash(b, at, turn);
            digest_add(b, "time", at, turn);
        }
        hash = now;
        last = shift;
    }
    neighbour_reset(b);
}

/* ---- All of it --------------------------------------------------------------------------- */

static void bench_open(struct bench *b, const struct trace_case *c, unsigned engine)
{
    struct observation o = {.engine = engine};

    b->engine = engine;
    b->cast = text_cast(c->tree);
    b->cast->room =
        (uint16_t)b->cast->count; /* what lies behind the last actor is something else */
    o.cast = b->cast;
    o.subject = text_subject(b->cast);
    b->trace = TRACE_INIT;
    (void)text_trace(b->cast, c->lines, &b->trace);
    CHECK(b->trace.count <= RECORDS_MAX);
    b->bytes = monitor_bytes(b->cast);
    b->start = malloc(b->bytes);
    b->work = malloc(b->bytes);
    CHECK(b->start != NULL && b->work != NULL);
    monitor_begin(b->start, &o);
    neighbour_reset(b);
}

static void bench_close(struct bench *b)
{
    free(b->start);
    free(b->work);
    trace_release(&b->trace);
}

/* "ROW N BROKEN VERDICTS WORDS": the N-th trace of a row. */
static void case_line(const struct trace_case *c, unsigned number, bool tell, char *line)
{
    static struct bench b;
    unsigned turn = number;
    unsigned other = c->engine == ENGINE_SIM ? ENGINE_REAL : ENGINE_SIM;

    b = (struct bench){.digest = HASH_BEGIN, .words = HASH_BEGIN, .tell = tell};
    bench_open(&b, c, other);
    neighbour_judge(&b, "other engine", 0, 0);
    bench_close(&b);
    bench_open(&b, c, c->engine);
    (void)neighbour_hash(&b, false);
    digest_add(&b, "not complete", 0, 0);
    neighbour_judge(&b, "as it is", 0, 0);
    for (size_t at = 0; at < b.trace.count; at++) {
        try_order(&b, at);
        try_who(&b, at);
        try_numbers(&b, at);
        try_happenings(&b, at, &turn);
        try_times(&b, at, MS_NS);
        if (at > 0 && b.trace.record[at].at_ns != b.trace.record[at - 1].at_ns)
            try_times(&b, at, -MS_NS);
    }
    try_farther(&b, number);
    (void)snprintf(line, LINE_BYTES, "%s %u %u %016" PRIx64 " %016" PRIx64 "\n", c->row, number,
                   b.broken, b.digest, b.words);
    bench_close(&b);
}

static void line_of(size_t i, bool tell, char *line)
{
    unsigned number = 1;

    for (size_t k = 0; k < i; k++)
        number += strcmp(case_at(k)->row, case_at(i)->row) == 0;
    if (tell)
        (void)printf("%s %u\n", case_at(i)->row, number);
    case_line(case_at(i), number, tell, line);
}

static void test_the_neighbours_of_every_trace_are_judged_as_written(void)
{
    FILE *file = fopen(FILE_NAME, "re");
    char line[LINE_BYTES];
    char expected[LINE_BYTES];
    size_t wrong = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    for (size_t i = 0; i < CASES; i++) {
        line_of(i, false, line);
        if (fgets(expected, sizeof(expected), file) == NULL)
            expected[0] = 0;
        if (strcmp(line, expected) == 0)
            continue;
        if (wrong++ < 5)
            (void)printf("\nis      %sbut was %s", line, expected);
    }
    CU_ASSERT_PTR_NULL(fgets(expected, sizeof(expected), file));
    if (wrong > 0) {
        (void)printf(
            "\n%zu traces have neighbours that are judged or told otherwise than %s says. If that "
            "is meant: neighbour_test write\n",
            wrong, FILE_NAME);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    (void)fclose(file);
}

/* Writes the file, or tells all. */
static int neighbours_print(FILE *file, bool tell)
{
    char line[LINE_BYTES];

    CHECK(file != NULL);
    for (size_t i = 0; i < CASES; i++) {
        line_of(i, tell, line);
        if (!tell)
            (void)fputs(line, file);
    }
    return tell ? 0 : fclose(file);
}

int main(int argc, char **argv)
{
    static const CU_TestInfo tests[] = {
        {"neighbours", test_the_neighbours_of_every_trace_are_judged_as_written},
        CU_TEST_INFO_NULL,
    };

    if (argc == 2 && strcmp(argv[1], "write") == 0)
        return neighbours_print(fopen(FILE_NAME, "we"), false);
    if (argc == 2 && strcmp(argv[1], "tell") == 0)
        return neighbours_print(stdout, true);
    return suite_run("neighbours", tests);
}
