/* verb_version.c: `scenario version`. */
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"

static int version_say(const struct flags *flags)
{
    struct buf out = BUF_INIT;

    (void)flags;
    buf_add_text(&out, "scenario " SCENARIO_VERSION "\n");
    print_out(&out);
    return EXIT_CODE_OK;
}

const struct verb_entry verb_version = {
    .name = "version",
    .form = "",
    .help = "says which version this is",
    .flags = {FLAG_MAN}, /* as `help` takes it; it says nothing here */
    .run = version_say,
};
