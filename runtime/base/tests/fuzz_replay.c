/* fuzz_replay.c [--seeds DIR | FILE|DIR...]: main() of X_fuzz_replay, without libFuzzer.
 *
 * Runs the target's own seeds and the given files, folders with all that is below them, once each.
 * A name is printed before its input is run, so the last one named is the one that failed. With
 * --seeds the target's own seeds are written to DIR instead, as files for libFuzzer. */
#include "runtime/base/tests/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { INPUT_BYTES_MAX = 1024 * 1024 };

static unsigned inputs;

/* In memory of exactly its size, so that a sanitizer sees the first byte behind it. */
static void input_run(const char *name, const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    (void)printf("%s\n", name);
    (void)fflush(stdout);
    if (copy == NULL)
        abort();
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static bool file_run(const char *path)
{
    static uint8_t data[INPUT_BYTES_MAX];
    FILE *f = fopen(path, "rbe");

    if (f == NULL)
        return false;
    size_t size = fread(data, 1, sizeof(data), f);
    bool ok = ferror(f) == 0;
    (void)fclose(f);
    if (ok)
        input_run(path, data, size);
    return ok;
}

static bool path_run(const char *path) /* NOLINT(misc-no-recursion): as deep as the folders */
{
    struct dirent **entry = NULL;
    struct stat st;
    bool ok = true;

    if (stat(path, &st) < 0)
        return false;
    if (!S_ISDIR(st.st_mode))
        return file_run(path);
    int count = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        (void)snprintf(below, sizeof(below), "%s/%s", path, entry[i]->d_name);
        if (entry[i]->d_name[0] != '.' && ok)
            ok = path_run(below);
        free(entry[i]);
    }
    free(entry);
    return ok && count >= 0;
}

static bool seed_write(const char *folder, size_t i, const uint8_t *data, size_t size)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/seed-%02u", folder, (unsigned)i);
    FILE *f = fopen(path, "wbe");
    if (f == NULL)
        return false;
    bool ok = fwrite(data, 1, size, f) == size;
    return fclose(f) == 0 && ok;
}

static int failed(const char *path)
{
    (void)fprintf(stderr, "fuzz_replay: %s: %s\n", path, strerror(errno));
    return 2;
}

int main(int argc, char **argv)
{
    static uint8_t seed[FUZZ_SEED_BYTES_MAX];
    const char *folder = argc == 3 && strcmp(argv[1], "--seeds") == 0 ? argv[2] : NULL;
    char name[32];
    size_t size;

    for (size_t i = 0; (size = fuzz_seed(i, seed)) > 0; i++) {
        (void)snprintf(name, sizeof(name), "own seed %u", (unsigned)i);
        if (folder == NULL)
            input_run(name, seed, size);
        else if (!seed_write(folder, i, seed, size))
            return failed(folder);
    }
    for (int i = 1; i < argc && folder == NULL; i++) {
        if (!path_run(argv[i]))
            return failed(argv[i]);
    }
    (void)printf("%u inputs\n", inputs);
    return folder == NULL && inputs == 0;
}
