/* subject_tree.c: a tree of our own actors: how it is started, and what its reports answer. */
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/fd.h"
#include "runtime/host/baton.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONTROL_BYTES = 8 * 1024 * 1024,
    ENV_MAX = 16,
    HEX_BYTES = (POINTS + 3) / 4 + 1,
    PATH_BYTES = 4096
};

/* ---- Start ------------------------------------------------------------------------------ */

/* What a subject may want to know of the harness's environment, and nothing else: runs must not
 * depend on who starts them. These are for builds with sanitizers or coverage. */
static const char *const env_passed[] = {"ASAN_OPTIONS=",
                                         "UBSAN_OPTIONS=",
                                         "LSAN_OPTIONS=",
                                         "TSAN_OPTIONS=",
                                         "GCOV_PREFIX=",
                                         "GCOV_PREFIX_STRIP=",
                                         NULL};

/* Descriptors of the root while it is being started; owned here, but for the slave. */
struct start_fds {
    int null;
    int slave;
    int tree;
    int control; /* the actors' end */
};

static void control_ready(struct loop_watch *w, int ready)
{
    (void)ready;
    reports_drain(w->user);
}

/* A sealed memory file with the tree: nobody can change what every actor reads. */
static int tree_file(const struct tree *tree, int *out, struct diag *diag)
{
    size_t size = tree_size(tree);
    int fd = memfd_create("tree", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return diag_errno(diag, ERR_IO, "cannot make a memory file for the tree");
    if (write(fd, tree, size) != (ssize_t)size ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) {
        int rc = diag_errno(diag, ERR_IO, "cannot write the tree of %zu bytes", size);
        (void)close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

/* All actors report through one socket. When its queue is full each of them waits, and every report
 * that is taken wakes them all: so it is made as long as this user may make it. */
static void reports_allow(int control)
{
    const int bytes = CONTROL_BYTES;

    if (setsockopt(control, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
        (void)setsockopt(control, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static int start_open(struct real_world *r, struct start_fds *fds, struct diag *diag)
{
    int pair[2];

    r->baton = baton_make(diag);
    if (r->baton < 0)
        return r->baton;
    int rc = tree_file(r->options.tree, &fds->tree, diag);
    if (rc < 0)
        return rc;
    fds->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fds->null < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return diag_errno(diag, ERR_IO, "cannot open what a run needs");
    reports_allow(pair[1]);
    r->control = pair[0];
    fds->control = pair[1];
    return real_watch(r, &r->control_watch, r->control, control_ready, diag);
}

/* The points that ask, as CONTROL_ENV wants them. */
static void asks_text(const uint8_t *asks, char hex[HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < HEX_BYTES - 1; i++) {
        unsigned byte = asks == NULL ? 0U : asks[i / 2];
        unsigned four = byte >> (i % 2 * 4) & 15U;
        hex[HEX_BYTES - 2 - i] = digits[four];
    }
    hex[HEX_BYTES - 1] = 0;
}

static int start_send(struct real_world *r, const struct start_fds *fds, const char *path,
                      struct diag *diag)
{
    static const struct guard_move move[] = {
        {0, 0         },
        {1, 1         },
        {1, 2         },
        {1, FD_TTY    },
        {2, FD_BATON  },
        {3, FD_TREE   },
        {4, FD_CONTROL}
    };
    const int fd[] = {fds->null, fds->slave, r->baton, fds->tree, fds->control};
    const char *argv[] = {"actor-tree", NULL};
    const char *envp[ENV_MAX];
    char hex[HEX_BYTES];
    char asks[HEX_BYTES + sizeof(CONTROL_ENV "=")];
    char cookie[256];
    size_t count = 0;

    asks_text(r->options.asks, hex);
    (void)snprintf(asks, sizeof(asks), CONTROL_ENV "=%s", hex);
    (void)snprintf(cookie, sizeof(cookie), "SCENARIO_RUN=%s",
                   r->options.run_id != NULL ? r->options.run_id : "");
    envp[count++] = asks;
    envp[count++] = cookie;
    envp[count++] = "PATH=/usr/local/bin:/usr/bin:/bin";
    envp[count++] = "TERM=xterm";
    for (size_t i = 0; env_passed[i] != NULL; i++) {
        for (char **have = environ; *have != NULL; have++) {
            if (strncmp(*have, env_passed[i], strlen(env_passed[i])) == 0 && count < ENV_MAX - 1)
                envp[count++] = *have;
        }
    }
    envp[count] = NULL;
    struct guard_request request = {.path = path,
                                    .argv = argv,
                                    .envp = envp,
                                    .fd = fd,
                                    .fd_count = sizeof(fd) / sizeof(fd[0]),
                                    .tty = 1,
                                    .move = move,
                                    .move_count = sizeof(move) / sizeof(move[0]),
                                    .blocked = true};
    return guard_link_start(&r->guard, &request, diag);
}

static int tree_send(struct real_world *r, int slave, struct diag *diag)
{
    struct start_fds fds = {.null = -1, .slave = slave, .tree = -1, .control = -1};
    char path[PATH_BYTES];

    int size = snprintf(path, sizeof(path), "%s/actor-tree", r->options.helper_dir);
    int rc = size > 0 && (size_t)size < sizeof(path)
                 ? start_open(r, &fds, diag)
                 : diag_set(diag, ERR_INPUT, "the program's path is too long");
    if (rc == 0)
        rc = start_send(r, &fds, path, diag);
    fd_close(&fds.null);
    fd_close(&fds.tree);
    fd_close(&fds.control);
    return rc;
}

/* ---- Actions ---------------------------------------------------------------------------- */

static int tree_allow(struct real_world *r, const struct action *a, struct diag *diag)
{
    if (a->kind == ACTION_KEY)
        return key_allow(r, a, diag);
    if (a->kind == ACTION_LINK)
        return link_allow(r, a, diag);
    return process_listens(r, a->who, diag);
}

static int tree_act(struct real_world *r, const struct action *a, struct diag *diag)
{
    if (a->kind == ACTION_KEY)
        return key_press(r, a, diag);
    if (a->kind == ACTION_LINK)
        return link_act(r, a, diag);
    return process_order(r, a->who, CONTROL_TELL, a->value, diag);
}

static void tree_settle(struct real_world *r)
{
    key_settle(r);
    links_settle(r);
}

static void tree_rest(struct real_world *r)
{
    quiet_settle(r);
    still_settle(r);
}

const struct real_subject subject_tree = {
    .name = "the tree",
    .missing = "the helper program actor-tree is not beside the guard: install it again",
    .tells_kills = true,
    .root_adopts = true,
    .send = tree_send,
    .allow = tree_allow,
    .act = tree_act,
    .settle = tree_settle,
    .rest = tree_rest,
};
