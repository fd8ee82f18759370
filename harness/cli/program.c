/* program.c: the program is looked for as a shell does, its environment is ours, but for what the
 * scenario or the script says. */
#include "harness/cli/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The environment ---- */

/* The entry of that name, "NAME=VALUE" or "NAME", or NULL. */
static const char *entry_find(const char *const *env, const char *name, size_t size)
{
    for (; env != NULL && *env != NULL; env++) {
        if (strncmp(*env, name, size) == 0 && ((*env)[size] == '=' || (*env)[size] == 0))
            return *env;
    }
    return NULL;
}

/* Adds a variable, unless one of that name is there. */
static int variable_add(struct program *p, size_t *count, const char *text, struct diag *diag)
{
    if (entry_find(p->env, text, strcspn(text, "=")) != NULL)
        return 0;
    if (*count == PROGRAM_ENV_MAX)
        return diag_set(diag, ERR_FULL, "more than %d variables in the environment",
                        PROGRAM_ENV_MAX);
    p->env[(*count)++] = text;
    return 0;
}

/* One of ours, unless `own` says that there is none. */
static int variable_keep(struct program *p, size_t *count, const char *const *own, const char *text,
                         struct diag *diag)
{
    return entry_find(own, text, strcspn(text, "=")) != NULL ? 0
                                                             : variable_add(p, count, text, diag);
}

/* What `own` says, then ours, but for what is about our own terminal. */
static int environment_make(struct program *p, const char *const *own, const char *pwd,
                            struct diag *diag)
{
    size_t count = 0;
    int rc = 0;

    for (const char *const *at = own; at != NULL && *at != NULL && rc == 0; at++)
        rc = strchr(*at, '=') != NULL ? variable_add(p, &count, *at, diag) : 0;
    if (rc == 0)
        rc = variable_add(p, &count, p->cookie, diag);
    if (rc == 0)
        rc = variable_keep(p, &count, own, "TERM=xterm", diag);
    if (rc == 0 && pwd != NULL)
        rc = variable_keep(p, &count, own, pwd, diag);
    for (char **have = environ; *have != NULL && rc == 0; have++) {
        bool size = strncmp(*have, "COLUMNS=", 8) == 0 || strncmp(*have, "LINES=", 6) == 0;
        if (!size)
            rc = variable_keep(p, &count, own, *have, diag);
    }
    return rc;
}

void program_cookie(struct program *p, const char *run_id)
{
    (void)snprintf(p->cookie, sizeof(p->cookie), "SCENARIO_RUN=%s", run_id);
}

/* ---- The file ---- */

/* In the folders of PATH, as the program will have it. */
static bool path_search(struct program *p, const char *own_path, const char *name)
{
    const char *path =
        own_path != NULL ? own_path : getenv("PATH"); /* NOLINT(concurrency-mt-unsafe) */

    while (path != NULL && *path != 0) {
        size_t size = strcspn(path, ":");
        int length = snprintf(p->path, sizeof(p->path), "%.*s%s%s", (int)size, path,
                              size > 0 ? "/" : "./", name);
        if (length > 0 && length < (int)sizeof(p->path) && access(p->path, X_OK) == 0)
            return true;
        path += size + (path[size] == ':' ? 1 : 0);
    }
    return false;
}

bool program_is_there(const char *name)
{
    struct program p;

    return strchr(name, '/') != NULL ? access(name, X_OK) == 0 : path_search(&p, NULL, name);
}

static const char *own_path(const char *const *env)
{
    const char *entry = entry_find(env, "PATH", 4);

    if (entry == NULL)
        return NULL;
    return entry[4] == '=' ? entry + 5 : "";
}

static int path_missing(const char *name, struct diag *diag)
{
    return diag_set(diag, ERR_IO, "cannot start %s: it is not in PATH", name);
}

/* ---- What a script runs on ---- */

int program_typed(struct program *p, const struct variant *v, const char *const *argv,
                  const char *run_id, struct diag *diag)
{
    *p = (struct program){.work = WORKPLACE_NONE};
    program_cookie(p, run_id);
    if (strchr(argv[0], '/') != NULL) {
        char here[PATH_MAX] = "";
        /* As seen from here, wherever it is started. */
        bool from_here = argv[0][0] != '/' && v->cwd != NULL;
        if (from_here && getcwd(here, sizeof(here)) == NULL)
            return diag_errno(diag, ERR_IO, "cannot start %s", argv[0]);
        if (snprintf(p->path, sizeof(p->path), "%s%s%s", here, from_here ? "/" : "", argv[0]) >=
            (int)sizeof(p->path))
            return diag_set(diag, ERR_IO, "cannot start %s: its path is too long", argv[0]);
    } else if (!path_search(p, NULL, argv[0])) {
        return path_missing(argv[0], diag);
    }
    p->command =
        (struct command_line){.path = p->path, .argv = argv, .envp = p->env, .cwd = v->cwd};
    return environment_make(p, v->env, NULL, diag);
}

