/* mask.c: looking for secrets in what is about to be written. */
#include "harness/run/mask.h"

#include <string.h>

/* How the text at `at` begins: with a secret, of which *size are its bytes; with what may become
 * one; or with neither. */
enum begins { BEGINS_OTHER, BEGINS_PART, BEGINS_SECRET };

static enum begins secret_at(const struct run *r, const char *at, size_t left, size_t *size)
{
    enum begins out = BEGINS_OTHER;

    *size = 0;
    for (const struct secret *s = r->variant->secrets; s != NULL; s = s->next) {
        const struct buf *value = &r->slot[s->slot];
        size_t common = value->size < left ? value->size : left;
        if (common == 0 || memcmp(at, value->data, common) != 0)
            continue;
        if (value->size > left && out == BEGINS_OTHER)
            out = BEGINS_PART;
        if (value->size <= left && value->size > *size) {
            out = BEGINS_SECRET;
            *size = value->size;
        }
    }
    return out;
}

/* Adds the text up to what may become a secret, unless it is `all` there is. Returns how many bytes
 * were dealt with. */
static size_t masked_add(const struct run *r, const char *text, size_t size, bool all,
                         struct buf *out)
{
    size_t at = 0;

    while (at < size) {
        size_t found = 0;
        enum begins begins = secret_at(r, text + at, size - at, &found);
        if (begins == BEGINS_PART && !all)
            return at;
        if (begins == BEGINS_SECRET)
            buf_add_text(out, MASK_TEXT);
        else
            buf_add(out, text + at, 1);
        at += begins == BEGINS_SECRET ? found : 1;
    }
    return at;
}

void mask_output(struct run *r, const char *data, size_t size, struct buf *out)
{
    buf_add(&r->held_back, data, size);
    size_t done = masked_add(r, r->held_back.data, r->held_back.size, false, out);
    buf_drop(&r->held_back, done);
}

void mask_flush(struct run *r, struct buf *out)
{
    (void)masked_add(r, r->held_back.data, r->held_back.size, true, out);
    buf_drop(&r->held_back, r->held_back.size);
}

void mask_stars(const struct run *r, char *text, size_t size)
{
    size_t found = 0;

    for (size_t at = 0; at<size; at += found> 0 ? found : 1) {
        if (r->slot == NULL || secret_at(r, text + at, size - at, &found) != BEGINS_SECRET)
            found = 0;
        memset(text + at, '*', found);
    }
}

void mask_result(const struct run *r, struct run_result *out)
{
    if (r->variant->secrets == NULL || r->slot == NULL)
        return;
    for (size_t i = 0; i < RESULT_TEXTS; i++) {
        struct buf clean = BUF_INIT;
        struct buf *text = &out->text[i];
        if (text->size == 0)
            continue;
        (void)masked_add(r, text->data, text->size, true, &clean);
        buf_release(text);
        *text = clean;
    }
}
