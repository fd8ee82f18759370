/* script_test.c: what an expect script can say: branches, captured text, secrets, a head; and what
 * is told of several runs. On real programs.
 *
 * The command runs in a process of its own; its output is read to its end. */
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"ssh.yaml",
     "script: 1\nparams: { password: { secret: true }, within: { default: 20s } }\n"
     "steps:\n"
     "  - expect:\n"
     "      first:\n"
     "        - { stream: 'yes/no\\)\\? $', then: [{ send: \"yes\\r\" }], again: 1 }\n"
     "        - stream: 'assword: $'\n"
     "          then:\n"
     "            - send: \"${password}\\r\"\n"
     "            - expect:\n"
     "                first:\n"
     "                  - { stream: 'denied', then: [{ show: screen }, { fail: 'refused' }] }\n"
     "                  - { stream: 'welcome' }\n"
     "        - { stream: 'welcome' }\n"
     "      eof: [{ fail: 'it hung up' }]\n"
     "      timeout: [{ note: 'nobody is there' }]\n"
     "      within: \"${within}\"\n"                                                                          },
    {"ssh.sh",
     "case $1 in slow) exec sleep 60 ;; gone) exit 0 ;; esac\n"
     "for i in 1 2; do case $1 in *$i) printf 'sure (yes/no)? '; read x ;; esac; done\n"
     "case $1 in *2) printf 'sure (yes/no)? '; read x ;; esac\n"
     "case $1 in key*) echo welcome; exit ;; esac\n"
     "env | grep -c '^password=' ; tr '\\0' '\\n' < /proc/$PPID/environ | grep '^password'\n"
     "stty -echo; printf 'Password: '; read pw; stty echo; echo\n"
     "echo \"you typed $pw.\"\n"
     "case $1 in bad*) printf '\\033[9;76H%s\\r\\n' $pw; echo denied; sleep 60 ;; esac\n"
     "echo welcome\n"                                                                                         },
    {"port.yaml",   "script: 1\nsteps:\n"
                  "  - expect: 'on (?<host>\\S+):(?<port>\\d+)'\n"
                  "  - send: \"go ${port}\\r\"\n"
                  "  - expect: 'went to ${host}:${port}!'\n"
                  "  - note: 'it was ${port}'\n"                                             },
    {"port.sh",     "echo 'on a.b(c):4217'; read go port; echo \"went to a.b(c):$port!\"\n"                   },
    {"pager.yaml",  "script: 1\nsteps:\n"
                   "  - expect:\n"
                   "      first: [{ stream: '--More--', then: [{ send: ' ' }], again: 50 }]\n"
                   "      eof: []\n"                                                        },
    {"pager.sh",    "was=$(stty -g); stty raw -echo; for i in 1 2 3 4 5 6 7; do echo line;\n"
                 "printf -- --More--; head -c1 > /dev/null; done; stty $was\n"                },
    {"head.yaml",   "script: 1\nparams: { who: { default: me } }\n"
                  "env: { WHO: \"${who}\", HOME: /nowhere }\ncwd: below\n"
                  "terminal: { rows: 11, columns: 44 }\nlimits: { step: 2s }\n"
                  "steps:\n  - expect: 'me /nowhere \\S+/below 11 44'\n  - expect: 'never'\n"},
    {"head.sh",     "echo \"$WHO $HOME $(pwd) $(stty size)\"; sleep 60\n"                                     },
    {"user.yaml",   "script: 1\nsteps:\n  - use: { script: inner }\n"                                         },
    {"inner.yaml",  "script: 1\nenv: { X: y }\nlimits: { step: 1ms }\n"
                   "terminal: { rows: 1 }\nsteps:\n  - expect: '24 80'\n"                   },
    {"unseen.yaml", "script: 1\nsteps:\n  - expect: 'assword: $'\n  - send: \"hunter2\\r\"\n"
                    "  - expect: 'name: $'\n  - send: \"seen\\r\"\n  - expect: 'bye'\n"    },
    {"unseen.sh",   "stty -echo; printf 'Password: '; read x; stty echo; echo; printf 'name: '\n"
                  "read x; echo bye\n"                                                       },
    {"end.yaml",    "script: 1\nparams: { by: { default: status } }\nlimits: { grace: 2s }\n"
                 "outcome:\n"
                 "  - { when: 'by == \"status\"', exit: { status: 3 }, tree: empty }\n"
                 "  - { when: 'by == \"signal\"', exit: { signal: SIGUSR1 } }\n"
                 "steps:\n  - expect: up\n"                                                   },
    {"left.yaml",
     "script: 1\noutcome: { exit: any, survivors: [server] }\nsteps:\n  - expect: up\n"                       },
    {"third.sh",    "n=$(cat n); echo $((n + 1)) > n\n"
                 "[ $((n % 3)) = 0 ] && { echo bad; sleep 60; }; echo good\n"                 },
    {"third.yaml",  "script: 1\nsteps:\n  - expect: { first: [{ stream: good }, { stream: bad, "
                   "then: [{ fail: 'it was bad' }] }] }\n"                                  },
};

