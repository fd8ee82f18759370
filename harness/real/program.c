/* program.c: the arguments of execve and execveat, in the memory of who calls. */
#include "harness/real/program.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, ARGUMENTS_MAX = 256, GROUPS_MAX = 64 };

/* ---- Memory ----------------------------------------------------------------------------- */

bool memory_read(pid_t tid, uint64_t at, void *out, size_t size)
{
    struct iovec here = {out, size};
    struct iovec there = {(void *)(uintptr_t)at, size}; // NOLINT(performance-no-int-to-ptr)

    return process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* Copies a text, page by page: what lies behind its end may be nobody's. Returns its length without
 * the 0, cut to size - 1; -1 when it cannot be read. */
static ssize_t text_read(pid_t tid, uint64_t at, char *out, size_t size)
{
    size_t have = 0;

    while (have + 1 < size) {
        size_t part = PAGE - (size_t)((at + have) % PAGE);
        part = part < size - 1 - have ? part : size - 1 - have;
        if (!memory_read(tid, at + have, out + have, part))
            return -1;
        const char *end = memchr(out + have, 0, part);
        if (end != NULL)
            return end - out;
        have += part;
    }
    out[have] = 0;
    return (ssize_t)have;
}

static void argv_read(const struct notice *n, uint64_t list, struct program *out)
{
    size_t step = n->row->narrow ? sizeof(uint32_t) : sizeof(uint64_t);
    size_t have = 0;

    for (unsigned i = 0; i < ARGUMENTS_MAX && have + 2 < sizeof(out->argv); i++) {
        uint64_t at = 0;
        if (!memory_read(n->tid, list + i * step, &at, step) || at == 0)
            break;
        if (have > 0)
            out->argv[have++] = ' ';
        ssize_t size = text_read(n->tid, at, out->argv + have, sizeof(out->argv) - have);
        if (size < 0)
            break;
        have += (size_t)size;
    }
    out->argv[have] = 0;
}

/* ---- The file --------------------------------------------------------------------------- */

/* What the caller calls `path`, as we reach it. */
static bool path_of(const struct notice *n, int folder, const char *path, bool itself, char *out)
{
    static const char self[] = "/proc/self/";
    int size;

    if (itself)
        size = snprintf(out, PATH_MAX, "/proc/%d/fd/%d", (int)n->tid, folder);
    else if (strncmp(path, self, sizeof(self) - 1) == 0)
        size = snprintf(out, PATH_MAX, "/proc/%d/%s", (int)n->tid, path + sizeof(self) - 1);
    else if (path[0] == '/')
        size = snprintf(out, PATH_MAX, "/proc/%d/root%s", (int)n->tid, path);
    else if (folder == AT_FDCWD)
        size = snprintf(out, PATH_MAX, "/proc/%d/cwd/%s", (int)n->tid, path);
    else
        size = snprintf(out, PATH_MAX, "/proc/%d/fd/%d/%s", (int)n->tid, folder, path);
    return size > 0 && size < PATH_MAX;
}

/* Whom the kernel takes the thread for when it opens files. */
struct identity {
    uid_t user;
    gid_t group[GROUPS_MAX];
    unsigned groups;
};

/* The numbers of a line of /proc/PID/status. */
static unsigned line_numbers(const char *text, const char *name, unsigned long *out, unsigned max)
{
    const char *at = strstr(text, name);
    unsigned count = 0;

    at = at != NULL ? at + strlen(name) : "";
    while (count < max) {
        char *end;
        while (*at == ' ' || *at == '\t')
            at++;
        if (!isdigit((unsigned char)*at))
            break;
        out[count++] = strtoul(at, &end, 10);
        at = end;
    }
    return count;
}

static bool identity_read(pid_t tid, struct identity *out)
{
    char text[PROCFS_TEXT_BYTES];
    unsigned long number[GROUPS_MAX];

    if (procfs_read(tid, "status", text, sizeof(text)) < 0)
        return false;
    /* Real, effective, saved, and that of the file system. */
    if (line_numbers(text, "\nUid:", number, 4) != 4)
        return false;
    out->user = (uid_t)number[3];
    if (line_numbers(text, "\nGid:", number, 4) != 4)
        return false;
    out->group[0] = (gid_t)number[3];
    out->groups = 1;
    unsigned more = line_numbers(text, "\nGroups:", number, GROUPS_MAX - 1);
    for (unsigned i = 0; i < more; i++)
        out->group[out->groups++] = (gid_t)number[i];
    return true;
}

static bool mode_allows(const struct stat *st, const struct identity *who)
{
    if (who->user == 0)
        return (st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    if (who->user == st->st_uid)
        return (st->st_mode & S_IXUSR) != 0;
    for (unsigned i = 0; i < who->groups; i++) {
        if (who->group[i] == st->st_gid)
            return (st->st_mode & S_IXGRP) != 0;
    }
    return (st->st_mode & S_IXOTH) != 0;
}

static bool file_runs(pid_t tid, const char *path, struct program *out)
{
    struct identity who;
    struct stat st;
    char root[64];

    (void)snprintf(root, sizeof(root), "/proc/%d/root", (int)tid);
    if (access(root, F_OK) < 0)
        return true;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    out->set_id =
        (st.st_mode & S_ISUID) != 0 || (st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
    if (!identity_read(tid, &who))
        return true;
    /* The kernel knows more than the mode: lists of access, a file system without programs. */
    if (who.user == geteuid())
        return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
    return mode_allows(&st, &who);
}

bool program_read(const struct notice *n, struct program *out)
{
    char path[PATH_MAX];
    char seen[PATH_MAX];
    bool at = n->row->look == CALL_LOOK_PROGRAM_AT;
    unsigned first = at ? 1 : 0;
    int folder = at ? (int)n->argument[0] : AT_FDCWD;

    *out = (struct program){.name = ""};
    if (text_read(n->tid, n->argument[first], path, sizeof(path)) < 0)
        return errno == EPERM;
    argv_read(n, n->argument[first + 1], out);
    const char *name = strrchr(path, '/');
    (void)snprintf(out->name, sizeof(out->name), "%.15s", name != NULL ? name + 1 : path);
    bool itself = path[0] == 0 && at && (n->argument[4] & AT_EMPTY_PATH) != 0;
    if (path[0] == 0 && !itself)
        return false;
    return !path_of(n, folder, path, itself, seen) || file_runs(n->tid, seen, out);
}
