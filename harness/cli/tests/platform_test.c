/* platform_test.c: where we run, in the words of a known failure's platform. */
#include "harness/cli/ledger.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/platform_test.XXXXXX";

static void variables_clear(void)
{
    static const char *const names[] = {"CI", "container", "KUBERNETES_SERVICE_HOST"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unsetenv(names[i]);
}

static int folder_open(void)
{
    variables_clear();
    return mkdtemp(folder) == NULL || chdir(folder) < 0;
}

static int folder_clean(void)
{
    char command[64];

    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return chdir("/") < 0 || system(command) != 0; /* NOLINT */
}

static void container_is(const char *name)
{
    struct platform p;

    platform_find(folder, &p);
    CU_ASSERT_STRING_EQUAL(p.container, name);
}

static void file_make(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CHECK(file != NULL);
    (void)fputs(text, file);
    (void)fclose(file);
}

/* Goal: what says more is asked first: a file of systemd's, those of podman and docker, then what
 * stands in the environment. */
static void test_containers_are_told_apart(void)
{
    container_is("");
    (void)setenv("container", "oci", 1);
    container_is("oci");
    (void)setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
    container_is("kubernetes");
    file_make(".dockerenv", "");
    container_is("docker");
    CU_ASSERT(mkdir("run", 0777) == 0 && mkdir("run/systemd", 0777) == 0);
    file_make("run/.containerenv", "");
    container_is("podman");
    file_make("run/systemd/container", "lxc\n");
    container_is("lxc");
    variables_clear();
}

static void test_ci_is_what_says_so(void)
{
    static const struct {
        const char *value;
        bool ci;
    } rows[] = {
        {"true",  true },
        {"1",     true },
        {"",      false},
        {"0",     false},
        {"false", false}
    };
    struct platform p;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)setenv("CI", rows[i].value, 1);
        platform_find(folder, &p);
        CU_ASSERT_EQUAL(p.ci, rows[i].ci);
    }
    variables_clear();
    platform_find(folder, &p);
    CU_ASSERT(!p.ci && p.cores >= 1 && p.kernel[0] != 0);
    CU_ASSERT_STRING_EQUAL(p.os, "Linux");
}

int main(void)
{
    CU_pSuite suite = suite_open("platform", folder_open, folder_clean);
    CU_add_test(suite, "container", test_containers_are_told_apart);
    CU_add_test(suite, "ci", test_ci_is_what_says_so);
    return suite_close();
}
