/* papers_test.c: schema, manual pages, help and examples say what the tables say. */
#include "harness/cli/flags.h"
#include "harness/cli/papers.h"
#include "harness/cli/suite.h"
#include "harness/cli/words.h"
#include "harness/gate/known.h"
#include "harness/record/format.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1024 * 1024, ARENA_BYTES = 16 * 1024 * 1024 };

static const char *const topics[WORD_KINDS] = {
    [WORD_TOP_KEY] = "file",        [WORD_ACTOR_KEY] = "actors", [WORD_STEP] = "steps",
    [WORD_COMMAND_KEY] = "command", [WORD_FAULT] = "faults",     [WORD_INVARIANT] = "invariants",
    [WORD_POINT_FAMILY] = "points", [WORD_ROLE] = "roles",       [WORD_DEFECT] = "defects",
    [WORD_TELL] = "tells",
};

/* A committed file; the tests run in the source folder. */
static void file_load(const char *path, struct buf *out)
{
    static char bytes[FILE_BYTES_MAX];
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return;
    buf_add(out, bytes, fread(bytes, 1, sizeof(bytes), file));
    (void)fclose(file);
}

static void same_as_file(const struct buf *made, const char *path)
{
    struct buf committed = BUF_INIT;

    file_load(path, &committed);
    bool same = committed.size == made->size && made->size > 0 &&
                memcmp(committed.data, made->data, made->size) == 0;
    if (!same)
        (void)printf("\n%s is not what the tables say now: build the target `papers`\n", path);
    CU_ASSERT(same);
    buf_release(&committed);
}

static void test_the_committed_schemas_are_what_the_tables_say(void)
{
    struct buf none = BUF_INIT;

    for (size_t i = 0; schema_name_at(i) != NULL; i++) {
        struct buf text = BUF_INIT;
        char path[64];
        (void)snprintf(path, sizeof(path), "scenarios/schema/%s.v1.json", schema_name_at(i));
        CU_ASSERT(schema_print(schema_name_at(i), &text)); /* false: a shape is not well made */
        same_as_file(&text, path);
        buf_release(&text);
    }
    CU_ASSERT_FALSE(schema_print("scenari", &none));
    buf_release(&none);
}

static void references_are_defined(const char *schema)
{
    static const char mark[] = "#/definitions/";
    struct buf text = BUF_INIT;

    (void)schema_print(schema, &text);
    for (const char *at = buf_text(&text); (at = strstr(at, mark)) != NULL;) {
        char wanted[64];
        at += sizeof(mark) - 1;
        (void)snprintf(wanted, sizeof(wanted), "\n    \"%.*s\": ", (int)strcspn(at, "\""), at);
        if (strstr(buf_text(&text), wanted) == NULL)
            (void)printf("\nno definition%s\n", wanted);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), wanted));
    }
    buf_release(&text);
}

static void test_every_reference_of_the_schemas_is_defined(void)
{
    for (size_t i = 0; schema_name_at(i) != NULL; i++)
        references_are_defined(schema_name_at(i));
}

static void test_the_committed_manual_pages_are_what_the_tables_say(void)
{
    static const char *const pages[][2] = {
        {"scenario",       "harness/cli/man/scenario.1.scd"      },
        {"scenario-file",  "harness/cli/man/scenario-file.5.scd" },
        {"known-failures", "harness/cli/man/known-failures.5.scd"},
    };

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct buf text = BUF_INIT;
        CU_ASSERT(manual_print(pages[i][0], &text));
        same_as_file(&text, pages[i][1]);
        buf_release(&text);
    }
    struct buf none = BUF_INIT;
    CU_ASSERT_FALSE(manual_print("scenario-fil", &none));
    /* A backslash is markup in scdoc's examples as well. */
    CU_ASSERT_TRUE(manual_print("scenario-file", &none));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&none), "\t- send: \"c\\\\r\"\n"));
    buf_release(&none);
}

