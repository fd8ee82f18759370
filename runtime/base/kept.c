/* kept.c: a list of blocks, found by their very size: one owner's runs ask for the same few. */
#include "runtime/base/kept.h"

#include <stdint.h>
#include <stdlib.h>

struct kept_block {
    struct kept_block *next;
    size_t size;
    max_align_t memory[];
};

void *kept_take(struct kept *k, size_t size)
{
    struct kept_block *b;

    for (struct kept_block **at = k != NULL ? &k->free : NULL; at != NULL && *at != NULL;
         at = &(*at)->next) {
        b = *at;
        if (b->size == size) {
            *at = b->next;
            return b->memory;
        }
    }
    if (size > SIZE_MAX - sizeof(*b))
        return NULL;
    b = malloc(sizeof(*b) + size);
    if (b == NULL)
        return NULL;
    b->size = size;
    return b->memory;
}

void kept_give(struct kept *k, void *block)
{
    if (block == NULL)
        return;
    struct kept_block *b =
        (struct kept_block *)((char *)block - offsetof(struct kept_block, memory));
    if (k == NULL) {
        free(b);
        return;
    }
    b->next = k->free;
    k->free = b;
}

void kept_release(struct kept *k)
{
    while (k->free != NULL) {
        struct kept_block *next = k->free->next;
        free(k->free);
        k->free = next;
    }
}
