/* match_random_test.c [SETS [SEED]]: random patterns on random texts, whole and in pieces.
 *
 * What a person would not think of: anchors at line ends, lookaround over a cut, lazy and
 * possessive repetition. Each set is one or two patterns that are expected again and again;
 * whatever is answered for the text in one piece must be answered for it in small pieces. */
#include "expect/match.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 4, CUTTINGS = 4, TEXT_BYTES_MAX = 30, ANSWERS_MAX = 50 };

static unsigned long sets = 500;
static unsigned long seed = 1;
static struct prng rng;

static const char *pick(const char *const *words, uint32_t count)
{
    return words[prng_below(&rng, count)];
}

#define PICK(words) pick(words, sizeof(words) / sizeof((words)[0]))

static const char *const atoms[] = {
    "a",   "b",   "c",   "x",   "\\r", "\\n", ".",   "^",   "$",    "\\b",  "\\B", "\\s",
    "\\S", "\\w", "\\d", "\\R", "\\A", "\\z", "\\Z", "\\h", "[ab]", "[^a]", "\\N",
};
static const char *const behind[] = {"a", "\\n^", "\\r", "\\s", "^", "\\b", "$", "x"};
static const char *const groups[] = {"(", "(", "(?:", "(?=", "(?!", "(?>", "(?s:", "(?i:"};
static const char *const repeats[] = {"*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "*+"};

static void pattern_random(struct buf *out, int depth)
{
    uint32_t parts = 1 + prng_below(&rng, 4);

    for (uint32_t i = 0; i < parts; i++) {
        if (depth == 0 || prng_chance(&rng, 6, 10)) {
            buf_add_text(out, PICK(atoms));
        } else if (prng_chance(&rng, 1, 4)) {
            buf_addf(out, "(?<%s%s)", prng_chance(&rng, 1, 2) ? "=" : "!", PICK(behind));
        } else {
            buf_add_text(out, PICK(groups));
            pattern_random(out, depth - 1);
            if (prng_chance(&rng, 1, 3)) {
                buf_add_text(out, "|");
                pattern_random(out, depth - 1);
            }
            buf_add_text(out, ")");
        }
        if (prng_chance(&rng, 1, 4))
            buf_add_text(out, PICK(repeats));
    }
}

static struct match_pattern *pattern_any(void)
{
    struct match_pattern *p = NULL;

    while (p == NULL) {
        struct buf text = BUF_INIT;
        pattern_random(&text, 2);
        (void)match_compile(buf_text(&text), &p, NULL, NULL);
        buf_release(&text);
    }
    return p;
}

static void tell(struct buf *out, const struct match_result *r)
{
    buf_addf(out, "pattern %zu by %d %llu..%llu decided %llu", r->index, (int)r->decided_by,
             (unsigned long long)r->begin, (unsigned long long)r->end,
             (unsigned long long)r->decided_at);
    for (size_t i = 0; i < r->capture_count; i++) {
        buf_add_text(out, r->captures[i].text == NULL ? " -" : " '");
        log_print(out, r->captures[i].text, r->captures[i].size);
    }
    buf_add_text(out, "\n");
}

/* Expects the patterns until nothing is found any more. */
static void play(const struct match_pattern *const *patterns, size_t count, const char *text,
                 uint32_t piece_max, struct buf *told)
{
    struct match *m = NULL;
    struct match_result r;
    size_t left = strlen(text);

    CHECK(match_new(NULL, &m, NULL) == 0);
    int rc = match_expect(m, patterns, count, &r, NULL);
    for (int answers = 0; answers < ANSWERS_MAX;) {
        if (rc == MATCH_FOUND) {
            tell(told, &r);
            answers++;
            if (r.end == r.begin)
                break; /* it would be found for ever */
            rc = match_expect(m, patterns, count, &r, NULL);
        } else if (rc < 0) {
            buf_addf(told, "error %d\n", rc);
            break;
        } else if (left > 0) {
            size_t part = 1 + prng_below(&rng, piece_max);
            part = part < left ? part : left;
            match_feed(m, text, part);
            text += part;
            left -= part;
            rc = match_again(m, &r, NULL);
        } else {
            rc = match_settle(m, &r, NULL);
            if (rc == MATCH_PENDING)
                break;
        }
    }
    match_free(m);
}

static void text_random(char *text)
{
    size_t size = 1 + prng_below(&rng, TEXT_BYTES_MAX);

    for (size_t i = 0; i < size; i++)
        text[i] = "aabbcx \r\n\r\n1"[prng_below(&rng, 12)];
    text[size] = 0;
}

/* One set on one text: true when all cuttings agree. */
static bool agree(const struct match_pattern *const *patterns, size_t count, const char *text)
{
    struct buf whole = BUF_INIT;
    bool same = true;

    /* Pieces of up to 2^16 bytes are one piece, nearly always; a short first one does no harm. */
    play(patterns, count, text, 1U << 16, &whole);
    for (int i = 0; same && i < CUTTINGS; i++) {
        struct buf pieces = BUF_INIT;
        play(patterns, count, text, 3, &pieces);
        same = strcmp(buf_text(&whole), buf_text(&pieces)) == 0;
        if (!same) {
            struct buf shown = BUF_INIT;
            log_print(&shown, text, strlen(text));
            printf("\n/%s/ /%s/ on '%s'\nwhole:\n%sin pieces:\n%s", match_pattern_text(patterns[0]),
                   match_pattern_text(patterns[count - 1]), buf_text(&shown), buf_text(&whole),
                   buf_text(&pieces));
            buf_release(&shown);
        }
        buf_release(&pieces);
    }
    buf_release(&whole);
    return same;
}

static void test_random_patterns_are_the_same_under_any_chunking(void)
{
    unsigned long different = 0;

    rng = prng_init(seed);
    for (unsigned long i = 0; i < sets; i++) {
        struct match_pattern *own[2] = {pattern_any(), pattern_any()};
        const struct match_pattern *patterns[2] = {own[0], own[1]};
        size_t count = 1 + prng_below(&rng, 2);
        for (int k = 0; k < TEXTS; k++) {
            char text[TEXT_BYTES_MAX + 1];
            text_random(text);
            different += agree(patterns, count, text) ? 0 : 1;
        }
        match_pattern_free(own[0]);
        match_pattern_free(own[1]);
    }
    CU_ASSERT_EQUAL(different, 0);
}

int main(int argc, char **argv)
{
    static CU_TestInfo tests[] = {
        {"random patterns", test_random_patterns_are_the_same_under_any_chunking},
        CU_TEST_INFO_NULL,
    };
    if (argc > 1)
        sets = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoul(argv[2], NULL, 10);
    return suite_run("match_random", tests);
}
