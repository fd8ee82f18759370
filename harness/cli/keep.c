/* keep.c: what stands in the head of a record, and the files by their names. */
#include "harness/cli/keep.h"

#include "harness/cli/lookup.h"
#include "harness/cli/print.h"
#include "harness/observe/setting.h"
#include "harness/record/tell.h"
#include "runtime/base/duration.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* ---- The head ---- */

static void limit_line(struct record_head *head, const char *key, int64_t ns)
{
    if (ns > 0) {
        char text[DURATION_BYTES];
        record_line(head, key, duration_text(ns, "", text, sizeof(text)));
    }
}

static void number_line(struct record_head *head, const char *key, bool hex, uint64_t value)
{
    char text[32];

    (void)snprintf(text, sizeof(text), hex ? "0x%" PRIx64 : "%" PRIu64, value);
    record_line(head, key, text);
}

/* Nothing of the time, the folder or the process: a run of the simulator is the same each time. */
static void head_write(void *user, struct record_head *head)
{
    const struct keep *k = user;
    const struct keep_options *o = &k->options;
    const struct scenario *s = o->scenario;
    struct utsname kernel;

    record_line(head, "tool", "scenario " SCENARIO_VERSION);
    if (uname(&kernel) == 0) {
        char text[sizeof(kernel)];
        (void)snprintf(text, sizeof(text), "%s %s %s", kernel.sysname, kernel.release,
                       kernel.machine);
        record_line(head, "kernel", text);
    }
    record_line(head, "id", o->id);
    record_line(head, "scenario", s->id);
    record_line(head, "name", s->name != NULL ? s->name : "");
    record_line(head, "engine", engine_name(o->engine));
    number_line(head, "seed", true, o->seed);
    number_line(head, "rows", false, s->rows);
    number_line(head, "columns", false, s->columns);
    limit_line(head, "timeout", o->total_ns);
    limit_line(head, "step-timeout", o->step_ns);
    /* A scenario has it in its text. */
    const char *const *word = o->variant->command != NULL ? o->variant->command->argv : NULL;
    for (; word != NULL && *word != NULL; word++)
        record_line(head, "argv", *word);
    for (size_t i = 0; i < o->with_count; i++)
        record_line(head, "with", o->with[i]);
    for (size_t i = 0; i < s->file_count; i++)
        record_file(head, s->file[i].path, s->file[i].text, s->file[i].size);
}

/* ---- Begin and end ---- */

void keep_open(struct results *r, const char *folder)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;
    struct diag diag = {0};

    if (gmtime_r(&now, &tm) == NULL || strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm) == 0)
        (void)snprintf(stamp, sizeof(stamp), "run");
    if (results_begin(r, folder, stamp, &diag) < 0)
        print_error(diag.text);
}

bool keep_begin(struct keep *k, const struct keep_options *options)
{
    char name[RESULTS_NAME_BYTES_MAX + 64];
    char attempt[32] = "";

    if (options->folder == NULL)
        return false;
    k->options = *options;
    results_name(options->id, engine_name(options->engine), options->seed, name, sizeof(name));
    if (options->retries > 0)
        (void)snprintf(attempt, sizeof(attempt), "-attempt-%" PRIu32, options->retries + 1);
    int size = snprintf(k->path, sizeof(k->path), "%s/%s%s", options->folder, name, attempt);
    if (size < 0 || (size_t)size >= sizeof(k->path))
        return false;
    const struct record_options record = {
        .path = k->path,
        /* What is killed on real processes cannot be had again; a seed can. */
        .live = options->engine == ENGINE_REAL,
        .head = head_write,
        .user = k,
    };
    record_begin(&k->record, &record);
    return true;
}

static int text_write(const char *path, const struct buf *text, struct diag *diag)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    size_t at = 0;

    if (fd < 0)
        return diag_errno(diag, ERR_IO, "it cannot be written");
    while (at < text->size) {
        ssize_t n = write(fd, text->data + at, text->size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    int error = at < text->size ? errno : 0;
    if (close(fd) < 0 && error == 0)
        error = errno;
    if (error == 0)
        return 0;
    (void)unlink(path);
    errno = error;
    return diag_errno(diag, ERR_IO, "it cannot be written");
}

static void path_set(const struct keep *k, struct run_result *result, enum result_text which,
                     const char *path)
{
    char shown[PATH_MAX];

    if (path_relative(path, k->options.current_directory, shown, sizeof(shown)))
        result_set(result, which, shown);
}

/* Makes the recording of what the record has. */
static void recording_write(const struct keep *k, struct run_result *result)
{
    struct recording *recording = NULL;
    struct buf text = BUF_INIT;
    struct diag diag = {0};
    char path[PATH_MAX];

    size_t stem = strlen(k->record.path) - strlen(RECORD_SUFFIX);
    int rc = recording_load(k->record.path, &recording, &diag);
    if (rc == 0)
        tell_cast(recording, &text);
    if (snprintf(path, sizeof(path), "%.*s" RECORD_CAST, (int)stem, k->record.path) >=
        (int)sizeof(path))
        rc = diag_set(&diag, ERR_IO, "its path is too long");
    if (rc == 0)
        rc = text_write(path, &text, &diag);
    if (rc == 0)
        path_set(k, result, RESULT_RECORDING, path);
    else
        result_setf(result, RESULT_UNKEPT, "the recording: %s", diag.text);
    buf_release(&text);
    recording_free(recording);
}

void keep_end(struct keep *k, struct run_result *result, bool wanted)
{
    struct diag diag = {0};
    int rc = record_end(&k->record, result, wanted, &diag);

    if (!wanted)
        return;
    if (rc < 0)
        result_setf(result, RESULT_UNKEPT, "the record: %s", diag.text);
    if (!k->record.opened)
        return;
    path_set(k, result, RESULT_RECORD, k->record.path);
    if (rc == 0)
        recording_write(k, result);
}
