/* leak_facts.c: what a process that was left holds: descriptors, ports, locks, a folder. */
#include "harness/real/leak.h"
#include "runtime/base/procfs.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { UNIX_LISTENS = 0x10000 }; /* __SO_ACCEPTCON of the kernel */

enum { SOCKETS_MAX = 256, FILES_MAX = 256, NET_BYTES = 1024 * 1024, STATUS_BYTES = 8192 };

/* What its descriptors are. */
struct holding {
    const struct leaks *leaks;
    struct leak *leak;
    uint64_t socket[SOCKETS_MAX];
    size_t sockets;
    struct held_file {
        dev_t dev;
        ino_t ino;
        char path[PATH_MAX];
    } * file; /* owned */
    size_t files;
};

/* Adds a text to a list, unless it is full or has it. */
static void list_add(struct buf *list, const char *text)
{
    size_t count = 0;

    for (size_t at = 0; at < list->size; at += strlen(list->data + at) + 1, count++) {
        if (strcmp(list->data + at, text) == 0)
            return;
    }
    if (count < LEAK_ITEMS_MAX)
        buf_add(list, text, strlen(text) + 1);
    else if (count == LEAK_ITEMS_MAX)
        buf_add(list, LEAK_ITEMS_MORE, sizeof(LEAK_ITEMS_MORE));
}

/* ---- Words and labels ---- */

/* Returns as procfs_read(); *out is owned by the caller, and NULL when nothing was read. */
static ssize_t whole_read(pid_t pid, const char *file, char **out, size_t size)
{
    *out = malloc(size);
    ssize_t got = *out != NULL ? procfs_read(pid, file, *out, size) : -1;
    if (got <= 0) {
        free(*out);
        *out = NULL;
    }
    return got;
}

bool leak_argv(pid_t pid, struct buf *out)
{
    struct procfs_stat stat;
    char *text = NULL;

    ssize_t size = whole_read(pid, "cmdline", &text, LEAK_TEXT_BYTES);
    if (size < 0)
        return false;
    if (size > 0) {
        buf_add(out, text, (size_t)size);
        if (text[size - 1] != 0)
            buf_add(out, "", 1);
    } else if (procfs_stat(pid, &stat)) {
        buf_addf(out, "[%s]", stat.name);
        buf_add(out, "", 1);
    }
    free(text);
    return true;
}

void leak_join(const struct buf *argv, struct buf *out)
{
    for (size_t at = 0; at < argv->size; at += strlen(argv->data + at) + 1)
        buf_addf(out, "%s%s", at > 0 ? " " : "", argv->data + at);
}

static void label_find(const struct leaks *l, struct leak *leak)
{
    char *text = NULL;

    ssize_t size = whole_read(leak->pid, "environ", &text, LEAK_TEXT_BYTES);
    if (size > 0) {
        const char *label = leak_label(text, (size_t)size, l->label_from, &leak->source);
        if (label != NULL)
            buf_add_text(&leak->label, label);
    }
    free(text);
}

/* ---- Descriptors ---- */

static const char *own_name(const struct leaks *l, const struct stat *st, char *out, size_t size)
{
    static const char *const standard[] = {"our standard input", "our standard output",
                                           "our standard error"};

    for (size_t i = 0; i < l->own_count; i++) {
        const struct leak_own *own = &l->own[i];
        if (own->dev != st->st_dev || own->ino != st->st_ino)
            continue;
        if (own->fd <= STDERR_FILENO)
            return standard[own->fd];
        (void)snprintf(out, size, "our descriptor %d", own->fd);
        return out;
    }
    return NULL;
}

static bool is_nothing(const struct stat *st)
{
    return S_ISCHR(st->st_mode) && major(st->st_rdev) == 1; /* /dev/null and its like */
}

static bool is_terminal(const struct stat *st)
{
    unsigned kind = major(st->st_rdev);

    return S_ISCHR(st->st_mode) && ((kind >= 136 && kind <= 143) || kind == 4 || kind == 5);
}

