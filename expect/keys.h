/* keys.h: the keys of the terminal by name, and the bytes that each of them types.
 *
 * The terminal is an xterm with a PC keyboard, as terminfo's xterm-256color has it. Some keys type
 * something else while the program has asked for the application cursor keys or keypad, so a key
 * has bytes for either, and modes.h says which count at the moment of the press. Pure. */
#ifndef EXPECT_KEYS_H
#define EXPECT_KEYS_H

#include "expect/modes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES_MAX = 12, KEY_NAME_BYTES = 32 };

/* Held down with another key. The sum, plus 1, is the number that the terminal tells. */
enum key_modifier { KEY_SHIFT = 1, KEY_META = 2, KEY_CONTROL = 4 };

struct key {
    uint16_t mode; /* a DEC private mode while which it types something else; 0: none */
    uint8_t size;
    uint8_t mode_size;
    char bytes[KEY_BYTES_MAX];
    char mode_bytes[KEY_BYTES_MAX];
};

/* A name is C-, M- and S-, each at most once, in any order, and a key of the table or one
 * character. Returns 0; or ERR_NOTFOUND when there is no such key, and ERR_UNSUPPORTED when there
 * is, but not with these modifiers: then *why says it, a static text. */
int key_find(const char *name, struct key *out, const char **why);

/* Stores the bytes that it types now, lent from the key; returns how many. */
size_t key_bytes(const struct key *key, const struct modes *modes, const char **bytes);

/* What others call a key, as it is called here: "Ctrl-C", "^C", "<PgUp>", "kcuu1". False: not
 * known. */
bool key_meant(const char *text, char out[KEY_NAME_BYTES]);

/* The same for suggestions, where a name is only like one: "PgUpp", "Shft-Tba". */
bool key_near(const char *text, char out[KEY_NAME_BYTES]);

/* The rows of the table, for help: NULL past the last one. */
const char *key_name(size_t row);
const char *key_help(size_t row);

#endif
