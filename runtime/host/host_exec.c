/* host_exec.c: programs that are no actors: kept from the moment that the actor's own code asks for
 * one until the core says that it is to be started, and then a child like any other. */
#include "runtime/base/check.h"
#include "runtime/host/control.h"
#include "runtime/host/host_parts.h"
#include "runtime/host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STDIO_COUNT = 3 };

/* One allocation: the vectors and the texts lie behind it. */
struct host_exec {
    char **argv;
    char **env; /* NULL: this actor's */
    char *cwd;
    int from[STDIO_COUNT]; /* ours to close; -1: see `null` */
    bool null[STDIO_COUNT];
    bool group;
};

/* ---- kept ---------------------------------------------------------------------------------- */

static size_t vector_size(const char *const *vector, size_t *count)
{
    size_t size = 0;

    for (*count = 0; vector != NULL && vector[*count] != NULL && size <= ACTOR_EXEC_BYTES_MAX;
         ++*count)
        size += strlen(vector[*count]) + 1 + sizeof(char *);
    return size + sizeof(char *);
}

/* Copies a vector and its texts to where the next ones of the allocation go. */
static char **vector_copy(const char *const *vector, size_t count, char ***pointers, char **texts)
{
    char **copy = *pointers;

    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(vector[i]) + 1;
        memcpy(*texts, vector[i], size);
        copy[i] = *texts;
        *texts += size;
    }
    copy[count] = NULL;
    *pointers += count + 1;
    return copy;
}

static void exec_free(struct host_exec *x)
{
    if (x == NULL)
        return;
    for (int i = 0; i < STDIO_COUNT; i++) {
        if (x->from[i] >= 0)
            (void)close(x->from[i]);
    }
    free(x);
}

static int exec_stdio(struct host_exec *x, const struct actor_exec *exec)
{
    const int asked[STDIO_COUNT] = {exec->in, exec->out, exec->err};

    for (int i = 0; i < STDIO_COUNT; i++) {
        x->null[i] = asked[i] == ACTOR_STDIO_NULL;
        if (asked[i] == ACTOR_STDIO_NULL || asked[i] == ACTOR_STDIO_SAME)
            continue;
        x->from[i] = fcntl(asked[i], F_DUPFD_CLOEXEC, FD_CONTROL + 1);
        if (x->from[i] < 0)
            return errno == EBADF ? ACTOR_ERR_RANGE : ACTOR_ERR_NOMEM;
    }
    return 0;
}

static int exec_copy(const struct actor_exec *exec, struct host_exec **out)
{
    size_t args = 0;
    size_t vars = 0;
    size_t size = vector_size(exec->argv, &args) + vector_size(exec->env, &vars);

    size += exec->cwd != NULL ? strlen(exec->cwd) + 1 : 0;
    if (size > ACTOR_EXEC_BYTES_MAX)
        return ACTOR_ERR_RANGE;
    struct host_exec *x = calloc(1, sizeof(*x) + size);
    if (x == NULL)
        return ACTOR_ERR_NOMEM;
    char **pointers = (char **)(x + 1);
    char *texts = (char *)(pointers + args + 1 + vars + 1);
    x->argv = vector_copy(exec->argv, args, &pointers, &texts);
    if (exec->env != NULL)
        x->env = vector_copy(exec->env, vars, &pointers, &texts);
    if (exec->cwd != NULL) {
        memcpy(texts, exec->cwd, strlen(exec->cwd) + 1);
        x->cwd = texts;
    }
    x->group = exec->group;
    for (int i = 0; i < STDIO_COUNT; i++)
        x->from[i] = -1;
    int rc = exec_stdio(x, exec);
    if (rc < 0) {
        exec_free(x);
        return rc;
    }
    *out = x;
    return 0;
}

