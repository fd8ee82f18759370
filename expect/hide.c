/* hide.c: the search of hide.h. */
#include "expect/hide.h"

#include <string.h>

/* Lets the first held bytes through. */
static void hide_pass(struct hide *h, size_t count, const struct hide_sink *sink)
{
    for (size_t i = 0; i < count; i++)
        sink->on_text(sink->user, h->raw[i], h->text + i, 1);
    h->held -= count;
    memmove(h->raw, h->raw + count, h->held * sizeof(h->raw[0]));
}

void hide_settle(struct hide *h, const struct hide_sink *sink)
{
    hide_pass(h, h->held, sink);
}

int hide_start(struct hide *h, const char *text, size_t size, const struct hide_sink *sink)
{
    hide_settle(h, sink);
    h->size = 0;
    if (size > HIDE_BYTES_MAX)
        return ERR_FULL;
    memcpy(h->text, text, size);
    h->size = size;
    return 0;
}

/* The byte is not the next one of the text: what is held begins it later, or not at all. */
static void hide_shift(struct hide *h, const struct hide_sink *sink)
{
    size_t shift = 1;

    while (memcmp(h->text, h->text + shift, h->held - shift) != 0)
        shift++;
    hide_pass(h, shift, sink);
}

void hide_feed(struct hide *h, uint64_t offset, const char *data, size_t size,
               const struct hide_sink *sink)
{
    for (size_t i = 0; i < size; i++) {
        while (h->held > 0 && data[i] != h->text[h->held])
            hide_shift(h, sink);
        if (h->size == 0 || data[i] != h->text[h->held]) {
            const char *begin = h->size == 0 ? NULL : memchr(data + i, h->text[0], size - i);
            size_t part = begin == NULL ? size - i : (size_t)(begin - (data + i));
            sink->on_text(sink->user, offset + i, data + i, part);
            i += part - 1;
            continue;
        }
        h->raw[h->held++] = offset + i;
        if (h->held < h->size)
            continue;
        for (size_t k = 0; k < h->size; k++)
            sink->on_hidden(sink->user, h->raw[k]);
        h->held = 0;
        h->size = 0;
    }
}
