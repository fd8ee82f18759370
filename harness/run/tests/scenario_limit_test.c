/* scenario_limit_test.c: every limit of a file is hit, memory runs out everywhere, and no bytes
 * whatever bring the loader down. */
#include "harness/run/tests/comparisons.h"
#include "harness/run/tests/options.h"
#include "harness/scenario/build.h"
#include "harness/scenario/matrix.h"
#include "harness/scenario/model.h"
#include "runtime/base/buf.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BYTES_MAX = 64 * 1024 * 1024 };

#define HEAD "scenario: 1\ntree: { root: { run: worker } }\n"

static struct findings findings;

/* Parses within 64 MB and a million comparisons. Returns the first finding's text, "" when there is
 * none: or only that no end is declared, as it is not in these texts, which is said when all else
 * is right. */
static const char *first_finding(const struct buf *text, uint32_t *line, uint32_t *column)
{
    static char out[256];
    struct arena arena = arena_new(BYTES_MAX);
    struct scenario *s = NULL;
    struct diag diag = {0};
    struct buf shown = BUF_INIT;

    CU_ASSERT_FALSE_FATAL(text->failed);
    comparisons = 0;
    int rc = scenario_parse(&arena, "x.yaml", buf_text(text), text->size, &test_options, &s,
                            &findings, &diag);
    CU_ASSERT_TRUE(comparisons <= COMPARISONS_MAX);
    CU_ASSERT_TRUE(rc == 0 || rc == ERR_INPUT);
    CU_ASSERT_EQUAL(rc == 0, findings.errors == 0);
    findings_print(&findings, &shown);
    bool right = findings.count == 0 ||
                 (findings.count == 1 && strncmp(findings.item[0].text, "no end is", 9) == 0);
    (void)snprintf(out, sizeof(out), "%s", right ? "" : findings.item[0].text);
    *line = right ? 0 : findings.item[0].place.line;
    *column = right ? 0 : findings.item[0].place.column;
    buf_release(&shown);
    arena_release(&arena);
    return out;
}

static void check_text(struct buf *text, uint32_t line, uint32_t column, const char *want)
{
    uint32_t got_line = 0;
    uint32_t got_column = 0;
    const char *got = first_finding(text, &got_line, &got_column);

    if (strcmp(got, want) != 0 || got_line != line || got_column != column)
        (void)fprintf(stderr, "got %u:%u '%s'\nnot %u:%u '%s'\n", got_line, got_column, got, line,
                      column, want);
    CU_ASSERT_STRING_EQUAL(got, want);
    CU_ASSERT_EQUAL(got_line, line);
    CU_ASSERT_EQUAL(got_column, column);
    buf_release(text);
}

/* `count` times the piece. */
static void add_times(struct buf *text, size_t count, const char *piece)
{
    for (size_t i = 0; i < count; i++)
        buf_add_text(text, piece);
}

/* ---- The YAML ----------------------------------------------------------------------------- */

static void test_200000_brackets_stop_at_the_depth(void)
{
    struct buf text = BUF_INIT;

    add_times(&text, 200000, "[");
    check_text(&text, 1, 65, "more than 64 levels deep");
}

static void test_64_levels_are_fine_and_65_are_not(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "name: ");
    add_times(&text, 63, "[");
    buf_add_text(&text, "x");
    add_times(&text, 63, "]");
    check_text(&text, 3, 7, "name wants one value, not a list");
    buf_add_text(&text, HEAD "name: ");
    add_times(&text, 64, "[");
    check_text(&text, 3, 7 + 63, "more than 64 levels deep");
}

static void test_a_file_of_1_mib_is_read_and_a_larger_one_is_not(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "#");
    while (text.size < SCENARIO_BYTES_MAX)
        buf_add_text(&text, "x");
    check_text(&text, 0, 0, "");
    while (text.size < SCENARIO_BYTES_MAX + 1)
        buf_add_text(&text, "x");
    check_text(&text, 1, 1, "larger than 1048576 bytes");
}