/* Goal: whoever writes a reader by the page reads what is written. */
static void test_the_page_of_the_record_has_every_kind_of_item(void)
{
#define ITEM_LINE(id, byte, help) {byte, help},
    static const struct {
        char byte;
        const char *help;
    } items[] = {ITEM_MAP(ITEM_LINE)};
#undef ITEM_LINE
    static char page[64 * 1024];
    FILE *file = fopen("harness/cli/man/scenario-record.5.scd", "re");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    page[fread(page, 1, sizeof(page) - 1, file)] = 0;
    (void)fclose(file);
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        char line[256];
        (void)snprintf(line, sizeof(line), "\n%c  %s\n", items[i].byte, items[i].help);
        CU_ASSERT_PTR_NOT_NULL(strstr(page, line));
        if (strstr(page, line) == NULL)
            (void)printf("\nmissing: %s", line);
    }
}

/* As the page prints it: with a backslash before what would be markup. */
static bool page_has(const struct buf *page, const char *word)
{
    struct buf escaped = BUF_INIT;

    for (const char *at = word; *at != 0; at++) {
        if (*at == '_')
            buf_add_text(&escaped, "\\");
        buf_add(&escaped, at, 1);
    }
    bool has = strstr(buf_text(page), buf_text(&escaped)) != NULL;
    buf_release(&escaped);
    return has;
}

static bool schema_has(const struct buf *schema, const char *word)
{
    struct buf wanted = BUF_INIT;

    for (const char *at = word; *at != 0; at++)
        buf_add(&wanted, *at == '.' ? "[.]" : at, *at == '.' ? 3 : 1);
    bool has = strstr(buf_text(schema), buf_text(&wanted)) != NULL;
    buf_release(&wanted);
    return has;
}

static void test_every_word_stands_in_help_manual_and_schema(void)
{
    struct buf schema = BUF_INIT;
    struct buf page = BUF_INIT;

    (void)schema_print("scenario", &schema);
    (void)manual_print("scenario-file", &page);
    for (unsigned kind = 0; kind < WORD_KINDS; kind++) {
        struct buf help = BUF_INIT;
        CU_ASSERT(help_topic(topics[kind], &help));
        struct word w;
        for (size_t i = 0; word_at(kind, i, &w); i++) {
            const char *word = w.name;
            bool all = strstr(buf_text(&help), word) != NULL && page_has(&page, word) &&
                       schema_has(&schema, word);
            if (!all)
                (void)printf("\n%s: '%s' is missing in help, manual or schema\n", topics[kind],
                             word);
            CU_ASSERT(all);
        }
        buf_release(&help);
    }
    CU_ASSERT_FALSE(help_topic("nothing", &page));
    buf_release(&schema);
    buf_release(&page);
}

/* Goal: whatever word somebody has read, `scenario help WORD` explains it. */
static void test_every_word_has_help_of_its_own(void)
{
    static const char *const others[] = {"dbg",     "leaf@dbg.prompt#2",
                                         "tag:x",   "within",
                                         "zombies", "collect",
                                         "sigint",  "-k",
                                         "C-x",     "not",
                                         "tiocsig", "children-gone"};
    struct word w;
    struct buf out = BUF_INIT;
    bool all = true;

    for (unsigned kind = 0; kind < WORD_ALL; kind++) {
        for (size_t i = 0; kind != WORD_POINT_FAMILY && word_at(kind, i, &w); i++) {
            buf_release(&out);
            bool good = help_word(w.name, &out) && strstr(buf_text(&out), w.name) != NULL &&
                        (w.help == NULL || strstr(buf_text(&out), w.help) != NULL);
            if (!good)
                (void)printf("\nno help on %s\n", w.name);
            all = all && good;
        }
    }
    for (size_t i = 0; flag_name_at(i) != NULL; i++) {
        buf_release(&out);
        all =
            help_word(flag_name_at(i), &out) && strstr(buf_text(&out), "a flag of") != NULL && all;
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        buf_release(&out);
        CU_ASSERT_TRUE(help_word(others[i], &out));
    }
    CU_ASSERT_TRUE(all);
    buf_release(&out);
    CU_ASSERT_FALSE(help_word("zzz", &out));
    CU_ASSERT_FALSE(help_word("", &out));
    CU_ASSERT_EQUAL(out.size, 0);
}

