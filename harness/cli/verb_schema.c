/* verb_schema.c: `scenario schema`. */
#include "harness/cli/papers.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"

static int schema_say(const struct flags *flags)
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

const struct verb_entry verb_schema = {
    .name = "schema",
    .form = "",
    .help = "prints the JSON Schema (draft 07) of scenario files",
    .more = "For editors that check and complete YAML by a schema; it is installed as\n"
            "share/scenario/scenarios/schema/scenario.v1.json. `scenario check` knows more.\n",
    .run = schema_say,
};
