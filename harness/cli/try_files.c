/* try_files.c: walking a folder. */
#include "harness/cli/try_files.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_left_out(const char *name)
{
    static const char *const names[] = {".", "..", ".git", ".scenario", "node_modules"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static void name_add(struct try_files *f, const char *name, int64_t made_ns)
{
    size_t room = f->count;

    if (f->count == TRY_FILES_MAX) {
        f->full = true;
        return;
    }
    /* Grows at powers of two. */
    if ((room & (room - 1)) == 0) {
        struct try_file *grown = realloc(f->file, (room == 0 ? 1 : 2 * room) * sizeof(*grown));
        if (grown == NULL) {
            f->full = true;
            return;
        }
        f->file = grown;
    }
    f->file[f->count] = (struct try_file){.name = strdup(name), .made_ns = made_ns};
    if (f->file[f->count].name == NULL)
        f->full = true;
    else
        f->count++;
}

/* `below` is relative to the folder, "" or "a/b/". */
static void walk(struct try_files *f, const char *folder, const char *below, unsigned depth)
{
    char path[PATH_MAX];
    const struct dirent *entry;

    if (depth > TRY_FILES_DEPTH_MAX ||
        snprintf(path, sizeof(path), "%s/%s", folder, below) >= (int)sizeof(path))
        return;
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread */
    while (!f->full && (entry = readdir(dir)) != NULL) {
        char name[PATH_MAX];
        struct stat st;
        if (is_left_out(entry->d_name) ||
            snprintf(name, sizeof(name), "%s%s", below, entry->d_name) >= (int)sizeof(name) - 1)
            continue;
        bool fits = snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path);
        if (!fits || lstat(path, &st) != 0)
            continue;
        name_add(f, name, st.st_ctim.tv_sec * INT64_C(1000000000) + st.st_ctim.tv_nsec);
        if (S_ISDIR(st.st_mode)) {
            size_t size = strlen(name);
            name[size] = '/';
            name[size + 1] = 0;
            walk(f, folder, name, depth + 1);
        }
    }
    (void)closedir(dir);
}

static int compare(const void *a, const void *b)
{
    const struct try_file *one = a;
    const struct try_file *other = b;

    return strcmp(one->name, other->name);
}

void try_files_look(struct try_files *f, const char *folder)
{
    try_files_release(f);
    walk(f, folder, "", 0);
    if (f->count > 0)
        qsort(f->file, f->count, sizeof(*f->file), compare);
}

/* NULL: it is not there. */
static const struct try_file *find(const struct try_files *f, const struct try_file *file)
{
    if (f == NULL || f->count == 0)
        return NULL;
    return bsearch(file, f->file, f->count, sizeof(*f->file), compare);
}

size_t try_files_new(const struct try_files *now, const struct try_files *before,
                     const struct try_files *other, const struct try_files *since, struct buf *out)
{
    size_t count = 0;

    if (now->full || before->full || (other != NULL && other->full))
        return 0;
    for (size_t i = 0; i < now->count; i++) {
        const struct try_file *file = &now->file[i];
        const struct try_file *then = find(since, file);
        if (find(before, file) != NULL || find(other, file) != NULL ||
            (then != NULL && then->made_ns == file->made_ns))
            continue;
        if (count++ < TRY_FILES_TOLD_MAX)
            buf_addf(out, "%s%s", count > 1 ? ", " : "", file->name);
    }
    if (count > TRY_FILES_TOLD_MAX)
        buf_addf(out, " and %zu more", count - TRY_FILES_TOLD_MAX);
    return count;
}

void try_files_release(struct try_files *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->file[i].name);
    free(f->file);
    *f = (struct try_files){0};
}
