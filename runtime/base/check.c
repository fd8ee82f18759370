/* check.c: the default handler of a broken CHECK. */
#include "runtime/base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *fact)
{
    (void)fprintf(stderr, "%s:%d: internal error, please report: CHECK(%s) failed\n", file, line,
                  fact);
    abort();
}
