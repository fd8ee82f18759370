/* leak.h: who is left of a command that ran beside us (beside.h), what each holds, and how they are
 * ended.
 *
 * All below us are the command's but those that we had before it began. Who is alive is told by a
 * pidfd: /proc says "zombie" of a process whose first thread has ended, too. */
#ifndef HARNESS_REAL_LEAK_H
#define HARNESS_REAL_LEAK_H

#include "harness/real/job_look.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum {
    LEAKS_MAX = 256, /* that are told; more are ended too */
    LEAK_OWN_FDS_MAX = 64,
    LEAK_BEFORE_MAX = 64,              /* children that we had before; more are refused */
    LEAK_TEXT_BYTES = 2 * 1024 * 1024, /* of one's words, and of its environment */
    LEAK_ITEMS_MAX = 16, /* descriptors, ports, locks of one; LEAK_ITEMS_MORE stands for the rest */
};

#define LEAK_ITEMS_MORE "more of them"

#define LEAK_TERM_NS (INT64_C(1000) * 1000 * 1000) /* from SIGTERM to SIGKILL */
#define LEAK_KILL_NS (INT64_C(5) * 1000 * 1000 * 1000)

/* X(identifier, what is told) */
#define LEAK_FATE_MAP(X)                             \
    X(LEAK_LEFT, "left running")                     \
    X(LEAK_ALLOWED, "left running, as allowed")      \
    X(LEAK_FOREIGN, "left running: of another user") \
    X(LEAK_BY_ITSELF, "ended by itself meanwhile")   \
    X(LEAK_BY_TERM, "ended by SIGTERM")              \
    X(LEAK_BY_KILL, "ended by SIGKILL")              \
    X(LEAK_STAYS, "cannot be ended: still there")

enum leak_fate {
#define LEAK_FATE_ROW(id, text) id,
    LEAK_FATE_MAP(LEAK_FATE_ROW)
#undef LEAK_FATE_ROW
};

/* Lists are texts one behind the other, each ended by a 0. */
struct leak {
    pid_t pid;
    uint64_t start; /* with the pid an identity, as in procfs_stat */
    uid_t uid;
    enum leak_fate fate;
    int64_t cpu_ns;     /* since the command's end; counted in 10 ms */
    struct buf argv;    /* a list */
    struct buf label;   /* the test it was started during; empty: unknown */
    const char *source; /* the variable that said so; lent */
    struct buf holds;   /* a list: "1 = our standard output, pipe:[123]" */
    struct buf ports;   /* a list: "tcp 127.0.0.1:8080" */
    struct buf locks;   /* a list: paths */
    struct buf cwd;
};

/* Whom a user lets stay, with all that descend from him. `argv`: the words joined by blanks. */
typedef bool leak_allows(void *user, const char *argv);

struct leaks {
    /* Set by the caller. */
    const char *label_from; /* a variable, or NULL */
    leak_allows *allows;
    void *user;
    /* Below: leak.c. */
    uint64_t from; /* who began earlier is not the command's */
    struct leak_seen {
        pid_t pid;
        pid_t parent;
        uint64_t start;
        uint64_t ticks;
        bool allowed; /* known only of those that are told or ended */
    } before[LEAK_BEFORE_MAX], at_end[LEAKS_MAX];
    size_t before_count;
    size_t at_end_count;
    struct leak_own {
        int fd;
        dev_t dev;
        ino_t ino;
    } own[LEAK_OWN_FDS_MAX]; /* our descriptors, which the command inherits */
    size_t own_count;
    struct leak leak[LEAKS_MAX];
    size_t count;
    bool more; /* than are told */
};

/* Before the command: our own children and descriptors. Returns 0; ERR_STATE for too many children:
 * one of them could be taken for the command's; ERR_UNSUPPORTED where /proc tells of others. */
int leaks_before(struct leaks *l, struct diag *diag);

/* After its end: waits until nobody is left, at most `grace_ns`, or until SIGTERM or SIGHUP, and
 * tells who is. (For who may stay, too: one that is about to execve has other words then.) Returns
 * 0; errors as of job_look(). */
int leaks_find(struct leaks *l, uint64_t command_start, int64_t grace_ns, struct diag *diag);

/* Ends who may not stay: SIGTERM, and LEAK_TERM_NS later SIGKILL, until nobody is left or
 * LEAK_KILL_NS have passed. */
int leaks_end(struct leaks *l, struct diag *diag);

/* Those that may not stay. */
size_t leaks_count(const struct leaks *l);

void leaks_release(struct leaks *l);

/* ---- leak_label.c: pure ---- */

/* The value in an environment as /proc tells it, of `size` bytes: of `first` (NULL: none), else of
 * the first variable of a known runner that is there. Returns NULL when there is none; *source is
 * the variable then untouched, else its name, lent. */
const char *leak_label(const char *environment, size_t size, const char *first,
                       const char **source);

/* ---- leak_facts.c ---- */

/* Fills what one that lives holds, as far as it may be seen. */
void leak_facts(const struct leaks *l, struct leak *leak);

/* Its words; the name in brackets where it has none. Returns false when it is gone. */
bool leak_argv(pid_t pid, struct buf *out);

/* Adds the words joined by blanks. */
void leak_join(const struct buf *argv, struct buf *out);

#endif
