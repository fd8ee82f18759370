/* verb_schema.c: `scenario schema`. */
#include "harness/cli/papers.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/observe/verdict.h"

int verb_schema(const struct flags *flags)
{
    struct buf out = BUF_INIT;

    (void)flags;
    bool ok = schema_print(&out);
    print_out(&out);
    if (ok)
        return EXIT_CODE_OK;
    print_error("a word of the language has no shape yet: the schema takes anything there");
    return EXIT_CODE_HARNESS;
}
