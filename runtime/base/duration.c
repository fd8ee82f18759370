/* duration.c: one row a unit. */
#include "runtime/base/duration.h"

#include "runtime/base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct duration_unit {
    const char *name;
    int64_t ns;
} units[] = {
    {"ns", 1                     },
    {"us", 1000                  },
    {"ms", 1000000               },
    {"s",  1000000000            },
    {"m",  INT64_C(60000000000)  },
    {"h",  INT64_C(3600000000000)},
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

int duration_read(const char *text, int64_t *out_ns)
{
    size_t digits = strspn(text, "0123456789");
    int64_t ns = 0;
    int64_t value = 0;

    for (size_t i = 0; i < UNITS; i++) {
        if (strcmp(text + digits, units[i].name) == 0)
            ns = units[i].ns;
    }
    if (digits == 0 || ns == 0)
        return ERR_INPUT;
    for (size_t i = 0; i < digits; i++) {
        int64_t digit = text[i] - '0';
        if (value > (INT64_MAX / ns - digit) / 10)
            return ERR_FULL;
        value = value * 10 + digit;
    }
    *out_ns = value * ns;
    return 0;
}

const char *duration_text(int64_t ns, const char *gap, char *out, size_t size)
{
    const struct duration_unit *unit = &units[0];

    for (size_t i = 1; i < UNITS && ns != 0; i++) {
        if (ns % units[i].ns == 0)
            unit = &units[i];
    }
    (void)snprintf(out, size, "%" PRId64 "%s%s", ns / unit->ns, gap, unit->name);
    return out;
}
