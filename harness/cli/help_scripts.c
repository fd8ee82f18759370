/* help_scripts.c: the expect scripts that can be used here, and their parameters. */
#include "harness/cli/lookup.h"
#include "harness/cli/papers.h"
#include "harness/cli/suite.h"
#include "harness/scenario/model.h"
#include "runtime/base/arena.h"

#include <string.h>

enum { HELP_ARENA_BYTES_MAX = 4 * 1024 * 1024 };

/* Whether an earlier folder has a script of that name: then that one is used. */
static bool is_shadowed(const struct lookup *l, size_t i)
{
    const char *name = strrchr(l->file[i].path, '/');

    for (size_t k = 0; k < i; k++) {
        const char *other = strrchr(l->file[k].path, '/');
        if (name != NULL && other != NULL && strcmp(name, other) == 0)
            return true;
    }
    return false;
}

/* Whether its steps work on any program, with the defaults of its parameters. */
static bool works_alone(struct arena *arena, const struct places *places, const char *path)
{
    const struct scenario_options options = suite_options(places);
    struct findings findings = {0};
    struct scenario *s = NULL;

    return script_load(arena, path, &options, &s, &findings, NULL) != ERR_INPUT;
}

bool help_script(const char *name, struct buf *out)
{
    struct arena arena = arena_new(HELP_ARENA_BYTES_MAX);
    struct places places;
    char path[PATH_MAX];
    bool found = false;

    places_find_own(&places);
    if (strchr(name, '/') == NULL && script_lookup(name, &places, path, NULL) == 0) {
        struct buf text = BUF_INIT;
        found = script_describe(&arena, path, &text, NULL) == 0;
        if (found)
            buf_addf(out, "%s, a script for `use:` and `scenario expect`\n%s\n", name,
                     strchr(buf_text(&text), '\n') + 1);
        buf_release(&text);
    }
    arena_release(&arena);
    return found;
}

void help_scripts(struct buf *out)
{
    struct arena arena = arena_new(HELP_ARENA_BYTES_MAX);
    struct lookup scripts = LOOKUP_INIT;
    struct places places;
    char nearest[PATH_MAX];

    places_find_own(&places);
    if (scripts_find(nearest))
        (void)lookup_add(&scripts, nearest, &places, NULL);
    if (places.scripts[0] != 0)
        (void)lookup_add(&scripts, places.scripts, &places, NULL);
    buf_add_text(out,
                 "A scenario uses a script with `use:`, `scenario expect NAME --with KEY=VALUE "
                 "-- CMD...`\nruns one on any program. Looked for in the nearest folder "
                 "`expect/scripts` upward,\nthen among the installed ones; a path names your "
                 "own.\n\n");
    for (size_t i = 0; i < scripts.count; i++) {
        const char *path = scripts.file[i].path;
        if (!is_shadowed(&scripts, i) && script_describe(&arena, path, out, NULL) == 0 &&
            !works_alone(&arena, &places, path))
            buf_add_text(out, "    (for `use:` only: it is about own actors)\n");
    }
    if (scripts.count == 0)
        buf_add_text(out, "There are none here.\n");
    lookup_release(&scripts);
    arena_release(&arena);
}
