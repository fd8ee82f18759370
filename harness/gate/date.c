/* date.c: the Gregorian calendar, in which 400 years have 146,097 days. */
#include "harness/gate/date.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_OF_400_YEARS = 146097, DAYS_TO_1970 = 719468, YEAR_LEAST = 1970 };

/* Years begin in March here, so that a leap day is the last one. */
static int32_t days_count(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month > 2 ? year : year - 1;
    int32_t m = month > 2 ? month - 3 : month + 9;
    int32_t of_era = y % 400;

    return y / 400 * DAYS_OF_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 +
           (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
}

static void days_split(int32_t days, int32_t *year, int32_t *month, int32_t *day)
{
    int32_t from_0 = days + DAYS_TO_1970;
    int32_t era = from_0 / DAYS_OF_400_YEARS;
    int32_t rest = from_0 % DAYS_OF_400_YEARS;
    int32_t of_era = (rest - rest / 1460 + rest / 36524 - rest / (DAYS_OF_400_YEARS - 1)) / 365;
    int32_t of_year = rest - (365 * of_era + of_era / 4 - of_era / 100);
    int32_t m = (5 * of_year + 2) / 153;

    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = era * 400 + of_era + (*month <= 2 ? 1 : 0);
}

bool date_read(const char *text, int32_t *days)
{
    static const char form[] = "dddd-dd-dd";
    int32_t part[3] = {0};
    size_t at = 0;
    char again[DATE_TEXT_BYTES];

    if (strlen(text) != sizeof(form) - 1)
        return false;
    for (size_t i = 0; form[i] != 0; i++) {
        if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
        if (form[i] == 'd')
            part[at] = part[at] * 10 + (text[i] - '0');
        else
            at++;
    }
    if (part[0] < YEAR_LEAST || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31)
        return false;
    int32_t count = days_count(part[0], part[1], part[2]);
    if (strcmp(date_text(count, again), text) != 0)
        return false; /* no month has that day */
    *days = count;
    return true;
}

const char *date_text(int32_t days, char out[DATE_TEXT_BYTES])
{
    int32_t year;
    int32_t month;
    int32_t day;

    days_split(days, &year, &month, &day);
    (void)snprintf(out, DATE_TEXT_BYTES, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, year, month,
                   day);
    return out;
}
