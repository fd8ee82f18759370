/* known_write.c: a file is replaced by a whole one, so that nobody ever reads half of it. */
#include "harness/cli/known_write.h"

#include "harness/cli/known_covered.h"
#include "harness/cli/print.h"
#include "harness/gate/known_edit.h"
#include "harness/report/exit_code.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NEW_FILE_MODE = 0644, NEW_FOLDER_MODE = 0777, UPDATE_ARENA_BYTES_MAX = 64 * 1024 * 1024 };

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, data, size);
        if (done < 0 && errno != EINTR)
            return -1;
        data += done < 0 ? 0 : done;
        size -= done < 0 ? 0 : (size_t)done;
    }
    return 0;
}

/* Writes beside the file and puts that in its place; a link stays one. */
static int file_replace(const char *path, const struct buf *text, struct diag *diag)
{
    char real[PATH_MAX];
    char aside[PATH_MAX + 8];
    struct stat st;

    if (realpath(path, real) == NULL)
        (void)snprintf(real, sizeof(real), "%s", path);
    char *slash = strrchr(real, '/');
    if (slash != NULL) { /* the folder `ci` of a project that has none yet */
        *slash = 0;
        (void)mkdir(real, NEW_FOLDER_MODE);
        *slash = '/';
    }
    mode_t mode = stat(real, &st) == 0 ? st.st_mode & 07777 : NEW_FILE_MODE;
    (void)snprintf(aside, sizeof(aside), "%s.XXXXXX", real);
    int fd = mkostemp(aside, O_CLOEXEC);
    if (fd < 0)
        return diag_errno(diag, ERR_IO, "cannot write beside %s", path);
    bool good =
        write_all(fd, buf_text(text), text->size) == 0 && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    int kept = errno;
    (void)close(fd);
    errno = kept;
    if (good && rename(aside, real) == 0)
        return 0;
    int rc = diag_errno(diag, ERR_IO, "cannot write %s", path);
    (void)unlink(aside);
    return rc;
}

int known_write(const char *path, const char *before, const struct buf *after)
{
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    int rc = file_replace(path, after, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    known_diff(path, before, buf_text(after), &out);
    print_people(&out);
    return EXIT_CODE_OK;
}

/* ---- --update ---- */

/* A text that becomes another, one change after the other. */
struct changed {
    const char *path;
    struct arena arena;
    struct known *known; /* of the text now */
    struct known_suite suite;
};

static size_t entry_at(const struct known *k, const char *id)
{
    size_t i = 0;

    while (i < k->count && strcmp(k->entry[i].id, id) != 0)
        i++;
    return i;
}

/* Whether the entry may go: all that it takes was run and passed. Else says why it stays. */
static bool entry_goes(const struct gate *g, const struct known_entry *e, struct changed *c)
{
    struct buf why = BUF_INIT;
    struct buf out = BUF_INIT;

    bool goes = known_covered(g, e, &c->suite.scenarios, &why);
    if (!goes) {
        buf_addf(&out, "%s stays: %s\n", e->id, buf_text(&why));
        print_people(&out);
    }
    buf_release(&why);
    return goes;
}

static int finding_apply(const struct gate *g, const struct gate_finding *f, struct changed *c,
                         struct buf *text, struct diag *diag)
{
    size_t at = f->entry == NULL ? c->known->count : entry_at(c->known, f->entry->id);
    uint64_t failed = f->failed + f->past_failed;
    uint64_t runs = f->runs + f->past_runs;

    if (at == c->known->count)
        return 0;
    if (f->kind == GATE_XPASS && entry_goes(g, f->entry, c))
        return known_remove(c->known, at, text, diag);
    /* Fewer runs than the entry knows of say less than it does. */
    if (f->kind == GATE_FLAKY && failed > 0 && failed < runs &&
        runs > (uint64_t)f->entry->seen.of && runs <= KNOWN_RUNS_MAX)
        return known_refresh(c->known, at, (int64_t)failed, (int64_t)runs, text, diag);
    return 0;
}

/* All changes, in `text`. What people must change by hand is said and left. */
static int changes_make(const struct gating *g, struct changed *c, struct buf *text)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    struct diag diag = {0};
    int rc = findings == NULL ? ERR_NOMEM : 0;

    for (size_t i = 0; rc == 0 && gate_finding_at(g->gate, i) != NULL; i++) {
        struct buf next = BUF_INIT;
        rc = finding_apply(g->gate, gate_finding_at(g->gate, i), c, &next, &diag);
        if (rc == ERR_UNSUPPORTED) {
            print_error(diag.text);
            rc = 0;
        }
        if (rc == 0 && next.size > 0) {
            buf_release(text);
            *text = next;
            next = BUF_INIT;
            rc = known_parse(&c->arena, c->path, buf_text(text), text->size, NULL, &c->known,
                             findings, &diag);
        }
        buf_release(&next);
    }
    free(findings);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static bool in_ci(void)
{
    const char *ci = getenv("CI");

    return ci != NULL && ci[0] != 0 && strcmp(ci, "false") != 0 && strcmp(ci, "0") != 0;
}

int known_update(const struct gating *g)
{
    struct changed c = {.path = g->path, .known = g->known};
    struct places places;
    struct buf text = BUF_INIT;
    struct buf out = BUF_INIT;

    if (g->known == NULL)
        return EXIT_CODE_OK;
    c.arena = arena_new(UPDATE_ARENA_BYTES_MAX);
    places_find_own(&places);
    known_suite_open(&c.suite, g->path, &places);
    int code = changes_make(g, &c, &text);
    known_suite_close(&c.suite);
    if (code == EXIT_CODE_OK && text.size == 0) {
        buf_addf(&out, "%s: nothing to update\n", g->path);
        print_people(&out);
    } else if (code == EXIT_CODE_OK && in_ci()) {
        known_diff(g->path, g->known->text, buf_text(&text), &out);
        buf_addf(&out, "%s is left as it is: CI is set\n", g->path);
        print_people(&out);
    } else if (code == EXIT_CODE_OK) {
        code = known_write(g->path, g->known->text, &text);
    }
    buf_release(&text);
    arena_release(&c.arena);
    return code;
}
