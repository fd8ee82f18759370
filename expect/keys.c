/* keys.c: the table of keys, and how modifiers change what they type. */
#include "expect/keys.h"

#include "runtime/base/check.h"
#include "runtime/base/err.h"
#include "runtime/base/suggest.h"
#include "runtime/base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* How a key's bytes come about. */
enum key_form {
    KEY_BYTE,     /* the byte `code`; with M-, ESC before it */
    KEY_CURSOR,   /* ESC [ code; ESC O code as an application cursor key; ESC [ 1 ; m code */
    KEY_EDIT,     /* ESC [ code ~; ESC [ code ; m ~ */
    KEY_FUNCTION, /* ESC O code; ESC [ 1 ; m code */
    KEY_PAD,      /* the byte `code`; ESC O and 0x40 more than it on an application keypad */
};

/* `terminfo` is the capability that has the key's bytes, `family` what those of the key with
 * modifiers begin with: kUP is S-Up, kUP5 is C-Up. */
static const struct key_row {
    const char *name;
    enum key_form form;
    char code;
    const char *terminfo;
    const char *family;
    const char *help;
} rows[] = {
    {"Enter",      KEY_BYTE,     '\r',   "",      "",     "M-Enter too"                           },
    {"Tab",        KEY_BYTE,     '\t',   "",      "",     "S-Tab (kcbt) and M-Tab too"            },
    {"Escape",     KEY_BYTE,     '\x1b', "",      "",     "M-Escape too"                          },
    {"Esc",        KEY_BYTE,     '\x1b', "",      "",     "short for Escape"                      },
    {"Space",      KEY_BYTE,     ' ',    "",      "",     "C-Space, which is NUL, and M-Space too"},
    {"Backspace",  KEY_BYTE,     '\x7f', "kbs",   "",     "C-Backspace and M-Backspace too"       },
    {"Up",         KEY_CURSOR,   'A',    "kcuu1", "kUP",  ""                                      },
    {"Down",       KEY_CURSOR,   'B',    "kcud1", "kDN",  ""                                      },
    {"Right",      KEY_CURSOR,   'C',    "kcuf1", "kRIT", ""                                      },
    {"Left",       KEY_CURSOR,   'D',    "kcub1", "kLFT", ""                                      },
    {"Home",       KEY_CURSOR,   'H',    "khome", "kHOM", ""                                      },
    {"End",        KEY_CURSOR,   'F',    "kend",  "kEND", ""                                      },
    {"Begin",      KEY_CURSOR,   'E',    "kbeg",  "",     "the 5 in the midst of the keypad"      },
    {"Insert",     KEY_EDIT,     2,      "kich1", "kIC",  ""                                      },
    {"Delete",     KEY_EDIT,     3,      "kdch1", "kDC",  ""                                      },
    {"PageUp",     KEY_EDIT,     5,      "kpp",   "kPRV", ""                                      },
    {"PageDown",   KEY_EDIT,     6,      "knp",   "kNXT", ""                                      },
    {"F1",         KEY_FUNCTION, 'P',    "kf1",   "",     ""                                      },
    {"F2",         KEY_FUNCTION, 'Q',    "kf2",   "",     ""                                      },
    {"F3",         KEY_FUNCTION, 'R',    "kf3",   "",     ""                                      },
    {"F4",         KEY_FUNCTION, 'S',    "kf4",   "",     ""                                      },
    {"F5",         KEY_EDIT,     15,     "kf5",   "",     ""                                      },
    {"F6",         KEY_EDIT,     17,     "kf6",   "",     ""                                      },
    {"F7",         KEY_EDIT,     18,     "kf7",   "",     ""                                      },
    {"F8",         KEY_EDIT,     19,     "kf8",   "",     ""                                      },
    {"F9",         KEY_EDIT,     20,     "kf9",   "",     ""                                      },
    {"F10",        KEY_EDIT,     21,     "kf10",  "",     ""                                      },
    {"F11",        KEY_EDIT,     23,     "kf11",  "",     ""                                      },
    {"F12",        KEY_EDIT,     24,     "kf12",  "",     "F13 to F63 are these with modifiers"   },
    {"KP0",        KEY_PAD,      '0',    "kpZRO", "",     ""                                      },
    {"KP1",        KEY_PAD,      '1',    "kc1",   "",     ""                                      },
    {"KP2",        KEY_PAD,      '2',    "kc2",   "",     ""                                      },
    {"KP3",        KEY_PAD,      '3',    "kc3",   "",     ""                                      },
    {"KP4",        KEY_PAD,      '4',    "kb1",   "",     ""                                      },
    {"KP5",        KEY_PAD,      '5',    "kb2",   "",     ""                                      },
    {"KP6",        KEY_PAD,      '6',    "kb3",   "",     ""                                      },
    {"KP7",        KEY_PAD,      '7',    "ka1",   "",     ""                                      },
    {"KP8",        KEY_PAD,      '8',    "ka2",   "",     ""                                      },
    {"KP9",        KEY_PAD,      '9',    "ka3",   "",     ""                                      },
    {"KPEnter",    KEY_PAD,      '\r',   "kent",  "",     ""                                      },
    {"KPPlus",     KEY_PAD,      '+',    "kpADD", "",     ""                                      },
    {"KPMinus",    KEY_PAD,      '-',    "kpSUB", "",     ""                                      },
    {"KPMultiply", KEY_PAD,      '*',    "kpMUL", "",     ""                                      },
    {"KPDivide",   KEY_PAD,      '/',    "kpDIV", "",     ""                                      },
    {"KPDot",      KEY_PAD,      '.',    "kpDOT", "",     ""                                      },
    {"KPComma",    KEY_PAD,      ',',    "kpCMA", "",     ""                                      },
};

