/* record.c: items behind one another, and when they reach the file. */
#include "harness/record/record.h"

#include "harness/observe/setting.h"
#include "harness/record/format.h"
#include "harness/scenario/model.h"
#include "runtime/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- Numbers and items ---- */

/* Returns what is behind it. */
static unsigned char *number_put(unsigned char *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
    return at + bytes;
}

static void number_add(struct buf *out, uint64_t value, unsigned bytes)
{
    unsigned char little[8];

    (void)number_put(little, value, bytes);
    buf_add(out, little, bytes);
}

static void item_add(struct buf *out, enum item_kind kind, const struct buf *payload)
{
    number_add(out, (uint64_t)kind, 1);
    number_add(out, payload->size, 4);
    buf_add(out, payload->data, payload->size);
    out->failed = out->failed || payload->failed;
}

const char *record_path(const char *path)
{
    static const char *const roots[] = {"scenarios/", "expect/scripts/"};
    const char *best = NULL;
    const char *slash = strrchr(path, '/');

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        for (const char *at = path; (at = strstr(at, roots[i])) != NULL; at++) {
            if ((at == path || at[-1] == '/') && (best == NULL || at > best))
                best = at;
        }
    }
    if (best != NULL)
        return best;
    return slash != NULL ? slash + 1 : path;
}

/* ---- The head ---- */

struct record_head {
    struct buf lines;
    struct buf files; /* items */
    unsigned file_count;
};

void record_line(struct record_head *head, const char *key, const char *value)
{
    size_t size = strnlen(value, RECORD_LINE_BYTES_MAX);

    buf_addf(&head->lines, "%s ", key);
    /* A line is a line. */
    for (size_t i = 0; i < size; i++)
        buf_add(&head->lines, value[i] == '\r' || value[i] == '\n' ? " " : value + i, 1);
    buf_add_text(&head->lines, "\n");
}

void record_file(struct record_head *head, const char *name, const char *text, size_t size)
{
    struct buf payload = BUF_INIT;

    if (head->file_count++ >= RECORD_FILES_MAX)
        return;
    name = record_path(name);
    buf_add(&payload, name, strlen(name) + 1);
    buf_add(&payload, text, size);
    item_add(&head->files, ITEM_FILE, &payload);
    buf_release(&payload);
}

static void points_add(struct buf *out)
{
    struct buf names = BUF_INIT;

    for (unsigned point = 0; point < POINTS; point++)
        buf_add(&names, point_name(point), strlen(point_name(point)) + 1);
    item_add(out, ITEM_POINTS, &names);
    buf_release(&names);
}

static void cast_add_item(struct buf *out, const struct cast *cast, uint16_t count)
{
    struct buf members = BUF_INIT;

    for (uint16_t i = 0; i < count; i++) {
        number_add(&members, cast->who[i].parent, RECORD_PARENT_BYTES);
        buf_add(&members, cast->who[i].name, strlen(cast->who[i].name) + 1);
    }
    item_add(out, ITEM_CAST, &members);
    buf_release(&members);
}

