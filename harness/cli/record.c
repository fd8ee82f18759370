/* record.c: files beside a run. */
#include "harness/cli/record.h"

#include "harness/observe/describe.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* A trace is written in pieces of about this size. */
enum { RECORD_CHUNK_BYTES = 64 * 1024 };

void record_name(const char *id, char *out, size_t size)
{
    size_t at = 0;

    for (; id[at] != 0 && at + 1 < size; at++) {
        bool plain = isalnum((unsigned char)id[at]) || strchr("._=,-", id[at]) != NULL;
        out[at] = '_';
        if (plain)
            out[at] = id[at];
    }
    out[at] = 0;
}

static void record_fail(struct record *r, const char *path)
{
    if (r->error == 0)
        r->error = diag_errno(&r->diag, ERR_IO, "cannot write %s", path);
}

static void record_trace(void *user, const struct trace *trace, const struct tree *tree)
{
    struct record *r = user;
    struct buf text = BUF_INIT;
    FILE *file = fopen(r->trace_path, "we");

    if (file == NULL) {
        record_fail(r, r->trace_path);
        return;
    }
    for (size_t i = 0; i < trace->count; i++) {
        buf_addf(&text, "%zu ", i);
        describe_time(trace->record[i].at_ns, &text);
        buf_add_text(&text, " ");
        describe_record(&trace->record[i], tree, &text);
        if (text.size < RECORD_CHUNK_BYTES && i + 1 < trace->count)
            continue;
        if (fwrite(buf_text(&text), 1, text.size, file) != text.size)
            record_fail(r, r->trace_path);
        buf_drop(&text, text.size);
    }
    if (fclose(file) != 0)
        record_fail(r, r->trace_path);
    buf_release(&text);
}

static void record_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct record *r = user;

    cast_shown(&r->cast, at_ns, data, size);
}

static void record_mark(void *user, int64_t at_ns, const char *text)
{
    struct record *r = user;

    cast_mark(&r->cast, at_ns, text);
}

/* Stores DIR/ID-ENGINE-SEED.SUFFIX; false when it does not fit. */
static bool record_path(char *out, const char *folder, const struct job *job, const char *suffix)
{
    char name[NAME_MAX / 2];

    record_name(job->variant->id, name, sizeof(name));
    int size = snprintf(out, PATH_MAX, "%s/%s-%s-0x%" PRIx64 ".%s", folder, name,
                        engine_name(job->engine), job->seed, suffix);
    return size > 0 && size < PATH_MAX;
}

int record_open(struct record *r, const char *folder, const struct job *job, struct diag *diag)
{
    if (!record_path(r->trace_path, folder, job, "trace") ||
        !record_path(r->cast_path, folder, job, "cast"))
        return diag_set(diag, ERR_INPUT, "the paths in %s are too long", folder);
    r->cast_file = fopen(r->cast_path, "we");
    if (r->cast_file == NULL)
        return diag_errno(diag, ERR_IO, "cannot write %s", r->cast_path);
    cast_begin(&r->cast, r->cast_file, job->file->scenario->rows, job->file->scenario->columns,
               job->variant->id, 0);
    r->recorder = (struct run_recorder){
        .output = record_output, .mark = record_mark, .trace = record_trace, .user = r};
    return 0;
}

int record_close(struct record *r, struct diag *diag)
{
    if (r->cast_file != NULL) {
        if (cast_end(&r->cast, r->error == 0 ? &r->diag : NULL) < 0 && r->error == 0)
            r->error = ERR_IO;
        if (fclose(r->cast_file) != 0)
            record_fail(r, r->cast_path);
        r->cast_file = NULL;
    }
    if (r->error < 0)
        return diag_set(diag, r->error, "%s", r->diag.text);
    return 0;
}
