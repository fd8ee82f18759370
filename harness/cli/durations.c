/* durations.c: a file of durations, read whole. */
#include "harness/cli/durations.h"

#include "harness/observe/setting.h"
#include "runtime/base/duration.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DURATION_MOST_NS (INT64_C(24) * 3600 * 1000 * 1000 * 1000)

static int file_read(const char *path, struct buf *out, struct diag *diag)
{
    char piece[64 * 1024];
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return diag_errno(diag, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "cannot read %s", path);
    while (out->size <= DURATIONS_BYTES_MAX && !out->failed) {
        n = read(fd, piece, sizeof(piece));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        buf_add(out, piece, (size_t)n);
    }
    if (n < 0)
        (void)diag_errno(diag, ERR_IO, "cannot read %s", path);
    (void)close(fd);
    if (n < 0)
        return ERR_IO;
    if (out->failed)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    if (out->size > DURATIONS_BYTES_MAX)
        return diag_set(diag, ERR_FULL, "%s has more than %d bytes of durations", path,
                        DURATIONS_BYTES_MAX);
    return 0;
}

/* Cuts the next word off at the blank behind it. */
static char *word_cut(char **at)
{
    char *word = *at;
    size_t size = strcspn(word, " ");

    *at = word + size;
    if (**at == ' ')
        *(*at)++ = 0;
    return word;
}

/* Where a line is wrong, and what would be right. */
struct complaint {
    size_t column; /* from 1 */
    const char *text;
};

/* Takes one line, which is changed. Returns false with what is wrong. */
static bool line_take(char *line, struct duration *out, struct complaint *wrong)
{
    char *at = line;
    const char *time = word_cut(&at);
    const char *engine = at;

    if (duration_read(time, &out->time_ns) < 0 || out->time_ns > DURATION_MOST_NS) {
        *wrong = (struct complaint){1, "a duration of at most a day, such as 512ms"};
        return false;
    }
    (void)word_cut(&at);
    out->engine = 0;
    for (unsigned e = ENGINE_REAL; e <= ENGINE_SIM; e <<= 1)
        out->engine |= strcmp(engine_name(e), engine) == 0 ? e : 0;
    if (out->engine == 0) {
        *wrong = (struct complaint){(size_t)(engine - line) + 1, "real or sim"};
        return false;
    }
    out->id = at;
    *wrong = (struct complaint){(size_t)(at - line) + 1, "the id of a variant"};
    return *at != 0;
}

static int duration_compare(const void *a, const void *b)
{
    const struct duration *x = a;
    const struct duration *y = b;
    int order = strcmp(x->id, y->id);

    return order != 0 ? order : (x->engine > y->engine) - (x->engine < y->engine);
}

static int lines_take(struct durations *d, const char *path, struct diag *diag)
{
    char *at = d->text.data;
    char *end = at + d->text.size;

    for (size_t line = 1; at < end; line++) {
        char *feed = memchr(at, '\n', (size_t)(end - at));
        struct complaint wrong = {0};
        char *text = at;
        at = feed != NULL ? feed + 1 : end;
        if (feed != NULL)
            *feed = 0;
        if (text[0] == 0 || text[0] == '#')
            continue;
        if (!line_take(text, &d->item[d->count], &wrong)) {
            return diag_set(diag, ERR_INPUT,
                            "%s:%zu:%zu: expected %s; a line is DURATION ENGINE ID, as "
                            "`scenario history --durations` writes it",
                            path, line, wrong.column, wrong.text);
        }
        d->count++;
    }
    qsort(d->item, d->count, sizeof(*d->item), duration_compare);
    return 0;
}

int durations_load(struct durations *d, const char *path, struct diag *diag)
{
    size_t lines = 1;
    int rc = file_read(path, &d->text, diag);

    for (size_t i = 0; rc == 0 && i < d->text.size; i++)
        lines += d->text.data[i] == '\n';
    if (rc == 0 && d->text.size > 0) {
        d->item = calloc(lines, sizeof(*d->item));
        rc = d->item != NULL ? lines_take(d, path, diag)
                             : diag_set(diag, ERR_NOMEM, "out of memory");
    }
    return rc;
}

int64_t durations_get(const struct durations *d, const char *id, unsigned engine)
{
    const struct duration key = {.id = id, .engine = engine};
    const struct duration *found =
        d->count > 0 ? bsearch(&key, d->item, d->count, sizeof(key), duration_compare) : NULL;

    return found != NULL ? found->time_ns : 0;
}

void duration_add(struct buf *out, const char *id, const char *engine, int64_t time_ns)
{
    char time[DURATION_BYTES];

    if (strchr(id, '\n') != NULL)
        return;
    /* Nobody plans by less than a millisecond, and 0 would say that it is not known. */
    time_ns = time_ns < 1000000 ? 1000000 : time_ns - time_ns % 1000000;
    buf_addf(out, "%s %s %s\n", duration_text(time_ns, "", time, sizeof(time)), engine, id);
}

void durations_release(struct durations *d)
{
    buf_release(&d->text);
    free(d->item);
    *d = DURATIONS_INIT;
}