static void head_write(const struct record *r, struct buf *out)
{
    struct record_head head = {.lines = BUF_INIT, .files = BUF_INIT};

    if (r->options.head != NULL)
        r->options.head(r->options.user, &head);
    buf_add(out, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    item_add(out, ITEM_HEAD, &head.lines);
    if (head.files.size > 0)
        buf_add(out, head.files.data, head.files.size);
    out->failed = out->failed || head.files.failed;
    points_add(out);
    buf_release(&head.lines);
    buf_release(&head.files);
}

/* ---- The file ---- */

/* Opens PATH.record, or PATH.2.record when somebody has that name. */
static bool file_open(struct record *r)
{
    for (unsigned twin = 1; twin <= RECORD_TWINS_MAX; twin++) {
        char number[16] = "";
        if (twin > 1)
            (void)snprintf(number, sizeof(number), ".%u", twin);
        int size =
            snprintf(r->path, sizeof(r->path), "%s%s" RECORD_SUFFIX, r->options.path, number);
        if (size < 0 || (size_t)size >= sizeof(r->path)) {
            errno = ENAMETOOLONG;
            return false;
        }
        r->fd = open(r->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (r->fd >= 0 || errno != EEXIST)
            return r->fd >= 0;
    }
    return false;
}

static void file_write(struct record *r, const char *data, size_t size)
{
    r->sum = hash_add(r->sum, data, size);
    while (size > 0 && r->error == 0) {
        ssize_t n = write(r->fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            r->error = n < 0 ? errno : ENOSPC;
            return;
        }
        data += n;
        size -= (size_t)n;
    }
}

/* What waits goes to the file. */
static void piece_flush(struct record *r)
{
    if (!r->opened && r->error == 0) {
        struct buf head = BUF_INIT;
        r->opened = file_open(r);
        r->error = r->opened ? 0 : errno;
        r->sum = HASH_BEGIN;
        head_write(r, &head);
        if (r->opened)
            file_write(r, buf_text(&head), head.size);
        r->error = head.failed && r->error == 0 ? ENOMEM : r->error;
        buf_release(&head);
    }
    if (r->piece.failed && r->error == 0)
        r->error = ENOMEM;
    if (r->error == 0)
        file_write(r, buf_text(&r->piece), r->piece.size);
    buf_drop(&r->piece, r->piece.size);
    r->piece.failed = false;
}

/* True when there is room for an item that holds so much. */
static bool item_fits(struct record *r, size_t size)
{
    struct buf nothing = BUF_INIT;

    if (r->cut || r->error != 0)
        return false;
    r->bytes += RECORD_ITEM_BYTES + size;
    if (r->bytes <= r->options.bytes_max)
        return true;
    r->cut = true;
    item_add(&r->piece, ITEM_CUT, &nothing);
    return false;
}

/* Adds an item, if there is room. */
static void item_put(struct record *r, enum item_kind kind, const struct buf *payload)
{
    if (!item_fits(r, payload->size))
        return;
    item_add(&r->piece, kind, payload);
    if (r->piece.size >= RECORD_PIECE_BYTES)
        piece_flush(r);
}

/* ---- What the run tells ---- */

/* Whoever comes later finds the last list, which has the names of the end. One that grows by and by
 * is written again when it has grown by half, so that a file that breaks off has most of them. */
static void cast_put(struct record *r, bool last)
{
    struct buf item = BUF_INIT;

    if (r->cast == NULL || r->cut)
        return;
    bool command = r->cast->who[ACTOR_ROOT].kind == WHO_PROCESS;
    unsigned grown = r->cast->count - r->cast_written;
    if (last ? !command : grown == 0 || grown < r->cast_written / 2U)
        return;
    cast_add_item(&item, r->cast, r->cast->count);
    r->cast_written = r->cast->count;
    r->bytes += item.size;
    buf_add(&r->piece, item.data, item.size);
    buf_release(&item);
}

static void on_begin(void *user, const struct cast *cast)
{
    struct record *r = user;

    r->cast = cast;
    cast_put(r, false);
}

static void on_record(void *user, const struct trace_record *rec)
{
    struct record *r = user;
    unsigned char item[RECORD_ITEM_BYTES + RECORD_TRACE_BYTES] = {ITEM_TRACE, RECORD_TRACE_BYTES};
    unsigned char *at = item + RECORD_ITEM_BYTES;

    cast_put(r, false);
    r->written++;
    if (!item_fits(r, RECORD_TRACE_BYTES))
        return;
    /* There are many: each in one go. */
    at = number_put(at, (uint64_t)rec->at_ns, 8);
    at = number_put(at, (uint64_t)rec->value, 8);
    at = number_put(at, (uint64_t)rec->extra, 8);
    at = number_put(at, rec->request, 4);
    at = number_put(at, rec->point, 2);
    at = number_put(at, rec->actor, 2);
    (void)number_put(at, rec->peer, 2);
    buf_add(&r->piece, item, sizeof(item));
    if (r->piece.size >= RECORD_PIECE_BYTES)
        piece_flush(r);
}

static void on_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct record *r = user;

    /* It may be much: straight to where it goes. */
    if (!item_fits(r, RECORD_AT_BYTES + size))
        return;
    number_add(&r->piece, ITEM_OUTPUT, 1);
    number_add(&r->piece, RECORD_AT_BYTES + size, 4);
    number_add(&r->piece, (uint64_t)at_ns, RECORD_AT_BYTES);
    buf_add(&r->piece, data, size);
    if (r->piece.size >= RECORD_PIECE_BYTES)
        piece_flush(r);
}

static void on_step(void *user, int64_t at_ns, const struct step *step, unsigned depth,
                    size_t unseen)
{
    struct record *r = user;
    struct buf payload = BUF_INIT;

    (void)depth;
    number_add(&payload, (uint64_t)at_ns, RECORD_AT_BYTES);
    if (step->place.file != NULL)
        buf_addf(&payload, "%s:%" PRIu32 " ", record_path(step->place.file), step->place.line);
    step_say(step, r->cast, unseen, &payload);
    item_put(r, ITEM_STEP, &payload);
    buf_release(&payload);
}

static void on_mark(void *user, int64_t at_ns, const char *text)
{
    struct buf payload = BUF_INIT;

    number_add(&payload, (uint64_t)at_ns, RECORD_AT_BYTES);
    buf_add_text(&payload, text);
    item_put(user, ITEM_MARK, &payload);
    buf_release(&payload);
}

static void on_resized(void *user, int64_t at_ns, uint16_t rows, uint16_t columns)
{
    struct buf payload = BUF_INIT;

    number_add(&payload, (uint64_t)at_ns, RECORD_AT_BYTES);
    number_add(&payload, rows, 2);
    number_add(&payload, columns, 2);
    item_put(user, ITEM_RESIZED, &payload);
    buf_release(&payload);
}

static void on_turn(void *user)
{
    struct record *r = user;

    if (r->options.live && r->piece.size > 0)
        piece_flush(r);
}

/* The run is over: what it has not heard of any more. */
static void on_trace(void *user, const struct trace *trace, const struct cast *cast)
{
    struct record *r = user;

    r->cast = cast;
    while (r->written < trace->count)
        on_record(r, &trace->record[r->written]);
    cast_put(r, true);
    r->cast = NULL;
}

void record_begin(struct record *r, const struct record_options *options)
{
    *r = (struct record){.options = *options, .fd = -1};
    if (r->options.bytes_max == 0)
        r->options.bytes_max = RECORD_BYTES_MAX;
    r->recorder = (struct run_recorder){.begin = on_begin,
                                        .record = on_record,
                                        .output = on_output,
                                        .mark = on_mark,
                                        .step = on_step,
                                        .how = on_mark,
                                        .resized = on_resized,
                                        .turn = on_turn,
                                        .trace = on_trace,
                                        .user = r};
}

/* ---- The end ---- */

static void member_add(struct buf *out, const char *key, const char *value)
{
    buf_add(out, key, strlen(key) + 1);
    buf_add(out, value, strlen(value) + 1);
}

static void number_member_add(struct buf *out, const char *key, int64_t value)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    member_add(out, key, text);
}

