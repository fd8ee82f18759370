/* screen.c: the only file that knows libvterm.
 *
 * What is called is in 0.1 as well as in 0.3. 0.1 wants some care, or it shows by the cuts what it
 * was given, or breaks: it gets whole characters in small pieces, see piece_add(); and its window
 * changes only between two sequences, with nothing of the old one left over, see window_change().
 */
#include "expect/screen.h"

#include "expect/plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

enum {
    COLUMNS_MIN = 2, /* libvterm breaks where a wide character has no room */
    FEED_BYTES_MAX = 4096,
    CHARACTER_BYTES_MAX = 4, /* of UTF-8 */
    ROW_BYTES_MAX = SCREEN_SIDE_MAX * VTERM_MAX_CHARS_PER_CELL * CHARACTER_BYTES_MAX,
};

/* The second column of a wide character has this in place of one. */
#define CELL_CONTINUES ((uint32_t)-1)

/* What goes to libvterm next. */
struct piece {
    char data[FEED_BYTES_MAX];
    size_t size;
};

struct screen {
    VTerm *vterm;
    VTermScreen *cells;             /* of vterm */
    char part[CHARACTER_BYTES_MAX]; /* the beginning of a character that is still to come */
    size_t part_size;
    struct piece piece; /* of screen_feed() */
    struct plain plain; /* whether a sequence goes on */
    bool changes;       /* the window is to get this size */
    uint16_t rows;
    uint16_t columns;
    bool shrunk; /* it was larger once */
    size_t size; /* of the row asked for last */
    char text[ROW_BYTES_MAX];
    uint8_t style[ROW_BYTES_MAX];
};

/* What a program asks of its terminal is answered by whoever holds the terminal, or not at all. */
static void answer_drop(const char *bytes, size_t size, void *user)
{
    (void)bytes;
    (void)size;
    (void)user;
}

static uint16_t side(uint16_t size, uint16_t least)
{
    return size < least ? least : size > SCREEN_SIDE_MAX ? (uint16_t)SCREEN_SIDE_MAX : size;
}

int screen_new(uint16_t rows, uint16_t columns, struct screen **out, struct diag *diag)
{
    struct screen *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->vterm = vterm_new(side(rows, 1), side(columns, COLUMNS_MIN));
    if (s == NULL || s->vterm == NULL) {
        free(s);
        return diag_set(diag, ERR_NOMEM, "no memory for a screen");
    }
    vterm_set_utf8(s->vterm, 1);
    vterm_output_set_callback(s->vterm, answer_drop, NULL);
    s->cells = vterm_obtain_screen(s->vterm);
    vterm_screen_enable_altscreen(s->cells, 1);
    vterm_screen_reset(s->cells, 1);
    *out = s;
    return 0;
}

void screen_free(struct screen *s)
{
    if (s == NULL)
        return;
    vterm_free(s->vterm);
    free(s);
}

/* Gives the terminal a sequence of our own. */
__attribute__((format(printf, 2, 3))) static void screen_say(struct screen *s, const char *format,
                                                             ...)
{
    char text[64];
    va_list args;

    va_start(args, format);
    int size = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    (void)vterm_input_write(s->vterm, text, (size_t)size);
}

static int int_min(int a, int b)
{
    return a < b ? a : b;
}

/* The cursor of before a window shrank may come back, and libvterm would draw there. */
static void cursor_keep_inside(struct screen *s)
{
    VTermPos at = {0};
    int rows = 0;
    int columns = 0;

    vterm_get_size(s->vterm, &rows, &columns);
    vterm_state_get_cursorpos(vterm_obtain_state(s->vterm), &at);
    if (at.row >= rows || at.col >= columns)
        screen_say(s, "\x1b[%d;%dH", int_min(at.row + 1, rows), int_min(at.col + 1, columns));
}

