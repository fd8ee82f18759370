/* readers_test.c: what the readers of steps take and what they refuse. One that refuses says why,
 * and one that says why refuses: step_parse.c insists on that, so that here there need only be
 * enough of what is wrong. */
#include "harness/run/tests/options.h"
#include "harness/scenario/model.h"
#include "harness/scenario/step.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BYTES_MAX = 64 * 1024 * 1024 };

static struct findings findings;

/* Where steps stand: of an own tree, beside an actor that is held, of a script for any program. */
enum where { TREE, HELD, SCRIPT, WHERES };

#define HEAD                                                                                       \
    "scenario: 1\nno-ctrl-c: x\ntree: { root: { run: supervisor, children: { leaf: { run: repl }," \
    " w: { run: worker, count: 2 } } } }\noutcome: { exit: any }\n"

static const char *const heads[] = {
    [TREE] = HEAD "steps:\n",
    [HELD] = HEAD "inject:\n- at: leaf@dbg.want\n  do:\n",
    [SCRIPT] = "script: 1\nsteps:\n",
};

static int script_read(struct arena *arena, const char *text, size_t size, struct scenario **out)
{
    char path[] = "/tmp/readers_test.XXXXXX.yaml";

    int fd = mkstemps(path, 5);
    CHECK(fd >= 0 && write(fd, text, size) == (ssize_t)size);
    (void)close(fd);
    int rc = script_load(arena, path, &test_options, out, &findings, NULL);
    (void)unlink(path);
    return rc;
}

/* True when the steps can be read; false with findings. */
static bool taken(enum where where, const char *steps)
{
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct buf text = BUF_INIT;

    buf_add_text(&text, heads[where]);
    for (const char *at = steps; *at != 0;) {
        size_t size = strcspn(at, "\n");
        buf_addf(&text, "  %.*s\n", (int)size, at);
        at += size + (at[size] == '\n');
    }
    int rc = where == SCRIPT ? script_read(&arena, buf_text(&text), text.size, &s)
                             : scenario_parse(&arena, "x.yaml", buf_text(&text), text.size,
                                              &test_options, &s, &findings, NULL);
    CU_ASSERT_EQUAL(rc == 0, findings.errors == 0);
    CU_ASSERT_EQUAL(rc == 0, s != NULL);
    for (size_t i = 0; rc != 0 && i < findings.count; i++)
        CU_ASSERT_PTR_NULL(strstr(findings.item[i].text, "a mistake of scenario itself"));
    buf_release(&text);
    arena_release(&arena);
    return rc == 0;
}

/* Goal: whatever word of a step is wrong, that is said and no more.
 * Method: each word of each step's example, replaced by values of every kind. */
static void test_any_word_of_a_step_may_be_wrong(void)
{
    static const char *const values[] = {"7",  "-1", "''",        "x", "zz.1", "[]", "[x, [y]]",
                                         "{}", "~",  "{ zz: 1 }", "$", "(",    "1s", "all"};
    static const char ends[] = " {}[],:\n'\"";
    size_t refused = 0;

    for (size_t i = 0; run_steps[i] != NULL; i++) {
        const char *example = run_steps[i]->word.example;
        for (const char *at = example; *at != 0;) {
            size_t size = strcspn(at, ends);
            for (size_t k = 0; size > 0 && k < COUNT_OF(values) * WHERES; k++) {
                struct buf text = BUF_INIT;
                buf_addf(&text, "%.*s%s%s", (int)(at - example), example, values[k / WHERES],
                         at + size);
                refused += !taken((enum where)(k % WHERES), buf_text(&text));
                buf_release(&text);
            }
            at += size > 0 ? size : 1;
        }
    }
    CU_ASSERT_TRUE(refused > 1000);
}