static void test_a_file_has_at_most_20000_nodes(void)
{
    struct buf text = BUF_INIT;

    /* The rest is 11 nodes: 5 keys, 3 maps, 2 values, the list. */
    buf_add_text(&text, HEAD "tags: [");
    add_times(&text, SCENARIO_NODES_MAX - 11, "a,");
    buf_add_text(&text, "]\n");
    check_text(&text, 0, 0, "");
    buf_add_text(&text, HEAD "tags: [");
    add_times(&text, SCENARIO_NODES_MAX - 10, "a,");
    buf_add_text(&text, "]\n");
    check_text(&text, 3, 8 + 2 * (SCENARIO_NODES_MAX - 11), "more than 20000 nodes in one file");
}

static void test_a_file_has_at_most_100_anchors(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "tags:\n");
    for (int i = 0; i < SCENARIO_ANCHORS_MAX; i++)
        buf_addf(&text, "  - &a%d x\n", i);
    struct buf more = BUF_INIT;
    buf_addf(&more, "%s  - &more x\n", buf_text(&text));
    check_text(&text, 0, 0, "");
    check_text(&more, 104, 5, "more than 100 anchors in one file");
}

static void test_aliases_may_not_multiply_the_file(void)
{
    struct buf text = BUF_INIT;

    /* Nine levels of nine: 9^9 nodes when written out. */
    buf_add_text(&text, "scenario: 1\na: &a [x,x,x,x,x,x,x,x,x]\n");
    for (int c = 'b'; c <= 'i'; c++) {
        buf_addf(&text, "%c: &%c [", c, c);
        for (int i = 0; i < 9; i++)
            buf_addf(&text, "*%c,", c - 1);
        buf_add_text(&text, "]\n");
    }
    check_text(&text, 5, 8, "the aliases make the file 10 times as large");
}

static void test_many_keys_are_compared_quickly(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "vars:\n");
    for (int i = 0; i < 9900; i++)
        buf_addf(&text, "  k%d: 1\n", i);
    check_text(&text, 4, 3, "more than 32 parameters");
    buf_add_text(&text, HEAD "vars:\n");
    for (int i = 0; i < 9900; i++)
        buf_addf(&text, "  k%d: 1\n", i);
    buf_add_text(&text, "  k77: 1\n");
    check_text(&text, 4, 3, "more than 32 parameters");
    CU_ASSERT_EQUAL(findings.count, 2);
    CU_ASSERT_EQUAL(findings.item[1].place.line, 9904);
    CU_ASSERT_EQUAL(findings.item[1].other.line, 81);
}

/* ---- The language ------------------------------------------------------------------------- */

static void test_a_matrix_of_4096_variants_is_fine(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "no-ctrl-c: x\nmatrix:\n  a: [");
    for (int i = 0; i < 64; i++)
        buf_addf(&text, "%d,", i);
    buf_add_text(&text, "]\n  b: [");
    for (int i = 0; i < 64; i++)
        buf_addf(&text, "%d,", i);
    struct buf more = BUF_INIT;
    buf_addf(&more, "%s64]\n", buf_text(&text));
    buf_add_text(&text, "]\n");
    check_text(&text, 0, 0, "");
    check_text(&more, 6, 3, "the matrix has more than 4096 variants");
}

static void test_variants_times_contents_is_limited(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, "scenario: 1\nmatrix:\n  a: [");
    for (int i = 0; i < 4096; i++)
        buf_addf(&text, "%d,", i);
    buf_add_text(&text, "]\ntree: { root: { run: supervisor, children: {\n");
    for (int i = 0; i < 5; i++) {
        buf_addf(&text, "  m%d: { run: supervisor, children: {", i);
        buf_addf(&text, " w%d: { run: worker, count: 200 } } },\n", i);
    }
    buf_add_text(&text, "} } }\n");
    check_text(&text, 6, 38, "the matrix makes too many steps and actors");
}

static void test_endless_conditions_and_empty_loops_are_limited(void)
{
    struct buf text = BUF_INIT;

    /* 1000^6 turns without a single step. */
    buf_add_text(&text, HEAD "steps:\n  - ");
    add_times(&text, 6, "{repeat: {times: 1000, steps: [");
    buf_add_text(&text, "{when: {if: 'false', steps: [{note: x}]}}");
    add_times(&text, 6, "]}}");
    check_text(&text, 4, 191, "more than 1000 steps");
    buf_add_text(&text, HEAD "steps:\n  - when: { steps: [{ note: x }], if: '");
    add_times(&text, 100000, "not ");
    buf_add_text(&text, "true' }\n");
    check_text(&text, 4, 39 + 4 * 32, "in the condition: nested too deeply");
}

