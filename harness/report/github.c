/* github.c: escaping as GitHub undoes it. */
#include "harness/report/github.h"

#include "runtime/base/visible.h"

#include <string.h>

void github_escape(struct buf *out, const char *text, bool property)
{
    struct buf visible = BUF_INIT;

    visible_add(&visible, text, strlen(text));
    for (const char *at = buf_text(&visible); *at != 0; at++) {
        bool escaped =
            *at == '%' || *at == '\r' || *at == '\n' || (property && (*at == ':' || *at == ','));
        if (escaped)
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*at);
        else
            buf_add(out, at, 1);
    }
    buf_release(&visible);
}
