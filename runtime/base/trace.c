/* trace.c: the table of points, and records in memory. */
#include "runtime/base/trace.h"

#include "runtime/base/check.h"
#include "runtime/base/err.h"
#include "runtime/base/suggest.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct trace_record) == 40, "a record has no padding");

#define PEER(what)        .peer = (what)
#define REQUEST(what)     .request = (what)
#define VALUE(type, what) .value = {KIND_##type, what}
#define EXTRA(type, what) .extra = {KIND_##type, what}

#define POINT_ROW(id, text, ...) [id] = {.name = (text), .help = __VA_ARGS__},
#define FRAME_SENT(id, stem)                                                                       \
    POINT_ROW(POINT_LINK_BEFORE_SEND + (id), "link.before_send." stem, "about to send this frame", \
              PEER("to"), REQUEST("sequence"))
#define FRAME_RECEIVED(id, stem)                                       \
    POINT_ROW(POINT_LINK_BEFORE_RECV + (id), "link.before_recv." stem, \
              "about to act on this frame", PEER("from"), REQUEST("sequence"))

static const struct point_entry points[] = {POINT_MAP(POINT_ROW) FRAME_MAP(FRAME_SENT)
                                                FRAME_MAP(FRAME_RECEIVED)};

_Static_assert(sizeof(points) / sizeof(points[0]) == POINTS, "each point has a row");

const char *point_name(unsigned point)
{
    return point_entry(point)->name;
}

const struct point_entry *point_entry(unsigned point)
{
    CHECK(point < POINTS);
    return &points[point];
}

int point_find(const char *name)
{
    for (int i = 0; i < POINTS; i++) {
        if (strcmp(points[i].name, name) == 0)
            return i;
    }
    return -1;
}

static const char *whole_at(size_t i, void *user)
{
    (void)user;
    return points[i].name;
}

/* Without its family; of one without any all of it. */
static const char *tail_at(size_t i, void *user)
{
    const char *dot = strchr(points[i].name, '.');

    (void)user;
    return dot != NULL ? dot + 1 : points[i].name;
}

const char *point_suggest(const char *name)
{
    const char *near = suggest(name, POINTS, whole_at, NULL);

    if (near != NULL)
        return near;
    near = suggest(name, POINTS, tail_at, NULL);
    for (size_t i = 0; near != NULL && i < POINTS; i++) {
        if (tail_at(i, NULL) == near)
            return points[i].name;
    }
    return NULL;
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
