/* reader.c: from bytes that may be anything to a recording. */
#include "harness/record/reader.h"

#include "harness/record/format.h"
#include "harness/run/result.h"
#include "runtime/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024 };

/* What is being read. */
struct reading {
    struct recording *r;
    const char *name;
    struct diag *diag;
    size_t at;        /* of the item, in the file */
    const char *data; /* what it holds */
    size_t size;
    bool head_only;
    bool head;    /* it was there */
    bool points;  /* the points by number were there */
    bool command; /* and not a tree */
};

static uint64_t number_read(const char *data, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)data[i] << (8 * i);
    return value;
}

static int bad(const struct reading *in, const char *what)
{
    return diag_set(in->diag, ERR_INPUT, "%s is damaged at byte %zu: %s", in->name, in->at, what);
}

static int no_memory(const struct reading *in)
{
    return diag_set(in->diag, ERR_NOMEM, "no memory to read %s", in->name);
}

/* The next text up to its 0, or NULL. */
static const char *text_next(struct reading *in)
{
    const char *text = in->data;
    const char *end = in->size > 0 ? memchr(text, 0, in->size) : NULL;

    if (end == NULL)
        return NULL;
    in->size -= (size_t)(end - text) + 1;
    in->data = end + 1;
    return text;
}

/* ---- The kinds ---- */

static int head_read(struct reading *in)
{
    if (memchr(in->data, 0, in->size) != NULL)
        return bad(in, "a line of the head is no text");
    buf_add(&in->r->head, in->data, in->size);
    in->head = true;
    return in->r->head.failed ? no_memory(in) : 0;
}

static int file_read_item(struct reading *in)
{
    struct recording *r = in->r;
    const char *name = text_next(in);

    if (name == NULL)
        return bad(in, "a file has no name");
    if (r->file_count == RECORDING_FILES_MAX)
        return bad(in, "too many files");
    r->file[r->file_count++] =
        (struct recorded_file){.name = name, .text = in->data, .size = in->size};
    return 0;
}

/* Numbers of points are those of the build that wrote; names are the same for all. */
static int points_read(struct reading *in)
{
    for (size_t i = 0; in->size > 0; i++) {
        const char *name = text_next(in);
        if (name == NULL || i >= sizeof(in->r->point) / sizeof(in->r->point[0]))
            return bad(in, "the list of points does not end");
        int number = point_find(name);
        in->r->point[i] = number < 0 ? POINTS : (uint16_t)number;
    }
    in->points = true;
    return 0;
}

static int cast_read(struct reading *in)
{
    struct recording *r = in->r;

    if (r->cast == NULL)
        r->cast = calloc(1, cast_bytes(RECORD_CAST_ROOM));
    if (r->cast == NULL)
        return no_memory(in);
    r->cast->room = RECORD_CAST_ROOM;
    for (uint16_t i = 0; in->size > 0; i++) {
        if (in->size < RECORD_PARENT_BYTES)
            return bad(in, "a member of the cast is cut short");
        uint16_t parent = (uint16_t)number_read(in->data, RECORD_PARENT_BYTES);
        in->data += RECORD_PARENT_BYTES;
        in->size -= RECORD_PARENT_BYTES;
        const char *name = text_next(in);
        struct who who = {.parent = parent};
        if (name == NULL || strlen(name) >= sizeof(who.name))
            return bad(in, "a member of the cast has no name");
        /* A later list begins with the members of the earlier one, as they are called by then. */
        if (i < r->cast->count) {
            memcpy(r->cast->who[i].name, name, strlen(name) + 1);
            continue;
        }
        memcpy(who.name, name, strlen(name) + 1);
        if (parent != ACTOR_NONE && parent >= i)
            return bad(in, "a member of the cast stands before its parent");
        if (cast_add(r->cast, &who) == ACTOR_NONE)
            return bad(in, "the cast is too large");
    }
    return 0;
}

