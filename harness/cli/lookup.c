/* lookup.c: finding scenario files. */
#include "harness/cli/lookup.h"

#include "runtime/base/buf.h"
#include "runtime/base/suggest.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool is_yaml(const char *name)
{
    size_t size = strlen(name);

    return size > 5 && strcmp(name + size - 5, ".yaml") == 0 && name[0] != '.';
}

/* Stores "a/b"; false when it does not fit. */
static bool path_join(char *out, const char *folder, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s/%s", folder, name);

    return size > 0 && size < PATH_MAX;
}

static int file_add(struct lookup *l, const char *path, const char *again, struct diag *diag)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->file[i].path, path) == 0)
            return 0;
    }
    if (l->count == LOOKUP_FILES_MAX)
        return diag_set(diag, ERR_FULL, "more than %d scenario files", LOOKUP_FILES_MAX);
    if (l->count == l->room) {
        size_t room = l->room == 0 ? 64 : l->room * 2;
        struct lookup_file *grown = realloc(l->file, room * sizeof(*grown));
        if (grown == NULL)
            return diag_set(diag, ERR_NOMEM, "out of memory");
        l->file = grown;
        l->room = room;
    }
    struct lookup_file file = {strdup(path), strdup(again)};
    if (file.path == NULL || file.again == NULL) {
        free(file.path);
        free(file.again);
        return diag_set(diag, ERR_NOMEM, "out of memory");
    }
    l->file[l->count++] = file;
    return 0;
}

/* Adds what is below the folder, sorted; `again` names the folder as the user can type it. */
static int folder_add(struct lookup *l, const char *folder, const char *again, int depth,
                      struct diag *diag) /* NOLINT(misc-no-recursion): bounded by depth */
{
    struct dirent **entry = NULL;
    int rc = 0;

    if (depth > LOOKUP_DEPTH_MAX)
        return diag_set(diag, ERR_FULL, "%s: folders nested too deeply, more than %d", again,
                        LOOKUP_DEPTH_MAX);
    int count = scandir(folder, &entry, NULL, alphasort);
    if (count < 0) {
        bool short_of = errno == ENOMEM || errno == EMFILE || errno == ENFILE;
        return diag_errno(diag, short_of ? ERR_IO : ERR_INPUT, "cannot read %s", again);
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        char typed[PATH_MAX];
        const char *name = entry[i]->d_name;
        if (rc == 0 && name[0] != '.' && path_join(path, folder, name) &&
            path_join(typed, again, name)) {
            if (is_folder(path))
                rc = folder_add(l, path, typed, depth + 1, diag);
            else if (is_yaml(name))
                rc = file_add(l, path, typed, diag);
        }
        free(entry[i]);
    }
    free(entry);
    return rc;
}

/* Adds what is at the path. Returns 1 when something is there, 0 when not, or an error. */
static int path_add(struct lookup *l, const char *path, const char *again, struct diag *diag)
{
    if (is_folder(path)) {
        int rc = folder_add(l, path, again, 0, diag);
        return rc < 0 ? rc : 1;
    }
    if (!is_file(path))
        return 0;
    int rc = file_add(l, path, again, diag);
    return rc < 0 ? rc : 1;
}

/* Looks for the name in a folder of scenarios, with and without its suffix. */
static int below_add(struct lookup *l, const char *scenarios, const char *name, struct diag *diag)
{
    char path[PATH_MAX];
    char with[PATH_MAX];

    if (!path_join(path, scenarios, name))
        return 0;
    int rc = path_add(l, path, name, diag);
    if (rc != 0 || is_yaml(name))
        return rc;
    if (snprintf(with, sizeof(with), "%s.yaml", path) >= (int)sizeof(with))
        return 0;
    return path_add(l, with, name, diag);
}

/* Stores the nearest folder of that name upward, as a relative path; an empty one: there is none.
 */
static bool folder_find(const char *name, char *out)
{
    char up[3 * LOOKUP_UP_MAX + 1] = "";

    for (int i = 0; i < LOOKUP_UP_MAX; i++) {
        struct stat here;
        struct stat above;
        (void)snprintf(out, PATH_MAX, "%s%s", up, name);
        if (is_folder(out))
            return true;
        size_t size = strlen(up);
        if (stat(size == 0 ? "." : up, &here) < 0)
            break;
        (void)snprintf(up + size, sizeof(up) - size, "../");
        if (stat(up, &above) < 0 || (here.st_dev == above.st_dev && here.st_ino == above.st_ino))
            break;
    }
    out[0] = 0;
    return false;
}