static int suite_start(void)
{
    plain_environment();
    if (folder_enter("script_test") != 0 || mkdir("below", 0777) < 0)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        FILE *file = fopen(files[i].name, "we");
        if (file == NULL || fputs(files[i].text, file) < 0 || fclose(file) != 0)
            return 1;
    }
    return setenv("password", "s3cr3t.w0rd", 1);
}

static int suite_end(void)
{
    return folder_leave();
}

#define SSH(...) EXPECT("./ssh.yaml", "--with", "password", __VA_ARGS__)

/* ---- Branches ---- */

static void test_a_login_goes_one_of_several_ways(void)
{
    CU_ASSERT_EQUAL(SSH("--", "sh", "ssh.sh", "key"), 0);
    said("→ branch 'welcome'");
    CU_ASSERT_EQUAL(SSH("--", "sh", "ssh.sh", "key1"), 0);
    said("→ branch 'yes/no\\)\\? $'");
    said("  ✓ send \"yes\\r\"");
    CU_ASSERT_EQUAL(SSH("--", "sh", "ssh.sh", "ok1"), 0);
    said("  → branch 'welcome'");
    CU_ASSERT_EQUAL(SSH("--", "sh", "ssh.sh", "key2"), 1);
    said("the branch 'yes/no\\)\\? $' came once more than `again: 1` allows");
    CU_ASSERT_EQUAL(SSH("--", "sh", "ssh.sh", "gone"), 1);
    said("fail: it hung up (in branch eof of line 15)");
    CU_ASSERT_EQUAL(SSH("--with", "within=300ms", "--", "sh", "ssh.sh", "slow"), 0);
    said("→ branch timeout");
}

static void test_a_pager_is_paged_until_its_end(void)
{
    CU_ASSERT_EQUAL(EXPECT("./pager.yaml", "--", "sh", "pager.sh"), 0);
    said("→ branch eof");
    size_t pages = 0;
    for (const char *at = output; (at = strstr(at, "→ branch '--More--'")) != NULL; at++)
        pages++;
    CU_ASSERT_EQUAL(pages, 7);
}

/* ---- Captured ---- */

static void test_what_was_shown_is_sent_back(void)
{
    CU_ASSERT_EQUAL(EXPECT("./port.yaml", "--", "sh", "port.sh"), 0);
    said("go 4217");
    said("✓ send \"go ${port}\\r\"");
    said("✓ expect 'went to ${host}:${port}!'");
    said("· it was 4217\n");
}

/* ---- Secrets ---- */

/* Looks into every file below the folder. Returns how many there are. */
static size_t files_have_no(const char *folder, const char *text) /* NOLINT(misc-no-recursion) */
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    CHECK(dir != NULL);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) { /* NOLINT(concurrency-mt-unsafe) */
        char path[PATH_MAX];
        static char content[1024 * 1024];
        struct stat st;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || lstat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            count += files_have_no(path, text);
            continue;
        }
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t size = fd >= 0 ? read(fd, content, sizeof(content)) : -1;
        (void)close(fd);
        if (!S_ISREG(st.st_mode) || size < 0)
            continue;
        count++;
        CU_ASSERT_TRUE(size < (ssize_t)sizeof(content));
        CU_ASSERT_PTR_NULL(memmem(content, (size_t)size, text, strlen(text)));
    }
    (void)closedir(dir);
    return count;
}

