/* result.c: a result's texts, and its form on a pipe. */
#include "harness/run/result.h"

#include "harness/scenario/model.h"
#include "runtime/base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESULT_MAGIC = 0x31534552 };

/* On the pipe: this, then the bytes of the texts one behind the other. */
struct result_header {
    uint32_t magic;
    uint32_t texts;
    struct run_result fields; /* its buffers are meaningless there */
    uint64_t size[RESULT_TEXTS];
};

const char *result_text_key(unsigned text)
{
    static const char *const keys[] = {RESULT_TEXT_MAP(ROW_NAME)};

    CHECK(text < RESULT_TEXTS);
    return keys[text];
}

void result_set(struct run_result *r, enum result_text which, const char *text)
{
    buf_release(&r->text[which]);
    buf_add_text(&r->text[which], text);
}

void result_setf(struct run_result *r, enum result_text which, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    int size = vasprintf(&text, format, args);
    va_end(args);
    result_set(r, which, size < 0 ? "" : text);
    if (size >= 0)
        free(text);
}

const char *result_get(const struct run_result *r, enum result_text which)
{
    return buf_text(&r->text[which]);
}

void result_encode(const struct run_result *r, struct buf *out)
{
    struct result_header header;

    /* Cleared whole, so that no byte of padding is left to chance. */
    memset(&header, 0, sizeof(header));
    header.magic = RESULT_MAGIC;
    header.texts = RESULT_TEXTS;
    header.fields = *r;
    memset(header.fields.text, 0, sizeof(header.fields.text));
    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        header.size[i] = r->text[i].size;
    buf_add(out, &header, sizeof(header));
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (r->text[i].size > 0)
            buf_add(out, r->text[i].data, r->text[i].size);
    }
}

int result_decode(const void *bytes, size_t size, struct run_result *out, struct diag *diag)
{
    struct result_header header;
    const char *at = bytes;

    if (size < sizeof(header))
        return diag_set(diag, ERR_INPUT, "a result of %zu bytes is cut short", size);
    memcpy(&header, at, sizeof(header));
    if (header.magic != RESULT_MAGIC || header.texts != RESULT_TEXTS)
        return diag_set(diag, ERR_INPUT, "not a result of this build");
    at += sizeof(header);
    size -= sizeof(header);
    if (header.fields.verdict >= VERDICTS)
        return diag_set(diag, ERR_INPUT, "a result with an unknown verdict");
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (header.size[i] > size)
            return diag_set(diag, ERR_INPUT, "a result's texts are cut short");
        size -= header.size[i];
    }
    *out = header.fields;
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        out->text[i] = BUF_INIT;
        if (header.size[i] > 0)
            buf_add(&out->text[i], at, header.size[i]);
        at += header.size[i];
    }
    return 0;
}

void result_release(struct run_result *r)
{
    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        buf_release(&r->text[i]);
    *r = RESULT_INIT;
}
