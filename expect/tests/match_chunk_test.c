/* match_chunk_test.c [CHUNKINGS]: the same transcript gives the same results however it is cut.
 *
 * Method: a story (pieces of output, with the sends in between), patterns that are expected one
 * list after the other, and a watch; everything that is answered is written down as text. The
 * reference is the run in the largest pieces; every random cutting must give the same text. */
#include "expect/match.h"
#include "expect/pty.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LISTS = 14, LIST_MAX = 4, STORY_PIECES_MAX = 8 };

static unsigned long chunkings = 1000;

struct piece {
    const char *output;
    const char *then_typed; /* or NULL */
    bool edits;             /* in a line editor's modes */
};

/* clang-format off */
static const struct piece story[] = {
    {"boot \x1b[1mok\x1b[0m\r\n\r\nN=485\r\nread\x1b]0;title\x07y> ", "go 42\r", false},
    {"go 42\r\nanswer: 42, not 41\r\nalpha beta\rgamma\n\nready> ", "x\r", false},
    {"xx\r\nready> \x1b[K", "stop\r", false},
    {"stop\r\nbye\r\naaaaaaaab aaaac\r\nb:1 b:22 b:333\r\n\x1b[?2004h$ ",
     "sleep 1\rfalse && X9\r", true},
    {"s\bsleep 1\x1b[?2004l\r\r\nout 8\r\n\x1b[?2004h$ false && X9\r\n\x1b[?2004l\rexit 7", NULL, false},
};
/* clang-format on */

/* Expected in this order, each when the one before was found. */
static const char *const lists[LISTS][LIST_MAX] = {
    {"^$"               },
    {               "485",         "N=(\\d+)", "N=4", "\\d+"},
    {          "ready> (?=\\S*\\r?$)",                   "y>"},
    {  "answer: (\\d+), (?:not (\\d+))?",                   "go"},
    {"^(\\w+) (\\w+)$"                  },
    {                  "gam+a",             "(?<=\\r)g"},
    {"(?s)ready> .*?\\n", "ready> $"},
    {                   "x+$",               "ready"},
    {"(?i)BYE",           "stop"},
    {                    "(a+)b",             "a{3,}c", "aaaaaaaa"},
    {"b:(\\d*)2",                   "b:(\\d+)\\b", "(?>b:\\d+)$"},
    {                                    "\\$ $"     },
    {                    "sleep",              "(?s)out.*?\\$ ", "false"},
    {  "exit (\\d+)",            "exit (\\d+)\\z"},
};

/* What is right. Places are those of the bytes as they came. */
static const char expects_told[] =
    "expect 0 by 0 at 17..17 decided 18: ''\n"
    "expect 1 by 0 at 19..24 decided 25: 'N=485' '485'\n"
    "expect 0 by 1 at 26..43 decided 43: 'ready> '\n"
    "expect 0 by 0 at 50..68 decided 69: 'answer: 42, not 41' '42' '41'\n"
    "expect 0 by 0 at 70..80 decided 81: 'alpha beta' 'alpha' 'beta'\n"
    "expect 0 by 0 at 81..86 decided 86: 'gamma'\n"
    "expect 1 by 1 at 88..95 decided 95: 'ready> '\n"
    "expect 0 by 0 at 95..97 decided 98: 'xx'\n"
    "expect 0 by 0 at 115..118 decided 118: 'bye'\n"
    "expect 0 by 0 at 120..129 decided 129: 'aaaaaaaab' 'aaaaaaaa'\n"
    "expect 1 by 0 at 137..140 decided 141: 'b:1' '1'\n"
    "expect 0 by 1 at 161..163 decided 163: '$ '\n"
    "expect 1 by 0 at 183..200 decided 200: 'out 8\\r\\n$ '\n"
    "expect 0 by 1 at 222..228 decided 228: 'exit 7' '7'\n";
static const char watch_told[] = "watch 0 by 0 at 21..24 decided 25: '485'\n"
                                 "watch 0 by 0 at 58..60 decided 61: '42'\n"
                                 "watch 0 by 0 at 66..68 decided 69: '41'\n"
                                 "watch 0 by 0 at 143..145 decided 146: '22'\n"
                                 "watch 0 by 0 at 148..151 decided 152: '333'\n";

