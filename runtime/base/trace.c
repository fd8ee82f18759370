/* trace.c: the table of points, and records in memory. */
#include "runtime/base/trace.h"

#include "runtime/base/check.h"
#include "runtime/base/err.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct trace_record) == 40, "a record has no padding");

struct point_entry {
    const char *name;
    const char *help;
};

static const struct point_entry points[POINTS] = {
#define POINT_ROW(id, name, help) [id] = {name, help},
    POINT_MAP(POINT_ROW)
#undef POINT_ROW
#define FRAME_ROW(id, stem)                                                                     \
    [POINT_LINK_BEFORE_SEND + (id)] = {"link.before_send." stem, "about to send this frame to " \
                                                                 "peer"},                       \
                              [POINT_LINK_BEFORE_RECV + (id)] = {"link.before_recv." stem,      \
                                                                 "about to act on this frame "  \
                                                                 "from peer"},
        FRAME_MAP(FRAME_ROW)
#undef FRAME_ROW
};

const char *point_name(unsigned point)
{
    CHECK(point < POINTS);
    return points[point].name;
}

const char *stop_why_name(unsigned why)
{
    static const char *const names[] = {STOP_MAP(ROW_NAME)};

    CHECK(why < STOP_WHYS);
    return names[why];
}

const char *point_help(unsigned point)
{
    CHECK(point < POINTS);
    return points[point].help;
}

int point_find(const char *name)
{
    for (int i = 0; i < POINTS; i++) {
        if (strcmp(points[i].name, name) == 0)
            return i;
    }
    return -1;
}

int trace_add(struct trace *t, const struct trace_record *record)
{
    if (t->count == t->limit) {
        t->full = true;
        return ERR_FULL;
    }
    if (t->count == t->room) {
        size_t room = t->room == 0 ? 1024 : t->room * 2;
        struct trace_record *grown = realloc(t->record, room * sizeof(*grown));
        if (grown == NULL) {
            t->full = true;
            return ERR_FULL;
        }
        t->record = grown;
        t->room = room;
    }
    t->record[t->count++] = *record;
    return 0;
}

void trace_release(struct trace *t)
{
    free(t->record);
    *t = TRACE_INIT;
}