enum { KEY_ROWS = sizeof(rows) / sizeof(rows[0]), FUNCTION_KEYS = 12, FUNCTIONS_MAX = 63 };

/* F13 to F24, F25 to F36, ...: the twelve keys once more, held down with these. */
static const uint8_t function_modifiers[] = {KEY_SHIFT, KEY_CONTROL, KEY_CONTROL | KEY_SHIFT,
                                             KEY_META, KEY_META | KEY_SHIFT};

static const char none_with[] = "a terminal has no such key: the modifiers change nothing of it";

const char *key_name(size_t row)
{
    return row < KEY_ROWS ? rows[row].name : NULL;
}

const char *key_help(size_t row)
{
    static const char *const helps[] = {
        [KEY_BYTE] = "",
        [KEY_CURSOR] = "with C-, M- and S- too",
        [KEY_EDIT] = "with C-, M- and S- too",
        [KEY_FUNCTION] = "with C-, M- and S- too",
        [KEY_PAD] = "of the keypad",
    };

    CHECK(row < KEY_ROWS);
    return rows[row].help[0] != 0 ? rows[row].help : helps[rows[row].form];
}

/* ---- Bytes ---- */

static void bytes_add(char bytes[KEY_BYTES_MAX], uint8_t *size, const char *text, size_t count)
{
    CHECK(*size + count <= KEY_BYTES_MAX);
    memcpy(bytes + *size, text, count);
    *size = (uint8_t)(*size + count);
}

static void type_text(struct key *key, const char *text)
{
    bytes_add(key->bytes, &key->size, text, strlen(text));
}

static void type_byte(struct key *key, char byte)
{
    bytes_add(key->bytes, &key->size, &byte, 1);
}

/* ESC O code, where the mode is on; or always. */
static void type_application(struct key *key, uint16_t mode, char code)
{
    const char bytes[] = {'\x1b', 'O', code};

    key->mode = mode;
    if (mode != 0)
        bytes_add(key->mode_bytes, &key->mode_size, bytes, sizeof(bytes));
    else
        bytes_add(key->bytes, &key->size, bytes, sizeof(bytes));
}

static void type_csi(struct key *key, unsigned first, unsigned modifiers, char final)
{
    char text[32]; /* of any two numbers; what is typed has its own limit */

    if (modifiers != 0)
        (void)snprintf(text, sizeof(text), "\x1b[%u;%u%c", first, modifiers + 1, final);
    else if (first > 1)
        (void)snprintf(text, sizeof(text), "\x1b[%u%c", first, final);
    else
        (void)snprintf(text, sizeof(text), "\x1b[%c", final);
    type_text(key, text);
}

/* Keys of one byte, of which a terminal knows few with modifiers. */
static bool type_special(struct key *key, char code, unsigned modifiers)
{
    if ((modifiers & KEY_META) != 0)
        type_byte(key, '\x1b');
    modifiers &= ~(unsigned)KEY_META;
    if (modifiers == 0)
        type_byte(key, code);
    else if (code == '\t' && modifiers == KEY_SHIFT)
        type_csi(key, 1, 0, 'Z');
    else if (code == ' ' && modifiers == KEY_CONTROL)
        type_byte(key, 0);
    else if (code == '\x7f' && modifiers == KEY_CONTROL)
        type_byte(key, '\b');
    else
        return false;
    return true;
}

