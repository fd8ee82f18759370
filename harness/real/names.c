/* names.c: a folder read twice. */
#include "harness/real/names.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Calls back for each name, NAMES_MAX at most. */
static void each_name(const char *path, bool own, void (*call)(void *user, const char *name),
                      void *user)
{
    DIR *folder = opendir(path);
    struct stat st;

    if (folder == NULL)
        return;
    size_t count = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL && count < NAMES_MAX;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (own && (fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                    st.st_uid != geteuid()))
            continue;
        count++;
        call(user, entry->d_name);
    }
    (void)closedir(folder);
}

static void name_keep(void *user, const char *name)
{
    struct names *n = user;

    buf_add(&n->list, name, strlen(name) + 1);
}

void names_read(struct names *n, const char *path, bool own)
{
    names_release(n);
    each_name(path, own, name_keep, n);
    n->read = true;
}

struct comparing {
    const struct names *before;
    struct buf *out;
    size_t count; /* new */
};

static void name_compare(void *user, const char *name)
{
    struct comparing *c = user;
    const struct buf *list = &c->before->list;

    for (size_t at = 0; at < list->size; at += strlen(list->data + at) + 1) {
        if (strcmp(list->data + at, name) == 0)
            return;
    }
    if (c->count < NAMES_TOLD_MAX)
        buf_addf(c->out, "%s%s", c->count > 0 ? ", " : "", name);
    else if (c->count == NAMES_TOLD_MAX)
        buf_add_text(c->out, ", ...");
    c->count++;
}

size_t names_new(const struct names *before, const char *path, bool own, struct buf *out)
{
    struct comparing comparing = {.before = before, .out = out};

    if (before->read)
        each_name(path, own, name_compare, &comparing);
    return comparing.count;
}

void names_release(struct names *n)
{
    buf_release(&n->list);
    n->read = false;
}
