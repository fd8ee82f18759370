/* verb_check.c: `scenario check`. */
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/run/verdict.h"

#include <stdio.h>

int verb_check(const struct flags *flags)
{
    struct suite suite = SUITE_INIT;
    struct places places;
    struct diag diag = {0};
    struct buf err = BUF_INIT;
    int code = EXIT_CODE_OK;

    places_find_own(&places);
    int rc = suite_load(&suite, flags->argument, flags->arguments, &places, &diag);
    if (rc < 0) {
        print_error(diag.text);
        code = rc == ERR_NOTFOUND ? EXIT_CODE_USAGE : EXIT_CODE_HARNESS;
        goto done;
    }
    suite_findings(&suite, true, &err);
    print_err(&err);
    if (!flags->quiet) {
        size_t variants = 0;
        for (size_t i = 0; i < suite.count; i++)
            variants += suite.file[i].scenario != NULL ? suite.file[i].scenario->variant_count : 0;
        struct buf out = BUF_INIT;
        buf_addf(&out, "%zu file%s checked, %zu wrong, %zu warning%s, %zu variants\n", suite.count,
                 suite.count == 1 ? "" : "s", suite.errors, suite.warnings,
                 suite.warnings == 1 ? "" : "s", variants);
        print_out(&out);
    }
    if (suite.count == 0)
        code = EXIT_CODE_NOTHING;
    if (suite.errors > 0)
        code = EXIT_CODE_INPUT;
done:
    suite_release(&suite);
    return code;
}