static bool type_row(struct key *key, const struct key_row *row, unsigned modifiers)
{
    switch (row->form) {
    case KEY_BYTE:
        return type_special(key, row->code, modifiers);
    case KEY_CURSOR:
        type_csi(key, 1, modifiers, row->code);
        if (modifiers == 0)
            type_application(key, MODE_CURSOR_KEYS, row->code);
        return true;
    case KEY_EDIT:
        type_csi(key, (unsigned char)row->code, modifiers, '~');
        return true;
    case KEY_FUNCTION:
        if (modifiers == 0)
            type_application(key, 0, row->code);
        else
            type_csi(key, 1, modifiers, row->code);
        return true;
    case KEY_PAD:
        type_byte(key, row->code);
        type_application(key, MODE_KEYPAD, (char)(row->code + 0x40));
        return modifiers == 0;
    }
    return false;
}

/* One character, which may have several bytes. */
static int type_character(struct key *key, const char *text, unsigned modifiers, const char **why)
{
    char byte = text[0];

    if ((modifiers & KEY_SHIFT) != 0) {
        *why = "the character that comes with Shift is a key by itself: A, not S-a";
        return ERR_UNSUPPORTED;
    }
    if ((modifiers & KEY_META) != 0)
        type_byte(key, '\x1b');
    if ((modifiers & KEY_CONTROL) == 0) {
        type_text(key, text);
        return 0;
    }
    bool letter = byte >= 'a' && byte <= 'z';
    if (text[1] != 0 || (!letter && strchr("@[\\]^_?/", byte) == NULL)) {
        *why = byte >= 'A' && byte <= 'Z' ? "the letter is a small one: C-c"
                                          : "a terminal sends no byte of its own for it";
        return ERR_UNSUPPORTED;
    }
    if (byte == '/')
        byte = '_';
    if (byte == '?')
        type_byte(key, '\x7f');
    else
        type_byte(key, (char)(byte & 0x1f));
    return 0;
}

/* ---- Names ---- */

/* Takes the modifiers off the front. False: one of them twice. */
static bool modifiers_take(const char **name, unsigned *modifiers)
{
    static const char letters[] = "SMC";
    static const unsigned bits[] = {KEY_SHIFT, KEY_META, KEY_CONTROL};

    for (;; *name += 2) {
        const char *at = **name != 0 ? strchr(letters, **name) : NULL;
        if (at == NULL || (*name)[1] != '-' || (*name)[2] == 0)
            return true;
        unsigned bit = bits[at - letters];
        if ((*modifiers & bit) != 0)
            return false;
        *modifiers |= bit;
    }
}

