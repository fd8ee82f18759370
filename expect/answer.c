/* answer.c: the table of questions, each with the answer or what makes it. */
#include "expect/answer.h"

#include "expect/keys.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A character has so many pixels: nobody sees them, but pictures are scaled by them. */
enum { CELL_HEIGHT = 16, CELL_WIDTH = 8 };

enum { ANY = -1, NAME_BYTES = 64 };

struct question {
    const char *name;
    const char *asked; /* for people */
    char open;         /* as in struct sequence */
    char prefix;
    char intermediate;
    char final;
    int number;         /* the first one, where left out 0; or ANY */
    const char *answer; /* or NULL: it is made */
    /* Adds the answer; false: there is none. */
    bool (*make)(const struct sequence *s, const struct answer_terminal *t, struct buf *out);
};

/* ---- The cursor, the window, modes ---- */

static bool cursor_make(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    uint16_t row = 1;
    uint16_t column = 1;

    t->cursor(t->user, &row, &column);
    buf_addf(out, "\x1b[%s%u;%uR", s->prefix == '?' ? "?" : "", row, column);
    return true;
}

static bool window_make(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    unsigned height = (unsigned)t->rows * CELL_HEIGHT;
    unsigned width = (unsigned)t->columns * CELL_WIDTH;

    switch (sequence_number(s, 0, 0)) {
    case 11:
        buf_add_text(out, "\x1b[1t");
        return true;
    case 13:
        buf_add_text(out, "\x1b[3;0;0t");
        return true;
    case 14:
    case 15:
        buf_addf(out, "\x1b[%u;%u;%ut", sequence_number(s, 0, 0) - 10, height, width);
        return true;
    case 16:
        buf_addf(out, "\x1b[6;%d;%dt", CELL_HEIGHT, CELL_WIDTH);
        return true;
    case 18:
    case 19:
        buf_addf(out, "\x1b[%u;%u;%ut", sequence_number(s, 0, 0) - 10, t->rows, t->columns);
        return true;
    default:
        return false; /* titles, which others could have set to type for them */
    }
}

static bool mode_make(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    unsigned number = sequence_number(s, 0, 0);
    bool ansi = s->prefix == 0;

    buf_addf(out, "\x1b[%s%u;%u$y", ansi ? "" : "?", number, modes_report(t->modes, number, ansi));
    return true;
}

static bool keyboard_make(const struct sequence *s, const struct answer_terminal *t,
                          struct buf *out)
{
    (void)s;
    buf_addf(out, "\x1b[>4;%um", t->modes->other_keys);
    return true;
}

/* ---- Colours ---- */

static void rgb_add(struct buf *out, unsigned red, unsigned green, unsigned blue)
{
    buf_addf(out, "rgb:%02x%02x/%02x%02x/%02x%02x", red, red, green, green, blue, blue);
}

