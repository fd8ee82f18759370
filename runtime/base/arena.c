/* arena.c: a bump allocator over lent memory or a chain of heap blocks. */
#include "runtime/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    alignas(max_align_t) unsigned char data[];
};

struct arena arena_init(void *memory, size_t size)
{
    unsigned char *start = memory;

    return (struct arena){.at = start, .end = start + size};
}

struct arena arena_new(size_t limit)
{
    return (struct arena){.left = limit};
}

void arena_release(struct arena *a)
{
    struct arena_block *block = a->blocks;

    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *a = (struct arena){0};
}

static int arena_grow(struct arena *a, size_t size)
{
    size_t want = size > ARENA_BLOCK_BYTES ? size : ARENA_BLOCK_BYTES;

    if (want > a->left)
        want = size;
    if (want > a->left)
        return 0;
    struct arena_block *block = malloc(sizeof(*block) + want);
    if (block == NULL)
        return 0;
    block->next = a->blocks;
    a->blocks = block;
    a->left -= want;
    a->at = block->data;
    a->end = block->data + want;
    return 1;
}

/* The bytes to skip so that the next one is aligned for any type. */
static size_t arena_gap(const struct arena *a)
{
    size_t mask = alignof(max_align_t) - 1;

    return (size_t)(-(uintptr_t)a->at & mask);
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size == 0)
        size = 1;
    size_t gap = a->at == NULL ? 0 : arena_gap(a);
    if (a->at == NULL || gap > (size_t)(a->end - a->at) || size > (size_t)(a->end - a->at) - gap) {
        if (!arena_grow(a, size))
            return NULL;
        gap = 0;
    }
    unsigned char *out = a->at + gap;
    a->at = out + size;
    memset(out, 0, size);
    return out;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

char *arena_copy(struct arena *a, const char *text, size_t size)
{
    char *out = arena_alloc(a, size + 1);

    if (out != NULL && size > 0)
        memcpy(out, text, size);
    return out;
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        return NULL;
    char *out = arena_alloc(a, (size_t)size + 1);
    if (out == NULL)
        return NULL;
    va_start(args, format);
    (void)vsnprintf(out, (size_t)size + 1, format, args);
    va_end(args);
    return out;
}
