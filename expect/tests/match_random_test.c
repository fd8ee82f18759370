/* match_random_test.c [SETS [SEED]]: random patterns on random texts, whole and in pieces.
 *
 * What a person would not think of: anchors at line ends, lookaround over a cut, lazy and
 * possessive repetition; and, on half of the texts, something typed in between, in modes of all
 * kinds, whose echo or redraw may be what comes. What the text sets of the terminal's modes, and
 * the screen that it draws, are told at the end, however often somebody has looked before. Each set
 * is one or two patterns that are expected again and again; whatever is answered for the text in
 * one piece must be answered for it in small pieces. */
#include "expect/display.h"
#include "expect/match.h"
#include "expect/modes.h"
#include "expect/pty.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 4, CUTTINGS = 4, TEXT_BYTES_MAX = 60, ANSWERS_MAX = 50, TYPED_MAX = 4 };

/* A text, and what is typed when so much of it has come. */
struct tale {
    char text[TEXT_BYTES_MAX + 1];
    size_t typed_count;
    struct typed {
        size_t at;
        char keys[8];
        struct termios modes;
        size_t ahead; /* shown by then, not fed yet; and among those the echo may be */
        bool rests;   /* before it */
    } typed[TYPED_MAX];
    bool echoes; /* are looked at */
};

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

static void keys_type(struct match *m, const struct typed *t)
{
    CHECK(match_sent(m, &t->modes, t->keys, strlen(t->keys), t->ahead) == 0);
    if (t->ahead > 0)
        match_typed(m, t->ahead);
}

/* Expects the patterns until nothing is found any more. */
static void play(const struct match_pattern *const *patterns, size_t count, const struct tale *tale,
                 uint32_t piece_max, struct buf *told)
{
    struct match *m = NULL;
    struct match_result r;
    size_t size = strlen(tale->text);
    size_t fed = 0;
    size_t typed = 0;
    bool rested = false;
    struct modes modes = {0};
    struct display *display = NULL;

    CHECK(match_new(NULL, &m, NULL) == 0);
    CHECK(display_new(m, 6, 12, &display, NULL) == 0);
    CHECK(match_look_at(m, tale->echoes ? MATCH_WITH_ECHOES : MATCH_WITHOUT_ECHOES, NULL) == 0);
    int rc = match_expect(m, patterns, count, &r, NULL);
    for (int answers = 0; answers < ANSWERS_MAX;) {
        const struct typed *next = typed < tale->typed_count ? &tale->typed[typed] : NULL;
        size_t end = next != NULL ? next->at : size;
        if (rc == MATCH_FOUND) {
            tell(told, &r);
            answers++;
            if (r.end == r.begin)
                break; /* it would be found for ever */
            rc = match_expect(m, patterns, count, &r, NULL);
        } else if (rc < 0) {
            buf_addf(told, "error %d\n", rc);
            break;
        } else if (fed < end) {
            size_t part = 1 + prng_below(&rng, piece_max);
            part = part < end - fed ? part : end - fed;
            match_feed(m, tale->text + fed, part);
            modes_feed(&modes, tale->text + fed, part);
            fed += part;
            if (prng_chance(&rng, 1, 4))
                CHECK(display_screen(display) != NULL);
            rc = match_again(m, &r, NULL);
        } else if (next != NULL && next->rests && !rested) {
            rested = true;
            rc = match_settle(m, &r, NULL);
        } else if (next != NULL) {
            keys_type(m, next);
            rested = false;
            typed++;
        } else {
            rc = match_settle(m, &r, NULL);
            if (rc == MATCH_PENDING)
                break;
        }
    }
    match_feed(m, tale->text + fed, size - fed);
    modes_feed(&modes, tale->text + fed, size - fed);
    modes_tell(&modes, told);
    display_tell(display, size, NULL, told);
    display_free(display);
    match_free(m);
}

