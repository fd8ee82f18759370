/* report.c: counts, and what the formats share. */
#include "harness/report/report.h"

#include "runtime/base/check.h"

void report_count(struct report_counts *c, const struct run_result *r)
{
    CHECK(r->verdict < VERDICTS);
    c->verdict[r->verdict]++;
    c->total++;
}

int report_exit_code(const struct report_counts *c)
{
    int code = EXIT_CODE_OK;

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (c->verdict[i] > 0)
            code = exit_code_worse(code, verdict_exit_code(i));
    }
    return code;
}

bool report_is_bad(unsigned verdict)
{
    return verdict_exit_code(verdict) != EXIT_CODE_OK;
}

/* Rejects overlong forms, surrogates and what is past U+10FFFF (RFC 3629). */
size_t utf8_size(const unsigned char *text, size_t size)
{
    static const struct {
        unsigned char first_min, first_max, second_min, second_max;
        size_t bytes;
    } forms[] = {
        {0x00, 0x7F, 0x00, 0x00, 1},
        {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3},
        {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (text[0] < forms[i].first_min || text[0] > forms[i].first_max)
            continue;
        if (forms[i].bytes > size)
            return 0;
        if (forms[i].bytes > 1 && (text[1] < forms[i].second_min || text[1] > forms[i].second_max))
            return 0;
        for (size_t k = 2; k < forms[i].bytes; k++) {
            if ((text[k] & 0xC0) != 0x80)
                return 0;
        }
        return forms[i].bytes;
    }
    return 0;
}
