/* match_fuzz.c: any patterns on any stream, cut anywhere.
 *
 * An input is a byte of options, a byte that seeds the cuts, one to four patterns that each end at
 * a line feed, and the stream; a TYPED byte in it means that the next bytes are typed and not
 * shown. The patterns are expected again and again, and the first is watched for as well. What must
 * hold: the answers (which pattern, where, captures, what decided) are the same for the stream in
 * one piece and in small pieces, as is the text; a capture lies in its match; an error of a pattern
 * names it. What is found is found through the filters of view.h, echo.h and plain.h.
 *
 * With OPTION_ATOMS the bytes stand for pieces of patterns and for a few letters and line ends:
 * then nearly every pattern can be compiled, and matches somewhere. */
#include "expect/match.h"
#include "expect/pty.h"
#include "runtime/base/check.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATTERNS_MAX = 4,
    ANSWERS_MAX = 40,
    PIECE_BYTES_MAX = 5,
    WATCHED_MAX = 200,
    INPUT_BYTES_MAX = 1024
};

enum option {
    OPTION_PATTERNS = 0x03, /* how many, less one */
    OPTION_EOF = 0x04,      /* the stream ends; otherwise it is only quiet */
    OPTION_NEAREST = 0x08,  /* what did not match is explained */
    OPTION_RAW = 0x10,      /* the terminal is not in canonical mode */
    OPTION_ATOMS = 0x20,    /* bytes stand for pieces */
};

/* In a stream: then a byte with a number in its low bits, and so many bytes that are typed. */
enum { TYPED = 0xfe, TYPED_BYTES = 0x0f };

struct input {
    struct match_pattern *pattern[PATTERNS_MAX];
    size_t count;
    uint8_t options;
    uint8_t cuts;
    struct termios modes;
    const uint8_t *stream;
    size_t size;
};

/* What one way to cut the stream has led to. */
struct play {
    const struct input *in;
    struct match *match;
    struct match_watch *watch;
    struct buf told;
    struct buf watch_told;
    unsigned answers;
    unsigned watched;
    int rc; /* of the expect */
};

/* ---- answers as text ---- */

static void captures_tell(struct buf *out, const struct match_result *r)
{
    for (size_t i = 0; i < r->capture_count; i++) {
        const struct match_capture *c = &r->captures[i];
        buf_add_text(out, c->text == NULL ? " -" : " '");
        if (c->text != NULL)
            log_print(out, c->text, c->size);
    }
    buf_add_text(out, "\n");
}

static void found_tell(const struct play *p, struct buf *out, const struct match_result *r)
{
    uint64_t end = match_log(p->match)->end;

    CHECK(r->pattern != NULL && r->capture_count >= 1 && r->capture_count <= MATCH_CAPTURES_MAX);
    CHECK(r->begin <= r->end && r->end <= end && r->decided_at <= end);
    CHECK(r->captures[0].text != NULL && r->captures[0].size <= r->end - r->begin);
    buf_addf(out, "pattern %zu by %d at %llu..%llu decided %llu:", r->index, (int)r->decided_by,
             (unsigned long long)r->begin, (unsigned long long)r->end,
             (unsigned long long)r->decided_at);
    captures_tell(out, r);
    FUZZ_MISTAKE(r->index == 1 &&
                 r->captures[0].size == 1); /* no seed's second pattern is so short */
}

static void error_tell(struct buf *out, const struct match_result *r, int rc, size_t count,
                       const struct diag *diag)
{
    CHECK(rc == ERR_FULL || rc == ERR_NOMEM);
    buf_addf(out, "error %d", rc);
    if (rc == ERR_FULL) {
        char name[256];
        CHECK(r->pattern != NULL && r->index < count);
        (void)snprintf(name, sizeof(name), "'%.200s'", match_pattern_text(r->pattern));
        CHECK(strstr(diag->text, name) != NULL);
        buf_addf(out, " of pattern %zu", r->index);
    }
    buf_add_text(out, "\n");
}

