/* help_keys.c: the keys of the terminal: how they are named, and what each of them types. */
#include "expect/keys.h"
#include "expect/log.h"
#include "harness/cli/papers.h"

#include <string.h>

const char help_keys_about[] =
    "A key is one character (q, %), or one of those below; before it stand C- (Ctrl), M- (Alt, "
    "Meta) or S- (Shift), or several of them: C-c, M-x, C-M-a, C-Left, S-Tab. C- goes with a to z, "
    "@ [ \\ ] ^ _ ? / and with named keys, M- with every character. The terminal is an xterm as "
    "terminfo's xterm-256color has it. Where the program has asked for the application cursor keys "
    "(ESC [ ? 1 h) or keypad (ESC =), a key types what stands in the third column; before such a "
    "key the program is waited for until it rests, at most 2s, so that it has asked. A protocol "
    "that encodes more keys (modifyOtherKeys, kitty's) is not spoken.";

static void bytes_add(struct buf *out, const char *bytes, size_t size, int width)
{
    struct buf text = BUF_INIT;

    log_print(&text, bytes, size);
    buf_addf(out, "%-*s", width, buf_text(&text));
    buf_release(&text);
}

void help_keys_table(struct buf *out)
{
    struct key key;
    const char *why;

    buf_addf(out, "%-11s %-8s%s\n", "key", "types", "in mode");
    for (size_t i = 0; key_name(i) != NULL; i++) {
        if (key_find(key_name(i), &key, &why) < 0)
            continue;
        struct buf row = BUF_INIT;
        buf_addf(&row, "%-11s ", key_name(i));
        bytes_add(&row, key.bytes, key.size, 8);
        bytes_add(&row, key.mode_bytes, key.mode_size, 8);
        buf_add_text(&row, key_help(i));
        while (row.size > 0 && row.data[row.size - 1] == ' ')
            row.size--;
        buf_add(out, row.data, row.size);
        buf_add_text(out, "\n");
        buf_release(&row);
    }
}

void help_keys(struct buf *out)
{
    buf_addf(out, "%s\n\n", help_keys_about);
    help_keys_table(out);
}

bool help_key(const char *name, struct buf *out)
{
    struct key key;
    const char *why;

    /* A letter is a key, too, and much else. */
    if (strlen(name) < 2 || key_find(name, &key, &why) < 0)
        return false;
    buf_addf(out, "%s, a key of the terminal\n", name);
    for (size_t i = 0; key_name(i) != NULL; i++) {
        if (strcmp(key_name(i), name) == 0 && key_help(i)[0] != 0)
            buf_addf(out, "    %s\n", key_help(i));
    }
    buf_add_text(out, "    types ");
    log_print(out, key.bytes, key.size);
    if (key.mode != 0) {
        buf_add_text(out, ", where the program has asked for the application ");
        buf_add_text(out, key.mode == MODE_KEYPAD ? "keypad " : "cursor keys ");
        log_print(out, key.mode_bytes, key.mode_size);
    }
    buf_add_text(out, "\n    key: ");
    buf_addf(out, "%s\n\n", name);
    return true;
}