/* Goal: whoever writes an entry finds each of its keys, in all papers. */
static void test_every_key_of_an_entry_stands_in_help_manual_and_schema(void)
{
    struct buf schema = BUF_INIT;
    struct buf page = BUF_INIT;
    struct buf help = BUF_INIT;

    (void)schema_print("known-failures", &schema);
    (void)manual_print("known-failures", &page);
    CU_ASSERT_TRUE(help_topic("known-failures", &help));
    for (size_t i = 0; known_entry_key(i) != NULL; i++) {
        const struct word *w = known_entry_key(i);
        char line[64];
        (void)snprintf(line, sizeof(line), "\n%s%s: ", w->name,
                       known_key_is_required(w->name) ? "!" : "");
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&help), line));
        (void)snprintf(line, sizeof(line), "\n*%s* ", w->name);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&page), line));
        (void)snprintf(line, sizeof(line), "\"%s\": ", w->name);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&schema), line));
    }
    buf_release(&schema);
    buf_release(&page);
    buf_release(&help);
}

/* Goal: the examples of the page and of its keys are right.
 * Method: an entry is made of the examples, and read with that of the page. */
static void test_the_examples_of_known_failures_are_right(void)
{
    struct buf page = BUF_INIT;
    struct buf text = BUF_INIT;
    struct findings findings;
    struct arena arena = arena_new(ARENA_BYTES);
    struct known *known = NULL;

    CU_ASSERT_TRUE(manual_print("known-failures", &page));
    const char *at = strstr(buf_text(&page), "known-failures: 1");
    CU_ASSERT_PTR_NOT_NULL(at);
    if (at == NULL)
        return;
    /* As scdoc shows it: without the tabs. */
    for (const char *end = strstr(at, "\t```"); at < end; at++)
        buf_add(&text, at, *at == '\t' ? 0 : 1);
    buf_add_text(&text, "  - id: KF-9\n");
    for (size_t i = 1; known_entry_key(i) != NULL; i++) {
        const char *name = known_entry_key(i)->name;
        if (strncmp(name, "version", 7) != 0 && strcmp(name, "program") != 0)
            buf_addf(&text, "    %s", known_entry_key(i)->example);
    }
    int rc =
        known_parse(&arena, "x.yaml", buf_text(&text), text.size, NULL, &known, &findings, NULL);
    CU_ASSERT_EQUAL(rc, 0);
    CU_ASSERT_TRUE(rc != 0 || known->count == 3);
    if (rc != 0) {
        struct buf said = BUF_INIT;
        findings_print(&findings, &said);
        (void)printf("\n%s%s\n", buf_text(&text), buf_text(&said));
        buf_release(&said);
    }
    arena_release(&arena);
    buf_release(&page);
    buf_release(&text);
}

static void test_an_unknown_word_is_answered_with_a_near_one(void)
{
    static const char *const rows[][2] = {
        {"expct",      "expect"     },
        {"dbg.promt",  "dbg.prompt" },
        {"enqueu",     "dbg.enqueue"},
        {"promtp",     "prompt"     },
        {"doubl-fork", "double-fork"},
        {"no-zombis",  "no-zombies" },
        {"--reapeat",  "repeat"     },
        {"selctors",   "selectors"  },
        {"chek",       "check"      },
        {"xylophone",  NULL         },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *near = help_suggest(rows[i][0]);
        CU_ASSERT_EQUAL(near == NULL, rows[i][1] == NULL);
        if ((near == NULL) != (rows[i][1] == NULL))
            (void)printf("\n%s: %s\n", rows[i][0], near != NULL ? near : "nothing");
        if (near != NULL && rows[i][1] != NULL)
            CU_ASSERT_STRING_EQUAL(near, rows[i][1]);
    }
}