/* F13 to F63: which of the twelve it is, and with what. */
static bool function_take(const char **name, char twelfth[4], unsigned *modifiers)
{
    unsigned number = 0;
    const char *at = *name + 1;

    if (**name != 'F' || *at < '1' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9' && number <= FUNCTIONS_MAX; at++)
        number = number * 10 + (unsigned)(*at - '0');
    if (*at != 0 || number <= FUNCTION_KEYS || number > FUNCTIONS_MAX)
        return false;
    (void)snprintf(twelfth, 4, "F%u", (number - 1) % FUNCTION_KEYS + 1);
    *name = twelfth;
    *modifiers = function_modifiers[(number - 1) / FUNCTION_KEYS - 1];
    return true;
}

static bool is_character(const char *text)
{
    size_t size = strlen(text);

    return (unsigned char)text[0] > ' ' && text[0] != 0x7f && utf8_size(text, size) == (int)size;
}

int key_find(const char *name, struct key *out, const char **why)
{
    unsigned modifiers = 0;
    unsigned function = 0;
    char twelfth[4];

    *out = (struct key){0};
    if (!modifiers_take(&name, &modifiers))
        return ERR_NOTFOUND;
    if (function_take(&name, twelfth, &function)) {
        if (modifiers != 0) {
            *why = "F13 to F63 are F1 to F12 with modifiers, and take no more of them";
            return ERR_UNSUPPORTED;
        }
        modifiers = function;
    }
    for (size_t i = 0; i < KEY_ROWS; i++) {
        if (strcmp(rows[i].name, name) != 0)
            continue;
        *why = none_with;
        return type_row(out, &rows[i], modifiers) ? 0 : ERR_UNSUPPORTED;
    }
    return is_character(name) ? type_character(out, name, modifiers, why) : ERR_NOTFOUND;
}

size_t key_bytes(const struct key *key, const struct modes *modes, const char **bytes)
{
    bool special = key->mode != 0 && modes_on(modes, key->mode);

    *bytes = special ? key->mode_bytes : key->bytes;
    return special ? key->mode_size : key->size;
}

/* ---- What others call them ---- */

static const char *const others[][2] = {
    {"return",  "Enter"    },
    {"ret",     "Enter"    },
    {"cr",      "Enter"    },
    {"bs",      "Backspace"},
    {"bspace",  "Backspace"},
    {"del",     "Delete"   },
    {"dc",      "Delete"   },
    {"ins",     "Insert"   },
    {"ic",      "Insert"   },
    {"pgup",    "PageUp"   },
    {"ppage",   "PageUp"   },
    {"prior",   "PageUp"   },
    {"pgdn",    "PageDown" },
    {"pgdown",  "PageDown" },
    {"npage",   "PageDown" },
    {"next",    "PageDown" },
    {"btab",    "S-Tab"    },
    {"backtab", "S-Tab"    },
    {"kcbt",    "S-Tab"    },
    {"kri",     "S-Up"     },
    {"kind",    "S-Down"   },
    {"kp5",     "Begin"    },
};

static const char *const prefixes[][2] = {
    {"control", "C-"},
    {"ctrl",    "C-"},
    {"alt",     "M-"},
    {"meta",    "M-"},
    {"shift",   "S-"},
    {"c",       "C-"},
    {"m",       "M-"},
    {"s",       "S-"},
};

enum {
    OTHERS = sizeof(others) / sizeof(others[0]),
    PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]),
};

/* ---- What is like a name ---- */

/* All that a key is called, in small letters: the rows, then what others call them. */
struct near_names {
    char name[KEY_ROWS + OTHERS][KEY_NAME_BYTES];
};

static void small_letters(const char *text, size_t size, char out[KEY_NAME_BYTES])
{
    CHECK(size < KEY_NAME_BYTES);
    for (size_t i = 0; i < size; i++)
        out[i] = (char)tolower((unsigned char)text[i]);
    out[size] = 0;
}

static const char *near_name(size_t i, void *user)
{
    struct near_names *names = user;
    const char *name = i < KEY_ROWS ? rows[i].name : others[i - KEY_ROWS][0];

    small_letters(name, strlen(name), names->name[i]);
    return names->name[i];
}

static const char *near_prefix(size_t i, void *user)
{
    (void)user;
    return prefixes[i][0];
}

/* "Ctl-", "shft ": what stands behind it, or NULL. Of one or two letters all are alike. */
static const char *prefix_near(const char *text, const char **prefix)
{
    char word[KEY_NAME_BYTES];
    size_t size = strcspn(text, "-+_ ");

    if (size < 3 || text[size] == 0 || text[size + 1] == 0)
        return NULL;
    small_letters(text, size, word);
    *prefix = suggest(word, PREFIXES, near_prefix, NULL);
    return *prefix != NULL ? text + size + 1 : NULL;
}

/* "PgUpp", "f13": stores what it is called here, if there is something like it. */
static void base_near(const char *text, char out[KEY_NAME_BYTES])
{
    struct near_names names;
    char word[KEY_NAME_BYTES];

    small_letters(text, strlen(text), word);
    if (word[0] == 'f' && word[1 + strspn(word + 1, "0123456789")] == 0) {
        (void)snprintf(out, KEY_NAME_BYTES, "F%s", word + 1);
        return;
    }
    const char *found = suggest(word, KEY_ROWS + OTHERS, near_name, &names);
    if (found == NULL)
        return;
    size_t i = (size_t)(found - names.name[0]) / KEY_NAME_BYTES;
    (void)snprintf(out, KEY_NAME_BYTES, "%s",
                   i < KEY_ROWS ? rows[i].name : others[i - KEY_ROWS][1]);
}

/* ---- What is meant by a name ---- */

