/* results.c: folders, links and names. */
#include "harness/record/results.h"

#include "harness/record/reader.h"
#include "harness/record/record.h"
#include "runtime/base/hash.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HIDDEN ".scenario"

/* True and joined when it fits. */
static bool join(char *out, const char *folder, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s%s%s", folder, folder[0] != 0 ? "/" : "", name);

    return size > 0 && size < PATH_MAX;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

void results_find(char *out)
{
    char up[3 * RESULTS_UP_MAX + 1] = "";

    for (unsigned i = 0; i < RESULTS_UP_MAX; i++) {
        char path[sizeof(up) + 32];
        (void)snprintf(path, sizeof(path), "%sscenarios", up);
        if (is_folder(path)) {
            (void)snprintf(out, PATH_MAX, "%s" HIDDEN "/results", up);
            return;
        }
        (void)snprintf(up + strlen(up), sizeof(up) - strlen(up), "../");
    }
    (void)snprintf(out, PATH_MAX, HIDDEN "/results");
}

/* ---- The folder of an invocation ---- */

/* Makes all folders of the path. Returns false and leaves errno. */
static bool folders_make(const char *path)
{
    char part[PATH_MAX];

    for (const char *at = path; *at != 0;) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        (void)snprintf(part, sizeof(part), "%.*s", (int)(at - path), path);
        if (mkdir(part, 0777) < 0 && errno != EEXIST && !is_folder(part))
            return false;
    }
    return true;
}

/* What lies below `.scenario` is nobody's to commit. */
static void ignore_write(const struct results *r)
{
    char path[PATH_MAX];
    static const char all[] = "*\n";

    (void)snprintf(path, sizeof(path), "%.*s", (int)(strlen(r->folder) - strlen("results")),
                   r->folder);
    if (strlen(path) + sizeof(".gitignore") > sizeof(path))
        return;
    (void)snprintf(path + strlen(path), sizeof(path) - strlen(path), ".gitignore");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    /* Without it only `git status` says more. */
    (void)!write(fd, all, sizeof(all) - 1);
    (void)close(fd);
}

