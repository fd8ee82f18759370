/* known_file.c: the scenarios beside a file of known failures, read one by one as its entries name
 * them. */
#include "harness/cli/known_file.h"

#include "harness/cli/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char root_name[] = "scenarios";

/* Bytes of the path up to its last part called `scenarios`, without it; -1: it has none. */
static int above_root(const char *path)
{
    size_t size = strlen(root_name);
    int found = -1;

    for (const char *at = path; (at = strstr(at, root_name)) != NULL; at++) {
        if ((at == path || at[-1] == '/') && (at[size] == 0 || at[size] == '/'))
            found = (int)(at - path);
    }
    return found;
}

bool known_find(const char *path, char out[PATH_MAX])
{
    char nearest[PATH_MAX];

    int above = path == NULL ? -1 : above_root(path);

    out[0] = 0;
    if (above < 0) {
        if (!scenarios_find(nearest))
            return false;
        path = nearest;
        above = above_root(path);
    }
    int size = snprintf(out, PATH_MAX, "%.*s" KNOWN_FILE, above, path);
    if (size > 0 && size < PATH_MAX)
        return true;
    out[0] = 0;
    return false;
}

/* ---- Scenarios ---- */

static bool folder_try(struct known_suite *s, const char *known_path, const char *between)
{
    const char *slash = strrchr(known_path, '/');
    struct stat st;

    int size =
        snprintf(s->folder, sizeof(s->folder), "%.*s%s%s",
                 slash == NULL ? 0 : (int)(slash - known_path + 1), known_path, between, root_name);
    if (size > 0 && size < PATH_MAX && stat(s->folder, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    s->folder[0] = 0;
    return false;
}

static void suite_read(struct known_suite *s)
{
    size_t size = strlen(s->folder);

    s->opened = true;
    if (size == 0 || lookup_add(&s->lookup, s->folder, s->places, NULL) < 0)
        return;
    s->id = calloc(s->lookup.count + 1, sizeof(*s->id));
    s->arena = calloc(s->lookup.count + 1, sizeof(*s->arena));
    s->scenario = calloc(s->lookup.count + 1, sizeof(*s->scenario));
    if (s->id == NULL || s->arena == NULL || s->scenario == NULL)
        return;
    for (size_t i = 0; i < s->lookup.count; i++) {
        const char *path = s->lookup.file[i].path + size + 1;
        s->id[i] = strndup(path, strlen(path) - strlen(".yaml"));
        if (s->id[i] == NULL)
            return;
        s->count = i + 1;
    }
}

static size_t count(void *user)
{
    struct known_suite *s = user;

    if (!s->opened)
        suite_read(s);
    return s->count;
}

static const char *id_at(size_t i, void *user)
{
    const struct known_suite *s = user;

    return s->id[i];
}

static const struct scenario *load(size_t i, void *user)
{
    const struct scenario_options options = suite_options(((struct known_suite *)user)->places);
    static struct findings ignored; /* `scenario check` says them where the scenario is checked */
    struct known_suite *s = user;
    struct scenario *out = NULL;

    if (s->arena[i].left > 0 || s->scenario[i] != NULL)
        return s->scenario[i];
    s->arena[i] = arena_new(SUITE_ARENA_BYTES_MAX);
    if (scenario_load(&s->arena[i], s->lookup.file[i].path, &options, &out, &ignored, NULL) == 0)
        s->scenario[i] = out;
    return s->scenario[i];
}

void known_suite_open(struct known_suite *s, const char *known_path, const struct places *places)
{
    *s = (struct known_suite){
        .places = places,
        .scenarios = {.count = count, .id_at = id_at, .load = load, .user = s},
    };
    if (!folder_try(s, known_path, "../"))
        (void)folder_try(s, known_path, "");
}

void known_suite_close(struct known_suite *s)
{
    for (size_t i = 0; i < s->count; i++) {
        arena_release(&s->arena[i]);
        free(s->id[i]);
    }
    free(s->arena);
    free(s->id);
    free(s->scenario);
    lookup_release(&s->lookup);
    *s = (struct known_suite){0};
}