/* ---- Suggestions for what was not found ---- */

static const char *lookup_name_at(size_t i, void *user)
{
    const struct lookup *l = user;

    return l->file[i].again;
}

/* Adds the one of the *.yaml in the two folders, down to so many levels, that is most like the
 * name. False: none is. */
static bool nearest_find(const char *name, const char *const folders[2], int levels,
                         struct buf *out)
{
    struct lookup all = LOOKUP_INIT;
    char wanted[PATH_MAX];

    for (size_t i = 0; i < 2; i++) {
        if (folders[i][0] != 0)
            (void)folder_add(&all, folders[i], ".", LOOKUP_DEPTH_MAX - levels, NULL);
    }
    /* The names as they could have been typed, with the suffix that may be missing. */
    for (size_t i = 0; i < all.count; i++)
        memmove(all.file[i].again, all.file[i].again + 2, strlen(all.file[i].again) - 1);
    (void)snprintf(wanted, sizeof(wanted), "%s%s", name, is_yaml(name) ? "" : ".yaml");
    const char *near = suggest(wanted, all.count, lookup_name_at, &all);
    if (near != NULL)
        buf_add_text(out, near);
    lookup_release(&all);
    return near != NULL;
}

static int not_found(const char *name, const char *scenarios, const struct places *places,
                     struct diag *diag)
{
    const char *const folders[] = {scenarios, places->examples};
    struct buf near = BUF_INIT;

    if (nearest_find(name, folders, LOOKUP_DEPTH_MAX, &near)) {
        (void)diag_set(diag, ERR_NOTFOUND, "there is no scenario '%s'; did you mean '%s'?", name,
                       buf_text(&near));
    } else if (scenarios[0] == 0 && places->examples[0] == 0) {
        (void)diag_set(diag, ERR_NOTFOUND,
                       "there is no scenario '%s': no folder `scenarios` here or above, and none "
                       "installed",
                       name);
    } else {
        (void)diag_set(diag, ERR_NOTFOUND, "there is no scenario '%s'; `scenario list` shows them",
                       name);
    }
    buf_release(&near);
    return ERR_NOTFOUND;
}

int lookup_add(struct lookup *l, const char *name, const struct places *places, struct diag *diag)
{
    char scenarios[PATH_MAX] = "";

    int rc = path_add(l, name, name, diag);
    if (rc == 0 && name[0] != '/') {
        if (folder_find("scenarios", scenarios))
            rc = below_add(l, scenarios, name, diag);
        if (rc == 0 && places->examples[0] != 0)
            rc = below_add(l, places->examples, name, diag);
        /* `scenarios/x` from a folder that has no `scenarios`: the installed one. */
        size_t size = strlen("scenarios/");
        if (rc == 0 && places->examples[0] != 0 && strncmp(name, "scenarios/", size) == 0)
            rc = below_add(l, places->examples, name + size, diag);
    }
    if (rc == 0 && access(name, F_OK) < 0 && errno != ENOENT && errno != ENOTDIR)
        return diag_errno(diag, ERR_INPUT, "cannot read %s", name);
    if (rc == 0)
        return not_found(name, scenarios, places, diag);
    return rc < 0 ? rc : 0;
}

int lookup_add_nearest(struct lookup *l, struct diag *diag)
{
    char here[PATH_MAX];

    if (folder_find("scenarios", l->folder))
        return folder_add(l, l->folder, l->folder, 0, diag);
    if (getcwd(here, sizeof(here)) == NULL)
        (void)snprintf(here, sizeof(here), "the current folder");
    return diag_set(diag, ERR_NOTFOUND,
                    "no scenario is named, and neither %s nor a folder above it has a folder "
                    "`scenarios`; name a file, or say --examples for the installed ones",
                    here);
}

bool scenarios_find(char *out)
{
    return folder_find("scenarios", out);
}

int lookup_add_examples(struct lookup *l, const struct places *places, struct diag *diag)
{
    if (places->examples[0] == 0) {
        return diag_set(diag, ERR_NOTFOUND,
                        "no examples are installed: there is no ../share/scenario/scenarios beside "
                        "the program");
    }
    (void)snprintf(l->folder, sizeof(l->folder), "%s", places->examples);
    return folder_add(l, places->examples, "scenarios", 0, diag);
}

/* ---- Scripts ---- */

/* Stores FOLDER/NAME.yaml; true when it is a file. */
static bool script_try(char *out, const char *folder, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s/%s.yaml", folder, name);

    return size > 0 && size < PATH_MAX && is_file(out);
}