static void piece_flush(struct screen *s)
{
    if (s->piece.size == 0)
        return;
    (void)vterm_input_write(s->vterm, s->piece.data, s->piece.size);
    s->piece.size = 0;
    if (s->shrunk)
        cursor_keep_inside(s);
}

/* Of what is no ASCII each character is a piece of its own: libvterm takes a run of text for what
 * its first byte is, and joins marks with what they stand on by other rules within a run than
 * between two. */
static void piece_add(struct screen *s, const char *data, size_t size)
{
    bool alone = s->shrunk || ((unsigned char)data[0] & 0x80) != 0;

    if (alone || s->piece.size == FEED_BYTES_MAX)
        piece_flush(s);
    memcpy(s->piece.data + s->piece.size, data, size);
    s->piece.size += size;
    if (alone)
        piece_flush(s);
}

/* How many bytes the character has that begins with this one; 0: none begins so. */
static size_t utf8_size(unsigned char first)
{
    return first < 0x80   ? 1
           : first < 0xc2 ? 0
           : first < 0xe0 ? 2
           : first < 0xf0 ? 3
           : first < 0xf5 ? 4
                          : 0;
}

static uint32_t utf8_get(const char *data, size_t size)
{
    static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)data[0] & mask[size];

    for (size_t i = 1; i < size; i++)
        c = c << 6 | ((unsigned char)data[i] & 0x3f);
    return c;
}

/* Whether it is a mark that stands on the character before it: those of scripts that are written
 * in cells. */
static bool is_mark(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x0300, 0x036f},
        {0x0483, 0x0489},
        {0x0591, 0x05c7},
        {0x0610, 0x061a},
        {0x064b, 0x065f},
        {0x0e31, 0x0e3a},
        {0x0e47, 0x0e4e},
        {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff},
        {0x200b, 0x200f},
        {0x20d0, 0x20ff},
        {0x302a, 0x302f},
        {0x3099, 0x309a},
        {0xfe00, 0xfe0f},
        {0xfe20, 0xfe2f},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return false;
}

/* Behind the last column libvterm would put a mark that comes by itself into the next row, and
 * where the cursor stands does not tell whether it is behind that column or in it: there marks are
 * lost. */
static bool part_has_no_room(struct screen *s)
{
    VTermPos at = {0};
    int rows = 0;
    int columns = 0;

    if (!is_mark(utf8_get(s->part, s->part_size)))
        return false;
    piece_flush(s);
    vterm_get_size(s->vterm, &rows, &columns);
    vterm_state_get_cursorpos(vterm_obtain_state(s->vterm), &at);
    return at.col == columns - 1;
}

/* What has begun as a character is none. */
static void part_spoil(struct screen *s)
{
    if (s->part_size > 0)
        piece_add(s, "\xef\xbf\xbd", 3);
    s->part_size = 0;
}

/* libvterm forgets a beginning that it was given without the rest, so it gets whole characters. */
static void feed_byte(struct screen *s, char byte)
{
    bool goes_on = ((unsigned char)byte & 0xc0) == 0x80;

    if (!goes_on)
        part_spoil(s);
    if (s->part_size == 0 && utf8_size((unsigned char)byte) == 0) {
        piece_add(s, "\xef\xbf\xbd", 3);
        return;
    }
    s->part[s->part_size++] = byte;
    if (s->part_size < utf8_size((unsigned char)s->part[0]))
        return;
    if (!part_has_no_room(s))
        piece_add(s, s->part, s->part_size);
    s->part_size = 0;
}

/* What lies in the new window stays where it is; where the cursor would not lie there, all moves up
 * as far as it must. The margins are those of the whole window, as of xterm. */
