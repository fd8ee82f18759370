/* allow.c: patterns of the command line, and of a file of them. */
#include "harness/cli/allow.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = MATCH_PATTERN_BYTES_MAX + 2 };

static int pattern_take(struct allow *x, const char *text, const char *where, struct diag *diag)
{
    struct diag why = {0};
    size_t at = 0;

    if (x->count == ALLOW_MAX)
        return diag_set(diag, ERR_FULL, "%s: more than %d patterns", where, ALLOW_MAX);
    int rc = match_compile(text, &x->pattern[x->count], &at, &why);
    if (rc < 0)
        return diag_set(diag, rc, "%s:%zu: %s", where, at + 1, why.text);
    x->count++;
    return 0;
}

static int file_take(struct allow *x, FILE *file, const char *path, struct diag *diag)
{
    char line[LINE_BYTES];
    char where[DIAG_TEXT_BYTES / 2];
    int rc = 0;

    for (unsigned number = 1; rc == 0 && fgets(line, sizeof(line), file) != NULL; number++) {
        size_t size = strcspn(line, "\n");
        (void)snprintf(where, sizeof(where), "%s:%u", path, number);
        if (size == sizeof(line) - 1)
            return diag_set(diag, ERR_INPUT, "%s: more than %d bytes", where,
                            MATCH_PATTERN_BYTES_MAX);
        line[size] = 0;
        if (line[strspn(line, " \t\r")] != 0 && line[0] != '#')
            rc = pattern_take(x, line, where, diag);
    }
    return rc == 0 && ferror(file) != 0 ? diag_errno(diag, ERR_INPUT, "cannot read %s", path) : rc;
}

int allow_take(struct allow *x, const struct flags *f, struct diag *diag)
{
    const char *path = f->allow_file;
    int rc = 0;

    for (size_t i = 0; i < f->allow.count && rc == 0; i++)
        rc = pattern_take(x, f->allow.pair[i], "--allow", diag);
    if (rc == ERR_INPUT)
        return ERR_USAGE; /* of the command line, not of a file */
    if (rc < 0 || path == NULL)
        return rc;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return diag_errno(diag, ERR_INPUT, "cannot read the patterns in %s", path);
    rc = file_take(x, file, path, diag);
    (void)fclose(file);
    return rc;
}

bool allow_has(void *user, const char *argv)
{
    const struct allow *x = user;
    struct diag diag;

    for (size_t i = 0; i < x->count; i++) {
        if (match_in(x->pattern[i], argv, strlen(argv), &diag) > 0)
            return true;
    }
    return false;
}

void allow_release(struct allow *x)
{
    for (size_t i = 0; i < x->count; i++)
        match_pattern_free(x->pattern[i]);
    x->count = 0;
}
