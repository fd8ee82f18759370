/* leak_label.c: which test a process was started during, as runners tell it to their children. */
#include "harness/real/leak.h"

#include <string.h>

static const char *value_of(const char *environment, size_t size, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = environment; at < environment + size; at += strlen(at) + 1) {
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            return at[length + 1] != 0 ? at + length + 1 : NULL;
    }
    return NULL;
}

const char *leak_label(const char *environment, size_t size, const char *first, const char **source)
{
    const char *const names[] = {
        first, "BATS_TEST_NAME", "PYTEST_CURRENT_TEST", "NEXTEST_TEST_NAME", "npm_lifecycle_event",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = names[i] != NULL ? value_of(environment, size, names[i]) : NULL;
        if (value != NULL) {
            *source = names[i];
            return value;
        }
    }
    return NULL;
}