static void window_change(struct screen *s)
{
    VTermPos at = {0};
    int rows = 0;
    int columns = 0;

    vterm_get_size(s->vterm, &rows, &columns);
    vterm_state_get_cursorpos(vterm_obtain_state(s->vterm), &at);
    screen_say(s, "\x1b[?69l\x1b[r");
    if (at.row >= s->rows)
        screen_say(s, "\x1b[%dS", at.row + 1 - s->rows);
    if (s->rows < rows)
        screen_say(s, "\x1b[%d;1H\x1b[J", s->rows + 1);
    screen_say(s, "\x1b[%d;%dH", int_min(at.row + 1, s->rows), int_min(at.col + 1, s->columns));
    vterm_set_size(s->vterm, s->rows, s->columns);
    s->shrunk = s->shrunk || s->rows < rows || s->columns < columns;
    s->changes = false;
}

static void feed_bytes(struct screen *s, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (s->part_size == 0 && (unsigned char)bytes[i] < 0x80)
            piece_add(s, bytes + i, 1);
        else
            feed_byte(s, bytes[i]);
    }
    piece_flush(s);
}

void screen_feed(struct screen *s, const void *data, size_t size)
{
    const char *bytes = data;

    while (size > 0) {
        struct plain_span span = plain_next(&s->plain, bytes, size);
        size_t taken = span.skip + span.text;
        feed_bytes(s, bytes, taken);
        if (s->changes && s->plain.state == PLAIN_TEXT)
            window_change(s);
        bytes += taken;
        size -= taken;
    }
}

void screen_resize(struct screen *s, uint16_t rows, uint16_t columns)
{
    s->rows = side(rows, 1);
    s->columns = side(columns, COLUMNS_MIN);
    s->changes = true;
    if (s->plain.state == PLAIN_TEXT)
        window_change(s);
}

static uint8_t style_of(const VTermScreenCellAttrs *a)
{
    return (uint8_t)((a->bold ? SCREEN_BOLD : 0) | (a->underline ? SCREEN_UNDERLINE : 0) |
                     (a->italic ? SCREEN_ITALIC : 0) | (a->blink ? SCREEN_BLINK : 0) |
                     (a->reverse ? SCREEN_REVERSE : 0) | (a->strike ? SCREEN_STRIKE : 0));
}

/* Encodes one code point; returns how many bytes. */
static size_t utf8_put(uint32_t c, char out[CHARACTER_BYTES_MAX])
{
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    for (size_t i = size; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(first[size] | c);
    return size;
}

/* Adds what stands in one cell to the row; an empty one is a blank. */
static void row_add(struct screen *s, const VTermScreenCell *cell)
{
    uint8_t style = style_of(&cell->attrs);

    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL; i++) {
        uint32_t c = i == 0 && cell->chars[0] == 0 ? ' ' : cell->chars[i];
        if (c == 0)
            return;
        size_t size = utf8_put(c, s->text + s->size);
        memset(s->style + s->size, style, size);
        s->size += size;
    }
}

bool screen_row(struct screen *s, size_t row, struct screen_row *out)
{
    struct screen_cursor cursor = screen_cursor(s);
    size_t seen = 0; /* bytes of the row up to the last that counts */
    int rows = 0;
    int columns = 0;

    vterm_get_size(s->vterm, &rows, &columns);
    if (row == 0 || row > (size_t)rows)
        return false;
    s->size = 0;
    for (int column = 0; column < columns; column++) {
        VTermScreenCell cell = {0};
        (void)vterm_screen_get_cell(s->cells, (VTermPos){(int)row - 1, column}, &cell);
        if (cell.chars[0] == CELL_CONTINUES)
            continue;
        row_add(s, &cell);
        bool in_front = row == cursor.row && column + 1 < cursor.column;
        if (cell.chars[0] != 0 && (cell.chars[0] != ' ' || in_front))
            seen = s->size;
    }
    *out = (struct screen_row){.text = s->text, .style = s->style, .size = seen};
    return true;
}

struct screen_cursor screen_cursor(const struct screen *s)
{
    VTermPos at = {0};

    vterm_state_get_cursorpos(vterm_obtain_state(s->vterm), &at);
    return (struct screen_cursor){.row = (uint16_t)(at.row + 1), .column = (uint16_t)(at.col + 1)};
}
