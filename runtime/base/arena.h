/* arena.h: memory of one run, given back all at once.
 *
 * An arena of arena_new() grows by blocks up to a limit; one of arena_init() lives in memory lent
 * by the caller and never grows. Nothing is freed singly. */
#ifndef RUNTIME_BASE_ARENA_H
#define RUNTIME_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    unsigned char *at;          /* next free byte */
    unsigned char *end;         /* one past the last byte of the block */
    struct arena_block *blocks; /* owned; NULL for lent memory */
    size_t left;                /* bytes that further blocks may still take */
};

/* An arena in lent memory, which must outlive it. Seam for tests: they run out of memory at every
 * size. */
struct arena arena_init(void *memory, size_t size);

/* An arena that takes up to `limit` bytes from the heap, block by block. Free with
 * arena_release(). */
struct arena arena_new(size_t limit);

/* Gives the blocks back; a second call does nothing. */
void arena_release(struct arena *a);

/* Zeroed memory aligned for any type, or NULL when the arena is full. Lent until release. */
void *arena_alloc(struct arena *a, size_t size);

/* `count` times `size` bytes with an overflow check. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of the `size` bytes with a 0 behind, or NULL. */
char *arena_copy(struct arena *a, const char *text, size_t size);

/* A formatted string, or NULL. */
char *arena_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