/* The folder STAMP, or STAMP-2 when that is somebody's. */
static bool own_make(struct results *r, const char *stamp)
{
    for (unsigned twin = 1; twin <= RESULTS_TWINS_MAX; twin++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "%.40s", stamp);
        if (twin > 1)
            (void)snprintf(name, sizeof(name), "%.40s-%u", stamp, twin);
        if (!join(r->own, r->folder, name)) {
            errno = ENAMETOOLONG;
            return false;
        }
        /* Another invocation may just take away what it had made. */
        if (mkdir(r->own, 0777) == 0 ||
            (errno == ENOENT && folders_make(r->folder) && mkdir(r->own, 0777) == 0))
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

int results_begin(struct results *r, const char *folder, const char *stamp, struct diag *diag)
{
    *r = (struct results){.hidden = folder == NULL};
    if (folder == NULL)
        results_find(r->folder);
    else
        (void)snprintf(r->folder, sizeof(r->folder), "%s", folder);
    r->made_folder = !is_folder(r->folder);
    if (!folders_make(r->folder) || !own_make(r, stamp)) {
        r->own[0] = 0;
        return diag_errno(diag, ERR_IO, "results are not kept: cannot make a folder in %s",
                          r->folder);
    }
    if (r->hidden)
        ignore_write(r);
    return 0;
}

void results_keep(struct results *r)
{
    char link[PATH_MAX];
    char fresh[PATH_MAX];
    const char *name = strrchr(r->own, '/');

    if (r->own[0] == 0 || r->linked || name == NULL)
        return;
    r->linked = true;
    /* Made beside its place and renamed, so that there is always one. */
    if (!join(link, r->folder, RESULTS_LAST) ||
        snprintf(fresh, sizeof(fresh), "%s.%s", link, name + 1) >= (int)sizeof(fresh))
        return;
    if (symlink(name + 1, fresh) == 0 && rename(fresh, link) < 0)
        (void)unlink(fresh);
}

void results_end(struct results *r)
{
    char path[PATH_MAX];

    if (r->own[0] == 0 || r->linked)
        return;
    if (rmdir(r->own) < 0) {
        results_keep(r);
        return;
    }
    r->own[0] = 0;
    if (!r->made_folder || rmdir(r->folder) < 0 || !r->hidden)
        return;
    char *slash = strrchr(r->folder, '/');
    if (slash == NULL)
        return;
    *slash = 0;
    if (join(path, r->folder, ".gitignore"))
        (void)unlink(path);
    bool left = rmdir(r->folder) < 0;
    *slash = '/';
    if (left)
        ignore_write(r);
}

/* ---- Names ---- */

void results_name(const char *id, const char *engine, uint64_t seed, char *out, size_t size)
{
    char plain[RESULTS_NAME_BYTES_MAX + 1];
    size_t at = 0;
    bool changed = false;

    for (; at < RESULTS_NAME_BYTES_MAX && id[at] != 0; at++) {
        bool same = isalnum((unsigned char)id[at]) || strchr("_=,.-", id[at]) != NULL;
        plain[at] = '_';
        if (same)
            plain[at] = id[at];
        changed = changed || !same;
    }
    plain[at] = 0;
    changed = changed || id[at] != 0;
    int used = snprintf(out, size, "%s-%s-0x%" PRIx64, plain, engine, seed);
    if (changed && used > 0 && (size_t)used < size)
        (void)snprintf(out + used, size - (size_t)used, "-%08" PRIx32,
                       (uint32_t)(hash_add(HASH_BEGIN, id, strlen(id)) >> 16));
}

/* ---- What the user means ---- */

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool name_is_record(const char *name)
{
    size_t size = strlen(name);
    size_t suffix = strlen(RECORD_SUFFIX);

    return size > suffix && strcmp(name + size - suffix, RECORD_SUFFIX) == 0;
}

int results_names(const char *folder, struct buf *out, struct diag *diag)
{
    DIR *dir = opendir(folder);
    char **name = calloc(RESULTS_LISTED_MAX, sizeof(*name));
    const struct dirent *entry;
    int count = 0;

    if (dir == NULL || name == NULL) {
        if (dir != NULL)
            (void)closedir(dir);
        free((void *)name);
        return diag_errno(diag, ERR_IO, "cannot read %s", folder);
    }
    while (count < RESULTS_LISTED_MAX && (entry = readdir(dir)) != NULL) {
        if (name_is_record(entry->d_name))
            name[count++] = strdup(entry->d_name);
    }
    (void)closedir(dir);
    for (int i = 0; i < count; i++)
        out->failed = out->failed || name[i] == NULL;
    if (!out->failed)
        qsort((void *)name, (size_t)count, sizeof(*name), name_compare);
    for (int i = 0; i < count; i++) {
        if (!out->failed)
            buf_add(out, name[i], strlen(name[i]) + 1);
        free(name[i]);
    }
    free((void *)name);
    return out->failed ? diag_set(diag, ERR_NOMEM, "no memory to read %s", folder) : count;
}

/* How well the record's id is what was asked for: 3 all of it, 2 the name of its file, 1 a part. */
static int id_fits(const char *folder, const char *name, const char *variant)
{
    char path[PATH_MAX];
    char id[1024];
    struct recording *r = NULL;
    int fits = 0;

    if (!join(path, folder, name) || recording_head(path, &r, NULL) < 0)
        return 0;
    recording_line(r, "id", id, sizeof(id));
    if (strcmp(id, variant) == 0)
        fits = 3;
    else if (strncmp(name, variant, strlen(variant)) == 0 &&
             (strcmp(name + strlen(variant), RECORD_SUFFIX) == 0 || name[strlen(variant)] == 0))
        fits = 2;
    else if (strstr(id, variant) != NULL || strstr(name, variant) != NULL)
        fits = 1;
    recording_free(r);
    return fits;
}

/* The one record of the folder that fits best; NULL: the only one there is. */
static int record_find(const char *folder, const char *variant, char *path, struct diag *diag)
{
    struct buf names = BUF_INIT;
    const char *best = NULL;
    int best_fits = 0;
    int equals = 0;

    int count = results_names(folder, &names, diag);
    for (const char *at = buf_text(&names); count > 0 && at < names.data + names.size;
         at += strlen(at) + 1) {
        int fits = variant != NULL ? id_fits(folder, at, variant) : 1;
        if (fits > 0 && fits == best_fits)
            equals++;
        if (fits <= best_fits)
            continue;
        best = at;
        best_fits = fits;
        equals = 1;
    }
    int rc = count < 0 ? count : 0;
    if (rc == 0 && best == NULL && variant == NULL) {
        rc = diag_set(diag, ERR_NOTFOUND,
                      "%s has no records: what passed has none without `--record all`", folder);
    } else if (rc == 0 && best == NULL) {
        rc = diag_set(diag, ERR_NOTFOUND, "%s has no record of '%s'", folder, variant);
    }
    path[0] = 0;
    if (rc == 0 && equals == 1 && !join(path, folder, best))
        rc = diag_set(diag, ERR_NOTFOUND, "the path of %s is too long", best);
    if (rc == 0 && equals > 1 && variant != NULL)
        rc = diag_set(diag, ERR_NOTFOUND, "%d records of %s fit '%s'; the first is %s/%s", equals,
                      folder, variant, folder, best);
    buf_release(&names);
    return rc;
}

/* The folder that the first `size` bytes stand for: a path, or an id below `results`. */
static bool run_find(const char *what, size_t size, const char *results, char *folder)
{
    char name[PATH_MAX];

    (void)snprintf(name, sizeof(name), "%.*s", (int)size, what);
    if (size == 0 || size >= sizeof(name))
        return false;
    if (join(folder, results, name) && is_folder(folder))
        return true;
    (void)snprintf(folder, PATH_MAX, "%s", name);
    return is_folder(folder);
}

int results_lookup(const char *what, const char *results, char *path, char *folder,
                   struct diag *diag)
{
    size_t size = strlen(what);

    folder[0] = 0;
    if (is_file(what)) {
        (void)snprintf(path, PATH_MAX, "%s", what);
        return 0;
    }
    while (size > 0 && what[size - 1] == '/')
        size--;
    if (run_find(what, size, results, folder))
        return record_find(folder, NULL, path, diag);
    /* A variant's id may have slashes, too: the longest folder counts. */
    for (size_t at = size; at-- > 0;) {
        if (what[at] == '/' && run_find(what, at, results, folder))
            return record_find(folder, what + at + 1, path, diag);
    }
    char newest[PATH_MAX];
    bool none = !run_find(RESULTS_LAST, strlen(RESULTS_LAST), results, newest);
    return diag_set(diag, ERR_NOTFOUND, "there is no run '%s' in %s, and no such file%s", what,
                    results,
                    none ? "; none is kept there" : "; `" RESULTS_LAST "` is the newest run");
}
