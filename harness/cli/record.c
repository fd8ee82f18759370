/* record.c: files beside a run. */
#include "harness/cli/record.h"

#include "harness/observe/describe.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* A trace is written in pieces of about this size. */
enum { RECORD_CHUNK_BYTES = 64 * 1024 };

/* The id as a file name: everything but letters, digits and . _ = , - becomes '_'. */
static void record_name(const char *id, char *out, size_t size)
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

static void record_trace(void *user, const struct trace *trace, const struct cast *cast)
{
    struct record *r = user;
    struct buf text = BUF_INIT;
    struct outfile out;
    struct diag *diag = r->error == 0 ? &r->diag : NULL;

    if (outfile_open(&out, r->trace_path, diag) < 0) {
        r->error = ERR_IO;
        return;
    }
    for (size_t i = 0; i < trace->count; i++) {
        buf_addf(&text, "%zu ", i);
        describe_time(trace->record[i].at_ns, &text);
        buf_add_text(&text, " ");
        describe_record(&trace->record[i], cast, &text);
        if (text.size >= RECORD_CHUNK_BYTES)
            outfile_write(&out, &text);
    }
    outfile_write(&out, &text);
    if (outfile_close(&out, true, diag) < 0)
        r->error = ERR_IO;
}

static void record_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct record *r = user;

    asciicast_shown(&r->cast, at_ns, data, size);
}

static void record_mark(void *user, int64_t at_ns, const char *text)
{
    struct record *r = user;

    asciicast_mark(&r->cast, at_ns, text);
}

static void record_resized(void *user, int64_t at_ns, uint16_t rows, uint16_t columns)
{
    struct record *r = user;

    asciicast_resized(&r->cast, at_ns, rows, columns);
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
    int rc = outfile_open(&r->cast_file, r->cast_path, diag);
    if (rc < 0)
        return rc;
    asciicast_begin(&r->cast, r->cast_file.file, job->file->scenario->rows,
                    job->file->scenario->columns, job->variant->id, 0);
    r->recorder = (struct run_recorder){.output = record_output,
                                        .resized = record_resized,
                                        .mark = record_mark,
                                        .trace = record_trace,
                                        .user = r};
    return 0;
}

int record_close(struct record *r, struct diag *diag)
{
    if (r->cast_file.file != NULL) {
        struct diag *first = r->error == 0 ? &r->diag : NULL;
        bool good = asciicast_end(&r->cast, first) == 0;
        if (outfile_close(&r->cast_file, good, first) < 0)
            r->error = ERR_IO;
    }
    if (r->error < 0)
        return diag_set(diag, r->error, "%s", r->diag.text);
    return 0;
}