static void test_a_variant_has_at_most_1000_steps(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "steps:\n  - repeat: { times: 1000, steps: [{ note: x }] }\n");
    check_text(&text, 0, 0, "");
    buf_add_text(&text, HEAD "steps:\n  - repeat: { times: 1000, steps: [{ note: x }] }\n"
                             "  - note: y\n");
    check_text(&text, 5, 11, "more than 1000 steps");
}

static void test_a_replaced_value_has_at_most_64_kib(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "vars: { a: ");
    add_times(&text, 65, "x");
    buf_add_text(&text, " }\nsteps:\n  - note: '");
    add_times(&text, 1009, "${a}");
    buf_add_text(&text, "'\n");
    check_text(&text, 5, 11, "longer than 65536 bytes after replacement");
}

static void test_a_tree_is_limited_in_number_depth_and_width(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, "scenario: 1\ntree: { root: { run: supervisor, children: {\n"
                        "  m: { run: supervisor, chain: 63 } } } }\n");
    check_text(&text, 0, 0, "");
    buf_add_text(&text, "scenario: 1\ntree: { root: { run: supervisor, children: {\n"
                        "  m: { run: supervisor, chain: 64 } } } }\n");
    check_text(&text, 3, 3, "the tree is more than 64 actors deep");
    buf_add_text(&text, "scenario: 1\ntree: { root: { run: supervisor, children: {\n"
                        "  m: { run: supervisor, count: 5, children: {\n"
                        "    w: { run: worker, count: 219 } } } } } }\n");
    check_text(&text, 4, 5, "more than 1100 actors in the tree");
    buf_add_text(&text, "scenario: 1\ntree: { root: { run: supervisor, children: {\n"
                        "  w: { run: worker, count: 257 } } } }\n");
    check_text(&text, 3, 3, "'root' has more than 256 children");
}

static void test_names_have_a_length(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "name: ");
    add_times(&text, SCENARIO_NAME_BYTES_MAX + 1, "x");
    check_text(&text, 3, 7, "name is longer than 200 bytes");
    buf_add_text(&text, "scenario: 1\ntree: { root: { run: supervisor, children: {\n"
                        "  abcdefghijabcdefghijabcdefghi: { run: worker, count: 10 } } } }\n");
    check_text(&text, 3, 3,
               "with its number the name 'abcdefghijabcdefghijabcdefghi' is longer than 31 bytes");
}

static void test_lists_have_limits(void)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, HEAD "inject:\n");
    add_times(&text, 257, "  - { at: root@spawn.ready, do: [{ note: x }] }\n");
    check_text(&text, 4, 3, "more than 256 injects");
    buf_add_text(&text, HEAD "order:\n");
    add_times(&text, 65, "  - [root@spawn.ready, root@exit.closed]\n");
    check_text(&text, 4, 3, "more than 64 pairs");
    buf_add_text(&text, HEAD "must-fail:\n");
    add_times(&text, 65, "  - no-zombies\n");
    check_text(&text, 68, 5, "more than 64 signatures");
    buf_add_text(&text, HEAD "steps:\n  - parallel: [");
    add_times(&text, 65, "[{ note: x }],");
    buf_add_text(&text, "]\n");
    check_text(&text, 4, 15, "parallel wants 1 to 64 lists of steps");
    buf_add_text(&text, HEAD "matrix:\n  a: [1, 2]\n  exclude:\n");
    add_times(&text, MATRIX_RULES_MAX + 1, "    - { a: 1 }\n");
    check_text(&text, 6, 5, "more than 256 entries in exclude");
}

/* The last that is fine, and the first that is not. */
static void check_edge(const char *before, size_t fine, const char *piece, const char *behind,
                       const char *want)
{
    for (size_t more = 0; more <= 1; more++) {
        struct buf text = BUF_INIT;
        uint32_t line = 0;
        uint32_t column = 0;
        buf_add_text(&text, HEAD);
        buf_add_text(&text, before);
        add_times(&text, fine + more, piece);
        buf_add_text(&text, behind);
        const char *got = first_finding(&text, &line, &column);
        CU_ASSERT_STRING_EQUAL(got, more == 0 ? "" : want);
        buf_release(&text);
    }
}

