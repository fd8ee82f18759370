/* workplace.c: directories that are made, filled, and taken away again, whatever stands in them. */
#include "harness/cli/workplace.h"

#include "harness/cli/print.h"
#include "harness/real/leftover.h"
#include "runtime/base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORK_PREFIX "scenario-work."
/* While it is not locked yet, so that nobody takes it for one whose owner was killed. */
#define NEW_PREFIX "scenario-new."

enum { COPY_BYTES = 64 * 1024, FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static const char *temporary(void)
{
    const char *folder = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe) */

    return folder != NULL && folder[0] != 0 ? folder : "/tmp";
}

/* ---- Made ---- */

/* "a/scenario-new.XYZ" becomes "a/scenario-work.XYZ". */
static int name_take(struct workplace *w, struct diag *diag)
{
    char path[PATH_MAX];
    size_t folder = strlen(w->path) - strlen(NEW_PREFIX "XXXXXX");

    (void)snprintf(path, sizeof(path), "%.*s" WORK_PREFIX "%s", (int)folder, w->path,
                   w->path + folder + strlen(NEW_PREFIX));
    if (rename(w->path, path) < 0)
        return diag_errno(diag, ERR_IO, "cannot rename the work directory %s", w->path);
    memcpy(w->path, path, sizeof(path));
    return 0;
}

int workplace_open(struct workplace *w, struct diag *diag)
{
    char folder[PATH_MAX];

    *w = WORKPLACE_NONE;
    if (realpath(temporary(), folder) == NULL)
        return diag_errno(diag, ERR_IO, "no work directory can be made in TMPDIR, %s", temporary());
    int size = snprintf(w->path, sizeof(w->path), "%s/" NEW_PREFIX "XXXXXX", folder);
    /* It is renamed to a longer one. */
    if (size >= (int)(sizeof(w->path) - strlen(WORK_PREFIX)))
        return diag_set(diag, ERR_IO, "the path of TMPDIR is too long");
    if (mkdtemp(w->path) == NULL)
        return diag_errno(diag, ERR_IO, "no work directory can be made in TMPDIR, %s", folder);
    w->fd = open(w->path, FOLDER_FLAGS);
    if (w->fd < 0 || flock(w->fd, LOCK_EX | LOCK_NB) < 0) {
        (void)diag_errno(diag, ERR_IO, "the work directory %s cannot be used", w->path);
        (void)rmdir(w->path);
        fd_close(&w->fd);
        return ERR_IO;
    }
    return name_take(w, diag);
}

/* ---- Filled ---- */

static bool all_written(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

static bool all_copied(int to, int from)
{
    char *bytes = malloc(COPY_BYTES);
    ssize_t n = -1;

    while (bytes != NULL && (n = read(from, bytes, COPY_BYTES)) > 0) {
        if (!all_written(to, bytes, (size_t)n)) {
            n = -1;
            break;
        }
    }
    free(bytes);
    return n == 0;
}

static int contents_write(int fd, const struct work_file *file, struct diag *diag)
{
    if (file->from == NULL) {
        bool written = all_written(fd, file->text, file->size);
        return written ? 0 : diag_errno(diag, ERR_IO, "the file %s cannot be written", file->path);
    }
    int from = open(file->from, O_RDONLY | O_CLOEXEC);
    bool ok = from >= 0 && all_copied(fd, from);
    if (!ok)
        (void)diag_errno(diag, ERR_IO, "the file %s cannot be made of %s", file->path, file->from);
    fd_close(&from);
    return ok ? 0 : ERR_IO;
}

/* The folders above it; they are new, or were made for another file. */
static bool folders_make(int top, const char *path)
{
    char folder[PATH_MAX];

    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
        if (mkdirat(top, folder, 0777) < 0 && errno != EEXIST)
            return false;
    }
    return true;
}