static int script_not_found(const char *name, const char *nearest, const struct places *places,
                            struct diag *diag)
{
    const char *const folders[] = {nearest, places->scripts};
    struct buf near = BUF_INIT;

    if (nearest_find(name, folders, 0, &near)) {
        (void)diag_set(diag, ERR_NOTFOUND, "there is no script '%s'; did you mean '%.*s'?", name,
                       (int)near.size - 5, buf_text(&near));
    } else {
        (void)diag_set(diag, ERR_NOTFOUND,
                       "there is no script '%s': `scenario help scripts` shows them, a path with "
                       "'/' or .yaml names your own",
                       name);
    }
    buf_release(&near);
    return ERR_NOTFOUND;
}

bool scripts_find(char *out)
{
    return folder_find("expect/scripts", out);
}

int script_lookup(const char *name, const struct places *places, char *out, struct diag *diag)
{
    char nearest[PATH_MAX];

    if (strchr(name, '/') != NULL || is_yaml(name)) {
        (void)snprintf(out, PATH_MAX, "%s", name);
        return is_file(name) ? 0 : diag_set(diag, ERR_NOTFOUND, "there is no file %s", name);
    }
    if (scripts_find(nearest) && script_try(out, nearest, name))
        return 0;
    if (places->scripts[0] != 0 && script_try(out, places->scripts, name))
        return 0;
    return script_not_found(name, nearest, places, diag);
}

void lookup_release(struct lookup *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->file[i].path);
        free(l->file[i].again);
    }
    free(l->file);
    *l = LOOKUP_INIT;
}

/* ---- Places ---- */

static bool place_try(char *out, const char *folder, const char *below)
{
    char path[PATH_MAX];

    out[0] = 0;
    if (!path_join(path, folder, below) || !is_folder(path))
        return false;
    /* Without the "..", for messages. */
    return realpath(path, out) != NULL;
}

void places_find(const char *executable, struct places *out)
{
    char folder[PATH_MAX];

    *out = (struct places){0};
    (void)snprintf(folder, sizeof(folder), "%s", executable);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        return;
    *slash = 0;
    /* Installed: PREFIX/bin/scenario. In a build folder all lies below it. */
    if (!place_try(out->helpers, folder, "../libexec/scenario"))
        (void)place_try(out->helpers, folder, "libexec/scenario");
    if (!place_try(out->examples, folder, "../share/scenario/scenarios"))
        (void)place_try(out->examples, folder, "share/scenario/scenarios");
    if (!place_try(out->scripts, folder, "../share/scenario/expect/scripts"))
        (void)place_try(out->scripts, folder, "share/scenario/expect/scripts");
}

void places_find_own(struct places *out)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

    path[size < 0 ? 0 : size] = 0;
    places_find(path, out);
}

const char *path_shown(const char *path, const char *current_directory)
{
    static const char *const roots[] = {"/scenarios/", "/expect/scripts/"};
    size_t size = strlen(current_directory);
    const char *best = NULL;

    if (path[0] != '/')
        return path;
    if (size > 1 && strncmp(path, current_directory, size) == 0 && path[size] == '/')
        return path + size + 1;
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        for (const char *at = path; (at = strstr(at, roots[i])) != NULL; at++)
            best = best == NULL || at > best ? at : best;
    }
    if (best != NULL)
        return best + 1;
    return strrchr(path, '/') + 1;
}

bool path_relative(const char *path, const char *current_directory, char *out, size_t size)
{
    size_t common = 0; /* bytes of whole parts that both have */
    size_t at = 0;

    if (path[0] != '/' || current_directory[0] != '/')
        return snprintf(out, size, "%s", path) < (int)size;
    /* A directory is read with a '/' behind it, so that "/a" is no part of "/ab". */
    for (size_t i = 0; path[i] != 0; i++) {
        char other = '/';
        if (current_directory[i] != 0)
            other = current_directory[i];
        if (path[i] != other)
            break;
        if (other == '/')
            common = i + 1;
        if (current_directory[i] == 0)
            break;
    }
    size_t length = strlen(current_directory);
    if (size == 0)
        return false;
    out[0] = 0;
    for (size_t i = common; i < length && at + 4 < size; i++) {
        if (i == common || current_directory[i - 1] == '/')
            at += (size_t)snprintf(out + at, size - at, "../");
    }
    return snprintf(out + at, size - at, "%s", path + common) < (int)(size - at);
}
