/* verdict.c: the table of verdicts. */
#include "harness/observe/verdict.h"

#include "runtime/base/check.h"

struct verdict_entry {
    const char *name;
    int exit_code;
    const char *help;
};

static const struct verdict_entry verdicts[] = {VERDICT_MAP(ROW_ENTRY)};

const char *verdict_name(unsigned verdict)
{
    CHECK(verdict < VERDICTS);
    return verdicts[verdict].name;
}

const char *verdict_help(unsigned verdict)
{
    CHECK(verdict < VERDICTS);
    return verdicts[verdict].help;
}

int verdict_exit_code(unsigned verdict)
{
    CHECK(verdict < VERDICTS);
    return verdicts[verdict].exit_code;
}

bool verdict_is_bad(unsigned verdict)
{
    return verdict_exit_code(verdict) != 0;
}