int workplace_write(const struct workplace *w, const struct work_file *file, struct diag *diag)
{
    int fd = -1;

    if (folders_make(w->fd, file->path))
        fd = openat(w->fd, file->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return diag_errno(diag, ERR_IO, "the file %s cannot be written", file->path);
    int rc = contents_write(fd, file, diag);
    if (rc == 0 && fchmod(fd, file->mode) < 0)
        rc = diag_errno(diag, ERR_IO, "the file %s cannot have its mode", file->path);
    fd_close(&fd);
    return rc;
}

/* ---- Taken away ---- */

/* Something else is mounted there, whose contents are not ours. */
static bool is_mounted(int folder, const char *name)
{
    struct statx st = {0};

    return statx(folder, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &st) == 0 &&
           (st.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/* Opens a folder in it, whoever was to be kept out of it. Returns -1 when it is none. */
static int folder_open(int top, const char *name)
{
    char link[64];
    int path = openat(top, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (path < 0)
        return -1;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", path);
    (void)chmod(link, 0700);
    fd_close(&path);
    return openat(top, name, FOLDER_FLAGS);
}

/* Moves a folder up to the top, so that depth needs neither descriptors nor a stack. */
static bool folder_raise(int top, int from, const char *name, unsigned *next)
{
    char raised[32];

    /* To move one, its own entry for the one above is written. */
    int opened = folder_open(from, name);
    fd_close(&opened);
    do
        (void)snprintf(raised, sizeof(raised), ".raised-%u", (*next)++);
    while (renameat2(from, name, top, raised, RENAME_NOREPLACE) < 0 && errno == EEXIST);
    return faccessat(from, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

/* One entry of the folder: what is no folder goes; a folder is emptied by one level and goes, or
 * waits at the top. Returns true when something has become less. */
static bool entry_remove(int top, int folder, const char *name, unsigned *next);

static bool folder_empty(int top, int folder, unsigned *next)
{
    int copy = dup(folder);
    DIR *all = copy < 0 ? NULL : fdopendir(copy);
    bool less = false;

    if (all == NULL)
        return false;
    for (struct dirent *e; (e = readdir(all)) != NULL;) { /* NOLINT(concurrency-mt-unsafe) */
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            less = entry_remove(top, folder, e->d_name, next) || less;
    }
    (void)closedir(all);
    return less;
}

static bool entry_remove(int top, int folder, const char *name, unsigned *next)
{
    if (is_mounted(folder, name))
        return false;
    if (unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0)
        return true;
    if (folder != top)
        return folder_raise(top, folder, name, next);
    int inside = folder_open(top, name);
    bool less = inside >= 0 && folder_empty(top, inside, next);
    fd_close(&inside);
    return unlinkat(top, name, AT_REMOVEDIR) == 0 || less;
}

/* Until a walk through the top finds nothing, or takes nothing away. */
static bool all_removed(const struct workplace *w)
{
    unsigned next = 0;
    bool less = true;

    while (less) {
        /* Who worked there may have removed or renamed it. */
        if (rmdir(w->path) == 0 || errno == ENOENT)
            return true;
        if (errno != ENOTEMPTY && errno != EEXIST)
            return false;
        int top = open(w->path, FOLDER_FLAGS);
        less = top >= 0 && folder_empty(top, top, &next);
        fd_close(&top);
    }
    return false;
}

int workplace_close(struct workplace *w, struct diag *diag)
{
    int rc = 0;

    if (w->fd < 0)
        return 0;
    (void)fchmod(w->fd, 0700);
    if (!all_removed(w))
        rc = diag_set(diag, ERR_IO, "the work directory %s cannot be removed: do it by hand",
                      w->path);
    fd_close(&w->fd);
    return rc;
}

const char *workplace_state(void)
{
    const char *folder = getenv("XDG_RUNTIME_DIR"); /* NOLINT(concurrency-mt-unsafe) */

    return folder != NULL && folder[0] == '/' && access(folder, W_OK) == 0 ? folder : temporary();
}

void workplace_sweep(void)
{
    unsigned ended = leftover_sweep(workplace_state());
    DIR *all = opendir(temporary());

    if (ended > 0) {
        char text[128];
        (void)snprintf(text, sizeof(text),
                       "what a run that was killed together with its guard had left was ended: %u",
                       ended);
        print_error(text);
    }
    if (all == NULL)
        return;
    for (struct dirent *e; (e = readdir(all)) != NULL;) { /* NOLINT(concurrency-mt-unsafe) */
        struct workplace w = WORKPLACE_NONE;
        struct stat st;
        if (strncmp(e->d_name, WORK_PREFIX, strlen(WORK_PREFIX)) != 0 ||
            snprintf(w.path, sizeof(w.path), "%s/%s", temporary(), e->d_name) >=
                (int)sizeof(w.path))
            continue;
        w.fd = openat(dirfd(all), e->d_name, FOLDER_FLAGS);
        if (w.fd >= 0 && fstat(w.fd, &st) == 0 && st.st_uid == geteuid() &&
            flock(w.fd, LOCK_EX | LOCK_NB) == 0)
            (void)workplace_close(&w, NULL);
        fd_close(&w.fd);
    }
    (void)closedir(all);
}