static void test_a_scenario_captures_at_most_63_names(void)
{
    struct buf text = BUF_INIT;

    for (unsigned names = 63; names <= 64; names++) {
        buf_add_text(&text, HEAD "steps:\n");
        for (unsigned i = 0; i < names; i++)
            buf_addf(&text, "  - expect: '(?<n%u>x)'\n", i);
        check_text(&text, names == 63 ? 0 : 67, names == 63 ? 0 : 13,
                   names == 63 ? "" : "more than 63 captured names");
    }
}

static void test_words_and_numbers_have_limits(void)
{
    check_edge("matrix: { n", 39, "n", ": [1] }\n",
               "'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' cannot name a parameter");
    check_edge("matrix: { n: [", 64, "v", "] }\n", "a value of the matrix has 1 to 64 bytes");
    check_edge("outcome: { exit: { one-of: [", 16, "{ status: 0 },", "] } }\n",
               "one-of stands alone and has 1 to 16 entries");
    check_edge("steps: [{ key: { name: C-c, times: 10", 0, "1", " } }]\n", "times is out of range");
    check_edge("steps: [{ key: { name: C-c, times: 100", 0, "0", " } }]\n",
               "times is out of range");
    check_edge("steps: [{ await: root@spawn.ready#4", 9, "1", " }]\n",
               "'#41111111111' does not say which time");
    check_edge("steps: [{ repeat: { steps: [{ note: x }], times: 100", 1, "0", " } }]\n",
               "times is out of range");
    check_edge("steps: [{ key: { name: C-c, gap: 360", 1, "0", "s } }]\n", "gap is out of range");
    check_edge("terminal: { rows: 100", 1, "0", " }\n", "rows is out of range");
    check_edge("steps: [{ wait: { because: x, for: 360", 1, "0", "s } }]\n",
               "wait is out of range");
}

static void test_names_of_scripts_have_a_length(void)
{
    for (size_t size = 64; size <= 65; size++) {
        struct buf text = BUF_INIT;
        uint32_t line = 0;
        uint32_t column = 0;
        buf_add_text(&text, HEAD "steps: [{ use: { script: ");
        add_times(&text, size, "s");
        buf_add_text(&text, " } }]\n");
        const char *got = first_finding(&text, &line, &column);
        CU_ASSERT_EQUAL(strstr(got, "cannot name a script") != NULL, size == 65);
        CU_ASSERT_EQUAL(strstr(got, "no script 'sss") != NULL, size == 64);
        buf_release(&text);
    }
}

/* ---- Memory and noise --------------------------------------------------------------------- */

static const char sweep_text[] =
    "scenario: 1\n"
    "tags: [a, b]\n"
    "matrix: { n: [0, 1], who: [leaf], exclude: [{ n: 1 }], include: [{ n: 2, who: leaf }] }\n"
    "vars: { again: 'x${n}' }\n"
    "tree:\n"
    "  root:\n"
    "    run: supervisor\n"
    "    children:\n"
    "      mid: { run: supervisor, chain: \"${n}\", children: { leaf: { run: repl } } }\n"
    "      w: { run: worker, count: 2 }\n"
    "defect: hop-blind\n"
    "inject: [{ at: any@dbg.prompt, do: [{ key: { name: Up, times: 2 } }] }]\n"
    "order: [[leaf@dbg.want, w.1@spawn.ready]]\n"
    "steps:\n"
    "  - expect: '${who}> $'\n"
    "  - await: { alive: [leaf], gone: w.2 }\n"
    "  - repeat: { times: 2, steps: [{ note: 'a ${again}' }] }\n"
    "  - when: { if: 'n in (0, 2) and not who == \"x\"', steps: [{ await: leaf@dbg.want }] }\n"
    "  - parallel: [[{ send: x }], [{ await: quiet }]]\n"
    "  - wait: 3s\n"
    "  - paste: x\n"
    "  - signal: { to: tree, name: SIGINT }\n"
    "  - fault: { kill: w.1, with: SIGKILL }\n"
    "  - tell: { actor: w.1, do: exit }\n"
    "  - resize: { rows: 2, columns: 2 }\n"
    "  - show: modes\n"
    "  - absent: { stream: x, until: quiet }\n"
    "  - expect: { first: [{ screen: x, then: [{ fail: x }] }] }\n"
    "must-fail: ['lock-fifo actor=leaf cause=cancel']\n"
    "invariants: { no-zombies: { within: 3s } }\n"
    "outcome: [{ when: 'n == 0', exit: { error: 'APP:QUIT' } }, { exit: { status: 0 } }]\n";

