/* range.h: which versions of a program or a kernel, or how many cores, are meant.
 *
 *   range  = part { "," part }                     all of them hold
 *   part   = [ "<" "<=" ">" ">=" "=" "!=" ] dotted | dotted ".x" | "x"
 *   dotted = number { "." number }                 at most RANGE_NUMBERS_MAX
 *
 * "1.8.x" is each version that begins with 1.8. Numbers are compared as numbers, and one that is
 * missing is 0: 1.8 is 1.8.0. */
#ifndef HARNESS_LANGUAGE_RANGE_H
#define HARNESS_LANGUAGE_RANGE_H

#include <stdbool.h>
#include <stddef.h>

enum { RANGE_NUMBERS_MAX = 6, RANGE_VALUE_MAX = 999999999 };

/* Whether the text is a range. If not, *at is the byte where it is none. */
bool range_is_valid(const char *range, size_t *at);

/* Whether a version lies in it: the first dotted number of `version` counts, "Bats 1.8.2" and
 * "6.1.0-18-amd64" are 1.8.2 and 6.1.0; without a dotted one the first number. False for a text
 * without a number, and for no range. */
bool range_has(const char *range, const char *version);

#endif
