/* modes.c: the table of modes, and what the sequences do to them. */
#include "expect/modes.h"

#include "runtime/base/check.h"

#include <stdio.h>

/* How a mode is. */
enum mode_flag {
    MODE_ON = 1,       /* on in a terminal just switched on */
    MODE_SOFT = 2,     /* DECSTR puts it back */
    MODE_SCREEN = 4,   /* one and the same, under several numbers: any of them ends it */
    MODE_ANSI = 8,     /* CSI n h, without a question mark */
    MODE_HARMLESS = 16 /* see struct mode_change */
};

/* `name` is said of a terminal where it is changed. */
static const struct mode_row {
    unsigned number;
    unsigned flags;
    const char *name;
} rows[] = {
    {1049, MODE_SCREEN,           "alternate screen"           },
    {1047, MODE_SCREEN,           "alternate screen"           },
    {47,   MODE_SCREEN,           "alternate screen"           },
    {25,   MODE_ON | MODE_SOFT,   "hidden cursor"              },
    {1,    MODE_SOFT,             "application cursor keys"    },
    {66,   MODE_SOFT,             "application keypad"         },
    {9,    0,                     "mouse presses"              },
    {1000, 0,                     "mouse clicks"               },
    {1001, 0,                     "mouse highlighting"         },
    {1002, 0,                     "mouse drags"                },
    {1003, 0,                     "mouse motion"               },
    {1004, 0,                     "focus reports"              },
    {1005, MODE_HARMLESS,         "mouse positions in UTF-8"   },
    {1006, MODE_HARMLESS,         "mouse positions in decimal" },
    {1015, MODE_HARMLESS,         "mouse positions as in urxvt"},
    {1016, MODE_HARMLESS,         "mouse positions in pixels"  },
    {1007, MODE_HARMLESS,         "wheel as arrow keys"        },
    {2004, 0,                     "bracketed paste"            },
    {2026, 0,                     "synchronized output"        },
    {2027, MODE_HARMLESS,         "grapheme clusters"          },
    {2031, 0,                     "colour scheme reports"      },
    {2048, 0,                     "window size reports"        },
    {3,    0,                     "132 columns"                },
    {4,    MODE_HARMLESS,         "smooth scrolling"           },
    {5,    0,                     "reverse video"              },
    {6,    MODE_SOFT,             "origin at the margin"       },
    {7,    MODE_ON | MODE_SOFT,   "no line wrap"               },
    {8,    MODE_ON,               "no key repeat"              },
    {12,   MODE_HARMLESS,         "blinking cursor"            },
    {45,   0,                     "reverse wrap"               },
    {69,   MODE_SOFT,             "left and right margins"     },
    {1034, MODE_HARMLESS,         "eight-bit meta key"         },
    {2,    MODE_ANSI | MODE_SOFT, "locked keyboard"            },
    {4,    MODE_ANSI | MODE_SOFT, "insert mode"                },
    {20,   MODE_ANSI,             "newline mode"               },
};

enum { MODE_ROWS = sizeof(rows) / sizeof(rows[0]) };

_Static_assert(MODE_ROWS <= 64, "a bit each");
_Static_assert(MODE_ROWS + MODES_OTHER_MAX + 3 <= MODES_CHANGED_MAX, "all can be named");

static uint64_t row_bit(size_t row)
{
    return UINT64_C(1) << row;
}

/* The bits of all rows with one of the flags. */
static uint64_t rows_with(unsigned flags)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < MODE_ROWS; i++) {
        if ((rows[i].flags & flags) != 0)
            bits |= row_bit(i);
    }
    return bits;
}

/* MODE_ROWS when it has none. */
static size_t row_find(unsigned number, bool ansi)
{
    size_t i = 0;

    while (i < MODE_ROWS &&
           (rows[i].number != number || ((rows[i].flags & MODE_ANSI) != 0) != ansi))
        i++;
    return i;
}

