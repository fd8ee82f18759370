/* bytes.c: one row a unit. */
#include "runtime/base/bytes.h"

#include "runtime/base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct bytes_unit {
    const char *name;
    int64_t bytes;
} units[] = {
    {"B",  1      },
    {"KB", 1024   },
    {"MB", 1048576},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

int bytes_read(const char *text, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    int64_t unit = 0;
    int64_t value = 0;

    for (size_t i = 0; i < UNITS; i++) {
        if (strcmp(text + digits, units[i].name) == 0)
            unit = units[i].bytes;
    }
    if (digits == 0 || unit == 0)
        return ERR_INPUT;
    for (size_t i = 0; i < digits; i++) {
        int64_t digit = text[i] - '0';
        if (value > (INT64_MAX / unit - digit) / 10)
            return ERR_FULL;
        value = value * 10 + digit;
    }
    *out = value * unit;
    return 0;
}

const char *bytes_text(int64_t bytes, char *out, size_t size)
{
    const struct bytes_unit *unit = &units[0];

    for (size_t i = 1; i < UNITS && bytes != 0; i++) {
        if (bytes % units[i].bytes == 0)
            unit = &units[i];
    }
    (void)snprintf(out, size, "%" PRId64 "%s", bytes / unit->bytes, unit->name);
    return out;
}
