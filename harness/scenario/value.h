/* value.h: scalars of a scenario: ${name} replaced, then read as what the key wants.
 *
 * Each value_*() makes a finding and returns false when the value is not what it should be, and
 * then leaves *out untouched. `what` names the key for the message. */
#ifndef HARNESS_SCENARIO_VALUE_H
#define HARNESS_SCENARIO_VALUE_H

#include "expect/keys.h"
#include "harness/scenario/parse.h"
#include "harness/scenario/yaml_doc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A parameter and its value in this variant. */
struct binding {
    const char *name;
    const char *text;
    size_t size;
    bool plain; /* written without quotes: may be a number */

    const struct secret *secret; /* it is one: known only while it runs; NULL: it is not */
};

/* The first name of a condition that is none. */
struct missing {
    const char *name;
    size_t size; /* 0: all are there */
};

/* What ${name} can be here. */
struct scope {
    const struct binding *binding;
    size_t count;
    const char *from; /* "matrix or vars", "the script's params" */

    /* Where a condition may name what is not there: it is kept here, and reads as `true`. NULL: it
     * is an error. */
    struct missing *missing;
};

#define SECOND_NS INT64_C(1000000000)

/* A scalar after replacement. */
struct scalar {
    const char *text; /* a 0 stands behind it */
    size_t size;
    bool plain;
    bool replaced; /* it is not as it stands in the file */
    bool live;     /* it holds marks of live.h */
};

const struct binding *scope_find(const struct scope *s, const char *name, size_t size);
const char *scope_name_at(size_t i, void *scope); /* for finding_suggest() */

bool value_scalar(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                  struct scalar *out);
/* The same as bytes that are typed: in double quotes \xHH is the byte, not the character U+00HH. */
bool value_bytes(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                 struct scalar *out);
/* From `from` on, the next character of the scalar's text that was written so, U+0080 to U+00FF;
 * NULL when there is none. *source is NULL at first, and how far the source was looked at. */
const char *byte_next(const struct node *n, const char *from, const char **source);
unsigned char byte_at(const char *text); /* of that character */

/* Text without zero bytes; may be empty. */
bool value_text(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                const char **out);
/* Text that says something. */
bool value_words(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                 const char **out);
bool value_bool(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                bool *out);

struct value_range {
    const char *what;
    int64_t min;
    int64_t max;
};

/* Digits and nothing else. */
bool number_read(const char *text, int64_t *out);

/* A whole number, not in quotes. */
bool value_int(struct parse *p, const struct scope *s, const struct node *n,
               const struct value_range *range, int64_t *out);
/* A number with a unit: ns us ms s m h; the range is in nanoseconds. */
bool value_duration(struct parse *p, const struct scope *s, const struct node *n,
                    const struct value_range *range, int64_t *out);

/* A number with a unit: B, KB or MB; the range is in bytes. */
bool value_byte_count(struct parse *p, const struct scope *s, const struct node *n,
                      const struct value_range *range, int64_t *out);

/* One of `count` names. */
struct value_names {
    const char *what;   /* "role" for "unknown role 'x'" */
    const char *plural; /* of the help line: "roles are" */
    size_t count;
    const char *(*name_at)(size_t i, void *user);
    void *user;
};
bool value_name(struct parse *p, const struct scope *s, const struct node *n,
                const struct value_names *names, size_t *out);

bool value_signal(struct parse *p, const struct scope *s, const struct node *n, int *out);

/* A key of the terminal; *name is how it was written. */
bool value_key(struct parse *p, const struct scope *s, const struct node *n, struct key *out,
               const char **name);

/* Name of parameters, actors, scripts: letters, digits, '-', '_'; not longer than `max`. */
bool name_is_valid(const char *name, size_t max);

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