static void other_set(struct modes *m, unsigned number, bool on)
{
    size_t i = 0;

    while (i < m->other_count && m->other[i] != number)
        i++;
    if (on && i == m->other_count && i < MODES_OTHER_MAX)
        m->other[m->other_count++] = (uint16_t)number;
    else if (!on && i < m->other_count)
        m->other[i] = m->other[--m->other_count];
}

static void mode_set(struct modes *m, unsigned number, bool ansi, bool on)
{
    /* 1048 keeps and fetches the cursor's place; nothing stays of it. */
    size_t row = row_find(number, ansi);
    if (row == MODE_ROWS) {
        if (!ansi && number != 1048)
            other_set(m, number, on);
        return;
    }
    if ((rows[row].flags & MODE_SCREEN) != 0)
        m->changed &= ~rows_with(MODE_SCREEN);
    if (on == ((rows[row].flags & MODE_ON) != 0))
        m->changed &= ~row_bit(row);
    else
        m->changed |= row_bit(row);
}

/* CSI ? n s and CSI ? n r. What was never saved comes back as in the beginning. */
static void mode_keep(struct modes *m, unsigned number, bool restore)
{
    size_t row = row_find(number, false);

    if (row == MODE_ROWS)
        return;
    if (!restore)
        m->saved = (m->saved & ~row_bit(row)) | (m->changed & row_bit(row));
    else
        mode_set(m, number, false,
                 ((m->saved & row_bit(row)) != 0) != ((rows[row].flags & MODE_ON) != 0));
}

static unsigned alternate(const struct modes *m)
{
    return (m->changed & rows_with(MODE_SCREEN)) != 0;
}

static void kitty_push(struct modes *m, unsigned flags)
{
    unsigned screen = alternate(m);
    uint8_t *stack = m->kitty[screen];

    if (m->kitty_top[screen] == MODES_KITTY_MAX - 1) {
        for (size_t i = 0; i + 1 < MODES_KITTY_MAX; i++)
            stack[i] = stack[i + 1];
    } else {
        m->kitty_top[screen]++;
    }
    stack[m->kitty_top[screen]] = (uint8_t)flags;
}

static void kitty_pop(struct modes *m, unsigned count)
{
    unsigned screen = alternate(m);

    for (; count > 0 && m->kitty_top[screen] > 0; count--)
        m->kitty_top[screen]--;
    if (count > 0)
        m->kitty[screen][0] = 0;
}

/* How: 1 these and no others, 2 these too, 3 all but these. */
static void kitty_set(struct modes *m, unsigned flags, unsigned how)
{
    unsigned screen = alternate(m);
    uint8_t *now = &m->kitty[screen][m->kitty_top[screen]];

    if (how == 1)
        *now = (uint8_t)flags;
    else if (how == 2)
        *now = (uint8_t)(*now | flags);
    else if (how == 3)
        *now = (uint8_t)(*now & ~flags);
}

static void reset_soft(struct modes *m)
{
    m->changed &= ~rows_with(MODE_SOFT);
    m->saved &= ~rows_with(MODE_SOFT);
    m->other_keys = 0;
}

static void reset_all(struct modes *m)
{
    *m = (struct modes){.sequences = m->sequences};
}

/* CSI with ? before the numbers. */
static void private_take(struct modes *m, const struct sequence *s)
{
    for (size_t i = 0; i < s->count && s->intermediate == 0; i++) {
        if (s->final == 'h' || s->final == 'l')
            mode_set(m, s->number[i], false, s->final == 'h');
        else if (s->final == 's' || s->final == 'r')
            mode_keep(m, s->number[i], s->final == 'r');
    }
}

/* CSI with another sign before the numbers: the keyboard protocols. */
static void keyboard_take(struct modes *m, const struct sequence *s)
{
    unsigned first = sequence_number(s, 0, 0);

    if (s->final == 'u' && s->prefix == '>')
        kitty_push(m, first);
    else if (s->final == 'u' && s->prefix == '<')
        kitty_pop(m, sequence_number(s, 0, 1));
    else if (s->final == 'u' && s->prefix == '=')
        kitty_set(m, first, sequence_number(s, 1, 1));
    else if (s->final == 'm' && s->prefix == '>' && (first == 4 || s->count == 0))
        m->other_keys = (uint8_t)sequence_number(s, 1, 0);
    else if (s->final == 'n' && s->prefix == '>' && first == 4)
        m->other_keys = 0;
}

