/* match.h: waits for patterns in what a terminal shows; the answer never depends on how the stream
 * was cut into reads.
 *
 * Use: match_new(); match_feed() for every piece of output; match_sent() before every piece of
 * input; match_expect() for a step, which answers found, pending or a negative error. While it is
 * pending, call match_again() after feeds, match_settle() when the subject is quiet, match_eof()
 * when it is dead. At the deadline: match_nearest() for the report.
 *
 * Patterns are PCRE2 over bytes, MULTILINE, a newline is CR, LF or CR LF. They see the text of
 * view.h: no escape sequences, no echoes. A pattern has matched only when no further byte could
 * change the match or its captures (PCRE2_PARTIAL_HARD); `leaf> $` or `N=(\d+)` at the end of what
 * has come is therefore pending until a byte, match_settle() or match_eof() decides it.
 *
 * Of several patterns the one whose match begins first in the text wins, of equals the first in the
 * list; a match waits while one that goes before it may still come.
 * The next expect starts exactly at the end of the match.
 *
 * Nothing is refused silently, and what cannot be known is an error that names the limit, never "no
 * match": an attempt that costs more than MATCH_STEPS_MAX or MATCH_STACK_BYTES_MAX; a match that
 * may have begun farther back than the window; unread text that was dropped before anybody looked.
 * (Rules and figures: PCRE2's pcre2partial(3), and measurements of the design.) */
#ifndef EXPECT_MATCH_H
#define EXPECT_MATCH_H

#include "expect/log.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum {
    MATCH_PATTERN_BYTES_MAX = 4096,
    MATCH_CAPTURES_MAX = 32,     /* the whole match is number 0 */
    MATCH_NAME_BYTES = 33,       /* of a named group, with its 0 */
    MATCH_ALTERNATIVES_MAX = 16, /* patterns of one expect */
    MATCH_WATCHES_MAX = 64,
    MATCH_WINDOW_BYTES = 1024 * 1024, /* default: how far back a match may begin */
    MATCH_WINDOW_BYTES_MAX = 64 * 1024 * 1024,
    MATCH_STEPS_MAX = 1000 * 1000, /* PCRE2's match limit, for each start of a match; and as */
    MATCH_STEPS_BYTE = 4,          /* many more for each byte of the window: .*? takes one */
    MATCH_STACK_BYTES_MAX = 1024 * 1024,
    MATCH_NEAREST_BYTES = 16 * 1024, /* unread bytes that match_nearest() looks at */
};

struct match;         /* one terminal's stream and what is waited for in it; opaque: match_scan.c */
struct match_pattern; /* compiled; serves any number of matches of one thread */

/* Compiles. Returns 0 and stores the pattern in *out (free it after the last match that uses it
 * was freed), or ERR_INPUT with the byte offset of the mistake in *at (NULL is fine) and the reason
 * in *diag, or ERR_NOMEM. Refused besides wrong syntax: \G, \C, \K, (*COMMIT),
 * (*NO_JIT), (*UTF), (*UCP), more than MATCH_CAPTURES_MAX - 1 groups, more than
 * MATCH_PATTERN_BYTES_MAX bytes: their answer would depend on how the stream was cut, or could not
 * be given. */
int match_compile(const char *text, struct match_pattern **out, size_t *at, struct diag *diag);
void match_pattern_free(struct match_pattern *p);

/* The text given to match_compile(). Lent. */
const char *match_pattern_text(const struct match_pattern *p);

/* Whether it matches anywhere in a text that is whole: MATCH_FOUND, 0, or ERR_FULL when it costs
 * more than a match may. */
int match_in(const struct match_pattern *p, const char *text, size_t size, struct diag *diag);

/* Whether match_compile() would take it: 0 or the same error. Keeps nothing. */
int match_check(const char *text, size_t *at, struct diag *diag);

/* The names of the groups of a pattern that match_check() takes, each once. */
size_t match_names(const char *text, char names[MATCH_CAPTURES_MAX][MATCH_NAME_BYTES]);

struct match_options {
    /* How far back a match may begin, and how much unread text is kept at least: `limits.window`. 0
     * stands for the default, and there is no more than MATCH_WINDOW_BYTES_MAX. */
    size_t window_bytes;
};

/* options: NULL for the defaults. Returns 0 or ERR_NOMEM. */
int match_new(const struct match_options *options, struct match **out, struct diag *diag);
void match_free(struct match *m);

/* What the terminal has shown next. Cannot fail; errors of armed patterns come out of
 * match_again() and match_watch_next(). */
void match_feed(struct match *m, const void *data, size_t size);

/* What is about to be typed, so that its echo cannot satisfy an expect: call it before the write.
 * `modes`: the terminal's, now; NULL: those of pty_open(). `ahead`: bytes that it has shown and
 * that are still to be fed. Returns 0, or ERR_FULL / ERR_NOMEM: this echo will be visible (limits
 * in echo.h and redraw.h). */
int match_sent(struct match *m, const struct termios *modes, const void *data, size_t size,
               size_t ahead);

