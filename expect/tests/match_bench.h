/* match_bench.h: one terminal's stream, and what is looked for in it. */
#ifndef EXPECT_TESTS_MATCH_BENCH_H
#define EXPECT_TESTS_MATCH_BENCH_H

#include "expect/match.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One terminal and up to eight patterns, which is all that a test here needs. */
struct bench {
    struct match *match;
    struct match_pattern *patterns[8];
    size_t count;
    struct match_result result;
    struct diag diag;
};

static inline void bench_open(struct bench *b, const struct match_options *options)
{
    *b = (struct bench){0};
    CHECK(match_new(options, &b->match, &b->diag) == 0);
}

static inline void bench_close(struct bench *b)
{
    match_free(b->match);
    for (size_t i = 0; i < b->count; i++)
        match_pattern_free(b->patterns[i]);
}

static inline struct match_pattern *bench_pattern(struct bench *b, const char *text)
{
    CHECK(b->count < 8);
    CHECK(match_compile(text, &b->patterns[b->count], NULL, &b->diag) == 0);
    return b->patterns[b->count++];
}

static inline int bench_expect(struct bench *b, const char *text)
{
    const struct match_pattern *p = bench_pattern(b, text);

    return match_expect(b->match, &p, 1, &b->result, &b->diag);
}

static inline void bench_feed(struct bench *b, const char *text)
{
    match_feed(b->match, text, strlen(text));
}

static inline int bench_again(struct bench *b)
{
    return match_again(b->match, &b->result, &b->diag);
}

static inline int bench_settle(struct bench *b)
{
    return match_settle(b->match, &b->result, &b->diag);
}

static inline bool capture_is(const struct match_result *r, size_t i, const char *text)
{
    const struct match_capture *c = &r->captures[i];

    return i < r->capture_count && c->text != NULL && c->size == strlen(text) &&
           memcmp(c->text, text, c->size) == 0;
}

static inline void nearest_has(struct bench *b, const char *pattern, const char *words)
{
    struct buf why = BUF_INIT;
    struct match_pattern *p = bench_pattern(b, pattern);

    match_nearest(b->match, p, &why);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&why), words));
    if (strstr(buf_text(&why), words) == NULL)
        printf("\n'%s' not in:\n%s", words, buf_text(&why));
    buf_release(&why);
}

static inline void nearest_hasnt(struct bench *b, const char *pattern, const char *words)
{
    struct buf why = BUF_INIT;
    struct match_pattern *p = bench_pattern(b, pattern);

    match_nearest(b->match, p, &why);
    CU_ASSERT_PTR_NULL(strstr(buf_text(&why), words));
    buf_release(&why);
}

#endif