/* ---- What a scenario runs ---- */

/* A word that means a file by its place: "./serve.sh", "../bin/x"; as the program itself also
 * "bin/x". */
static bool is_relative(const char *word, bool program)
{
    return strncmp(word, "./", 2) == 0 || strncmp(word, "../", 3) == 0 ||
           (program && word[0] != '/' && strchr(word, '/') != NULL);
}

/* `files` writes it, so that it lies in the work directory. */
static bool is_written(const struct variant *v, const char *word)
{
    while (strncmp(word, "./", 2) == 0)
        word += 2;
    for (size_t i = 0; i < v->work_file_count; i++) {
        if (strcmp(v->work_file[i].path, word) == 0)
            return true;
    }
    return false;
}

/* The words of the command: what names a file beside the scenario is that one, wherever the command
 * runs. */
static int words_make(struct program *p, const struct variant *v, struct diag *diag)
{
    char file[PATH_MAX];
    char real[PATH_MAX];
    size_t count = 0;

    while (v->argv[count] != NULL)
        count++;
    const char **words = arena_array(&p->arena, count + 1, sizeof(*words));
    for (size_t i = 0; words != NULL && i < count; i++) {
        words[i] = v->argv[i];
        if (!is_relative(words[i], i == 0) || is_written(v, words[i]))
            continue;
        if (snprintf(file, sizeof(file), "%s/%s", v->folder, words[i]) < (int)sizeof(file) &&
            realpath(file, real) != NULL)
            words[i] = arena_copy(&p->arena, real, strlen(real));
        if (words[i] == NULL)
            words = NULL;
    }
    if (words == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for the words of the command");
    p->command.argv = words;
    return 0;
}

/* The file of the program: words_make() has found what lies beside the scenario. */
static int file_find(struct program *p, const struct variant *v, struct diag *diag)
{
    const char *name = p->command.argv[0];
    const char *folder = p->work.fd >= 0 ? p->work.path : v->cwd;

    p->command.path = p->path;
    if (strchr(name, '/') == NULL) {
        bool found = path_search(p, own_path(v->env), name);
        return found ? 0 : path_missing(name, diag);
    }
    bool below = name[0] != '/' && is_written(v, name);
    int size =
        snprintf(p->path, sizeof(p->path), "%s%s%s", below ? folder : "", below ? "/" : "", name);
    if (size >= (int)sizeof(p->path))
        return diag_set(diag, ERR_IO, "cannot start %s: its path is too long", name);
    if (!below && name[0] != '/') {
        return diag_set(diag, ERR_IO,
                        "cannot start %s: there is no such file beside the scenario, and `files` "
                        "does not write it",
                        name);
    }
    return 0;
}

static int work_make(struct program *p, const struct variant *v, struct diag *diag)
{
    p->command.cwd = v->cwd;
    if (v->cwd != NULL)
        return 0;
    int rc = workplace_open(&p->work, diag);
    for (size_t i = 0; rc == 0 && i < v->work_file_count; i++)
        rc = workplace_write(&p->work, &v->work_file[i], diag);
    p->command.cwd = p->work.path;
    p->command.fresh = true;
    return rc;
}

int program_prepare(struct program *p, const struct variant *v, const char *run_id,
                    struct diag *diag)
{
    const char *pwd = NULL;

    *p = (struct program){.work = WORKPLACE_NONE, .arena = arena_new(PROGRAM_ARENA_BYTES_MAX)};
    program_cookie(p, run_id);
    int rc = work_make(p, v, diag);
    if (rc == 0)
        rc = words_make(p, v, diag);
    if (rc == 0)
        rc = file_find(p, v, diag);
    if (rc < 0)
        return rc;
    if (p->work.fd >= 0)
        pwd = arena_format(&p->arena, "PWD=%s", p->work.path);
    p->command.envp = p->env;
    return environment_make(p, v->env, pwd, diag);
}

int program_release(struct program *p, struct diag *diag)
{
    arena_release(&p->arena);
    return workplace_close(&p->work, diag);
}
