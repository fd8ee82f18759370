/* feature.c: names of features. */
#include "harness/world/feature.h"

#include <string.h>

static const char *const names[] = {FEATURE_MAP(ROW_NAME)};

const char *feature_name(enum feature feature)
{
    return names[feature];
}

static bool feature_add(const char *name, size_t size, unsigned *set)
{
    for (unsigned i = 0; i < FEATURES; i++) {
        if (strlen(names[i]) == size && strncmp(names[i], name, size) == 0) {
            *set |= 1U << i;
            return true;
        }
    }
    return false;
}

bool features_read(const char *text, unsigned *out)
{
    unsigned set = 0;

    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        if (!feature_add(at, size, &set))
            return false;
        at += size;
        if (*at == 0)
            break;
    }
    *out = set;
    return true;
}
