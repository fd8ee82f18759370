/* secret.c: secrets are taken out of the environment and remembered. */
#include "harness/cli/secret.h"

#include <stdlib.h>
#include <string.h>

struct taken {
    struct taken *next;
    char *name;
    char *value;
};

/* Lives as long as the program: each run asks again. */
static struct taken *all_taken;

const char *secret_value(const char *name)
{
    struct taken *t = all_taken;

    while (t != NULL && strcmp(t->name, name) != 0)
        t = t->next;
    if (t != NULL)
        return t->value;
    char *there = getenv(name); /* NOLINT(concurrency-mt-unsafe) */
    if (there == NULL)
        return NULL;
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        return NULL;
    t->name = strdup(name);
    t->value = strdup(there);
    if (t->name == NULL || t->value == NULL) {
        free(t->name);
        free(t->value);
        free(t);
        return NULL;
    }
    t->next = all_taken;
    all_taken = t;
    /* The kernel shows the bytes of the environment that a program began with. */
    memset(there, '*', strlen(there));
    (void)unsetenv(name); /* NOLINT(concurrency-mt-unsafe) */
    return t->value;
}
