/* reader.h: a record file as what it says, for everybody who looks at a run afterwards.
 *
 * The bytes may come from anywhere: whatever they are, reading them ends in a recording or in an
 * error that says what is wrong, at which byte. One of a run that was killed ends where it ends. */
#ifndef HARNESS_RECORD_READER_H
#define HARNESS_RECORD_READER_H

#include "harness/run/result.h"
#include "harness/subject/cast.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RECORDING_BYTES_MAX = 512 * 1024 * 1024, /* of a file that is read */
    RECORDING_FILES_MAX = 64,
};

enum recorded { RECORDED_TRACE, RECORDED_OUTPUT, RECORDED_STEP, RECORDED_MARK, RECORDED_RESIZED };

/* Something of the run, in the order in which it happened. */
struct recorded_event {
    uint8_t kind; /* enum recorded */
    int64_t at_ns;
    size_t index;     /* RECORDED_TRACE: of the trace */
    const char *data; /* RECORDED_OUTPUT, _STEP, _MARK; lent by the recording */
    size_t size;
    uint16_t rows, columns;
};

struct recorded_file {
    const char *name;
    const char *text;
    size_t size;
};

/* Empty when zero. */
struct recording {
    struct buf bytes; /* owned: the file, which the rest points into */
    struct buf head;  /* owned: its lines */
    struct recorded_file file[RECORDING_FILES_MAX];
    size_t file_count;
    struct cast *cast; /* owned; NULL: nobody is known */
    struct trace trace;
    struct recorded_event *event; /* owned */
    size_t event_count;
    size_t event_room;
    struct run_result result;       /* empty texts unless `judged` */
    bool judged;                    /* it has a verdict */
    bool cut;                       /* it had reached its limit */
    bool whole;                     /* it has its end: the run was not killed */
    uint16_t point[UINT16_MAX + 1]; /* this build's number for one of the file's */
};

/* Takes over the bytes and reads them into a new recording. `name` is for messages. Returns 0, or
 * ERR_INPUT, ERR_NOMEM, and then *out is NULL. Free with recording_free(). Seam for tests: bytes of
 * their own need no file. */
int recording_parse(struct buf *bytes, const char *name, struct recording **out, struct diag *diag);

/* The same of a file: ERR_IO when it cannot be read, ERR_FULL when it is too large. */
int recording_load(const char *path, struct recording **out, struct diag *diag);

/* The head alone of a file: for lists. The same errors. */
int recording_head(const char *path, struct recording **out, struct diag *diag);

/* The value of a line of the head, in `out`; "" when there is none. Returns `out`. */
const char *recording_line(const struct recording *r, const char *key, char *out, size_t size);

/* Of several lines of that key the value of the one behind `last` (NULL: of the first), *size bytes
 * that are lent; NULL: there is no more. */
const char *recording_next(const struct recording *r, const char *key, const char *last,
                           size_t *size);

void recording_free(struct recording *r);

#endif