/* "Ctrl-", "alt+", "^": adds it as it is here, and returns what stands behind it. */
static const char *prefix_translate(const char *text, bool near, char out[KEY_NAME_BYTES])
{
    const char *word = NULL;
    const char *behind = NULL;
    size_t have = strlen(out);

    if (text[0] == '^' && text[1] != 0) {
        (void)snprintf(out + have, KEY_NAME_BYTES - have, "C-");
        return text + 1;
    }
    for (size_t i = 0; i < PREFIXES; i++) {
        size_t size = strlen(prefixes[i][0]);
        if (strncasecmp(text, prefixes[i][0], size) != 0 ||
            (text[size] != '-' && text[size] != '+') || text[size + 1] == 0)
            continue;
        (void)snprintf(out + have, KEY_NAME_BYTES - have, "%s", prefixes[i][1]);
        return text + size + 1;
    }
    if (near)
        behind = prefix_near(text, &word);
    for (size_t i = 0; i < PREFIXES && behind != NULL; i++) {
        if (prefixes[i][0] == word)
            (void)snprintf(out + have, KEY_NAME_BYTES - have, "%s", prefixes[i][1]);
    }
    return behind;
}

/* The name of terminfo's capability: "kcuu1", "kUP5", "kf20". */
static bool terminfo_translate(const char *text, char out[KEY_NAME_BYTES])
{
    for (size_t i = 0; i < KEY_ROWS; i++) {
        size_t size = strlen(rows[i].family);
        if (strcmp(rows[i].terminfo, text) == 0)
            return snprintf(out, KEY_NAME_BYTES, "%s", rows[i].name) > 0;
        if (size == 0 || strncmp(text, rows[i].family, size) != 0)
            continue;
        unsigned modifiers = text[size] == 0 ? KEY_SHIFT : (unsigned)(text[size] - '1');
        if (modifiers < 1 || modifiers > 7 || (text[size] != 0 && text[size + 1] != 0))
            continue;
        return snprintf(out, KEY_NAME_BYTES, "%s%s%s%s", (modifiers & KEY_CONTROL) ? "C-" : "",
                        (modifiers & KEY_META) ? "M-" : "", (modifiers & KEY_SHIFT) ? "S-" : "",
                        rows[i].name) > 0;
    }
    return text[0] == 'k' && text[1] == 'f' && text[2] != 0 &&
           snprintf(out, KEY_NAME_BYTES, "F%.4s", text + 2) > 0;
}

/* The key itself, in whatever letters, by whatever name. */
static void base_translate(const char *text, bool near, char out[KEY_NAME_BYTES])
{
    char base[KEY_NAME_BYTES];
    size_t have = strlen(out);
    const char *meant = text;

    for (size_t i = 0; i < OTHERS; i++) {
        if (strcasecmp(others[i][0], text) == 0)
            meant = others[i][1];
    }
    for (size_t i = 0; i < KEY_ROWS && meant == text; i++) {
        if (strcasecmp(rows[i].name, text) == 0)
            meant = rows[i].name;
    }
    (void)snprintf(base, sizeof(base), "%s", meant);
    if (near && meant == text && strlen(text) > 1)
        base_near(text, base);
    (void)snprintf(out + have, KEY_NAME_BYTES - have, "%s", base);
    /* Ctrl-C is C-c; the letter has no case there. */
    if (have >= 2 && out[have - 2] == 'C' && strlen(meant) == 1)
        out[have] = (char)tolower((unsigned char)out[have]);
}

static bool meant_translate(const char *text, bool near, char out[KEY_NAME_BYTES])
{
    char inside[KEY_NAME_BYTES];
    const char *why;
    struct key key;
    size_t size = strlen(text);

    if (size == 0 || size >= sizeof(inside))
        return false;
    if (!terminfo_translate(text, out) || key_find(out, &key, &why) < 0) {
        bool angled = size > 2 && text[0] == '<' && text[size - 1] == '>';
        (void)snprintf(inside, sizeof(inside), "%.*s", (int)(angled ? size - 2 : size),
                       angled ? text + 1 : text);
        const char *rest = inside;
        out[0] = 0;
        for (size_t i = 0; i < 3; i++) {
            const char *behind = prefix_translate(rest, near, out);
            rest = behind != NULL ? behind : rest;
        }
        base_translate(rest, near, out);
    }
    return strcmp(out, text) != 0 && key_find(out, &key, &why) == 0;
}

bool key_meant(const char *text, char out[KEY_NAME_BYTES])
{
    return meant_translate(text, false, out);
}

bool key_near(const char *text, char out[KEY_NAME_BYTES])
{
    return key_meant(text, out) || meant_translate(text, true, out);
}
