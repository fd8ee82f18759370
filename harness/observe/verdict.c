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

int exit_code_worse(int a, int b)
{
    static const int order[] = {EXIT_CODE_HARNESS, EXIT_CODE_FAILED, EXIT_CODE_UNRESOLVED,
                                EXIT_CODE_STALE};

    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (a == order[i] || b == order[i])
            return order[i];
    }
    return a > b ? a : b;
}
