/* json.c: strings of JSON. */
#include "runtime/base/json.h"

#include "runtime/base/utf8.h"

#include <string.h>

void json_char(struct buf *out, const void *data, size_t size)
{
    static const char names[] = "\"\\\n\r\t";
    static const char letters[] = "\"\\nrt";
    unsigned char first = *(const unsigned char *)data;
    const char *name = first == 0 ? NULL : strchr(names, first);

    if (name != NULL)
        buf_addf(out, "\\%c", letters[name - names]);
    else if (first < 0x20 || first == 0x7f)
        buf_addf(out, "\\u%04x", first);
    else if (first == 0xC2 && size == 2 && ((const unsigned char *)data)[1] < 0xA0)
        buf_addf(out, "\\u%04x", ((const unsigned char *)data)[1]); /* a terminal obeys it too */
    else
        buf_add(out, data, size);
}

void json_string(struct buf *out, const char *text, size_t size)
{
    buf_add_text(out, "\"");
    while (size > 0) {
        int bytes = utf8_size(text, size);
        if (bytes > 0)
            json_char(out, text, (size_t)bytes);
        else
            buf_add_text(out, "\xEF\xBF\xBD");
        text += bytes > 0 ? bytes : 1;
        size -= bytes > 0 ? (size_t)bytes : 1;
    }
    buf_add_text(out, "\"");
}

void json_text(struct buf *out, const char *key, const char *text)
{
    if (text == NULL)
        return;
    buf_addf(out, ",\"%s\":", key);
    json_string(out, text, strlen(text));
}