/* expect/scripts/dN.yaml uses d(N-1), d0 is plain; scenarios/x.yaml uses d`depth`. */
static void scripts_write(const char *top, int depth)
{
    char path[128];

    for (int i = -1; i <= depth; i++) {
        if (i < 0)
            (void)snprintf(path, sizeof(path), "%s/scenarios/x.yaml", top);
        else
            (void)snprintf(path, sizeof(path), "%s/expect/scripts/d%d.yaml", top, i);
        FILE *file = fopen(path, "we");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        if (i == 0) {
            (void)fputs("script: 1\nsteps: [{ await: quiet }]\n", file);
        } else {
            (void)fprintf(file, "%ssteps: [{ use: { script: d%d } }]\n",
                          i < 0 ? HEAD "outcome: { exit: any }\n" : "script: 1\n",
                          i < 0 ? depth : i - 1);
        }
        (void)fclose(file);
    }
}

static void test_scripts_use_scripts_8_deep(void)
{
    static const char *const folders[] = {"scenarios", "expect", "expect/scripts"};
    char top[] = "/tmp/scenario_limit_test.XXXXXX";
    char path[128];
    char command[128];

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(top));
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", top, folders[i]);
        CU_ASSERT_EQUAL_FATAL(mkdir(path, 0777), 0);
    }
    (void)snprintf(path, sizeof(path), "%s/scenarios/x.yaml", top);
    for (int depth = SCRIPT_DEPTH_MAX - 1; depth <= SCRIPT_DEPTH_MAX; depth++) {
        struct arena arena = arena_new(BYTES_MAX);
        struct scenario *s = NULL;
        struct buf shown = BUF_INIT;
        scripts_write(top, depth);
        int rc = scenario_load(&arena, path, &test_options, &s, &findings, NULL);
        findings_print(&findings, &shown);
        CU_ASSERT_EQUAL(rc, depth < SCRIPT_DEPTH_MAX ? 0 : ERR_INPUT);
        CU_ASSERT_EQUAL(strstr(buf_text(&shown), "more than 8 scripts inside each other") != NULL,
                        depth == SCRIPT_DEPTH_MAX);
        buf_release(&shown);
        arena_release(&arena);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", top);
    CU_ASSERT_EQUAL(system(command), 0); /* NOLINT(concurrency-mt-unsafe) */
}

/* Goal: running out of memory is reported, and never half-done.
 * Method: try every arena size in small steps, up to the first one that is enough. */
static void sweep_memory(const char *text, int want)
{
    static unsigned char memory[512 * 1024];
    int rc = ERR_NOMEM;
    size_t failures = 0;

    for (size_t size = 0; rc == ERR_NOMEM; size += 56, failures++) {
        CU_ASSERT_TRUE_FATAL(size <= sizeof(memory));
        struct arena arena = arena_init(memory, size);
        struct scenario *s = NULL;
        struct diag diag = {0};
        rc = scenario_parse(&arena, "scenarios/x.yaml", text, strlen(text), &test_options, &s,
                            &findings, &diag);
        CU_ASSERT_EQUAL(s != NULL, rc == 0);
        CU_ASSERT_TRUE(rc == 0 || diag.text[0] != 0);
    }
    CU_ASSERT_EQUAL(rc, want);
    CU_ASSERT_TRUE(failures > 100);
}
static void test_scenario_parse_survives_every_oom(void)
{
    sweep_memory(sweep_text, 0);
}

static void test_making_findings_survives_every_oom(void)
{
    sweep_memory("scenario: 1\n"
                 "tree:\n"
                 "  root: { run: supervisor, children: { w: { run: worker, count: 3 } } }\n"
                 "step: []\n"
                 "steps:\n"
                 "  - awiat: quiet\n"
                 "  - await: w.4@spawn.redy\n"
                 "  - use: { script: no-such }\n"
                 "  - expect: '(${x}'\n",
                 ERR_INPUT);
}