static int event_add(struct reading *in, const struct recorded_event *event)
{
    struct recording *r = in->r;

    if (r->event_count == r->event_room) {
        size_t room = r->event_room == 0 ? 256 : r->event_room * 2;
        struct recorded_event *grown = realloc(r->event, room * sizeof(*grown));
        if (grown == NULL)
            return no_memory(in);
        r->event = grown;
        r->event_room = room;
    }
    r->event[r->event_count++] = *event;
    return 0;
}

static int trace_read(struct reading *in)
{
    struct recording *r = in->r;
    const char *d = in->data;

    if (in->size != RECORD_TRACE_BYTES)
        return bad(in, "a record of the trace has the wrong size");
    if (!in->points)
        return bad(in, "a record of the trace comes before the list of points");
    const struct trace_record rec = {
        .at_ns = (int64_t)number_read(d, 8),
        .value = (int64_t)number_read(d + 8, 8),
        .extra = (int64_t)number_read(d + 16, 8),
        .request = (uint32_t)number_read(d + 24, 4),
        .point = r->point[number_read(d + 28, 2)],
        .actor = (uint16_t)number_read(d + 30, 2),
        .peer = (uint16_t)number_read(d + 32, 2),
    };
    if (trace_add(&r->trace, &rec) < 0)
        return bad(in, "more records than a trace has");
    /* Nobody else is seen to do that. */
    in->command = in->command || rec.point == POINT_PROC_EXECED;
    return event_add(in, &(struct recorded_event){.kind = RECORDED_TRACE,
                                                  .at_ns = rec.at_ns,
                                                  .index = r->trace.count - 1});
}

static int timed_read(struct reading *in, enum recorded kind)
{
    struct recorded_event event = {.kind = (uint8_t)kind};

    if (in->size < RECORD_AT_BYTES || (kind == RECORDED_RESIZED && in->size != RECORD_SIZE_BYTES))
        return bad(in, "an item has no time");
    event.at_ns = (int64_t)number_read(in->data, RECORD_AT_BYTES);
    event.data = in->data + RECORD_AT_BYTES;
    event.size = in->size - RECORD_AT_BYTES;
    if (kind == RECORDED_RESIZED) {
        event.rows = (uint16_t)number_read(event.data, 2);
        event.columns = (uint16_t)number_read(event.data + 2, 2);
    }
    return event_add(in, &event);
}

/* A key of the verdict that this build does not know is passed over. */
static int member_take(struct reading *in, const char *key, const char *value)
{
    struct run_result *out = &in->r->result;
    int64_t number = strtoll(value, NULL, 10);

    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        if (strcmp(key, result_text_key(i)) == 0)
            result_set(out, (enum result_text)i, value);
    }
    if (strcmp(key, "verdict") == 0) {
        while (out->verdict < VERDICTS && strcmp(verdict_name(out->verdict), value) != 0)
            out->verdict++;
        if (out->verdict == VERDICTS)
            return bad(in, "the verdict is none that is known");
    } else if (strcmp(key, "digest") == 0) {
        out->digest = strtoull(value, NULL, 16);
    } else if (strcmp(key, "status") == 0) {
        out->status = number;
    } else if (strcmp(key, "clock_ns") == 0) {
        out->clock_ns = number;
    } else if (strcmp(key, "records") == 0) {
        out->records = (uint64_t)number;
    } else if (strcmp(key, "failed_at") == 0) {
        out->failed_at = (uint64_t)number;
    } else if (strcmp(key, "typed") == 0) {
        out->typed = (uint64_t)number;
    } else if (strcmp(key, "deadline_zero_ns") == 0) {
        out->deadline_zero_ns = number;
    } else if (strcmp(key, "line") == 0) {
        out->line = (uint32_t)number;
    } else if (strcmp(key, "column") == 0) {
        out->column = (uint32_t)number;
    } else if (strcmp(key, "width") == 0) {
        out->width = (uint32_t)number;
    } else if (strcmp(key, "step") == 0) {
        out->step = (uint32_t)number;
    } else if (strcmp(key, "steps") == 0) {
        out->steps = (uint32_t)number;
    }
    return 0;
}

