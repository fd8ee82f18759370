/* date.h: days of the calendar as numbers, so that ages are differences. No clock is read: whoever
 * asks about a date brings it. */
#ifndef HARNESS_GATE_DATE_H
#define HARNESS_GATE_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { DATE_TEXT_BYTES = 32 };

/* "2026-11-30" as days since 1970-01-01. False for what is none, 2026-02-30 too; years are 1970 to
 * 9999. */
bool date_read(const char *text, int32_t *days);

/* The other way round, into `out` of DATE_TEXT_BYTES; returns it. */
const char *date_text(int32_t days, char out[DATE_TEXT_BYTES]);

#endif