/* ---- one way to cut ---- */

/* Takes what has been found, arming the patterns again after each. */
static void answers_take(struct play *p)
{
    const struct match_pattern *list[PATTERNS_MAX];
    struct match_result r;
    struct diag diag = {0};

    for (size_t i = 0; i < p->in->count; i++)
        list[i] = p->in->pattern[i];
    p->rc = match_again(p->match, &r, &diag);
    while (p->rc == MATCH_FOUND && p->answers < ANSWERS_MAX) {
        found_tell(p, &p->told, &r);
        p->answers++;
        if (r.captures[0].size == 0) {
            p->answers = ANSWERS_MAX; /* it would be found for ever */
            return;
        }
        p->rc = match_expect(p->match, list, p->in->count, &r, &diag);
    }
    if (p->rc < 0 && p->answers < ANSWERS_MAX) {
        error_tell(&p->told, &r, p->rc, p->in->count, &diag);
        p->answers = ANSWERS_MAX;
    }
}

static void watch_take(struct play *p)
{
    struct match_result r;
    struct diag diag = {0};
    int rc = MATCH_FOUND;

    while (rc == MATCH_FOUND && p->watched < WATCHED_MAX) {
        rc = match_watch_next(p->watch, &r, &diag);
        if (rc == MATCH_FOUND)
            found_tell(p, &p->watch_told, &r);
        p->watched++;
    }
    if (rc < 0) {
        error_tell(&p->watch_told, &r, rc, 1, &diag);
        p->watched = WATCHED_MAX;
    } else if (rc == MATCH_PENDING) {
        p->watched--;
    }
}

static void play_begin(struct play *p, const struct input *in)
{
    /* Small, for there are thousands of them; ci/fuzz gives inputs that are smaller. */
    static const struct match_options options = {.window_bytes = INPUT_BYTES_MAX};
    const struct match_pattern *list[PATTERNS_MAX];
    struct match_result r;
    struct diag diag = {0};

    *p = (struct play){.in = in};
    CHECK(match_new(&options, &p->match, &diag) == 0);
    CHECK(match_watch_start(p->match, in->pattern[0], MATCH_FROM_NOW, &p->watch, &diag) == 0);
    for (size_t i = 0; i < in->count; i++)
        list[i] = in->pattern[i];
    p->rc = match_expect(p->match, list, in->count, &r, &diag);
    answers_take(p);
}

/* How many bytes of the stream are shown before something is typed. */
static size_t shown_size(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *typed = memchr(at, TYPED, (size_t)(end - at));

    return (size_t)((typed == NULL ? end : typed) - at);
}

/* piece_max 0: whole. */
static void play_stream(struct play *p, uint32_t piece_max)
{
    struct prng rng = prng_init(p->in->cuts);
    const uint8_t *at = p->in->stream;
    const uint8_t *end = at + p->in->size;

    while (at < end) {
        for (size_t left = shown_size(at, end); left > 0;) {
            size_t part = piece_max == 0 ? left : 1 + prng_below(&rng, piece_max);
            part = part < left ? part : left;
            match_feed(p->match, at, part);
            answers_take(p);
            watch_take(p);
            at += part;
            left -= part;
        }
        if (end - at < 2)
            return;
        size_t typed = at[1] & TYPED_BYTES;
        at += 2;
        typed = typed < (size_t)(end - at) ? typed : (size_t)(end - at);
        int rc = match_sent(p->match, &p->in->modes, at, typed, 0);
        CHECK(rc == 0 || rc == ERR_FULL);
        at += typed;
    }
}

static void play_end(struct play *p)
{
    struct match_result r;
    size_t size = 0;
    bool more = true;

    while (more && p->answers < ANSWERS_MAX) {
        unsigned before = p->answers;
        (void)((p->in->options & OPTION_EOF) != 0 ? match_eof(p->match, &r, NULL)
                                                  : match_settle(p->match, &r, NULL));
        answers_take(p);
        watch_take(p);
        more = p->answers > before;
    }
    const char *unread = match_unread(p->match, &size);
    buf_addf(&p->told, "cursor %llu, unread '", (unsigned long long)match_cursor(p->match));
    log_print(&p->told, unread, size);
    buf_add_text(&p->told, "'\n");
}

