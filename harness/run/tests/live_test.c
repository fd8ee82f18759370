/* live_test.c: captured text and secrets, on a world that plays a script. */
#include "harness/run/mask.h"
#include "harness/run/slots.h"
#include "harness/run/tests/fake_world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct buf told;

static void on_step(void *user, int64_t at_ns, const struct step *s, unsigned depth, size_t unseen)
{
    (void)user, (void)at_ns, (void)unseen, (void)depth;
    step_describe(s, cast, &told);
    buf_add_text(&told, "\n");
}

static void on_mark(void *user, int64_t at_ns, const char *text)
{
    (void)user, (void)at_ns;
    buf_addf(&told, "mark %s\n", text);
}

static void on_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    (void)user, (void)at_ns;
    buf_add_text(&told, "<");
    buf_add(&told, data, size);
    buf_add_text(&told, ">");
}

/* ---- Captured ---- */

static void test_what_was_captured_is_typed_noted_and_matched(void)
{
    const struct run_recorder recorder = {.step = on_step, .mark = on_mark};

    fresh();
    options.recorder = &recorder;
    scenario_says("steps:\n"
                  "  - expect: 'port (?<port>\\d+) at (?<host>\\S+)'\n"
                  "  - note: 'it is ${port}'\n"
                  "  - send: \"${host}:${port}, $${x}\\r\"\n"
                  "  - expect: '${host}!'\n");
    fake.event[0].output = "port 4217 at a.b(c)\\E*\r\naxb(c)\\E*! ";
    fake.event[1].output = "a.b(c)\\E*! ";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:a.b(c)\\E*:4217, ${x}\r ");
    CU_ASSERT_STRING_EQUAL(buf_text(&told), "mark expect\n"
                                            "expect 'port (?<port>\\d+) at (?<host>\\S+)'\n"
                                            "mark note\n"
                                            "mark it is 4217\n"
                                            "note \"it is ${port}\"\n"
                                            "mark send\n"
                                            "send \"${host}:${port}, ${x}\\r\"\n"
                                            "mark expect\n"
                                            "expect '${host}!'\n");
    buf_release(&told);
    /* The second is what is waited for: the first is another text. */
    fake.event[1].output = NULL;
    expect_verdict(VERDICT_FAIL, "step", "expect '${host}!': not seen");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SIGNATURE), "step:expect '${host}!'");
    buf_release(&told);
}

/* Goal: it matches itself wherever it stands in a pattern. */
static void test_captured_text_matches_itself_everywhere(void)
{
    static const char *const patterns[] = {
        "x${w}y",           "x(?:${w}){1}y", "x${w}{1}y",     "x[${w}]+y",
        "x[^]q${w}]y|x.*y", "x\\Q${w}\\Ey",  "(?x) x ${w} y", "x\\[?${w}y",
    };

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        char text[256];
        fresh();
        (void)snprintf(text, sizeof(text),
                       "steps:\n  - expect: '=(?<w>\\S+)=$'\n  - expect: '%s'\n", patterns[i]);
        scenario_says(text);
        fake.event[0].output = "=a+\\E]-^ö=\r\n";
        fake.event[1].output = "xa+\\E]-^öy.";
        expect_verdict(VERDICT_PASS, "", "");
    }
}

/* Goal: a name has what was captured last, and nothing when its group has matched nothing. */
static void test_a_name_has_what_was_captured_last(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - repeat:\n"
                  "      times: 2\n"
                  "      steps: [{ expect: 'a(?<n>\\d)?;' }, { send: \"<${n}>\" }]\n"
                  "  - expect: '(?|b(?<b>1)|c(?<b>2))'\n"
                  "  - send: \"${b}${n}\"\n"
                  "  - send: \"${n}\"\n");
    fake.event[0].output = "a7; a; c2 ";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:<7> type:<> type:2 ");
}

static void test_ways_that_end_elsewhere_need_not_capture(void)
{
    fresh();
    scenario_says("steps:\n"
                  "  - expect:\n"
                  "      first:\n"
                  "        - { stream: 'a(?<n>\\d)' }\n"
                  "        - { stream: 'b', then: [{ expect: '(?<n>\\d)' }] }\n"
                  "        - { stream: 'c', again: 3 }\n"
                  "        - { stream: 'd', then: [{ note: x }, { fail: no }] }\n"
                  "      timeout: [{ fail: late }]\n"
                  "  - send: \"${n}\"\n");
    fake.event[0].output = "c b 5";
    expect_verdict(VERDICT_PASS, "", "");
    CU_ASSERT_STRING_EQUAL(fake.actions, "type:5 ");
}

static void test_a_pattern_that_becomes_too_long_fails_at_its_step(void)
{
    static char text[MATCH_PATTERN_BYTES_MAX + 8];

    fresh();
    scenario_says("steps:\n"
                  "  - expect: '<(?<long>x+)>'\n"
                  "  - expect: '${long}'\n");
    memset(text, 'x', sizeof(text) - 1);
    text[0] = '<';
    text[sizeof(text) - 2] = '>';
    fake.event[0].output = text;
    expect_verdict(VERDICT_FAIL, "step", "expect '${long}': pattern '(?:xxx");
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_MESSAGE), "longer than 4096 bytes"));
}

