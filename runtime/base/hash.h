/* hash.h: FNV-1a with 64 bits: tells apart what nobody forges.
 *
 * Only for comparing within one machine: numbers are taken as the bytes that they are. */
#ifndef RUNTIME_BASE_HASH_H
#define RUNTIME_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The hash of no bytes. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* The hash with these bytes added; a struct must have no padding. */
static inline uint64_t hash_add(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *byte = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
