/* value_key.c: signals and keys by their names. */
#include "harness/scenario/value.h"
#include "runtime/base/status.h"

#include <ctype.h>
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

static const struct key key_rows[] = {
    {"Enter",     "\r",      1},
    {"Tab",       "\t",      1},
    {"Esc",       "\x1b",    1},
    {"Space",     " ",       1},
    {"Backspace", "\x7f",    1},
    {"Up",        "\x1b[A",  3},
    {"Down",      "\x1b[B",  3},
    {"Right",     "\x1b[C",  3},
    {"Left",      "\x1b[D",  3},
    {"Home",      "\x1b[H",  3},
    {"End",       "\x1b[F",  3},
    {"Delete",    "\x1b[3~", 4},
    {"PageUp",    "\x1b[5~", 4},
    {"PageDown",  "\x1b[6~", 4},
    {"C-c",       "\x03",    1},
    {"C-d",       "\x04",    1},
    {"C-z",       "\x1a",    1},
    {"C-\\",      "\x1c",    1},
};

const char *language_key(size_t i)
{
    return i < COUNT_OF(key_rows) ? key_rows[i].name : NULL;
}

static const char *key_at(size_t i, void *user)
{
    (void)user;
    return key_rows[i].name;
}

/* The letter of what others write for C-c: "^C", "Ctrl-C", "ctrl+c"; or 0. */
static char control_letter(const char *text)
{
    size_t size = strlen(text);

    if (size < 2)
        return 0;
    char before = text[size - 2];
    char last = (char)tolower((unsigned char)text[size - 1]);
    bool caret = size == 2 && before == '^';
    bool spelled =
        size > 2 && tolower((unsigned char)text[0]) == 'c' && strchr("-+", before) != NULL;
    if ((caret || spelled) && last >= 'a' && last <= 'z')
        return last;
    return 0;
}

bool value_key(struct parse *p, const struct scope *s, const struct node *n, struct key *out)
{
    const char *text;

    if (!value_text(p, s, n, "a key", &text))
        return false;
    for (size_t i = 0; i < COUNT_OF(key_rows); i++) {
        if (strcmp(key_rows[i].name, text) == 0) {
            *out = key_rows[i];
            return true;
        }
    }
    if (strncmp(text, "C-", 2) == 0 && strlen(text) == 3 &&
        (islower((unsigned char)text[2]) || strchr("[]^_", text[2]) != NULL)) {
        const char byte = (char)(text[2] & 0x1F);
        *out = (struct key){text, parse_copy(p, &byte, 1), 1};
        return out->bytes != NULL;
    }
    struct finding *f = finding_error(p, n, "unknown key '%.60s'", text);
    finding_suggest(p, f, text, COUNT_OF(key_rows), key_at, NULL);
    if (control_letter(text) != 0)
        f->label = parse_format(p, "did you mean 'C-%c'?", control_letter(text));
    finding_list(p, f, "keys are C-a to C-z and", COUNT_OF(key_rows), key_at, NULL);
    return false;
}