/* Now and then what is typed next, as an editor or a terminal would show it. */
static void text_type(struct tale *tale, struct buf *text)
{
    static const char *const keys[] = {"ab\r",  "a",    "b\r",    "aa\rab\r",
                                       "  x\r", "\x03", "a\tb\r", "\r"};
    static const char *const shown[] = {
        "ab\r\n", "a",           "b\r\n",       "a\bab\r\n", "a  x\r\n",
        "^C",     "\x1b[?2004h", "\x1b[?2004l", "x \rx",     "a\x1b[2Dab\r\n"};
    struct typed *t = &tale->typed[tale->typed_count++];
    uint32_t modes = prng_below(&rng, 4);

    t->at = text->size;
    (void)snprintf(t->keys, sizeof(t->keys), "%s", PICK(keys));
    pty_modes_default(&t->modes);
    if (modes > 0)
        t->modes.c_lflag &= ~(tcflag_t)ECHO;
    if (modes > 1) {
        t->modes.c_lflag &= ~(tcflag_t)ICANON;
        t->modes.c_iflag &= ~(tcflag_t)ICRNL;
    }
    t->rests = prng_chance(&rng, 1, 3);
    for (uint32_t i = prng_below(&rng, 4); i > 0; i--)
        buf_add_text(text, PICK(shown));
    if (prng_chance(&rng, 1, 3))
        t->ahead = text->size - t->at;
}

static struct tale tale_random(void)
{
    static const char *const drawn[] = {"\x1b[?25l", "\x1b[5;3Hx", "\x1b[?1049h",
                                        "\x1b[?1h",  "\x1b=",      "\x1b[1mb\x1b[0m",
                                        "\xc3\xa9",  "\x1b[2J",    "\x1b[?2004h"};
    struct tale tale = {.echoes = prng_chance(&rng, 1, 8)};
    struct buf text = BUF_INIT;
    bool types = prng_chance(&rng, 1, 2);

    for (uint32_t i = 1 + prng_below(&rng, 30); i > 0; i--) {
        if (types && tale.typed_count < TYPED_MAX && prng_chance(&rng, 1, 6))
            text_type(&tale, &text);
        else if (types && prng_chance(&rng, 1, 8))
            buf_add_text(&text, PICK(drawn));
        else
            buf_add(&text, &"aabbcx \r\n\r\n1"[prng_below(&rng, 12)], 1);
    }
    (void)snprintf(tale.text, sizeof(tale.text), "%s", buf_text(&text));
    size_t size = strlen(tale.text);
    /* What did not find room is typed at the end. */
    for (size_t i = 0; i < tale.typed_count; i++) {
        struct typed *t = &tale.typed[i];
        t->at = t->at < size ? t->at : size;
        t->ahead = t->ahead < size - t->at ? t->ahead : size - t->at;
    }
    buf_release(&text);
    return tale;
}

/* One set on one text: true when all cuttings agree. */
static bool agree(const struct match_pattern *const *patterns, size_t count,
                  const struct tale *tale)
{
    struct buf whole = BUF_INIT;
    bool same = true;

    /* Pieces of up to 2^16 bytes are one piece, nearly always; a short first one does no harm. */
    play(patterns, count, tale, 1U << 16, &whole);
    for (int i = 0; same && i < CUTTINGS; i++) {
        struct buf pieces = BUF_INIT;
        play(patterns, count, tale, 3, &pieces);
        same = strcmp(buf_text(&whole), buf_text(&pieces)) == 0;
        if (!same) {
            struct buf shown = BUF_INIT;
            log_print(&shown, tale->text, strlen(tale->text));
            for (size_t k = 0; k < tale->typed_count; k++) {
                buf_addf(&shown, ", typed at %zu, ahead %zu, modes %#x%s: ", tale->typed[k].at,
                         tale->typed[k].ahead, tale->typed[k].modes.c_lflag & (ECHO | ICANON),
                         tale->typed[k].rests ? ", at rest" : "");
                log_print(&shown, tale->typed[k].keys, strlen(tale->typed[k].keys));
            }
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
            const struct tale tale = tale_random();
            different += agree(patterns, count, &tale) ? 0 : 1;
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