static void descriptor_look(struct holding *h, int folder, const char *number)
{
    char link[PATH_MAX];
    char text[PATH_MAX + 128];
    char name[64];
    struct stat st;

    ssize_t size = readlinkat(folder, number, link, sizeof(link) - 1);
    if (size < 0 || fstatat(folder, number, &st, 0) < 0)
        return;
    link[size] = 0;
    if (S_ISSOCK(st.st_mode)) {
        if (h->sockets < SOCKETS_MAX) /* whose link is "socket:[INODE]" */
            h->socket[h->sockets++] = strtoull(link + strcspn(link, "0123456789"), NULL, 10);
    }
    if (S_ISREG(st.st_mode) && h->file != NULL && h->files < FILES_MAX) {
        struct held_file *f = &h->file[h->files++];
        *f = (struct held_file){.dev = st.st_dev, .ino = st.st_ino};
        memcpy(f->path, link, (size_t)size + 1);
    }
    const char *own = own_name(h->leaks, &st, name, sizeof(name));
    bool standard = strtol(number, NULL, 10) <= STDERR_FILENO;
    bool told = own != NULL || standard || S_ISFIFO(st.st_mode) || is_terminal(&st);
    if (is_nothing(&st) || !told)
        return;
    (void)snprintf(text, sizeof(text), "%s = %s%s%s%s", number, own != NULL ? own : "",
                   own != NULL ? ", " : "", is_terminal(&st) ? "the terminal " : "", link);
    list_add(&h->leak->holds, text);
}

static void descriptors_look(struct holding *h)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)h->leak->pid);
    DIR *files = opendir(path);
    if (files == NULL)
        return;
    for (const struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        if (entry->d_name[0] != '.')
            descriptor_look(h, dirfd(files), entry->d_name);
    }
    (void)closedir(files);
}

/* ---- Ports ---- */

/* "0100007F:1F90": words of four bytes as the machine has them, and a port. */
static bool address_text(const char *text, char *out, size_t size)
{
    uint32_t word[4] = {0};
    char host[INET6_ADDRSTRLEN];
    size_t digits = strcspn(text, ":");
    char part[9];

    if (digits != 8 && digits != 32)
        return false;
    for (size_t i = 0; i < digits / 8; i++) {
        memcpy(part, text + 8 * i, 8);
        part[8] = 0;
        word[i] = (uint32_t)strtoul(part, NULL, 16);
    }
    unsigned long port = strtoul(text + digits + 1, NULL, 16);
    if (inet_ntop(digits == 8 ? AF_INET : AF_INET6, word, host, sizeof(host)) == NULL)
        return false;
    (void)snprintf(out, size, digits == 8 ? "%s:%lu" : "[%s]:%lu", host, port);
    return port != 0;
}

/* One line of /proc/net/tcp: "0: local remote state tx:rx tr:when retries uid timeout inode". */
static void port_line(struct holding *h, const char *kind, char *line)
{
    enum { LOCAL = 1, STATE = 3, INODE = 9, WORDS };
    const char *word[WORDS] = {0};
    char address[96];
    char text[128];
    char *rest = NULL;
    size_t count = 0;

    for (char *at = strtok_r(line, " ", &rest); at != NULL && count < WORDS;
         at = strtok_r(NULL, " ", &rest))
        word[count++] = at;
    bool bound = count == WORDS && (strcmp(word[STATE], "0A") == 0 || kind[0] == 'u');
    if (!bound || !address_text(word[LOCAL], address, sizeof(address)))
        return;
    uint64_t inode = strtoull(word[INODE], NULL, 10);
    for (size_t i = 0; i < h->sockets; i++) {
        if (h->socket[i] != inode)
            continue;
        (void)snprintf(text, sizeof(text), "%s %s", kind, address);
        list_add(&h->leak->ports, text);
        return;
    }
}

/* One line of /proc/net/unix: "Num: refs protocol flags type state inode path", of which one that
 * listens has a flag. */
