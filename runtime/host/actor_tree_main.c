/* actor_tree_main.c: the program actor-tree: plays the tree of a scenario.
 *
 * The harness passes the tree on FD_TREE. By hand: `actor-tree FILE`, with the raw bytes of a
 * struct tree, on any terminal. */
#include "runtime/host/control.h"
#include "runtime/host/host.h"
#include "runtime/roles/roles.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Copies the file into a memory file on FD_TREE, where children find it. */
static int tree_copy(const char *path, struct diag *diag)
{
    char chunk[16 * 1024];
    ssize_t got = 0;

    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return diag_errno(diag, ERR_IO, "cannot open %s", path);
    int to = memfd_create("tree", MFD_CLOEXEC);
    while (to >= 0 && (got = read(from, chunk, sizeof(chunk))) > 0) {
        if (write(to, chunk, (size_t)got) != got)
            break;
    }
    (void)close(from);
    if (to < 0 || got != 0)
        return diag_errno(diag, ERR_IO, "cannot copy %s", path);
    if (to != FD_TREE) {
        if (dup3(to, FD_TREE, O_CLOEXEC) < 0)
            return diag_errno(diag, ERR_IO, "cannot copy %s", path);
        (void)close(to);
    }
    return 0;
}

/* The tree on FD_TREE, lent for ever, or NULL. */
static const struct tree *tree_map(struct diag *diag)
{
    struct stat st;

    if (fstat(FD_TREE, &st) < 0 || st.st_size <= 0 || (size_t)st.st_size > sizeof(struct tree)) {
        (void)diag_set(diag, ERR_USAGE,
                       "no tree; usage: actor-tree FILE, where FILE has the bytes of a tree");
        return NULL;
    }
    size_t size = (size_t)st.st_size;
    const void *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE, FD_TREE, 0);
    if (memory == MAP_FAILED) {
        (void)diag_errno(diag, ERR_IO, "cannot map the tree");
        return NULL;
    }
    return tree_check(memory, size, diag) == 0 ? memory : NULL;
}

int main(int argc, char **argv)
{
    const struct tree *tree = NULL;
    struct diag diag = {0};

    /* A memory file that is there already wins: children get the same arguments. */
    if (argc < 2 || fcntl(FD_TREE, F_GET_SEALS) >= 0 || tree_copy(argv[1], &diag) == 0)
        tree = tree_map(&diag);
    if (tree == NULL) {
        (void)fprintf(stderr, "actor-tree: %s\n", diag.text);
        return 2;
    }
    struct actor_program program = roles_program(tree);
    const uint8_t number[2] = {0, 0};
    struct host_options o = {
        .program = &program,
        .name = tree->node[0].name,
        .arg = number,
        .arg_size = sizeof(number),
        .defects = tree->defects,
        .deadline_ns = tree->node[0].deadline_ns,
        .collect = tree->node[0].on_child_error == CHILD_ERROR_COLLECT,
    };
    return host_run(&o);
}