/* Goal: a login that fails, in which the program even shows the password, leaves it nowhere. */
static void test_a_secret_is_in_nothing_that_a_failing_login_leaves(void)
{
    CU_ASSERT_EQUAL(mkdir("left", 0777), 0);
    CU_ASSERT_EQUAL(SSH("--results", "left/results", "--cast", "left/cast", "--json", "left/json",
                        "--junit", "left/junit", "--", "sh", "ssh.sh", "bad1"),
                    1);
    said("you typed ********.");
    said("✓ send \"${password}\\r\"");
    said("scenario expect ./ssh.yaml --with password -- sh");
    /* Nor did the program get it otherwise, or the guard, which is its parent. */
    said("│ 0\n");
    CU_ASSERT_PTR_NULL(strstr(output, "│ password"));
    CU_ASSERT_PTR_NULL(strstr(output, "s3cr3t"));
    /* On the screen it begins at the end of a row. */
    said("· ");
    said("|******\n");
    CU_ASSERT_PTR_NULL(strstr(output, "s3cr3"));
    CU_ASSERT_PTR_NULL(strstr(output, "t.w0rd"));
    CU_ASSERT_TRUE(files_have_no("left", "s3cr3t.w0rd") >= 5);
}

/* Goal: what is typed while no line is echoed is no secret by name, and still not told. */
static void test_what_is_typed_unseen_is_a_number_of_bytes(void)
{
    CU_ASSERT_EQUAL(mkdir("unseen", 0777), 0);
    CU_ASSERT_EQUAL(EXPECT("./unseen.yaml", "--cast", "unseen/cast", "--", "sh", "unseen.sh"), 0);
    said("✓ send 8 bytes, not echoed");
    said("✓ send \"seen\\r\"");
    CU_ASSERT_PTR_NULL(strstr(output, "hunter2"));
    CU_ASSERT_EQUAL(files_have_no("unseen", "hunter2"), 1);
}

static void test_a_secret_is_given_by_the_environment_only(void)
{
    CU_ASSERT_EQUAL(EXPECT("./ssh.yaml", "--", "true"), 2);
    said("--with password takes it from the environment variable password");
    CU_ASSERT_EQUAL(EXPECT("./ssh.yaml", "--with", "password=x", "--", "true"), 2);
    said("'password' is a secret: say --with password");
    CU_ASSERT_EQUAL(EXPECT("./head.yaml", "--with", "who", "--", "true"), 2);
    said("--with who wants a value, who=VALUE");
    CU_ASSERT_EQUAL(unsetenv("password"), 0);
    CU_ASSERT_EQUAL(SSH("--", "true"), 2);
    said("the secret 'password' has no value");
    CU_ASSERT_EQUAL(setenv("password", "s3cr3t.w0rd", 1), 0);
}

/* ---- The head ---- */

static void test_a_script_says_how_its_program_is_started(void)
{
    CU_ASSERT_EQUAL(EXPECT("./head.yaml", "--", "sh", "../head.sh"), 1);
    said("✓ expect 'me /nowhere");
    said("expect 'never': not seen within 2 s");
    /* Of a script that another one uses, only the steps count. */
    CU_ASSERT_EQUAL(EXPECT("./user.yaml", "--", "stty", "size"), 0);
}

static void test_a_script_says_how_its_program_must_end(void)
{
    CU_ASSERT_EQUAL(EXPECT("./end.yaml", "--", "sh", "-c", "echo up; exit 3"), 0);
    CU_ASSERT_EQUAL(EXPECT("./end.yaml", "--", "sh", "-c", "echo up; exit 4"), 1);
    said("FAIL outcome: the root ended with exit status 4, not with exit status 3");
    said("./end.yaml:5:5");
    CU_ASSERT_EQUAL(EXPECT("./end.yaml", "--", "sh", "-c", "echo up; sleep 60"), 1);
    said("FAIL outcome: still runs after 2 s: sh (");
    said("), sleeping\n");
    said("./end.yaml:5:5");
    said("  processes\n    sh (");
    said(")  sleeping, child of sh (");
    CU_ASSERT_NOT_EQUAL(EXPECT("./left.yaml", "--", "sh", "-c", "echo up"), 0);
    said("./left.yaml:2:35: error: no process 'server' is known here");
    CU_ASSERT_EQUAL(
        EXPECT("./end.yaml", "--with", "by=signal", "--", "sh", "-c", "echo up; kill -USR1 $$"), 0);
    CU_ASSERT_EQUAL(
        EXPECT("./end.yaml", "--with", "by=nothing", "--", "sh", "-c", "echo up; kill -USR1 $$"),
        1);
    said("died by signal SIGUSR1, which nobody in this run has sent");
}

