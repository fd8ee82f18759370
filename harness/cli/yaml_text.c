/* yaml_text.c: see yaml_text.h. */
#include "harness/cli/yaml_text.h"

#include "runtime/base/json.h"
#include "runtime/base/utf8.h"

#include <string.h>

/* A name in braces would be a parameter's. */
static bool is_mark(const char *at)
{
    return at[0] == '$' && at[1] == '{';
}

/* In double quotes JSON is YAML. */
void yaml_quoted(struct buf *out, const char *text)
{
    struct buf plain = BUF_INIT;

    for (const char *at = text; *at != 0; at++) {
        if (is_mark(at))
            buf_add_text(&plain, "$");
        buf_add(&plain, at, 1);
    }
    json_string(out, buf_text(&plain), plain.size);
    buf_release(&plain);
}

/* Nothing but the quote is doubled there. */
void yaml_pattern(struct buf *out, const char *pattern)
{
    buf_add_text(out, "'");
    for (const char *at = pattern; *at != 0; at++)
        buf_addf(out, "%s%c", *at == '\'' ? "'" : (is_mark(at) ? "$" : ""), *at);
    buf_add_text(out, "'");
}

static bool is_text(const char *text)
{
    while (*text != 0) {
        int size = utf8_size(text, strlen(text));
        if (size <= 0)
            return false;
        text += size;
    }
    return true;
}

int yaml_head(struct buf *out, const char *name, const char *const *argv, const char *cwd,
              struct diag *diag)
{
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (!is_text(argv[i]))
            return diag_set(diag, ERR_USAGE, "argument %zu of the command is no text in UTF-8", i);
    }
    buf_add_text(out, "scenario: 1\nname: ");
    yaml_quoted(out, name);
    buf_add_text(out, "\ncommand:\n  argv: [");
    for (size_t i = 0; argv[i] != NULL; i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        yaml_quoted(out, argv[i]);
    }
    buf_add_text(out, "]\n  cwd: ");
    yaml_quoted(out, cwd);
    buf_add_text(out, "\n");
    return 0;
}