/* Of xterm: sixteen with names, a cube of 6 x 6 x 6, and 24 greys. */
static void palette_add(struct buf *out, unsigned index)
{
    static const uint8_t named[16][3] = {
        {0x00, 0x00, 0x00},
        {0xcd, 0x00, 0x00},
        {0x00, 0xcd, 0x00},
        {0xcd, 0xcd, 0x00},
        {0x00, 0x00, 0xee},
        {0xcd, 0x00, 0xcd},
        {0x00, 0xcd, 0xcd},
        {0xe5, 0xe5, 0xe5},
        {0x7f, 0x7f, 0x7f},
        {0xff, 0x00, 0x00},
        {0x00, 0xff, 0x00},
        {0xff, 0xff, 0x00},
        {0x5c, 0x5c, 0xff},
        {0xff, 0x00, 0xff},
        {0x00, 0xff, 0xff},
        {0xff, 0xff, 0xff},
    };
    static const uint8_t steps[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

    if (index < 16) {
        rgb_add(out, named[index][0], named[index][1], named[index][2]);
    } else if (index < 232) {
        index -= 16;
        rgb_add(out, steps[index / 36], steps[index / 6 % 6], steps[index % 6]);
    } else {
        unsigned grey = 8 + 10 * (index - 232);
        rgb_add(out, grey, grey, grey);
    }
}

/* A number of at most three digits at *text, and what stands behind it and its semicolon. */
static bool colour_number(const char **text, const char *end, unsigned *number)
{
    const char *at = *text;

    *number = 0;
    while (at < end && at - *text < 3 && *at >= '0' && *at <= '9')
        *number = *number * 10 + (unsigned)(*at++ - '0');
    bool good = at > *text && at < end && *at == ';';
    *text = at + 1;
    return good;
}

/* An answer ends as the question did. */
static void string_end(const struct sequence *s, struct buf *out)
{
    buf_add_text(out, s->final == '\\' ? "\x1b\\" : "\a");
}

/* 10;? 11;? 12;? ask for text, background and cursor; 10;?;? for the first two; 4;N;? for number N
 * of the palette, and then for more. */
static bool colour_make(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    const char *end = s->text + s->size;
    const char *at = s->text;
    size_t before = out->size;
    unsigned number = 0;
    unsigned index = 0;

    (void)t;
    if (!colour_number(&at, end, &number) || (number != 4 && (number < 10 || number > 12)))
        return false;
    while (at < end) {
        if (number == 4 && (!colour_number(&at, end, &index) || index > 255))
            break;
        size_t size = (size_t)(end - at);
        const char *next = memchr(at, ';', size);
        size = next != NULL ? (size_t)(next - at) : size;
        if (size == 1 && *at == '?' && number <= 12) {
            if (number == 4)
                buf_addf(out, "\x1b]4;%u;", index);
            else
                buf_addf(out, "\x1b]%u;", number);
            palette_add(out, number == 4 ? index : number == 11 ? 0 : 15);
            string_end(s, out);
        }
        at += size + 1;
        number += number != 4;
    }
    return out->size > before;
}

/* ---- Strings of DCS ---- */

/* $q and the end of a sequence that sets something: how it is set now. */
static bool setting_make(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    const char *what = s->text + 2;
    size_t size = s->size - 2;

    const char *known = "";
    unsigned style = t->modes->cursor_style;

    if (size == 2 && memcmp(what, "\"p", 2) == 0)
        known = "62;1\"p";
    else if (size == 2 && memcmp(what, "\"q", 2) == 0)
        known = "0\"q";
    if (size == 2 && memcmp(what, " q", 2) == 0)
        buf_addf(out, "\x1bP1$r%u q\x1b\\", style != 0 ? style : 1);
    else
        buf_addf(out, "\x1bP%d$r%s\x1b\\", known[0] != 0, known);
    return true;
}

static bool hex_decode(const char *hex, size_t size, char out[NAME_BYTES])
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";

    if (size == 0 || size % 2 != 0 || size / 2 >= NAME_BYTES)
        return false;
    for (size_t i = 0; i < size; i++) {
        const char *digit = hex[i] != 0 ? strchr(digits, hex[i]) : NULL;
        if (digit == NULL)
            return false;
        unsigned value = (unsigned)(digit - digits) % 16;
        out[i / 2] = (char)(i % 2 == 0 ? value << 4 : (unsigned char)out[i / 2] | value);
    }
    out[size / 2] = 0;
    return true;
}

/* How many bytes at the front are hexadecimal digits. */
static size_t hex_span(const char *text, size_t size)
{
    size_t span = 0;

    while (span < size && isxdigit((unsigned char)text[span]))
        span++;
    return span;
}

/* The value of a capability of terminfo, as far as anybody asks: name, colours, keys. */
static bool capability_get(const char *name, char out[NAME_BYTES])
{
    char key_name[KEY_NAME_BYTES];
    struct key key;
    const char *why;

    if (strcmp(name, "TN") == 0 || strcmp(name, "name") == 0)
        return snprintf(out, NAME_BYTES, "xterm-256color") > 0;
    if (strcmp(name, "Co") == 0 || strcmp(name, "colors") == 0)
        return snprintf(out, NAME_BYTES, "256") > 0;
    if (name[0] != 'k' || !key_meant(name, key_name) || key_find(key_name, &key, &why) < 0)
        return false;
    /* Terminfo has what is typed in the application modes. */
    bool special = key.mode != 0;
    return snprintf(out, NAME_BYTES, "%.*s", special ? key.mode_size : key.size,
                    special ? key.mode_bytes : key.bytes) > 0;
}

/* +q and names in hexadecimal, joined by semicolons; up to the first that is not known. */
static bool capability_make(const struct sequence *s, const struct answer_terminal *t,
                            struct buf *out)
{
    const char *end = s->text + s->size;
    const char *at = s->text + 2;
    size_t known = 0;