/* ---- Several runs ---- */

static size_t kept(const char *folder, const char *suffix)
{
    char command[256];
    unsigned count = 0;

    (void)snprintf(command, sizeof(command), "find %s -name '*%s' | wc -l", folder, suffix);
    FILE *found = popen(command, "r"); /* NOLINT(cert-env33-c) */
    CHECK(found != NULL);
    CU_ASSERT_EQUAL(fscanf(found, "%u", &count), 1); /* NOLINT(cert-err34-c) */
    (void)pclose(found);
    return count;
}

static void test_runs_are_summed_up_and_the_first_failure_of_a_kind_is_kept(void)
{
    FILE *file = fopen("n", "we");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT(fputs("1\n", file) >= 0 && fclose(file) == 0);
    CU_ASSERT_EQUAL(EXPECT("./third.yaml", "--repeat", "9", "--results", "thirds", "--json",
                           "third.json", "--", "sh", "third.sh"),
                    1);
    said("9 runs: 6 PASS with status 0, 3 FAIL step:fail it was bad");
    said("6 passed, 3 failed");
    said("Again       scenario expect ./third.yaml -- sh third.sh");
    CU_ASSERT_EQUAL(kept("thirds", ".record"), 1);
    CU_ASSERT_EQUAL(kept("thirds", ".cast"), 1);
    CU_ASSERT_EQUAL(EXPECT("./third.yaml", "--repeat", "2", "--cast", "x", "--", "true"), 2);
    said("--cast records one run");
    CU_ASSERT_EQUAL(EXPECT("./port.yaml", "--json", "-", "--", "sh", "port.sh"), 0);
    said("\"verdict\":\"PASS\"");
    said("\"ev\":\"run.end\",\"total\":1");
}

/* `scenario recheck` of what is kept in the folder. Returns its exit code. */
static int recheck(char *folder)
{
    char words[][16] = {"scenario", "recheck", "-v", "--results"};
    char *argv[] = {words[0], words[1], words[2], words[3], folder, NULL};
    size_t used = 0;
    int fd = -1;

    output[0] = 0;
    pid_t pid = command_start(5, argv, &fd);
    finish(pid, fd, &used);
    return WIFEXITED(end) ? WEXITSTATUS(end) : -1;
}

/* Its outcome hangs on a parameter, which only the command line has. */
static void test_what_was_given_to_a_script_is_in_its_record(void)
{
    char by[] = "by";
    char secret[] = "secret";

    CU_ASSERT_EQUAL(EXPECT("./end.yaml", "--with", "by=signal", "--record", "all", "--results", by,
                           "--", "sh", "-c", "echo up; kill -USR1 $$"),
                    0);
    CU_ASSERT_EQUAL(recheck(by), 0);
    said("1 judged as they were, 0 otherwise, 0 not judged");
    /* A secret has no value there, and needs none. */
    CU_ASSERT_EQUAL(SSH("--with", "within=300ms", "--record", "all", "--results", secret, "--",
                        "sh", "ssh.sh", "slow"),
                    0);
    CU_ASSERT_EQUAL(recheck(secret), 0);
    said("1 judged as they were, 0 otherwise, 0 not judged");
    CU_ASSERT_TRUE(files_have_no(secret, "s3cr3t.w0rd") >= 2);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"login",       test_a_login_goes_one_of_several_ways                          },
        {"pager",       test_a_pager_is_paged_until_its_end                            },
        {"captured",    test_what_was_shown_is_sent_back                               },
        {"recheck",     test_what_was_given_to_a_script_is_in_its_record               },
        {"secret",      test_a_secret_is_in_nothing_that_a_failing_login_leaves        },
        {"unseen",      test_what_is_typed_unseen_is_a_number_of_bytes                 },
        {"environment", test_a_secret_is_given_by_the_environment_only                 },
        {"head",        test_a_script_says_how_its_program_is_started                  },
        {"outcome",     test_a_script_says_how_its_program_must_end                    },
        {"repeat",      test_runs_are_summed_up_and_the_first_failure_of_a_kind_is_kept},
        CU_TEST_INFO_NULL,
    };

    CU_pSuite suite = suite_open("script", suite_start, suite_end);
    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    return suite_close();
}