static void unix_line(struct holding *h, char *line)
{
    enum { FLAGS = 3, INODE = 6, PATH, WORDS };
    const char *word[WORDS] = {0};
    char text[160];
    char *rest = NULL;
    size_t count = 0;

    for (char *at = strtok_r(line, " ", &rest); at != NULL && count < WORDS;
         at = strtok_r(NULL, " ", &rest))
        word[count++] = at;
    if (count < WORDS || (strtoul(word[FLAGS], NULL, 16) & UNIX_LISTENS) == 0)
        return;
    uint64_t inode = strtoull(word[INODE], NULL, 10);
    for (size_t i = 0; i < h->sockets; i++) {
        if (h->socket[i] != inode)
            continue;
        (void)snprintf(text, sizeof(text), "unix %s", word[PATH]);
        list_add(&h->leak->ports, text);
        return;
    }
}

static void port_or_path(struct holding *h, const char *kind, char *line)
{
    if (strcmp(kind, "unix") == 0)
        unix_line(h, line);
    else
        port_line(h, kind, line);
}

/* Those of its own network namespace. */
static void ports_look(struct holding *h)
{
    static const char *const kinds[] = {"tcp", "tcp6", "udp", "udp6", "unix"};
    char *text = NULL;
    char *rest = NULL;
    char file[16];

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && h->sockets > 0; i++) {
        (void)snprintf(file, sizeof(file), "net/%s", kinds[i]);
        if (whole_read(h->leak->pid, file, &text, NET_BYTES) <= 0)
            continue;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest))
            port_or_path(h, kinds[i], line);
        free(text);
    }
}

/* ---- Locks ---- */

/* One line of /proc/locks: "1: FLOCK ADVISORY WRITE 3568 fd:00:2531452 0 EOF". A lock of flock(2)
 * is the open file's, whoever took it. */
static void lock_line(struct holding *h, char *line)
{
    enum { KIND = 1, OWNER = 4, FILE_ID, WORDS };
    const char *word[WORDS] = {0};
    char *rest = NULL;
    size_t count = 0;

    for (char *at = strtok_r(line, " ", &rest); at != NULL && count < WORDS;
         at = strtok_r(NULL, " ", &rest))
        word[count++] = at;
    if (count < WORDS || strcmp(word[KIND], "->") == 0)
        return;
    bool own = strtol(word[OWNER], NULL, 10) == h->leak->pid;
    const char *at = word[FILE_ID];
    char *end = NULL;
    unsigned long major_of = strtoul(at, &end, 16);
    unsigned long minor_of = *end == ':' ? strtoul(end + 1, &end, 16) : 0;
    uint64_t inode = *end == ':' ? strtoull(end + 1, NULL, 10) : 0;
    for (size_t i = 0; i < h->files; i++) {
        const struct held_file *f = &h->file[i];
        bool same = f->ino == inode && major(f->dev) == major_of && minor(f->dev) == minor_of;
        bool whole = strcmp(word[KIND], "POSIX") != 0;
        if (f->ino == inode && (own || (same && whole)))
            list_add(&h->leak->locks, f->path);
    }
}

static void locks_look(struct holding *h)
{
    char *rest = NULL;
    char *text = NULL;

    if (h->files == 0 || whole_read(h->leak->pid, "../locks", &text, NET_BYTES) <= 0)
        return;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        lock_line(h, line);
    free(text);
}

/* ---- All of it ---- */

static void cwd_find(struct leak *leak)
{
    char path[64];
    char text[PATH_MAX];

    (void)snprintf(path, sizeof(path), "/proc/%d/cwd", (int)leak->pid);
    ssize_t size = readlink(path, text, sizeof(text));
    if (size > 0)
        buf_add(&leak->cwd, text, (size_t)size);
}

void leak_facts(const struct leaks *l, struct leak *leak)
{
    struct holding *h = calloc(1, sizeof(*h));

    label_find(l, leak);
    cwd_find(leak);
    if (h == NULL)
        return;
    h->leaks = l;
    h->leak = leak;
    h->file = calloc(FILES_MAX, sizeof(*h->file));
    descriptors_look(h);
    ports_look(h);
    locks_look(h);
    free(h->file);
    free(h);
}
