/* outfile.c: PATH.partial first, its name last. */
#include "harness/cli/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is to be replaced: the end of a link, not the link. */
static bool path_take(struct outfile *o, const char *path)
{
    char *end = realpath(path, NULL);
    const char *taken = end != NULL ? end : path;
    bool fits = strlen(taken) < sizeof(o->path);

    if (fits) {
        (void)snprintf(o->path, sizeof(o->path), "%s", taken);
        (void)snprintf(o->partial, sizeof(o->partial), "%s" OUTFILE_SUFFIX, taken);
    } else {
        errno = ENAMETOOLONG;
    }
    free(end);
    return fits;
}

/* True when the path leads to this file still. */
static bool path_is(const char *path, int fd)
{
    struct stat there;
    struct stat own;

    return stat(path, &there) == 0 && fstat(fd, &own) == 0 && there.st_dev == own.st_dev &&
           there.st_ino == own.st_ino;
}

/* Opens the file that becomes the report: one that no other run writes. A lock tells those from
 * what a run that was killed has left. */
static FILE *partial_open(struct outfile *o)
{
    FILE *file = NULL;

    for (unsigned n = 1; file == NULL && n <= OUTFILE_RUNS_MAX;) {
        (void)snprintf(o->partial, sizeof(o->partial), "%s" OUTFILE_SUFFIX, o->path);
        if (n > 1)
            (void)snprintf(o->partial, sizeof(o->partial), "%s.%u" OUTFILE_SUFFIX, o->path, n);
        int fd = open(o->partial, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return NULL;
        bool taken = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
        /* It may just have got its name: then the one that has this name now is looked at. */
        if (!taken && path_is(o->partial, fd) && ftruncate(fd, 0) == 0)
            file = fdopen(fd, "we");
        n += taken;
        if (file == NULL)
            (void)close(fd);
    }
    return file;
}

int outfile_open(struct outfile *o, const char *path, struct diag *diag)
{
    struct stat st;

    *o = OUTFILE_INIT;
    o->name = path;
    if (!path_take(o, path))
        return diag_errno(diag, ERR_IO, "cannot write %s", path);
    bool there = stat(o->path, &st) == 0;
    o->beside = !there || S_ISREG(st.st_mode);
    o->file = o->beside ? partial_open(o) : fopen(o->path, "we");
    if (o->file == NULL)
        return diag_errno(diag, ERR_IO, "cannot write %s", path);
    if (there && o->beside)
        (void)unlink(o->path);
    return 0;
}

void outfile_write(struct outfile *o, struct buf *text)
{
    bool good = !text->failed && fwrite(buf_text(text), 1, text->size, o->file) == text->size;

    if ((fflush(o->file) != 0 || !good) && o->error == 0)
        o->error = text->failed ? ENOMEM : errno;
    buf_release(text);
}

int outfile_close(struct outfile *o, bool good, struct diag *diag)
{
    if (o->file == NULL)
        return 0;
    bool written = fflush(o->file) == 0 && !ferror(o->file) && o->error == 0;
    int error = o->error != 0 ? o->error : errno;
    /* Small, and there once: a name that stands must not turn out empty after a power cut. */
    if (written && good && o->beside && fsync(fileno(o->file)) < 0) {
        written = false;
        error = errno;
    }
    /* Before it is closed: its lock keeps others away as long as it has this name. */
    if (written && good && o->beside && rename(o->partial, o->path) < 0) {
        written = false;
        error = errno;
    }
    if (o->beside && !(written && good))
        (void)unlink(o->partial);
    if (fclose(o->file) != 0 && written) {
        written = false;
        error = errno;
        if (good && o->beside)
            (void)unlink(o->path);
    }
    o->file = NULL;
    if (written && good)
        return 0;
    errno = error;
    return good ? diag_errno(diag, ERR_IO, "cannot write %s", o->name) : ERR_IO;
}
