/* verb_schema.c: `scenario schema`. */
#include "harness/cli/papers.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"
#include "runtime/base/suggest.h"

#include <string.h>

static const char *name_at(size_t i, void *user)
{
    (void)user;
    return schema_name_at(i);
}

static int kind_unknown(const char *name)
{
    struct diag diag = {0};
    size_t count = 0;

    while (schema_name_at(count) != NULL)
        count++;
    const char *near = suggest(name, count, name_at, NULL);
    (void)diag_set(&diag, ERR_USAGE, "no schema of '%.60s'; %s%s%s", name,
                   near != NULL ? "did you mean '"
                                : "there is one of scenario and of known-failures",
                   near != NULL ? near : "", near != NULL ? "'?" : "");
    return print_diag(ERR_USAGE, &diag);
}

static int schema_say(const struct flags *flags)
{
    const char *name = flags->arguments > 0 ? flags->argument[0] : schema_name_at(0);
    struct buf out = BUF_INIT;
    bool known = false;

    for (size_t i = 0; schema_name_at(i) != NULL; i++)
        known = known || strcmp(schema_name_at(i), name) == 0;
    if (flags->arguments > 1 || !known)
        return kind_unknown(flags->arguments > 1 ? flags->argument[1] : name);
    bool ok = schema_print(name, &out);
    print_out(&out);
    if (ok)
        return EXIT_CODE_OK;
    print_error("a word of the language has no shape yet: the schema takes anything there");
    return EXIT_CODE_HARNESS;
}

const struct verb_entry verb_schema = {
    .name = "schema",
    .form = "[scenario|known-failures]",
    .help = "prints the JSON Schema (draft 07) of scenario files, or of the file of known failures",
    .more = "For editors that check and complete YAML by a schema; they are installed as\n"
            "share/scenario/scenarios/schema/scenario.v1.json and known-failures.v1.json.\n"
            "`scenario check` knows more.\n",
    .run = schema_say,
};
