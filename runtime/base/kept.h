/* kept.h: big blocks that outlive one run and serve the next.
 *
 * A search makes thousands of short runs, and each needs the same few blocks of some hundred
 * kilobytes: given back to the system and taken anew they cost more than the run. Whoever makes the
 * runs owns a struct kept, lends it to each of them, and releases it after the last. */
#ifndef RUNTIME_BASE_KEPT_H
#define RUNTIME_BASE_KEPT_H

#include <stddef.h>

struct kept_block;

struct kept {
    struct kept_block *free; /* owned: given back and not taken again */
};

#define KEPT_INIT ((struct kept){0})

/* A block of `size` bytes aligned for any type, or NULL: no memory. What stands in it is undefined:
 * it may have served before. `k` may be NULL: then it comes from the heap. */
void *kept_take(struct kept *k, size_t size);

/* Gives a block of kept_take() back, to the same `k`. NULL is fine. */
void kept_give(struct kept *k, void *block);

/* Frees what was given back; a block that is still in use may be given to NULL afterwards. */
void kept_release(struct kept *k);

#endif