/* What depends on where somebody stood when it ran, and what the head has. */
static bool is_left_out(unsigned text)
{
    return text == RESULT_PARAMETERS || text == RESULT_RECORD || text == RESULT_RECORDING ||
           text == RESULT_UNKEPT || text == RESULT_RACE || text == RESULT_AGAIN;
}

/* Without the time that it took and where it lies: a run is the same each time. */
static void verdict_add(struct buf *out, const struct run_result *result)
{
    char digest[32];

    (void)snprintf(digest, sizeof(digest), "%016" PRIx64, result->digest);
    member_add(out, "verdict", verdict_name(result->verdict));
    number_member_add(out, "status", result->status);
    number_member_add(out, "clock_ns", result->clock_ns);
    number_member_add(out, "records", (int64_t)result->records);
    member_add(out, "digest", digest);
    /* What judging it once more takes, where there is any. */
    if (result->failed_at > 0)
        number_member_add(out, "failed_at", (int64_t)result->failed_at);
    if (result->typed > 0)
        number_member_add(out, "typed", (int64_t)result->typed);
    if (result->deadline_zero_ns != 0)
        number_member_add(out, "deadline_zero_ns", result->deadline_zero_ns);
    number_member_add(out, "line", result->line);
    number_member_add(out, "column", result->column);
    number_member_add(out, "width", result->width);
    number_member_add(out, "step", result->step);
    number_member_add(out, "steps", result->steps);
    for (unsigned i = 0; i < RESULT_TEXTS; i++) {
        const char *text = result_get(result, (enum result_text)i);
        if (i == RESULT_FILE || i == RESULT_USED)
            text = record_path(text);
        if (text[0] != 0 && !is_left_out(i))
            member_add(out, result_text_key(i), text);
    }
}

static void end_add(struct record *r, const struct run_result *result)
{
    struct buf payload = BUF_INIT;

    verdict_add(&payload, result);
    item_add(&r->piece, ITEM_VERDICT, &payload);
    buf_release(&payload);
    piece_flush(r);
    number_add(&payload, r->sum, RECORD_SUM_BYTES);
    item_add(&r->piece, ITEM_END, &payload);
    buf_release(&payload);
    piece_flush(r);
}

int record_end(struct record *r, const struct run_result *result, bool keep, struct diag *diag)
{
    int rc = 0;

    if (keep)
        end_add(r, result);
    if (r->opened && close(r->fd) < 0 && r->error == 0)
        r->error = errno;
    if (r->opened && !keep)
        (void)unlink(r->path);
    if (keep && r->error != 0) {
        errno = r->error;
        rc = diag_errno(diag, ERR_IO, "%s", r->opened ? "it is cut short" : "it cannot be written");
    }
    buf_release(&r->piece);
    r->opened = r->opened && keep;
    r->fd = -1;
    return rc;
}
