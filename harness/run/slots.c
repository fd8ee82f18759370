/* slots.c: values of names that are known only while it runs. */
#include "harness/run/slots.h"

#include "runtime/base/check.h"

#include <stdlib.h>
#include <string.h>

int slots_init(struct run *r, struct diag *diag)
{
    const struct variant *v = r->variant;

    r->slot = calloc(v->slots + 1U, sizeof(*r->slot));
    if (r->slot == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a run");
    for (const struct secret *s = v->secrets; s != NULL; s = s->next) {
        const char *value = r->options->secret != NULL ? r->options->secret(s->name) : NULL;
        if (value == NULL || value[0] == 0) {
            return diag_set(diag, ERR_USAGE,
                            "the secret '%s' has no value: put it into the environment variable "
                            "of that name",
                            s->name);
        }
        buf_add_text(&r->slot[s->slot], value);
        if (r->slot[s->slot].failed)
            return diag_set(diag, ERR_NOMEM, "no memory for a run");
    }
    return 0;
}

void slots_release(struct run *r)
{
    for (uint32_t i = 0; r->slot != NULL && i < r->variant->slots; i++)
        buf_wipe(&r->slot[i]);
    free(r->slot);
    r->slot = NULL;
}

void buf_wipe(struct buf *text)
{
    if (text->size > 0)
        explicit_bzero(text->data, text->size);
    buf_release(text);
}

void slots_take(struct run *r, const struct match_result *result, const struct live_group *group,
                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf *slot = &r->slot[group[i].slot];
        struct match_capture capture = match_named(result, group[i].name);

        CHECK(group[i].slot < r->variant->slots);
        buf_drop(slot, slot->size);
        buf_add(slot, capture.size > 0 ? capture.text : "", capture.size);
    }
}

void live_text(const struct run *r, const char *text, size_t size, bool live, struct buf *out)
{
    struct live_piece piece;

    if (!live)
        buf_add(out, text, size);
    for (size_t at = 0; live && live_next(text, size, &at, &piece);) {
        const struct buf *slot = piece.mark ? &r->slot[piece.slot] : NULL;
        if (slot != NULL)
            buf_add(out, buf_text(slot), slot->size);
        else
            buf_add(out, piece.text, piece.size);
    }
}

void live_pattern(const struct run *r, const char *text, bool live, struct buf *out)
{
    struct live_piece piece;
    size_t size = strlen(text);

    if (!live)
        buf_add(out, text, size);
    for (size_t at = 0; live && live_next(text, size, &at, &piece);) {
        const struct buf *slot = piece.mark ? &r->slot[piece.slot] : NULL;
        if (slot != NULL)
            live_quote(out, piece.place, buf_text(slot), slot->size);
        else
            buf_add(out, piece.text, piece.size);
    }
}

bool text_is_bare(const char *text, size_t size, bool live)
{
    struct live_piece piece;
    bool bare = live;

    for (size_t at = 0; bare && live_next(text, size, &at, &piece);) {
        for (size_t i = 0; i < piece.size && !piece.mark; i++)
            bare = bare && (unsigned char)piece.text[i] < ' ';
    }
    return bare;
}

void text_show(struct buf *out, const char *text, size_t size, bool live)
{
    if (live)
        live_show(out, text, size);
    else
        buf_add(out, text, size);
}
