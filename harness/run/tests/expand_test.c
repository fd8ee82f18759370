/* expand_test.c: a scenario written out is the same scenario; scripts on their own. */
#include "harness/run/tests/options.h"
#include "harness/run/tests/same.h"
#include "harness/scenario/model.h"
#include "runtime/base/buf.h"
#include "runtime/base/tests/suite.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 * 1024 * 1024 };

/* ---- Expanding ---- */

/* The tables of the layers above are not here, so names of theirs are not looked up. */
static bool wanted(void *user, const struct variant *v)
{
    return user == v;
}

/* One variant, out and in again. */
static void variant_check(const struct scenario *s, size_t i)
{
    struct arena arena = arena_new(ARENA_BYTES);
    const struct scenario_choice choice = {wanted, &s->variant[i]};
    struct scenario *again = NULL;
    struct findings findings = {0};
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    int rc = scenario_expand(&arena, s, &test_options, &choice, &text, &diag);
    if (rc == 0)
        rc = scenario_parse(&arena, "again.yaml", buf_text(&text), text.size, &test_options, &again,
                            &findings, &diag);
    bool same = rc == 0 && variant_same(&s->variant[i], &again->variant[0]);
    if (!same)
        (void)printf("\n%s, %s:\n%s\n", s->variant[i].id, diag.text, buf_text(&text));
    CU_ASSERT(same);
    CU_ASSERT_PTR_NULL(strstr(buf_text(&text), "- use:"));
    CU_ASSERT_PTR_NULL(strstr(buf_text(&text), "matrix:"));
    buf_release(&text);
    arena_release(&arena);
}

static void file_check(const char *path)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *s = NULL;
    struct findings findings = {0};
    struct diag diag = {0};

    int rc = scenario_load(&arena, path, &test_options, &s, &findings, &diag);
    CU_ASSERT_EQUAL(rc, 0);
    /* The twins with Ctrl-C are no variants of the file. */
    for (size_t i = 0; rc == 0 && i < s->variant_count; i++) {
        /* What has a secret is none without the script that says so. */
        if (!s->variant[i].ctrl_c_each_prompt && s->variant[i].secrets == NULL)
            variant_check(s, i);
    }
    arena_release(&arena);
}

/* Goal: what `check --expand` prints is what would run.
 * Method: every shipped scenario, every variant, printed and read again. */
static void folder_check(const char *folder) /* NOLINT(misc-no-recursion): shipped folders */
{
    struct dirent **entry = NULL;
    int count = scandir(folder, &entry, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        const char *name = entry[i]->d_name;
        const char *suffix = strrchr(name, '.');
        (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (name[0] != '.' && entry[i]->d_type == DT_DIR)
            folder_check(path);
        else if (suffix != NULL && strcmp(suffix, ".yaml") == 0)
            file_check(path);
        free(entry[i]);
    }
    CU_ASSERT(count > 0);
    free(entry);
}

static void test_every_shipped_scenario_written_out_is_the_same(void)
{
    folder_check("scenarios");
}

static const char tricky[] =
    "scenario: 1\n"
    "name: 'it''s $${tricky}: #1'\n"
    "matrix: { n: [0, 2], word: [yes, 'a b'] }\n"
    "vars: { text: \"${word} \\x01\\\\\" }\n"
    "tree: { root: { run: supervisor, children: { a: { run: worker, count: \"${n}\" },"
    " leaf: { run: repl } } } }\n"
    "inject: [{ at: leaf@dbg.prompt, do: [{ when: { if: 'n == 2', steps: [{ key: C-c }] } }] }]\n"
    "steps:\n"
    "  - repeat: { times: \"${n}\", steps: [{ send: \"${text}\\t'\\\"\\r\" }] }\n"
    "  - send: \"\\xff${word}\\u00ff\xc3\xbf$${a}\\xc3\\x00\"\n"
    "  - paste: \"\\xff\"\n"
    "  - parallel: [[{ note: '${word}' }], [{ await: quiet }, { await: { gone: [root, leaf] } }]]\n"
    "  - when: { if: 'word == \"yes\"', steps: [{ expect: '\\d+ [a-z]{2} ''x''' }] }\n"
    "  - expect: '(?<cap>.)[^''x'']$${'\n"
    "  - send: \"${cap}\\t$${no}\\x10\\\"'\"\n"
    "  - note: ${cap}\n"
    "  - expect: { first: [{ stream: '${cap}', then: [{ paste: \"${cap}\" }], again: 2 }], eof: [] }\n"
    "must-fail: [{ when: 'n == 2', signatures: [no-zombies] }]\n"
    "outcome: [{ when: 'n == 0', exit: { one-of: [{ status: 1 }, { error: APP:7 }] } },"
    " { exit: { signal: SIGINT } }]\n";

static void test_quotes_escapes_and_empty_lists_survive(void)
{
    char path[] = "/tmp/expand_test.XXXXXX";
    int fd = mkstemp(path);

    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, tricky, sizeof(tricky) - 1), (ssize_t)sizeof(tricky) - 1);
    (void)close(fd);
    file_check(path);
    (void)unlink(path);
}

