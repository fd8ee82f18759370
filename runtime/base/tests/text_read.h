/* text_read.h: a whole file into a buffer, for the tests of all folders. */
#ifndef RUNTIME_BASE_TESTS_TEXT_READ_H
#define RUNTIME_BASE_TESTS_TEXT_READ_H

#include "runtime/base/buf.h"

#include <stdio.h>

/* Adds nothing when it cannot be read. */
static inline void text_read(const char *path, struct buf *out)
{
    char chunk[4096];
    size_t size;
    FILE *f = fopen(path, "rb");

    if (f == NULL)
        return;
    while ((size = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buf_add(out, chunk, size);
    (void)fclose(f);
}

#endif
