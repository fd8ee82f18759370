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

static void name_add(struct try_files *f, const char *name)
{
    size_t room = f->count;

    if (f->count == TRY_FILES_MAX) {
        f->full = true;
        return;
    }
    /* Grows at powers of two. */
    if ((room & (room - 1)) == 0) {
        char **grown = realloc(f->name, (room == 0 ? 1 : 2 * room) * sizeof(*grown));
        if (grown == NULL) {
            f->full = true;
            return;
        }
        f->name = grown;
    }
    f->name[f->count] = strdup(name);
    if (f->name[f->count] == NULL)
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
        name_add(f, name);
        bool opened = snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path);
        if (opened && lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
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
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void try_files_look(struct try_files *f, const char *folder)
{
    try_files_release(f);
    walk(f, folder, "", 0);
    if (f->count > 0)
        qsort(f->name, f->count, sizeof(*f->name), compare);
}

static bool has(const struct try_files *f, const char *name)
{
    return f->count > 0 && bsearch(&name, f->name, f->count, sizeof(*f->name), compare) != NULL;
}

size_t try_files_new(const struct try_files *now, const struct try_files *before,
                     const struct try_files *other, struct buf *out)
{
    size_t count = 0;

    if (now->full || before->full || (other != NULL && other->full))
        return 0;
    for (size_t i = 0; i < now->count; i++) {
        if (has(before, now->name[i]) || (other != NULL && has(other, now->name[i])))
            continue;
        if (count++ < TRY_FILES_TOLD_MAX)
            buf_addf(out, "%s%s", count > 1 ? ", " : "", now->name[i]);
    }
    if (count > TRY_FILES_TOLD_MAX)
        buf_addf(out, " and %zu more", count - TRY_FILES_TOLD_MAX);
    return count;
}

void try_files_release(struct try_files *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->name[i]);
    free(f->name);
    *f = (struct try_files){0};
}