static void csi_take(struct modes *m, const struct sequence *s)
{
    if (s->prefix == '?') {
        private_take(m, s);
    } else if (s->prefix != 0) {
        keyboard_take(m, s);
    } else if (s->intermediate == '!' && s->final == 'p') {
        reset_soft(m);
    } else if (s->intermediate == ' ' && s->final == 'q') {
        m->cursor_style = (uint8_t)sequence_number(s, 0, 0);
    } else if (s->intermediate == 0 && (s->final == 'h' || s->final == 'l')) {
        for (size_t i = 0; i < s->count; i++)
            mode_set(m, s->number[i], true, s->final == 'h');
    }
}

void modes_take(struct modes *m, const struct sequence *s)
{
    if (s->open == '[') {
        csi_take(m, s);
    } else if (s->open == 0 && s->intermediate == 0) {
        if (s->final == 'c')
            reset_all(m);
        else if (s->final == '=' || s->final == '>')
            mode_set(m, MODE_KEYPAD, false, s->final == '=');
    }
}

void modes_feed(struct modes *m, const void *data, size_t size)
{
    const char *bytes = data;
    struct sequence s;

    while (sequence_next(&m->sequences, &bytes, &size, &s))
        modes_take(m, &s);
}

unsigned modes_report(const struct modes *m, unsigned number, bool ansi)
{
    size_t row = row_find(number, ansi);

    if (row == MODE_ROWS)
        return 0;
    bool changed =
        (rows[row].flags & MODE_SCREEN) != 0 ? alternate(m) != 0 : (m->changed & row_bit(row)) != 0;
    return changed != ((rows[row].flags & MODE_ON) != 0) ? 1 : 2;
}

bool modes_on(const struct modes *m, unsigned number)
{
    return modes_report(m, number, false) == 1;
}

static void change_add(struct mode_change *change, const char *name, const char *how,
                       unsigned number)
{
    *change = (struct mode_change){.name = name};
    int size = snprintf(change->code, sizeof(change->code), "%s%u", how, number);
    CHECK(size > 0 && (size_t)size < sizeof(change->code));
}

size_t modes_changed(const struct modes *m, struct mode_change out[MODES_CHANGED_MAX])
{
    size_t count = 0;
    unsigned screen = alternate(m);
    uint8_t kitty = m->kitty[screen][m->kitty_top[screen]] | m->kitty[0][m->kitty_top[0]];

    for (size_t i = 0; i < MODE_ROWS; i++) {
        if ((m->changed & row_bit(i)) == 0)
            continue;
        bool ansi = (rows[i].flags & MODE_ANSI) != 0;
        change_add(&out[count], rows[i].name, ansi ? "ANSI " : "", rows[i].number);
        out[count++].harmless = (rows[i].flags & MODE_HARMLESS) != 0;
    }
    for (size_t i = 0; i < m->other_count; i++) {
        change_add(&out[count], "a private mode without a name", "", m->other[i]);
        out[count++].harmless = true;
    }
    if (m->other_keys != 0)
        change_add(&out[count++], "keys as codes", "modifyOtherKeys ", m->other_keys);
    if (kitty != 0)
        change_add(&out[count++], "keys as codes", "kitty keyboard ", kitty);
    /* 0, 1 and 2 are the block that terminals begin with; some blink, some do not. */
    if (m->cursor_style > 2) {
        change_add(&out[count], "cursor of another style", "DECSCUSR ", m->cursor_style);
        out[count++].harmless = true;
    }
    return count;
}

void modes_tell(const struct modes *m, struct buf *out)
{
    struct mode_change change[MODES_CHANGED_MAX];
    size_t count = modes_changed(m, change);
    const char *between = "";

    for (size_t i = 0; i < count; i++) {
        if (change[i].harmless)
            continue;
        buf_addf(out, "%s%s (%s)", between, change[i].name, change[i].code);
        between = ", ";
    }
}
