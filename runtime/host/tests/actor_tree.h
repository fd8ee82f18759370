/* actor_tree.h: the program that plays trees, and a tree for it. For the tests of this folder only.
 */
#ifndef RUNTIME_HOST_TESTS_ACTOR_TREE_H
#define RUNTIME_HOST_TESTS_ACTOR_TREE_H

#include "runtime/base/check.h"
#include "runtime/roles/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* root, `depth` intermediates, and a leaf that prompts at once. */
static struct tree *tree_chain(unsigned depth)
{
    struct tree *t = calloc(1, sizeof(*t));

    CHECK(t != NULL);
    t->magic = TREE_MAGIC;
    t->bytes = sizeof(struct tree_node);
    t->count = depth + 2;
    for (unsigned i = 0; i < t->count; i++) {
        struct tree_node *n = &t->node[i];
        bool leaf = i == t->count - 1;
        (void)snprintf(n->name, sizeof(n->name), i == 0 ? "root" : leaf ? "leaf" : "mid.%u", i);
        n->parent = i == 0 ? ACTOR_NONE : (uint16_t)(i - 1);
        n->below = (uint16_t)(t->count - 1 - i);
        n->role = leaf ? ROLE_REPL : ROLE_SUPERVISOR;
        n->pause_when = leaf ? WHEN_START : WHEN_NEVER;
        n->pause_tasks = 1;
    }
    return t;
}

/* Where it lies, which is seen from the test's own program. */
static void program_path(char *path, size_t room)
{
    ssize_t size = readlink("/proc/self/exe", path, room - 1);

    CHECK(size > 0);
    path[size] = 0;
    char *slash = strrchr(path, '/');
    CHECK(slash != NULL);
    (void)snprintf(slash, room - (size_t)(slash - path), "/libexec/scenario/actor-tree");
    if (access(path, X_OK) != 0)
        (void)fprintf(stderr, "build actor-tree first: no %s\n", path);
    CHECK(access(path, X_OK) == 0);
}

#endif
