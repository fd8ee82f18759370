/* comparisons.h: how much work a file makes, in a measure that no load of the machine changes: how
 * often names are compared. The linker puts this in place of the library's; CMakeLists.txt names
 * the tests that ask for it. What never ends with a file runs into the time limit of the test. */
#ifndef HARNESS_RUN_TESTS_COMPARISONS_H
#define HARNESS_RUN_TESTS_COMPARISONS_H

/* The largest file makes half of them. */
enum { COMPARISONS_MAX = 1000 * 1000 };

static unsigned long comparisons;

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the linker's names */
int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b)
{
    comparisons++;
    return __real_strcmp(a, b);
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

#endif
