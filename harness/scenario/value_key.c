/* value_key.c: signals and keys by their names. */
#include "harness/scenario/value.h"
#include "runtime/base/status.h"

#include <string.h>

/* ---- Signals ------------------------------------------------------------------------------ */

static const char *signal_row(size_t i, void *user)
{
    (void)user;
    return signal_at(i);
}

bool value_signal(struct parse *p, const struct scope *s, const struct node *n, int *out)
{
    const char *text;

    if (!value_text(p, s, n, "a signal", &text))
        return false;
    int number = signal_find(text);
    if (number < 0) {
        struct finding *f = finding_error(p, n, "unknown signal '%.60s'", text);
        const char *with_sig = parse_format(p, "SIG%.60s", text);
        if (signal_find(with_sig) > 0)
            f->label = parse_format(p, "did you mean '%s'?", with_sig);
        else
            finding_suggest(p, f, text, SIGNALS, signal_row, NULL);
        return false;
    }
    *out = number;
    return true;
}

/* ---- Keys --------------------------------------------------------------------------------- */

bool value_key(struct parse *p, const struct scope *s, const struct node *n, struct key *out,
               const char **name)
{
    char meant[KEY_NAME_BYTES];
    const char *why;

    if (!value_text(p, s, n, "a key", name))
        return false;
    int rc = key_find(*name, out, &why);
    if (rc == 0)
        return true;
    struct finding *f = finding_error(p, n, "unknown key '%.60s'", *name);
    if (rc == ERR_UNSUPPORTED) {
        f->label = why;
        return false;
    }
    if (key_near(*name, meant))
        f->label = parse_format(p, "did you mean '%s'?", meant);
    f->help = "keys are single characters, with C- and M- too, and named ones, see "
              "`scenario help keys`";
    return false;
}