/* Goal: nobody looks for a verb that is not there.
 * Method: the words of what is to be built are in no paper. */
static void test_what_is_not_built_is_not_promised(void)
{
    static const char *const words[] = {"scenario explore", "scenario shrink", "scenario bundle"};
    static const char *const pages[] = {"scenario", "scenario-file"};
    struct buf all = BUF_INIT;

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        CU_ASSERT_TRUE(manual_print(pages[i], &all));
    CU_ASSERT_TRUE(help_topic("verdicts", &all));
    file_load("README.md", &all);
    CU_ASSERT_TRUE(schema_print("scenario", &all));
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        CU_ASSERT_PTR_NULL(strstr(buf_text(&all), words[i]));
    buf_release(&all);
}

/* True when it is right, without a warning too. */
static bool document_is_right(const struct buf *text, const char *kind, const char *word)
{
    const struct places places = {.scripts = "expect/scripts"};
    const struct scenario_options options = suite_options(&places);
    struct arena arena = arena_new(ARENA_BYTES);
    struct scenario *scenario = NULL;
    struct findings findings;
    struct diag diag = {0};

    int rc = scenario_parse(&arena, "example.yaml", buf_text(text), text->size, &options, &scenario,
                            &findings, &diag);
    bool right = rc == 0 && findings.count == 0;
    if (!right) {
        struct buf said = BUF_INIT;
        findings_print(&findings, &said);
        (void)printf("\nthe example of %s '%s':\n%s%s\n%s\n", kind, word, buf_text(text),
                     buf_text(&said), diag.text);
        buf_release(&said);
    }
    arena_release(&arena);
    return right;
}

/* The example of a word, each line after so many blanks. */
static void example_add(enum word_kind kind, const struct word *w, int indent, struct buf *out)
{
    struct buf text = BUF_INIT;

    word_example(kind, w, &text);
    for (const char *at = buf_text(&text); *at != 0;) {
        size_t size = strcspn(at, "\n");
        buf_addf(out, "%*s%.*s\n", indent, "", (int)size, at);
        at += size + (at[size] == '\n' ? 1 : 0);
    }
    buf_release(&text);
}

/* A scenario around an example: what the example brings itself is left out. */
static void document_make(enum word_kind kind, const struct word *w, struct buf *out)
{
    static const char *const top_lines[][2] = {
        {"scenario",  "scenario: 1\n"                                  },
        {"name",      "name: an example\n"                             },
        {"engines",   "engines: [real]\n"                              },
        {"no-ctrl-c", "no-ctrl-c: an example\n"                        },
        {"outcome",   "outcome: { exit: any }\n"                       },
        {"matrix",    "matrix:\n  presses: [1, 3]\n  prompt: [pause]\n"},
    };
    const char *name = w->name;
    bool command =
        kind == WORD_COMMAND_KEY || (kind == WORD_TOP_KEY && strcmp(name, "command") == 0);
    bool top = kind == WORD_TOP_KEY || kind == WORD_INVARIANT || kind == WORD_DEFECT;

    for (size_t i = 0; i < sizeof(top_lines) / sizeof(top_lines[0]); i++) {
        if (kind == WORD_TOP_KEY && strcmp(name, top_lines[i][0]) == 0)
            continue;
        buf_add_text(out, top_lines[i][1]);
    }
    if (top && strcmp(name, "scenario") == 0) {
        /* It comes first; the others were added above. */
        struct buf rest = BUF_INIT;
        buf_add(&rest, out->data, out->size);
        buf_drop(out, out->size);
        example_add(kind, w, 0, out);
        buf_add(out, buf_text(&rest), rest.size);
        buf_release(&rest);
    } else if (top) {
        example_add(kind, w, 0, out);
    }
    bool starts =
        kind == WORD_TOP_KEY && (strcmp(name, "session") == 0 || strcmp(name, "adopt") == 0);
    if (starts) {
        buf_add_text(out, "command: { argv: [cat] }\n");
    } else if (kind == WORD_COMMAND_KEY) {
        buf_add_text(out, "command:\n");
        if (strcmp(name, "argv") != 0)
            buf_add_text(out, "  argv: [cat]\n");
        example_add(kind, w, 2, out);
    } else if (kind == WORD_FAULT && strcmp(name, "fail") == 0) {
        buf_add_text(out, "command:\n  argv: [cat]\ninject:\n  - at: root@openat#2\n    do:\n");
        example_add(kind, w, 6, out);
        command = true;
    } else if (!command && (kind != WORD_TOP_KEY || strcmp(name, "tree") != 0)) {
        buf_add_text(out, "tree:\n  root:\n    run: supervisor\n    children:\n"
                          "      leaf: { run: repl, pause: { when: start } }\n"
                          "      w: { run: worker, count: 2 }\n"
                          "      spare: { run: worker, late: true }\n");
        if (kind == WORD_ROLE)
            example_add(kind, w, 6, out);
        if (kind == WORD_ACTOR_KEY) {
            buf_add_text(out, "      one:\n");
            if (strcmp(name, "run") != 0)
                buf_add_text(out, "        run: repl\n");
            example_add(kind, w, 8, out);
        }
    }
    if (kind == WORD_TOP_KEY && strcmp(name, "steps") == 0)
        return;
    buf_add_text(out, "steps:\n");
    if (!command &&
        (kind == WORD_STEP || kind == WORD_FAULT || kind == WORD_POINT_FAMILY || kind == WORD_TELL))
        example_add(kind, w, 2, out);
    else
        buf_add_text(out, "  - expect: 'leaf> $'\n");
}

