/* plain_env.h: for tests that run programs of the machine, so that what a user has installed or set
 * does not matter to them.
 *
 * A home with a .bashrc, .inputrc or .pdbrc, PYTHONSTARTUP, BASH_ENV, LESS, a language: each makes
 * a shell or a debugger say something else. Only what is listed here is kept of the environment.
 * What is installed for everybody is the caller's: bash --norc --noprofile, python3 -I -S.
 * (ci/hostile-home runs tests where all of that is against them.) */
#ifndef RUNTIME_BASE_TESTS_PLAIN_ENV_H
#define RUNTIME_BASE_TESTS_PLAIN_ENV_H

#include "runtime/base/check.h"

#include <string.h>
#include <unistd.h>

/* From here on this process and its children have a plain environment. */
static inline void plain_environment(void)
{
    /* A home that is not there, rather than none: who finds none asks the list of users. */
    static char home[] = "HOME=/nonexistent", keys[] = "INPUTRC=/dev/null",
                language[] = "LC_ALL=C.UTF-8", terminal[] = "TERM=xterm";
    static const char *const kept[] = {"PATH=", "LD_LIBRARY_PATH=", "ASAN_", "LSAN_",
                                       "TSAN_", "UBSAN_",           "GCOV_", "QEMU_"};
    enum { KEPT = sizeof(kept) / sizeof(kept[0]), PLAIN_MAX = 32 };
    static char *plain[PLAIN_MAX + 1] = {home, keys, language, terminal};
    size_t count = 4;

    for (char **have = environ; *have != NULL; have++) {
        for (size_t i = 0; i < KEPT; i++) {
            if (strncmp(*have, kept[i], strlen(kept[i])) == 0) {
                CHECK(count < PLAIN_MAX);
                plain[count++] = *have;
            }
        }
    }
    plain[count] = NULL;
    environ = plain;
}

#endif