int host_exec_keep(void *user, const struct actor_exec *exec)
{
    struct host *h = user;
    struct host_exec *x = NULL;

    int rc = exec_copy(exec, &x);
    if (rc < 0)
        return rc;
    /* More than there can be calls: the one whose place it takes was started, or refused. */
    unsigned number = h->exec_next++ % HOST_EXECS_MAX;
    exec_free(h->exec[number]);
    h->exec[number] = x;
    return (int)number;
}

void host_exec_end(struct host *h)
{
    for (unsigned i = 0; i < HOST_EXECS_MAX; i++)
        exec_free(h->exec[i]);
}

/* ---- started ------------------------------------------------------------------------------- */

/* Where a shell would find it. Returns 0 or an errno. */
static int path_find(const char *name, char *out, size_t size)
{
    const char *path = getenv("PATH");
    int error = ENOENT;

    if (strchr(name, '/') != NULL)
        return (size_t)snprintf(out, size, "%s", name) < size ? 0 : ENAMETOOLONG;
    for (const char *at = path != NULL ? path : "/usr/local/bin:/usr/bin:/bin"; *at != 0;) {
        int part = (int)strcspn(at, ":");
        int used = snprintf(out, size, "%.*s%s%s", part, at, part > 0 ? "/" : "", name);
        if (used > 0 && (size_t)used < size) {
            if (access(out, X_OK) == 0)
                return 0;
            error = errno == EACCES ? EACCES : error;
        }
        at += part + (at[part] == ':');
    }
    return error;
}

/* What this process has, but for what a parent and a harness tell an actor: the program is none,
 * though it may be the root of a tree of its own. */
static char **env_foreign(void)
{
    static const char *const own[] = {CONTROL_ENV_PARENT "=", CONTROL_ENV_ACTOR "=",
                                      CONTROL_ENV "="};
    size_t count = 0;
    size_t kept = 0;

    while (environ[count] != NULL)
        count++;
    char **env = calloc(count + 1, sizeof(*env));
    for (size_t i = 0; env != NULL && i < count; i++) {
        bool ours = false;
        for (size_t k = 0; k < sizeof(own) / sizeof(own[0]); k++)
            ours |= strncmp(environ[i], own[k], strlen(own[k])) == 0;
        if (!ours)
            env[kept++] = environ[i];
    }
    return env;
}

/* Returns 0 or an errno. */
static int exec_spawn(struct host *h, const struct host_exec *x, struct spawned *out)
{
    struct spawn_move move[STDIO_COUNT];
    char path[PATH_MAX];

    int error = path_find(x->argv[0], path, sizeof(path));
    if (error != 0)
        return error;
    if (!host_child_prepare(h))
        return EMFILE;
    for (int i = 0; i < STDIO_COUNT; i++) {
        int same = x->from[i] >= 0 ? x->from[i] : i;
        move[i] = (struct spawn_move){x->null[i] ? h->null_fd : same, i};
    }
    char **env = x->env != NULL ? NULL : env_foreign();
    if (x->env == NULL && env == NULL)
        return ENOMEM;
    struct spawn s = {
        .path = path,
        .argv = x->argv,
        .envp = x->env != NULL ? x->env : env,
        .move = move,
        .move_count = STDIO_COUNT,
        .cwd = x->cwd,
        /* It could be deaf to anything less, and nobody would be there to see that. */
        .death_signal = SIGKILL,
        .group = x->group,
    };
    int rc = spawn_process(&s, out, NULL);
    error = errno != 0 ? errno : EIO;
    free(env);
    return rc < 0 ? error : 0;
}

void host_exec_start(struct host *h, uint16_t slot, unsigned number)
{
    struct spawned process = {.pidfd = -1};

    CHECK(number < HOST_EXECS_MAX && h->exec[number] != NULL);
    struct host_exec *x = h->exec[number];
    h->exec[number] = NULL;
    int error = exec_spawn(h, x, &process);
    if (error == 0)
        host_child_began(h, slot, &process, x->group);
    else
        driver_answer(&h->driver, EVENT_CHILD_SPAWNED, slot, -error, 0);
    exec_free(x);
}
