/* live.h: texts that are complete only while they run: ${name} of what a pattern has captured, or
 * of a secret.
 *
 * Each such name has a slot in the run. Where it stands in a text, the text holds a mark with the
 * slot: it comes through whatever treats the text as bytes, and no value can look like one, as the
 * byte that begins a mark is doubled everywhere else. Whoever tells the text shows the name, so
 * what was captured is in no id and no signature, and a secret in nothing that is written. */
#ifndef HARNESS_SCENARIO_LIVE_H
#define HARNESS_SCENARIO_LIVE_H

#include "harness/scenario/build.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIVE_MARK "\x10" /* "\x10{PSLOT:NAME}", P of live_places() */

enum { CAPTURES_MAX = 63 }; /* names of one scenario, or of one use of a script */

/* A name that a pattern captures. */
struct capture {
    struct capture *next;
    const char *name;
    uint64_t bit; /* in the sets below */
    uint32_t slot;
    const struct node *node; /* of the first pattern that does */
};

/* Those of a scenario, or of one use of a script, while its steps are read. */
struct captures {
    struct capture *first; /* the newest */
    unsigned count;
    uint64_t sure;  /* those that have been captured on every way to here */
    unsigned maybe; /* inside of steps that may be left out: what is known will do */
};

/* On every way: where no way goes on. */
#define CAPTURES_NO_WAY UINT64_MAX

/* The name in what is read now, or NULL. Refuses one that is not captured on every way to here. */
const struct capture *capture_find(const struct parse *p, const char *name);
bool capture_check(struct parse *p, const struct node *n, size_t at, const struct capture *c);

const char *capture_name_at(size_t i, void *captures); /* for finding_suggest() */

/* As value_scalar(), value_bytes() and value_words(), where live names may stand: what is captured,
 * and with LIVE_SECRETS secrets, too. out->live: it holds marks. */
bool live_scalar(struct build *b, const struct node *n, const char *what, struct scalar *out);
bool live_bytes(struct build *b, const struct node *n, const char *what, struct scalar *out);
bool live_words(struct build *b, const struct node *n, const char *what, enum live which,
                struct scalar *out);

/* Adds the text as it was written, ${name} in place of a mark. */
void live_show(struct buf *out, const char *text, size_t size);

/* The next piece of a text that holds marks: a mark, or bytes. */
struct live_piece {
    bool mark;
    uint32_t slot;
    char place;       /* see live_places() */
    const char *text; /* the name, or the bytes */
    size_t size;
};

/* Takes the piece at byte *at, which moves behind it. False: nothing is left. */
bool live_next(const char *text, size_t size, size_t *at, struct live_piece *out);

/* A pattern's marks stand for literal text: notes in each whether it stands outside of all ('.'),
 * in a class ('['), or between \Q and \E ('Q'). */
void live_places(char *text, size_t size);

/* Adds the pattern with these bytes for a mark: they match themselves. */
void live_quote(struct buf *out, char place, const char *bytes, size_t size);

/* A group of a pattern and where it goes. */
struct live_group {
    const char *name;
    uint32_t slot;
};

/* The named groups of a pattern are captured from here on. False: a finding was made, as where a
 * name has a meaning already. */
bool captures_add(struct build *b, const struct node *n, const char *pattern,
                  const struct live_group **out, size_t *count);

/* Steps that are read on the way from here to there: what is sure before and after. */
uint64_t captures_sure(const struct build *b);
void captures_set(struct build *b, uint64_t sure);

/* Inside of these steps it will do that a name is known, until the same with false. */
void captures_maybe(struct build *b, bool on);

#endif