/* Each step, and where it can be done. */
static const struct {
    const char *step;
    bool taken[WHERES];
} rows[] = {
    {"signal: { to: leaf, name: SIGTERM }",                      {true, true, true}   },
    {"signal: { to: foreground, name: SIGINT }",                 {true, true, true}   },
    {"signal: { to: group, name: SIGINT }",                      {true, true, true}   },
    {"signal: { to: session, name: SIGINT }",                    {true, true, false}  },
    {"signal: { to: tree, name: SIGINT }",                       {true, true, false}  },
    {"signal: { to: leef, name: SIGINT }",                       {false, false, false}},
    {"signal: { to: leaf, name: SIGTREM }",                      {false, false, false}},
    {"signal: { to: [leaf], name: SIGINT }",                     {false, false, false}},
    {"signal: { to: group }",                                    {false, false, false}},
    {"await: quiet",                                             {true, true, true}   },
    {"await: leaf@dbg.prompt",                                   {true, false, false} },
    {"await: w.1@exit.closed",                                   {true, true, false}  },
    {"await: leef@dbg.prompt",                                   {false, false, false}},
    {"await: { gone: all }",                                     {true, false, true}  },
    {"await: { gone: leaf }",                                    {true, false, false} },
    {"await: { gone: [w.1, w.2] }",                              {true, true, false}  },
    {"await: { gone: [w.1, w.3] }",                              {false, false, false}},
    {"await: { gone: [] }",                                      {false, false, false}},
    {"await: { gone: { w: 1 } }",                                {false, false, false}},
    {"await: { gone: [[w.1]] }",                                 {false, false, false}},
    {"await: { alive: all }",                                    {true, true, true}   },
    {"await: { alive: leef }",                                   {false, false, false}},
    {"await: { stopped: leaf }",                                 {true, false, true}  },
    {"await: { count: 2 }",                                      {true, true, true}   },
    {"await: { zombies: 0 }",                                    {true, true, true}   },
    {"await: { count: -1 }",                                     {false, false, false}},
    {"await: { zombies: x }",                                    {false, false, false}},
    {"await: { within: 1s }",                                    {false, false, false}},
    {"await: { alive: all, within: x }",                         {false, false, false}},
    {"await: {}",                                                {false, false, false}},
    {"await: [quiet]",                                           {false, false, false}},
    {"fault: { kill: w.1, with: SIGKILL }",                      {true, true, false}  },
    {"fault: { kill: w.1 }",                                     {true, true, false}  },
    {"fault: { kill: w.1, with: SIGKLL }",                       {false, false, false}},
    {"fault: { kill: w.1, with: SIGKILL, side: up }",            {false, false, false}},
    {"fault: { stop: leaf, with: SIGINT }",                      {false, false, false}},
    {"fault: { stop: leef }",                                    {false, false, false}},
    {"fault: { stop: [leaf] }",                                  {false, false, false}},
    {"fault: { cut: leaf }",                                     {true, true, false}  },
    {"fault: { cut: root }",                                     {false, false, false}},
    {"fault: { delay: leaf, side: down }",                       {true, true, false}  },
    {"fault: { delay: leaf, side: left }",                       {false, false, false}},
    {"fault: { hang-up: terminal }",                             {true, true, true}   },
    {"fault: { hang-up: leaf }",                                 {false, false, false}},
    {"fault: { cont: job }",                                     {true, true, true}   },
    {"fault: { stop: leaf, cont: leaf }",                        {false, false, false}},
    {"fault: leaf",                                              {false, false, false}},
    {"fault: {}",                                                {false, false, false}},
    {"key: C-c",                                                 {true, true, true}   },
    {"key: C-cc",                                                {false, false, false}},
    {"key: { name: C-c, times: 100, gap: 3600s }",               {true, true, true}   },
    {"key: { name: C-c, times: 101 }",                           {false, false, false}},
    {"key: { name: C-c, times: 0 }",                             {false, false, false}},
    {"key: { name: C-c, gap: 3601s }",                           {false, false, false}},
    {"key: { name: C-c, gap: 0s, times: x }",                    {false, false, false}},
    {"key: { name: C-c, to: tiocsig }",                          {true, true, true}   },
    {"key: { name: C-a, to: tiocsig }",                          {false, false, false}},
    {"key: { name: C-c, to: nowhere }",                          {false, false, false}},
    {"key: { times: 2 }",                                        {false, false, false}},
    {"tell: { actor: w.1, do: fail }",                           {true, true, false}  },
    {"tell: { actor: w.1, do: fial }",                           {false, false, false}},
    {"tell: { actor: w.9, do: fail }",                           {false, false, false}},
    {"resize: { rows: 50, columns: 132 }",                       {true, true, true}   },
    {"resize: { rows: 0, columns: 132 }",                        {false, false, false}},
    {"resize: { rows: 50 }",                                     {false, false, false}},
    {"wait: { for: 0s, because: x }",                            {false, false, false}},
    {"wait: { for: 1s }",                                        {true, true, true}   },
    {"send: ''",                                                 {false, false, false}},
    {"send: [x]",                                                {false, false, false}},
    {"paste: ''",                                                {false, false, false}},
    {"paste: [x]",                                               {false, false, false}},
    {"note: [x]",                                                {false, false, false}},
    {"fail: [x]",                                                {false, false, false}},
    {"show: screens",                                            {false, false, false}},
    {"absent: { stream: x }",                                    {false, false, false}},
    {"absent: { stream: x, until: quiet }",                      {true, true, true}   },
    {"absent: { stream: x, until: w.1@exit.closed }",            {true, true, false}  },
    {"absent: { stream: x, for: 3600s, because: x }",            {true, true, true}   },
    {"absent: { stream: x, for: 3601s, because: x }",            {false, false, false}},
    {"absent: { stream: '(', until: quiet }",                    {false, false, false}},
    {"expect: '('",                                              {false, false, false}},
    {"expect: { stream: x, row: 1 }",                            {false, false, false}},
    {"expect: { screen: x, row: 0 }",                            {false, false, false}},
    {"expect: { screen: x, style: [red] }",                      {false, false, false}},
    {"expect: { stream: x, within: x }",                         {false, false, false}},
    {"expect: { first: [] }",                                    {false, false, false}},
    {"expect: { first: [{ stream: x, then: [{ key: [y] }] }] }", {false, false, false}},
    {"parallel: [[{ note: x }]]",                                {true, true, false}  },
    {"parallel: []",                                             {false, false, false}},
    {"parallel: [[{ note: [x] }]]",                              {false, false, false}},
    {"repeat: { times: 2, steps: [{ note: x }] }",               {true, true, true}   },
    {"repeat: { times: -1, steps: [{ note: x }] }",              {false, false, false}},
    {"repeat: { times: 2, steps: [{ note: [x] }] }",             {false, false, false}},
    {"use: { script: no-such }",                                 {false, false, false}},
};

static void test_steps_are_taken_where_they_can_be_done(void)
{
    for (size_t i = 0; i < COUNT_OF(rows) * WHERES; i++) {
        char step[128];
        (void)snprintf(step, sizeof(step), "- %s", rows[i / WHERES].step);
        bool took = taken((enum where)(i % WHERES), step);
        CU_ASSERT_EQUAL(took, rows[i / WHERES].taken[i % WHERES]);
        /* Said, and said once; of a script each name of an actor is a mistake of its own. */
        bool names = !took && i % WHERES == SCRIPT && strstr(step, "w.1") != NULL;
        CU_ASSERT_EQUAL(findings.errors > 0, !took);
        CU_ASSERT_TRUE(findings.errors <= (names ? 2 : 1));
        if (took != rows[i / WHERES].taken[i % WHERES])
            (void)printf("%zu: %s\n", i % WHERES, step);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("readers", NULL, NULL);
    CU_ADD_TEST(s, test_any_word_of_a_step_may_be_wrong);
    CU_ADD_TEST(s, test_steps_are_taken_where_they_can_be_done);
    return suite_close();
}