static int verdict_read(struct reading *in)
{
    int rc = 0;

    if (in->r->judged)
        return bad(in, "a second verdict");
    while (in->size > 0 && rc == 0) {
        const char *key = text_next(in);
        const char *value = key != NULL ? text_next(in) : NULL;
        if (value == NULL)
            return bad(in, "the verdict is cut short");
        rc = member_take(in, key, value);
    }
    in->r->judged = true;
    return rc;
}

static int end_read(struct reading *in)
{
    const struct buf *all = &in->r->bytes;

    if (in->size != RECORD_SUM_BYTES)
        return bad(in, "its end has the wrong size");
    if (number_read(in->data, RECORD_SUM_BYTES) != hash_add(HASH_BEGIN, all->data, in->at))
        return bad(in, "what stands before its end is not what was written");
    if (in->at + RECORD_ITEM_BYTES + RECORD_SUM_BYTES != all->size)
        return bad(in, "something comes behind its end");
    in->r->whole = true;
    return 0;
}

static int item_read(struct reading *in, char kind)
{
    switch ((enum item_kind)kind) {
    case ITEM_HEAD:
        return head_read(in);
    case ITEM_FILE:
        return file_read_item(in);
    case ITEM_POINTS:
        return points_read(in);
    case ITEM_CAST:
        return cast_read(in);
    case ITEM_TRACE:
        return trace_read(in);
    case ITEM_OUTPUT:
        return timed_read(in, RECORDED_OUTPUT);
    case ITEM_STEP:
        return timed_read(in, RECORDED_STEP);
    case ITEM_MARK:
        return timed_read(in, RECORDED_MARK);
    case ITEM_RESIZED:
        return timed_read(in, RECORDED_RESIZED);
    case ITEM_CUT:
        in->r->cut = true;
        return 0;
    case ITEM_VERDICT:
        return verdict_read(in);
    case ITEM_END:
        return end_read(in);
    }
    return 0; /* of a later version */
}

/* ---- All of it ---- */

static int magic_check(struct reading *in)
{
    static const char magic[] = RECORD_MAGIC;
    const struct buf *all = &in->r->bytes;

    if (all->size >= RECORD_MAGIC_BYTES && memcmp(all->data, magic, RECORD_MAGIC_BYTES) == 0)
        return 0;
    /* SCNREC, a version, a line feed. */
    if (all->size >= RECORD_MAGIC_BYTES && memcmp(all->data, magic, RECORD_MAGIC_BYTES - 2) == 0) {
        return diag_set(in->diag, ERR_INPUT,
                        "%s is a record of version %c, not 1: it was written "
                        "by another scenario",
                        in->name, all->data[RECORD_MAGIC_BYTES - 2]);
    }
    return diag_set(in->diag, ERR_INPUT, "%s is no record of a run", in->name);
}

static int items_read(struct reading *in)
{
    const struct buf *all = &in->r->bytes;
    int rc = magic_check(in);

    in->at = RECORD_MAGIC_BYTES;
    while (rc == 0 && in->at + RECORD_ITEM_BYTES <= all->size) {
        const char *item = all->data + in->at;
        in->size = (size_t)number_read(item + 1, 4);
        in->data = item + RECORD_ITEM_BYTES;
        size_t next = in->at + RECORD_ITEM_BYTES + in->size;
        if (next > all->size)
            return 0; /* of a run that was killed: cut within */
        rc = item_read(in, item[0]);
        if (rc == 0 && !in->head)
            rc = bad(in, "it does not begin with a head");
        if (in->head_only && item[0] == ITEM_HEAD)
            return rc;
        in->at = next;
    }
    return rc;
}