    (void)t;
    while (at <= end) {
        const char *next = memchr(at, ';', (size_t)(end - at));
        size_t size = (size_t)((next != NULL ? next : end) - at);
        char name[NAME_BYTES];
        char value[NAME_BYTES];
        if (!hex_decode(at, size, name) || !capability_get(name, value))
            break;
        buf_addf(out, "%s%.*s=", known > 0 ? ";" : "\x1bP1+r", (int)size, at);
        for (const char *byte = value; *byte != 0; byte++)
            buf_addf(out, "%02X", (unsigned)(unsigned char)*byte);
        known++;
        at += size + 1;
    }
    /* What is typed back is digits: nothing that the output of a program could make a command. */
    if (known == 0)
        buf_addf(out, "\x1bP0+r%.*s", (int)hex_span(s->text + 2, s->size - 2), s->text + 2);
    buf_add_text(out, "\x1b\\");
    return true;
}

/* ---- The table ---- */

static const struct question questions[] = {
    {"whether it is well",   "CSI 5 n",                              '[', 0,   0,   'n', 5,   "\x1b[0n",                 NULL           },
    {"where the cursor is",  "CSI 6 n",                              '[', 0,   0,   'n', 6,   NULL,                      cursor_make    },
    {"where the cursor is",  "CSI ? 6 n",                            '[', '?', 0,   'n', 6,   NULL,                      cursor_make    },
    {"what it is",           "CSI c (DA1)",                          '[', 0,   0,   'c', 0,   "\x1b[?62;22c",            NULL           },
    {"what it is",           "ESC Z (DECID)",                        0,   0,   0,   'Z', ANY, "\x1b[?62;22c",            NULL           },
    {"which version it is",  "CSI > c (DA2)",                        '[', '>', 0,   'c', 0,   "\x1b[>41;380;0c",         NULL           },
    {"which unit it is",     "CSI = c (DA3)",                        '[', '=', 0,   'c', 0,   "\x1bP!|00000000\x1b\\",   NULL           },
    {"its name",             "CSI > q (XTVERSION)",                  '[', '>', 0,   'q', 0,   "\x1bP>|XTerm(380)\x1b\\", NULL           },
    {"its window",           "CSI 11, 13 to 16, 18, 19 t",           '[', 0,   0,   't', ANY, NULL,                      window_make    },
    {"a mode",               "CSI ? n $ p (DECRQM)",                 '[', '?', '$', 'p', ANY, NULL,                      mode_make      },
    {"a mode",               "CSI n $ p (DECRQM)",                   '[', 0,   '$', 'p', ANY, NULL,                      mode_make      },
    {"how keys are encoded", "CSI ? 4 m (XTQMODKEYS)",               '[', '?', 0,   'm', 4,   NULL,                      keyboard_make  },
    {"a colour",             "OSC 10, 11, 12 ; ? and OSC 4 ; n ; ?", ']', 0,   0,   0,   ANY, NULL,                      colour_make    },
    {"a setting",            "DCS $ q (DECRQSS)",                    'P', '$', 0,   'q', ANY, NULL,                      setting_make   },
    {"a capability",         "DCS + q (XTGETTCAP)",                  'P', '+', 0,   'q', ANY, NULL,                      capability_make},
};

enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

const char *answer_name(size_t row)
{
    return row < QUESTIONS ? questions[row].name : NULL;
}

const char *answer_asked(size_t row)
{
    return row < QUESTIONS ? questions[row].asked : NULL;
}

/* Of a DCS the first two bytes say what it is; of an OSC its number does, see colour_make(). */
static bool is_asked(const struct sequence *s, const struct question *q)
{
    if (s->open != q->open)
        return false;
    if (s->open == ']')
        return true;
    if (s->open == 'P')
        return s->size >= 2 && s->text[0] == q->prefix && s->text[1] == q->final;
    return s->prefix == q->prefix && s->intermediate == q->intermediate && s->final == q->final &&
           (q->number == ANY || (unsigned)q->number == sequence_number(s, 0, 0));
}

/* NULL: nothing that has an answer. */
static const struct question *question_find(const struct sequence *s)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        if (is_asked(s, &questions[i]))
            return &questions[i];
    }
    return NULL;
}

bool answer_asks(const struct sequence *s)
{
    return question_find(s) != NULL;
}

const char *answer_to(const struct sequence *s, const struct answer_terminal *t, struct buf *out)
{
    const struct question *q = question_find(s);

    if (q == NULL)
        return NULL;
    if (q->answer != NULL)
        buf_add_text(out, q->answer);
    else if (!q->make(s, t, out))
        return NULL;
    return q->name;
}
