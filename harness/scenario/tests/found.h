/* found.h: what must hold of findings, whatever bytes they are about. For fuzz targets. */
#ifndef HARNESS_SCENARIO_TESTS_FOUND_H
#define HARNESS_SCENARIO_TESTS_FOUND_H

#include "harness/scenario/model.h"
#include "runtime/base/check.h"

#include <string.h>

/* A place of the file itself: held against the bytes and not against what the loader says. */
static inline void place_check(const struct place *at, const char *text, size_t size)
{
    const char *line = text;
    const char *end = text + size;

    CHECK(at->line >= 1 && at->column >= 1);
    for (uint32_t i = 1; i < at->line; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        CHECK(line != NULL);
        line++;
    }
    const char *next = memchr(line, '\n', (size_t)(end - line));
    CHECK(at->column - 1 <= (next == NULL ? end : next) - line);
}

static inline void finding_check(const struct finding *f, const char *path, const char *text,
                                 size_t size)
{
    CHECK(f->place.file != NULL && f->text != NULL && f->text[0] != 0);
    CHECK(f->width >= 1);
    if (strcmp(f->place.file, path) == 0)
        place_check(&f->place, text, size);
    else
        CHECK(f->place.text != NULL && f->place.column >= 1 &&
              f->place.column <= strlen(f->place.text) + 2);
    if (f->other.file != NULL && strcmp(f->other.file, path) == 0)
        place_check(&f->other, text, size);
}

static inline void findings_check(const struct findings *all, const char *path, const char *text,
                                  size_t size)
{
    size_t errors = 0;

    CHECK(all->count <= SCENARIO_ERRORS_MAX);
    for (size_t i = 0; i < all->count; i++) {
        finding_check(&all->item[i], path, text, size);
        errors += !all->item[i].warning;
    }
    CHECK(errors <= all->errors && all->errors <= all->count + all->dropped);
}

#endif