static void play_nearest(struct play *p)
{
    struct buf out = BUF_INIT;

    for (size_t i = 0; i < p->in->count; i++)
        match_nearest(p->match, p->in->pattern[i], &out);
    CHECK(!out.failed && out.size > 0);
    buf_release(&out);
}

static void play_release(struct play *p)
{
    match_free(p->match);
    buf_release(&p->told);
    buf_release(&p->watch_told);
}

/* ---- one input ---- */

static const char *const atoms[] = {
    "a",       "b",     "c",       "x",       "1",         " ",     "\\r",  "\\n",   ".",
    "^",       "$",     "\\b",     "\\B",     "\\s",       "\\S",   "\\w",  "\\d",   "\\R",
    "\\A",     "\\z",   "\\Z",     "\\h",     "\\N",       "[ab]",  "[^a]", "\\1",   "(",
    "(",       "(?:",   "(?=",     "(?!",     "(?>",       "(?s:",  "(?i:", "(?<=a", "(?<=\\n^",
    "(?<=\\r", "(?<=$", "(?<=\\b", "(?<!\\s", "(?<!^",     "(?<!x", ")",    ")",     ")",
    ")",       "|",     "|",       "*",       "+",         "?",     "*?",   "+?",    "??",
    "*+",      "{2}",   "{1,3}",   "(*SKIP)", "(*ACCEPT)", "(?|"};
static const char letters[] = "aabbcx \r\n\r\n1\x1b[m";

/* The pattern that the bytes stand for, with all its groups closed. */
static void atoms_write(struct buf *out, const uint8_t *at, size_t size)
{
    size_t open = 0;

    for (size_t i = 0; i < size; i++) {
        const char *atom = atoms[at[i] % (sizeof(atoms) / sizeof(atoms[0]))];
        if (atom[0] == ')' && open == 0)
            continue;
        open += atom[0] == '(' && atom[1] != '*';
        open -= atom[0] == ')';
        buf_add_text(out, atom);
    }
    while (open-- > 0)
        buf_add_text(out, ")");
}

/* The letters that the bytes of the stream stand for. What is typed stays what it is. */
static void letters_write(struct input *in)
{
    static uint8_t stream[INPUT_BYTES_MAX];

    for (size_t i = 0; i < in->size; i++) {
        bool typed = in->stream[i] == TYPED || (i > 0 && in->stream[i - 1] == TYPED);
        uint8_t letter = (uint8_t)letters[in->stream[i] % (sizeof(letters) - 1)];
        stream[i] = typed ? in->stream[i] : letter;
    }
    in->stream = stream;
}

/* Compiles the line up to its end; returns where the next one begins. Without a pattern in the end
 * an input has one that finds everything. */
static const uint8_t *pattern_take(struct input *in, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
    size_t size = (size_t)((newline == NULL ? end : newline) - at);
    struct buf line = BUF_INIT;
    struct match_pattern *p = NULL;
    struct diag diag = {0};
    size_t wrong_at = 0;

    if ((in->options & OPTION_ATOMS) != 0)
        atoms_write(&line, at, size);
    else
        buf_add(&line, at, size);
    const char *text = buf_text(&line);
    int rc = match_compile(text, &p, &wrong_at, &diag);
    CHECK(rc == 0 || (rc == ERR_INPUT && wrong_at <= strlen(text) && diag.text[0] != 0));
    CHECK(match_check(text, NULL, NULL) == rc);
    if (rc == 0)
        in->pattern[in->count++] = p;
    buf_release(&line);
    return newline == NULL ? end : newline + 1;
}

