/* require.c: programs are looked for as a command is, and asked for their version. */
#include "harness/cli/require.h"

#include "harness/cli/ask.h"
#include "harness/cli/program.h"
#include "harness/language/range.h"
#include "runtime/base/buf.h"

#include <string.h>

static int version_check(const struct requirement *r, struct diag *diag)
{
    const char *const argv[] = {r->program, "--version", NULL};
    struct buf answer = BUF_INIT;
    int rc = 0;

    if (!ask_program(argv, REQUIRE_ASK_MS, &answer)) {
        rc = diag_set(diag, ERR_UNSUPPORTED,
                      "requires %s %s, and `%s --version` does not tell which this is", r->program,
                      r->versions, r->program);
    } else if (!range_has(r->versions, buf_text(&answer))) {
        int line = (int)strcspn(buf_text(&answer), "\n");
        rc = diag_set(diag, ERR_UNSUPPORTED,
                      "requires %s %s, and this is '%.*s': have PATH begin with the folder of one "
                      "that is",
                      r->program, r->versions, line < 80 ? line : 80, buf_text(&answer));
    }
    buf_release(&answer);
    return rc;
}

int require_check(const struct scenario *s, struct diag *diag)
{
    int rc = 0;

    for (size_t i = 0; i < s->required_count && rc == 0; i++) {
        const struct requirement *r = &s->required[i];
        if (!program_is_there(r->program)) {
            rc = diag_set(diag, ERR_UNSUPPORTED,
                          "requires the program %s, which is not in PATH: install it", r->program);
        } else if (r->versions != NULL) {
            rc = version_check(r, diag);
        }
    }
    return rc;
}