struct teller {
    struct match *match;
    struct match_pattern *patterns[LISTS][LIST_MAX];
    size_t counts[LISTS];
    size_t next; /* list that is expected */
    struct match_pattern *watched;
    struct match_watch *watch;
    struct buf watch_told;
    struct buf told;
};

static void tell(struct buf *out, const char *what, const struct match_result *r)
{
    buf_addf(out, "%s %zu by %d at %llu..%llu decided %llu:", what, r->index, (int)r->decided_by,
             (unsigned long long)r->begin, (unsigned long long)r->end,
             (unsigned long long)r->decided_at);
    for (size_t i = 0; i < r->capture_count; i++) {
        buf_add_text(out, r->captures[i].text == NULL ? " -" : " '");
        if (r->captures[i].text == NULL)
            continue;
        log_print(out, r->captures[i].text, r->captures[i].size);
        buf_add_text(out, "'");
    }
    buf_add_text(out, "\n");
}

static void teller_arm(struct teller *t, struct match_result *r, int *rc)
{
    struct diag diag;
    const struct match_pattern *list[LIST_MAX];

    for (size_t i = 0; i < t->counts[t->next]; i++)
        list[i] = t->patterns[t->next][i];
    *rc = match_expect(t->match, list, t->counts[t->next], r, &diag);
}

/* Takes all answers there are, arming the next list after each. */
static void teller_answers(struct teller *t, int rc, struct match_result *r)
{
    struct diag diag;

    while (t->next < LISTS && rc == MATCH_FOUND) {
        tell(&t->told, "expect", r);
        t->next++;
        if (t->next < LISTS)
            teller_arm(t, r, &rc);
    }
    CU_ASSERT(rc >= 0);
    while (match_watch_next(t->watch, r, &diag) == MATCH_FOUND)
        tell(&t->watch_told, "watch", r);
}

static void teller_open(struct teller *t)
{
    struct match_result r;
    struct diag diag;
    int rc = 0;

    *t = (struct teller){0};
    CHECK(match_new(NULL, &t->match, &diag) == 0);
    for (size_t i = 0; i < LISTS; i++) {
        while (t->counts[i] < LIST_MAX && lists[i][t->counts[i]] != NULL) {
            size_t k = t->counts[i]++;
            CHECK(match_compile(lists[i][k], &t->patterns[i][k], NULL, &diag) == 0);
        }
    }
    CHECK(match_compile("\\w\\d+", &t->watched, NULL, &diag) == 0);
    CHECK(match_watch_start(t->match, t->watched, MATCH_FROM_NOW, &t->watch, &diag) == 0);
    teller_arm(t, &r, &rc);
    CHECK(rc == MATCH_PENDING);
}

static void teller_close(struct teller *t)
{
    match_free(t->match);
    match_pattern_free(t->watched);
    for (size_t i = 0; i < LISTS; i++) {
        for (size_t k = 0; k < t->counts[i]; k++)
            match_pattern_free(t->patterns[i][k]);
    }
    buf_release(&t->told);
    buf_release(&t->watch_told);
}

/* Plays the story in random pieces of 1 .. piece_max bytes, or whole when rng is NULL. */
static void teller_play(struct teller *t, struct prng *rng, uint32_t piece_max)
{
    struct match_result r;
    struct diag diag;

    for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++) {
        const char *output = story[i].output;
        size_t left = strlen(output);
        while (left > 0) {
            size_t part = rng == NULL ? left : 1 + prng_below(rng, piece_max);
            if (part > left)
                part = left;
            match_feed(t->match, output, part);
            if (t->next < LISTS)
                teller_answers(t, match_again(t->match, &r, &diag), &r);
            output += part;
            left -= part;
        }
        if (t->next < LISTS)
            teller_answers(t, match_settle(t->match, &r, &diag), &r);
        struct termios modes;
        pty_modes_default(&modes);
        if (story[i].edits) {
            modes.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
            modes.c_iflag &= ~(tcflag_t)ICRNL;
        }
        if (story[i].then_typed != NULL)
            CHECK(match_sent(t->match, &modes, story[i].then_typed, strlen(story[i].then_typed),
                             0) == 0);
    }
    if (t->next < LISTS)
        teller_answers(t, match_eof(t->match, &r, &diag), &r);
}