/* One change to the text: a byte replaced, taken, doubled, or a piece moved. */
static void text_mutate(struct prng *p, struct buf *text)
{
    static const char bytes[] = "\n\t \0[]{}:,-&*!|>'\"%@`#${}\xff\xc3\xa9"
                                "0aZ.";
    uint32_t at = prng_below(p, (uint32_t)text->size);
    uint32_t from = prng_below(p, (uint32_t)text->size);
    uint32_t size = 1 + prng_below(p, 12);

    if (at + size > text->size)
        size = (uint32_t)text->size - at;
    switch (prng_below(p, 4)) {
    case 0:
        text->data[at] = bytes[prng_below(p, sizeof(bytes))];
        break;
    case 1:
        memmove(text->data + at, text->data + at + size, text->size - at - size);
        text->size -= text->size > size ? size : 0;
        break;
    case 2:
        memmove(text->data + at, text->data + from,
                size < text->size - from ? size : text->size - from);
        break;
    default:
        buf_add(text, "\n- [&x *x", prng_below(p, 9));
        break;
    }
}

static void test_no_change_of_a_good_file_brings_the_loader_down(void)
{
    struct prng prng = prng_init(1);
    size_t good = 0;

    for (int round = 0; round < 1500; round++) {
        struct arena arena = arena_new(BYTES_MAX);
        struct buf text = BUF_INIT;
        struct buf shown = BUF_INIT;
        struct scenario *s = NULL;
        buf_add(&text, sweep_text, sizeof(sweep_text) - 1);
        for (uint32_t i = 1 + prng_below(&prng, 3); i > 0; i--)
            text_mutate(&prng, &text);
        int rc = scenario_parse(&arena, "x.yaml", text.data, text.size, &test_options, &s,
                                &findings, NULL);
        findings_print(&findings, &shown);
        CU_ASSERT_TRUE(rc == 0 || (rc == ERR_INPUT && findings.errors > 0 && shown.size > 0));
        CU_ASSERT_EQUAL(s != NULL, rc == 0);
        good += rc == 0;
        buf_release(&shown);
        buf_release(&text);
        arena_release(&arena);
    }
    CU_ASSERT_TRUE(good > 10 && good < 1000);
}

int main(void)
{
    CU_pSuite s = suite_open("scenario_limit", NULL, NULL);
    CU_ADD_TEST(s, test_200000_brackets_stop_at_the_depth);
    CU_ADD_TEST(s, test_64_levels_are_fine_and_65_are_not);
    CU_ADD_TEST(s, test_a_file_of_1_mib_is_read_and_a_larger_one_is_not);
    CU_ADD_TEST(s, test_a_file_has_at_most_20000_nodes);
    CU_ADD_TEST(s, test_a_file_has_at_most_100_anchors);
    CU_ADD_TEST(s, test_aliases_may_not_multiply_the_file);
    CU_ADD_TEST(s, test_many_keys_are_compared_quickly);
    CU_ADD_TEST(s, test_a_matrix_of_4096_variants_is_fine);
    CU_ADD_TEST(s, test_variants_times_contents_is_limited);
    CU_ADD_TEST(s, test_endless_conditions_and_empty_loops_are_limited);
    CU_ADD_TEST(s, test_a_variant_has_at_most_1000_steps);
    CU_ADD_TEST(s, test_a_replaced_value_has_at_most_64_kib);
    CU_ADD_TEST(s, test_a_tree_is_limited_in_number_depth_and_width);
    CU_ADD_TEST(s, test_names_have_a_length);
    CU_ADD_TEST(s, test_lists_have_limits);
    CU_ADD_TEST(s, test_a_scenario_captures_at_most_63_names);
    CU_ADD_TEST(s, test_words_and_numbers_have_limits);
    CU_ADD_TEST(s, test_names_of_scripts_have_a_length);
    CU_ADD_TEST(s, test_scripts_use_scripts_8_deep);
    CU_ADD_TEST(s, test_scenario_parse_survives_every_oom);
    CU_ADD_TEST(s, test_making_findings_survives_every_oom);
    CU_ADD_TEST(s, test_no_change_of_a_good_file_brings_the_loader_down);
    return suite_close();
}
