/* hash.h: FNV-1a with 64 bits: tells apart what nobody forges.
 *
 * Only for comparing within one machine: numbers are taken as the bytes that they are. */
#ifndef RUNTIME_BASE_HASH_H
#define RUNTIME_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The hash of no bytes. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* The hash with these bytes added; a struct must have no padding. */
static inline uint64_t hash_add(uint64_t hash, const void *data, size_t size)
{
    const uint64_t prime = UINT64_C(0x100000001b3);
    const unsigned char *byte = data;
    uint64_t prime_8 = prime * prime * prime * prime;
    uint64_t word;

    prime_8 *= prime_8;
    for (; size >= sizeof(word); size -= sizeof(word), byte += sizeof(word)) {
        memcpy(&word, byte, sizeof(word));
        /* Most words of a trace are 0, and a byte of 0 is one multiplication. */
        if (word == 0)
            hash *= prime_8;
        /* Analyzers take all but the first byte of a number for garbage. */
        for (size_t i = 0; word != 0 && i < sizeof(word); i++)
            /* cppcheck-suppress objectIndex */
            hash = (hash ^ byte[i]) * prime; /* NOLINT(clang-analyzer-core.*) */
    }
    for (; size > 0; size--)
        hash = (hash ^ *byte++) * prime;
    return hash;
}

#endif