static int parse(struct buf *bytes, const char *name, bool head_only, struct recording **out,
                 struct diag *diag)
{
    struct recording *r = calloc(1, sizeof(*r));
    struct reading in = {.r = r, .name = name, .diag = diag, .head_only = head_only};

    *out = NULL;
    if (r == NULL || bytes->failed) {
        free(r);
        buf_release(bytes);
        return no_memory(&in);
    }
    r->bytes = *bytes;
    *bytes = BUF_INIT;
    r->trace = TRACE_INIT;
    r->result.status = -1;
    int rc = items_read(&in);
    if (rc < 0) {
        recording_free(r);
        return rc;
    }
    for (uint16_t i = 0; in.command && r->cast != NULL && i < r->cast->count; i++)
        r->cast->who[i].kind = WHO_PROCESS;
    *out = r;
    return 0;
}

int recording_parse(struct buf *bytes, const char *name, struct recording **out, struct diag *diag)
{
    return parse(bytes, name, false, out, diag);
}

/* Adds what the file has, at most `most` bytes. */
static int bytes_read(const char *path, size_t most, struct buf *out, struct diag *diag)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *piece = malloc(READ_BYTES);
    ssize_t n = 0;
    int rc = 0;

    if (fd < 0 || fstat(fd, &st) < 0)
        rc = diag_errno(diag, ERR_IO, "cannot open %s", path);
    else if (!S_ISREG(st.st_mode))
        rc = diag_set(diag, ERR_INPUT, "%s is no file", path);
    else if (piece == NULL)
        rc = diag_set(diag, ERR_NOMEM, "no memory to read %s", path);
    while (rc == 0 && out->size < most && (n = read(fd, piece, READ_BYTES)) > 0)
        buf_add(out, piece, (size_t)n);
    if (rc == 0 && n < 0)
        rc = diag_errno(diag, ERR_IO, "cannot read %s", path);
    free(piece);
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

int recording_load(const char *path, struct recording **out, struct diag *diag)
{
    struct buf bytes = BUF_INIT;
    int rc = bytes_read(path, RECORDING_BYTES_MAX, &bytes, diag);

    *out = NULL;
    if (rc == 0 && bytes.size >= RECORDING_BYTES_MAX)
        rc = diag_set(diag, ERR_FULL, "%s is larger than %d MB", path,
                      RECORDING_BYTES_MAX / (1024 * 1024));
    if (rc < 0) {
        buf_release(&bytes);
        return rc;
    }
    return parse(&bytes, path, false, out, diag);
}

int recording_head(const char *path, struct recording **out, struct diag *diag)
{
    struct buf bytes = BUF_INIT;
    int rc = bytes_read(path, READ_BYTES, &bytes, diag);

    *out = NULL;
    if (rc < 0) {
        buf_release(&bytes);
        return rc;
    }
    return parse(&bytes, path, true, out, diag);
}

const char *recording_next(const struct recording *r, const char *key, const char *last,
                           size_t *size)
{
    const char *line = last != NULL ? last + strcspn(last, "\n") : buf_text(&r->head);
    size_t length = strlen(key);

    while (*line != 0) {
        line += *line == '\n';
        size_t end = strcspn(line, "\n");
        if (end > length && strncmp(line, key, length) == 0 && line[length] == ' ') {
            *size = end - length - 1;
            return line + length + 1;
        }
        line += end;
    }
    return NULL;
}

const char *recording_line(const struct recording *r, const char *key, char *out, size_t size)
{
    size_t length = 0;
    const char *value = recording_next(r, key, NULL, &length);

    (void)snprintf(out, size, "%.*s", (int)length, value != NULL ? value : "");
    return out;
}

void recording_free(struct recording *r)
{
    if (r == NULL)
        return;
    free(r->cast);
    trace_release(&r->trace);
    result_release(&r->result);
    buf_release(&r->head);
    buf_release(&r->bytes);
    free(r->event);
    free(r);
}
