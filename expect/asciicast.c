/* asciicast.c: asciicast v2 lines, times without floats, UTF-8 made valid. */
#include "expect/asciicast.h"

#include "runtime/base/buf.h"
#include "runtime/base/json.h"
#include "runtime/base/utf8.h"

#include <inttypes.h>
#include <string.h>

/* Adds the bytes; what is incomplete at the end stays in *rest, or is replaced when that is
 * NULL. */
static void json_bytes(struct asciicast *c, struct buf *out, const unsigned char *data, size_t size,
                       struct asciicast_rest *rest)
{
    while (size > 0) {
        int whole = utf8_size(data, size);
        if (whole == 0 && rest != NULL) {
            memcpy(rest->bytes, data, size);
            rest->size = size;
            return;
        }
        if (whole > 0) {
            json_char(out, data, (size_t)whole);
        } else {
            buf_add_text(out, "\xef\xbf\xbd");
            c->replaced++;
            whole = 1;
        }
        data += whole;
        size -= (size_t)whole;
    }
}

static void text_add(struct asciicast *c, struct buf *out, const char *text)
{
    json_bytes(c, out, (const unsigned char *)text, strlen(text), NULL);
}

static void asciicast_time(struct asciicast *c, struct buf *line, int64_t at_ns)
{
    if (at_ns > c->last_ns)
        c->last_ns = at_ns;
    int64_t us = (c->last_ns - c->begin_ns) / 1000;
    buf_addf(line, "[%" PRId64 ".%06" PRId64 ", ", us / 1000000, us % 1000000);
}

static void asciicast_put(struct asciicast *c, struct buf *line)
{
    buf_add_text(line, "\n");
    if (line->failed || c->dropped > 0 || c->bytes + line->size > c->bytes_max) {
        /* Once something is missing all that follows is, so that the record is a true prefix. */
        if (c->dropped++ == 0) {
            struct buf mark = BUF_INIT;
            asciicast_time(c, &mark, c->last_ns);
            buf_add_text(&mark, "\"m\", \"recording ends: limit reached\"]\n");
            if (!mark.failed)
                (void)fwrite(mark.data, 1, mark.size, c->out);
            buf_release(&mark);
        }
    } else {
        c->bytes += fwrite(line->data, 1, line->size, c->out);
    }
    buf_release(line);
}

void asciicast_begin(struct asciicast *c, FILE *out, unsigned rows, unsigned cols,
                     const char *title, int64_t begin_ns)
{
    struct buf line = BUF_INIT;

    *c = (struct asciicast){
        .out = out, .bytes_max = ASCIICAST_BYTES_MAX, .begin_ns = begin_ns, .last_ns = begin_ns};
    buf_addf(&line, "{\"version\": 2, \"width\": %u, \"height\": %u", cols, rows);
    if (title != NULL) {
        buf_add_text(&line, ", \"title\": \"");
        text_add(c, &line, title);
        buf_add_text(&line, "\"");
    }
    buf_add_text(&line, "}");
    asciicast_put(c, &line);
}

static void asciicast_bytes(struct asciicast *c, int64_t at_ns, const char *kind,
                            struct asciicast_rest *rest, const void *data, size_t size)
{
    struct buf bytes = BUF_INIT;
    struct buf text = BUF_INIT;
    struct buf line = BUF_INIT;

    /* Past the limit nothing is built any more, only counted. */
    if (c->dropped > 0) {
        c->dropped++;
        return;
    }
    buf_add(&bytes, rest->bytes, rest->size);
    buf_add(&bytes, data, size);
    rest->size = 0;
    if (!bytes.failed)
        json_bytes(c, &text, (const unsigned char *)bytes.data, bytes.size, rest);
    if (text.size > 0 || text.failed || bytes.failed) {
        asciicast_time(c, &line, at_ns);
        buf_addf(&line, "\"%s\", \"", kind);
        buf_add(&line, text.data, text.size);
        buf_add_text(&line, "\"]");
        line.failed = line.failed || text.failed || bytes.failed;
        asciicast_put(c, &line);
    }
    buf_release(&text);
    buf_release(&bytes);
}

void asciicast_shown(struct asciicast *c, int64_t at_ns, const void *data, size_t size)
{
    asciicast_bytes(c, at_ns, "o", &c->shown, data, size);
}

void asciicast_mark(struct asciicast *c, int64_t at_ns, const char *label)
{
    struct buf line = BUF_INIT;

    asciicast_time(c, &line, at_ns);
    buf_add_text(&line, "\"m\", \"");
    text_add(c, &line, label);
    buf_add_text(&line, "\"]");
    asciicast_put(c, &line);
}

void asciicast_resized(struct asciicast *c, int64_t at_ns, unsigned rows, unsigned cols)
{
    struct buf line = BUF_INIT;

    asciicast_time(c, &line, at_ns);
    buf_addf(&line, "\"r\", \"%ux%u\"]", cols, rows);
    asciicast_put(c, &line);
}

/* What never became a whole character. */
static void asciicast_leftover(struct asciicast *c, const char *kind, struct asciicast_rest *rest)
{
    struct buf line = BUF_INIT;

    if (rest->size == 0 || c->dropped > 0)
        return;
    asciicast_time(c, &line, c->last_ns);
    buf_addf(&line, "\"%s\", \"", kind);
    json_bytes(c, &line, rest->bytes, rest->size, NULL);
    buf_add_text(&line, "\"]");
    rest->size = 0;
    asciicast_put(c, &line);
}

int asciicast_end(struct asciicast *c, struct diag *diag)
{
    asciicast_leftover(c, "o", &c->shown);
    if (fflush(c->out) != 0 || ferror(c->out) != 0)
        return diag_errno(diag, ERR_IO, "cannot write the recording");
    return 0;
}
