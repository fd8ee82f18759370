/* wrap.c: lines as they are meant, then as they fit. */
#include "harness/cli/wrap.h"

#include <stdbool.h>
#include <string.h>

enum {
    FULL_COLUMNS = 70, /* a line of a paragraph that is not its last has at least so many */
    INDENT_MORE = 2,
};

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t columns_of(const char *text, size_t size)
{
    size_t columns = 0;

    for (size_t i = 0; i < size; i++)
        columns += !is_continuation(text[i]);
    return columns;
}

/* Running text: it begins at the edge, and has no columns. */
static bool is_prose(const char *line, size_t size)
{
    return size > 0 && line[0] != ' ' && memmem(line, size, "  ", 2) == NULL;
}

/* The line and those that go on with its paragraph; *at moves behind them. */
static void paragraph_take(const char **at, struct buf *out)
{
    size_t size = strcspn(*at, "\n");

    buf_add(out, *at, size);
    while ((*at)[size] != 0) {
        const char *next = *at + size + 1;
        size_t next_size = strcspn(next, "\n");
        bool goes_on = columns_of(*at, size) >= FULL_COLUMNS && is_prose(*at, size) &&
                       is_prose(next, next_size);
        if (!goes_on)
            break;
        buf_add_text(out, " ");
        buf_add(out, next, next_size);
        *at = next;
        size = next_size;
    }
    *at += size + ((*at)[size] == '\n');
}

/* Where what does not fit goes on: below the last column that leaves half of the room. */
static size_t indent_of(const char *line, size_t size, const char *next, size_t columns)
{
    size_t lead = 0;

    while (lead < size && line[lead] == ' ')
        lead++;
    size_t column = 0;
    for (size_t at = lead; at + 1 < size; at++) {
        if (line[at] != ' ' || line[at + 1] != ' ')
            continue;
        while (at + 1 < size && line[at + 1] == ' ')
            at++;
        if (columns_of(line, at + 1) <= columns / 2)
            column = columns_of(line, at + 1);
    }
    if (column > 0)
        return column;
    if (lead == 0 && is_prose(line, size))
        /* A form whose help stands below it goes on further in than that. */
        return strncmp(next, "    ", 4) == 0 ? 8 : 0;
    return lead + INDENT_MORE;
}

static void line_add(struct buf *out, const char *line, size_t size, size_t indent, size_t columns)
{
    size_t from = 0;
    size_t used = 0; /* columns of the line that is being made */

    while (from < size) {
        size_t blanks = from;
        while (blanks < size && line[blanks] == ' ')
            blanks++;
        size_t end = blanks;
        while (end < size && line[end] != ' ')
            end++;
        size_t wide = columns_of(line + from, end - from);
        if (used > indent && used + wide > columns && end > blanks) {
            buf_addf(out, "\n%*s", (int)indent, "");
            used = indent;
            from = blanks;
            wide = columns_of(line + from, end - from);
        }
        buf_add(out, line + from, end - from);
        used += wide;
        from = end;
    }
    buf_add_text(out, "\n");
}

void wrap_add(struct buf *out, const char *text, size_t columns)
{
    while (*text != 0) {
        struct buf line = BUF_INIT;
        paragraph_take(&text, &line);
        size_t indent = indent_of(buf_text(&line), line.size, text, columns);
        line_add(out, buf_text(&line), line.size, indent, columns);
        buf_release(&line);
    }
}
