/* exit_code.c: the table of exit codes. */
#include "harness/report/exit_code.h"

#include "runtime/base/check.h"

const char *exit_code_help(unsigned code)
{
#define EXIT_CODE_ROW(id, number, help) [id] = (help),
    static const char *const helps[EXIT_CODES] = {EXIT_CODE_MAP(EXIT_CODE_ROW)};
#undef EXIT_CODE_ROW

    CHECK(code < EXIT_CODES);
    return helps[code];
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