/* Goal: lines are pasted with the end that Enter has, and what ends a paste never. */
static void test_a_paste_is_what_a_terminal_makes_of_it(void)
{
    static const struct {
        const char *text; /* in double quotes */
        const char *typed;
    } cases[] = {
        {"a\\nb",              "a\rb"      },
        {"a\\r\\nb",           "a\rb"      },
        {"a\\n\\r\\nb",        "a\r\rb"    },
        {"a\\rb\\r",           "a\rb\r"    },
        {"\\n",                "\r"        },
        {"a\\e[201~b",         "ab"        },
        {"a\\e[2\\e[201~01~b", "ab"        },
        {"a\\e[201b",          "a\x1b[201b"},
    };

    for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
        char text[128];
        bool bracketed = i % 2 == 1;
        fresh();
        (void)snprintf(text, sizeof(text), "steps: [{ expect: x }, { paste: \"%s\" }]\n",
                       cases[i / 2].text);
        scenario_says(text);
        fake.event[0].output = bracketed ? "\x1b[?2004hx" : "x";
        expect_verdict(VERDICT_PASS, "", "");
        (void)snprintf(text, sizeof(text), "type:%s%s%s ", bracketed ? "\x1b[200~" : "",
                       cases[i / 2].typed, bracketed ? "\x1b[201~" : "");
        CU_ASSERT_STRING_EQUAL(fake.actions, text);
    }
}

/* ---- Secrets ---- */

static const struct secret secret = {.name = "password", .slot = 0};
static const char *value;

static const char *secret_of(const char *name)
{
    CU_ASSERT_STRING_EQUAL(name, "password");
    return value;
}

static void secret_fresh(const struct run_recorder *recorder)
{
    fresh();
    options.recorder = recorder;
    options.secret = secret_of;
    variant.slots = 1;
    variant.secrets = &secret;
    value = "abcabd";
}

/* Goal: however the terminal's output is cut, the secret in it is masked, and nothing is lost. */
static void test_output_is_masked_however_it_is_cut(void)
{
    static const char shown[] = "ab abcabcabd, abcabd!abca";
    static const char right[] = "ab abc********, ********!abca";
    const struct run_recorder recorder = {.output = on_output};

    for (size_t cut = 1; cut < sizeof(shown); cut++) {
        static char piece[FAKE_EVENTS_MAX][sizeof(shown)];
        secret_fresh(&recorder);
        size_t pieces = 0;
        for (size_t at = 0; at < sizeof(shown) - 1; at += cut, pieces++) {
            (void)snprintf(piece[pieces], sizeof(piece[0]), "%.*s", (int)cut, shown + at);
            fake.event[pieces].output = piece[pieces];
        }
        expect_verdict(VERDICT_PASS, "", "");
        struct buf all = BUF_INIT;
        for (size_t i = 0; i < told.size; i++) {
            if (told.data[i] != '<' && told.data[i] != '>')
                buf_add(&all, &told.data[i], 1);
        }
        CU_ASSERT_STRING_EQUAL(buf_text(&all), right);
        buf_release(&all);
        buf_release(&told);
    }
}

/* Goal: what was held back, as it could have become a secret, is said once. */
static void test_what_was_held_back_is_said_once(void)
{
    struct buf password = BUF_INIT;
    struct buf out = BUF_INIT;
    struct run r = {.variant = &variant, .slot = &password};

    secret_fresh(NULL);
    buf_add_text(&password, value);
    for (int i = 0; i < 2; i++) {
        mask_output(&r, "x ab", 4, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), i == 0 ? "x " : "x abx ");
        mask_flush(&r, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), i == 0 ? "x ab" : "x abx ab");
    }
    buf_release(&r.held_back);
    buf_release(&password);
    buf_release(&out);
}

static void test_no_text_of_a_failure_has_a_secret(void)
{
    secret_fresh(NULL);
    scenario_says("steps:\n"
                  "  - expect: never\n");
    variant.slots = 1;
    fake.event[0].output = "you typed abcabd\r\n";
    expect_verdict(VERDICT_FAIL, "step", "not seen");
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_SCREEN), "you typed ********\n");
    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        CU_ASSERT_PTR_NULL(strstr(result_get(&result, (enum result_text)i), "abcabd"));
}

static void test_a_secret_without_a_value_is_an_error(void)
{
    struct diag diag = {0};

    secret_fresh(NULL);
    value = NULL;
    result_release(&result);
    CU_ASSERT_EQUAL(run_variant(&scenario, &variant, &options, &result, &diag), ERR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "'password' has no value"));
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"captured",       test_what_was_captured_is_typed_noted_and_matched     },
        {"matches itself", test_captured_text_matches_itself_everywhere          },
        {"last",           test_a_name_has_what_was_captured_last                },
        {"ways",           test_ways_that_end_elsewhere_need_not_capture         },
        {"too long",       test_a_pattern_that_becomes_too_long_fails_at_its_step},
        {"paste",          test_a_paste_is_what_a_terminal_makes_of_it           },
        {"masked",         test_output_is_masked_however_it_is_cut               },
        {"held back",      test_what_was_held_back_is_said_once                  },
        {"no text",        test_no_text_of_a_failure_has_a_secret                },
        {"no value",       test_a_secret_without_a_value_is_an_error             },
        CU_TEST_INFO_NULL,
    };

    CU_pSuite suite = suite_open("live", suite_start, suite_end);
    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    int rc = suite_close();
    result_release(&result);
    return rc;
}