static void test_match_is_the_same_under_any_chunking(void)
{
    struct teller whole;
    struct prng rng = prng_init(1);
    unsigned long different = 0;

    teller_open(&whole);
    teller_play(&whole, NULL, 0);
    CU_ASSERT_EQUAL(whole.next, LISTS);
    CU_ASSERT_STRING_EQUAL(buf_text(&whole.told), expects_told);
    CU_ASSERT_STRING_EQUAL(buf_text(&whole.watch_told), watch_told);
    for (unsigned long i = 0; i < chunkings; i++) {
        struct teller t;
        teller_open(&t);
        teller_play(&t, &rng, 1U + (uint32_t)(i % 40));
        if (strcmp(buf_text(&t.told), buf_text(&whole.told)) != 0 ||
            strcmp(buf_text(&t.watch_told), buf_text(&whole.watch_told)) != 0) {
            if (different++ == 0)
                printf("\nwhole:\n%s%sin pieces:\n%s%s", buf_text(&whole.told),
                       buf_text(&whole.watch_told), buf_text(&t.told), buf_text(&t.watch_told));
        }
        teller_close(&t);
    }
    CU_ASSERT_EQUAL(different, 0);
    teller_close(&whole);
}

/* A long text in which matches are longer and shorter than a small window. */
static char *long_text(size_t size)
{
    struct prng rng = prng_init(7);
    char *text = malloc(size);

    CHECK(text != NULL);
    for (size_t i = 0; i < size; i++) {
        uint32_t dice = prng_below(&rng, 3000);
        text[i] = "abcdefgh"[dice % 8];
        if (dice < 60)
            text[i] = '\n';
        if (dice < 2)
            text[i] = "AZ"[dice];
    }
    return text;
}

/* All occurrences of the pattern up to one that is too long, with the text cut at random. */
static void watch_all(const char *text, size_t size, struct prng *rng, struct buf *told)
{
    struct match_options options = {.window_bytes = 8192};
    struct match *m = NULL;
    struct match_pattern *p = NULL;
    struct match_watch *w = NULL;
    struct match_result r;
    struct diag diag;

    CHECK(match_new(&options, &m, &diag) == 0);
    CHECK(match_compile("(?s)A.*?Z", &p, NULL, &diag) == 0);
    CHECK(match_watch_start(m, p, MATCH_FROM_NOW, &w, &diag) == 0);
    while (size > 0) {
        size_t part = rng == NULL ? size : 1 + prng_below(rng, 9000);
        part = part < size ? part : size;
        match_feed(m, text, part);
        text += part;
        size -= part;
        while (match_watch_next(w, &r, &diag) == MATCH_FOUND)
            buf_addf(told, "%llu..%llu\n", (unsigned long long)r.begin, (unsigned long long)r.end);
    }
    int rc = match_watch_next(w, &r, &diag);
    buf_addf(told, "%s\n", rc < 0 ? diag.text : "");
    match_free(m);
    match_pattern_free(p);
}

static void test_the_window_is_the_same_under_any_chunking(void)
{
    enum { SIZE = 400 * 1000 };
    struct prng rng = prng_init(2);
    struct buf whole = BUF_INIT;
    char *text = long_text(SIZE);

    watch_all(text, SIZE, NULL, &whole);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&whole), ".."));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&whole), "limits.window, 8KB"));
    for (int i = 0; i < 20; i++) {
        struct buf told = BUF_INIT;
        watch_all(text, SIZE, &rng, &told);
        CU_ASSERT_STRING_EQUAL(buf_text(&told), buf_text(&whole));
        buf_release(&told);
    }
    buf_release(&whole);
    free(text);
}

int main(int argc, char **argv)
{
    static CU_TestInfo tests[] = {
        {"match is the same under any chunking",  test_match_is_the_same_under_any_chunking     },
        {"window is the same under any chunking", test_the_window_is_the_same_under_any_chunking},
        CU_TEST_INFO_NULL,
    };
    if (argc > 1)
        chunkings = strtoul(argv[1], NULL, 10);
    return suite_run("match_chunk", tests);
}