static void test_every_word_has_an_example_that_check_accepts(void)
{
    for (unsigned kind = 0; kind < WORD_KINDS; kind++) {
        struct word w;
        for (size_t i = 0; word_at(kind, i, &w); i++) {
            struct buf text = BUF_INIT;
            word_example(kind, &w, &text);
            CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&text), w.name));
            buf_release(&text);
            document_make(kind, &w, &text);
            CU_ASSERT(document_is_right(&text, topics[kind], w.name));
            buf_release(&text);
        }
    }
}

/* The pages show one point a family, and say that the others are written alike. */
static void test_every_point_can_be_awaited(void)
{
    for (unsigned point = 0; point < POINTS; point++) {
        const struct word w = {.name = point_name(point)};
        struct buf text = BUF_INIT;
        document_make(WORD_POINT_FAMILY, &w, &text);
        CU_ASSERT(document_is_right(&text, "points", point_name(point)));
        buf_release(&text);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("papers", NULL, NULL);
    CU_add_test(suite, "the committed schemas are what the tables say",
                test_the_committed_schemas_are_what_the_tables_say);
    CU_add_test(suite, "every reference of the schemas is defined",
                test_every_reference_of_the_schemas_is_defined);
    CU_add_test(suite, "the committed manual pages are what the tables say",
                test_the_committed_manual_pages_are_what_the_tables_say);
    CU_add_test(suite, "record", test_the_page_of_the_record_has_every_kind_of_item);
    CU_add_test(suite, "every word stands in help, manual and schema",
                test_every_word_stands_in_help_manual_and_schema);
    CU_add_test(suite, "every word has help of its own", test_every_word_has_help_of_its_own);
    CU_ADD_TEST(suite, test_every_key_of_an_entry_stands_in_help_manual_and_schema);
    CU_ADD_TEST(suite, test_the_examples_of_known_failures_are_right);
    CU_add_test(suite, "an unknown word is answered with a near one",
                test_an_unknown_word_is_answered_with_a_near_one);
    CU_add_test(suite, "what is not built is not promised", test_what_is_not_built_is_not_promised);
    CU_add_test(suite, "every word has an example that check accepts",
                test_every_word_has_an_example_that_check_accepts);
    CU_add_test(suite, "every point can be awaited", test_every_point_can_be_awaited);
    return suite_close();
}
