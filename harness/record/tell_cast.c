/* tell_cast.c: what a recorded run showed, as an asciicast that every player can play. */
#include "expect/asciicast.h"
#include "harness/record/tell.h"
#include "runtime/base/visible.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_CELLS = 10000, MARK_BYTES_MAX = 4096 };

static unsigned size_line(const struct recording *r, const char *key, unsigned usual)
{
    char text[32];
    unsigned long value = strtoul(recording_line(r, key, text, sizeof(text)), NULL, 10);

    return value > 0 && value < SIZE_MAX_CELLS ? (unsigned)value : usual;
}

static void event_write(struct asciicast *c, const struct recorded_event *e)
{
    char mark[MARK_BYTES_MAX];

    switch ((enum recorded)e->kind) {
    case RECORDED_OUTPUT:
        asciicast_shown(c, e->at_ns, e->data, e->size);
        break;
    case RECORDED_MARK:
        (void)snprintf(mark, sizeof(mark), "%.*s",
                       (int)(e->size < sizeof(mark) ? e->size : sizeof(mark) - 1), e->data);
        asciicast_mark(c, e->at_ns, mark);
        break;
    case RECORDED_RESIZED:
        asciicast_resized(c, e->at_ns, e->rows, e->columns);
        break;
    case RECORDED_TRACE:
    case RECORDED_STEP:
        break;
    }
}

void tell_cast(const struct recording *r, struct buf *out)
{
    struct asciicast cast;
    char id[512];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    if (file == NULL) {
        out->failed = true;
        return;
    }
    asciicast_begin(&cast, file, size_line(r, "rows", 24), size_line(r, "columns", 80),
                    recording_line(r, "id", id, sizeof(id)), 0);
    for (size_t i = 0; i < r->event_count; i++)
        event_write(&cast, &r->event[i]);
    out->failed = asciicast_end(&cast, NULL) < 0 || out->failed;
    out->failed = fclose(file) != 0 || out->failed;
    buf_add(out, text, size);
    free(text);
}