static void test_steps_of_scripts_say_where_they_stand(void)
{
    static const char path[] = "scenarios/ctrlc_contenders.yaml";
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *s = NULL;
    struct findings findings = {0};
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    CU_ASSERT_EQUAL_FATAL(scenario_load(&arena, path, &test_options, &s, &findings, &diag), 0);
    const struct scenario_choice choice = {wanted, &s->variant[0]};
    CU_ASSERT_EQUAL(scenario_expand(&arena, s, &test_options, &choice, &text, &diag), 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(buf_text(&text), "  - await: quiet  # expect/scripts/press-ctrl-c.yaml:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), ", used at line "));
    buf_release(&text);
    arena_release(&arena);
}

/* Whether a step says that it does this. */
static bool says(const struct variant *v, size_t i, const char *wanted)
{
    struct buf text = BUF_INIT;

    step_describe(&v->steps.step[i], v->cast, &text);
    bool same = strcmp(buf_text(&text), wanted) == 0;
    if (!same)
        (void)printf("\nstep %zu: %s\n", i + 1, buf_text(&text));
    buf_release(&text);
    return same;
}

/* ---- Scripts on their own ---- */

static int script_read(struct arena *arena, const char *path, struct scenario **out)
{
    struct scenario_options options = test_options;
    struct findings findings = {0};
    struct diag diag = {0};

    return script_load(arena, path, &options, out, &findings, &diag);
}

static int script_get(struct arena *arena, const char *const *with, size_t count,
                      struct scenario **out, struct diag *diag)
{
    struct scenario_options options = test_options;
    struct findings findings = {0};

    options.with = with;
    options.with_count = count;
    return script_load(arena, "expect/scripts/job-control.yaml", &options, out, &findings, diag);
}

static void test_a_script_on_its_own_has_one_actor_and_its_values(void)
{
    static const char *const with[] = {"job=cat", "prompt=% $", "job=cat -n"};
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *s = NULL;
    struct diag diag = {0};

    CU_ASSERT_EQUAL_FATAL(script_get(&arena, with, 3, &s, &diag), 0);
    const struct variant *v = &s->variant[0];
    CU_ASSERT_EQUAL(s->variant_count, 1);
    CU_ASSERT_PTR_NULL(v->tree);
    CU_ASSERT_EQUAL(v->cast->count, 1);
    CU_ASSERT_EQUAL(v->cast->room, CAST_COMMAND_ROOM);
    CU_ASSERT_STRING_EQUAL(v->cast->who[ACTOR_ROOT].name, SCRIPT_SUBJECT);
    CU_ASSERT_EQUAL(v->cast->who[ACTOR_ROOT].kind, WHO_PROCESS);
    CU_ASSERT_EQUAL(v->steps.count, 10);
    CU_ASSERT(says(v, 0, "expect '% $'"));
    CU_ASSERT(says(v, 1, "send \"cat -n\\r\"")); /* the last one counts */
    CU_ASSERT_PTR_NULL(v->steps.step[0].use_place.file);
    arena_release(&arena);
}

static void test_values_that_do_not_fit_a_script_are_wrong_usage(void)
{
    static const char *const unknown[] = {"jobb=cat"};
    static const char *const no_value[] = {"under=water"};
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *s = NULL;
    struct diag diag = {0};

    CU_ASSERT_EQUAL(script_get(&arena, unknown, 1, &s, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "did you mean 'job'?"));
    CU_ASSERT_EQUAL(script_get(&arena, no_value, 1, &s, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "possible are shell, tree"));
    CU_ASSERT_PTR_NULL(s);
    arena_release(&arena);
}

static void test_a_script_for_trees_is_refused_on_its_own(void)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *s = NULL;

    CU_ASSERT_EQUAL(script_read(&arena, "expect/scripts/cancel-at-prompt.yaml", &s), ERR_INPUT);
    CU_ASSERT_PTR_NULL(s);
    arena_release(&arena);
}

int main(void)
{
    CU_pSuite suite = suite_open("expand", NULL, NULL);
    CU_add_test(suite, "every shipped scenario written out is the same",
                test_every_shipped_scenario_written_out_is_the_same);
    CU_add_test(suite, "quotes, escapes and empty lists survive",
                test_quotes_escapes_and_empty_lists_survive);
    CU_add_test(suite, "steps of scripts say where they stand",
                test_steps_of_scripts_say_where_they_stand);
    CU_add_test(suite, "a script on its own has one actor and its values",
                test_a_script_on_its_own_has_one_actor_and_its_values);
    CU_add_test(suite, "values that do not fit a script are wrong usage",
                test_values_that_do_not_fit_a_script_are_wrong_usage);
    CU_add_test(suite, "a script for trees is refused on its own",
                test_a_script_for_trees_is_refused_on_its_own);
    return suite_close();
}