static void input_read(struct input *in, const uint8_t *data, size_t size)
{
    const uint8_t *at = data + 2;
    const uint8_t *end = data + size;

    *in = (struct input){.options = data[0], .cuts = data[1]};
    pty_modes_default(&in->modes);
    if ((in->options & OPTION_RAW) != 0)
        in->modes.c_lflag &= ~(tcflag_t)ICANON;
    for (int i = 0; i <= (in->options & OPTION_PATTERNS); i++)
        at = pattern_take(in, at, end);
    if (in->count == 0)
        CHECK(match_compile("(?s).", &in->pattern[in->count++], NULL, NULL) == 0);
    in->stream = at;
    in->size = (size_t)(end - at);
    if ((in->options & OPTION_ATOMS) != 0)
        letters_write(in);
}

static void plays_compare(const struct play *whole, const struct play *pieces)
{
    if (strcmp(buf_text(&whole->told), buf_text(&pieces->told)) == 0 &&
        strcmp(buf_text(&whole->watch_told), buf_text(&pieces->watch_told)) == 0)
        return;
    for (size_t i = 0; i < whole->in->count; i++)
        (void)fprintf(stderr, "/%s/\n", match_pattern_text(whole->in->pattern[i]));
    (void)fprintf(stderr, "whole:\n%swatched:\n%sin pieces:\n%swatched:\n%s",
                  buf_text(&whole->told), buf_text(&whole->watch_told), buf_text(&pieces->told),
                  buf_text(&pieces->watch_told));
    CHECK(whole == pieces); /* the answers depend on how the stream was cut */
}

static const char *const seeds[] = {
    "\x03\x01leaf> $\nN=(\\d+)\n^(\\w+) (\\w+)$\nleaf\nboot\r\nN=485\r\nleaf> \xfe\x03go\rgo\r\n",
    "\x02\x02(?s)A.*?Z\n(a+)b\n(?i)BYE\nxAbcZ aaab\x1b[1mbye\x1b[0m\r\n",
    "\x05\x03(a)|(b)\n(?<=\\r)g+\\b\nab\rgg \x1b]0;title\x07 ab",
    "\x08\x04(?=\\S+$)\\w{2,3}?\nready> \xfe\x02x\rx\r\nabc def\r\n",
    "\x10\x05(?>a|ab)c\\R\nabc\r\nac\n\xfe\x04x\x03\x08z^C",
    "\x04\x06(\\w)\\1|(?(1)x|y)(?<n>[[:digit:]]*+)\nabba yx12\x1bPq\x1b\\34",
    "\x00\x07(a(?1)?b)++\\Z\naabbab\n",
    "\x21\x09\x08\x09\x33\x10\n\x1a\x0f\x31\x2c\nabcdefghijklmnop\xfe\x02x\rpqrs",
    "\x24\x0a\x25\x2a\x1c\x01\x2e\x08\x30\nhgfedcbahgfedcba",
    "\x04\x08(x+x+)+y\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
};

size_t fuzz_seed(size_t i, uint8_t *out)
{
    if (i >= sizeof(seeds) / sizeof(seeds[0]))
        return 0;
    /* The first byte may be a 0. */
    size_t size = 1 + strlen(seeds[i] + 1);
    CHECK(size <= FUZZ_SEED_BYTES_MAX);
    memcpy(out, seeds[i], size);
    return size;
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in;
    struct play whole;
    struct play pieces;

    if (size < 2 || size > INPUT_BYTES_MAX)
        return 0;
    input_read(&in, data, size);
    play_begin(&whole, &in);
    play_stream(&whole, 0);
    play_end(&whole);
    play_begin(&pieces, &in);
    play_stream(&pieces, PIECE_BYTES_MAX);
    play_end(&pieces);
    plays_compare(&whole, &pieces);
    if ((in.options & OPTION_NEAREST) != 0)
        play_nearest(&pieces);
    play_release(&whole);
    play_release(&pieces);
    for (size_t i = 0; i < in.count; i++)
        match_pattern_free(in.pattern[i]);
    return 0;
}