/* It was typed, and `ahead` bytes are still to be fed now: among those before may be its echo,
 * where the modes have changed meanwhile. */
void match_typed(struct match *m, size_t ahead);

/* What is drawn next in answer to a key of nobody's: it is taken out of the text where it first
 * comes, so that no pattern sees it, and a pattern waits where it may just be coming. In place of
 * what was to be hidden before; of no bytes: nothing is, any more. Returns 0 or ERR_FULL. */
int match_hide(struct match *m, const char *text, size_t size);

/* True until that has come. */
bool match_hides(const struct match *m);

/* What is shown from now on is in no text, until this is taken back. */
void match_hide_all(struct match *m, bool on);

enum match_text {
    MATCH_WITHOUT_ECHOES, /* nor redraws */
    MATCH_WITH_ECHOES,
};

/* What each expect and watch looks at that begins from now on; without echoes at first. Returns 0,
 * or ERR_NOMEM: then still that. */
int match_look_at(struct match *m, enum match_text text, struct diag *diag);

enum match_decided {
    MATCH_BY_BYTES,      /* by what has come */
    MATCH_BY_QUIESCENCE, /* by match_settle(): nothing more comes for now */
    MATCH_BY_EOF,        /* by match_eof(): nothing more comes at all */
};

struct match_capture {
    const char *text; /* lent until the next match_expect() or match_watch_next(); NULL: not set */
    size_t size;
};

/* Offsets are raw. Set when found; of an error the pattern and the index, where it is about one. */
struct match_result {
    const struct match_pattern *pattern;
    size_t index; /* of the pattern in the list */
    enum match_decided decided_by;
    uint64_t begin;
    uint64_t end;
    uint64_t decided_at; /* behind the byte that decided */
    struct match_capture captures[MATCH_CAPTURES_MAX];
    size_t capture_count; /* groups of the pattern + 1 */
};

/* What the group of that name has matched; of several with it the first that has. */
struct match_capture match_named(const struct match_result *r, const char *name);

enum match_answer { MATCH_PENDING = 0, MATCH_FOUND = 1 };

/* Arms these patterns (the list is copied, the patterns lent until the expect ends) at the cursor,
 * instead of what was armed. Returns MATCH_FOUND, MATCH_PENDING, or ERR_FULL when a limit does not
 * let it answer (named in *diag; where it is about a pattern, result->pattern and index say which),
 * or ERR_NOMEM. Found: the cursor is behind the match and the expect is over. An error ends it too;
 * the cursor stays. */
int match_expect(struct match *m, const struct match_pattern *const *patterns, size_t count,
                 struct match_result *result, struct diag *diag);

/* The answer now. The answer of an ended expect is repeated until the next one. ERR_STATE when
 * there never was one or it was cancelled. */
int match_again(struct match *m, struct match_result *result, struct diag *diag);

/* Nothing is waited for any more. */
void match_cancel(struct match *m);

/* The subject is quiet, everything it wrote was fed: a complete match that only waited for a
 * further byte is accepted, of the expect and of the watches. Answers for the expect. */
int match_settle(struct match *m, struct match_result *result, struct diag *diag);

/* The same at the end of the stream; nothing may be fed afterwards. */
int match_eof(struct match *m, struct match_result *result, struct diag *diag);

/* What has come by now was looked at in another way; with match_pass() it is behind, as if an
 * expect had found its end. Where it was not marked, that does nothing. */
void match_mark(struct match *m);
void match_pass(struct match *m);

/* Raw offset where the next expect starts. */
uint64_t match_cursor(const struct match *m);

/* The text from the cursor on (what is left of it). Lent until the next call on m.
 * Seam for tests: how much a match has taken. */
const char *match_unread(const struct match *m, size_t *size);

/* All raw bytes, echoes included. Lent. */
const struct log *match_log(const struct match *m);

/* A pattern that is looked for beside the expect and does not move the cursor: for `absent`,
 * for faults at the n-th match, for fail-fast words. */
struct match_watch;

enum match_from { MATCH_FROM_CURSOR, MATCH_FROM_NOW };

/* Returns 0, ERR_FULL past MATCH_WATCHES_MAX, ERR_NOMEM. The pattern is lent until the stop. */
int match_watch_start(struct match *m, const struct match_pattern *p, enum match_from from,
                      struct match_watch **out, struct diag *diag);

/* The next occurrence: as match_again(); after MATCH_FOUND the watch goes on behind the match. */
int match_watch_next(struct match_watch *w, struct match_result *result, struct diag *diag);

/* Frees the watch. match_free() does it for those that are left. NULL is fine. */
void match_watch_stop(struct match_watch *w);

/* Why it did not match, for a person: adds lines (without leading blanks, each ended by \n) about
 * the longest beginning of the pattern in the unread text, about a match that was consumed
 * earlier, that stands only in an echo or among escapes, or that differs in case. */
void match_nearest(struct match *m, const struct match_pattern *p, struct buf *out);

#endif
