/* match_parts.h: what match.c (PCRE2) gives to those that look: match_scan.c at a stream,
 * match_nearest.c for what is like a match, display.c at a screen. For these files only. */
#ifndef EXPECT_MATCH_PARTS_H
#define EXPECT_MATCH_PARTS_H

#include "expect/match.h"
#include "expect/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum match_try {
    TRY_NOTHING, /* no match begins in the text, whatever follows */
    TRY_PARTIAL, /* one may begin at `begin`, more bytes would tell */
    TRY_MATCH,   /* begin .. end */
    TRY_ERROR,   /* the pattern costs too much */
};

/* How the end of the text is to be taken. */
enum match_mode { MODE_STREAM, MODE_QUIET, MODE_EOF };

/* A piece of text in which a match may begin at `from`; what stands before it is context. */
struct match_subject {
    const char *text;
    size_t size;
    size_t from;
    bool cut; /* the text is not the beginning of the stream */
    enum match_mode mode;
};

struct match_found {
    enum match_try what;
    size_t begin;
    size_t end;
    int error; /* PCRE2's number, TRY_ERROR */
};

/* What looking takes besides the pattern; opaque: match.c. */
struct match_engine;

int match_engine_new(struct match_engine **out, struct diag *diag);
void match_engine_free(struct match_engine *e); /* NULL is fine */

/* Looks once. `steps`: PCRE2's match limit for this look. */
struct match_found match_try(struct match_engine *e, const struct match_pattern *p,
                             const struct match_subject *subject, uint32_t steps);

#define MATCH_GROUP_UNSET SIZE_MAX

/* The groups of the pattern's last look, a TRY_MATCH: where each begins and ends in the text, the
 * whole match first, MATCH_GROUP_UNSET where one is not set. Lent until its next look. */
const size_t *match_groups(const struct match_pattern *p, size_t *count);

/* Whether PCRE2's offsets lie in the text and begin where a match may begin: JIT has given others
 * (for \K behind a possessive group), and what lies there is not ours to read.
 * Seam for tests: such a \K is refused, and no other pattern is known that does it. */
bool match_groups_are_sane(const size_t *groups, size_t count, const struct match_subject *subject);

/* What a look that was TRY_ERROR has needed. */
const char *match_error_text(int error);

/* How many bytes before a start the pattern may look at. */
size_t match_pattern_context(const struct match_pattern *p);

/* The same pattern, blind to case. Returns NULL when that cannot be had. */
struct match_pattern *match_caseless(const struct match_pattern *p);

struct match_engine *match_engine(const struct match *m);
const struct view *match_view(const struct match *m);

/* The cursor as an offset of the view's text. */
uint64_t match_cursor_text(const struct match *m);

#endif
