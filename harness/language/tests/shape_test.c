/* shape_test.c: the notation of shapes, by each of its readers. */
#include "harness/language/definition.h"
#include "harness/language/shape.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static void test_shapes_become_schemas(void)
{
    static const struct {
        const char *shape;
        const char *schema; /* NULL: not well made */
    } cases[] = {
        {"DURATION",                              "{\"$ref\":\"#/definitions/duration\"}"                                       },
        {"1",                                     "{\"const\":1}"                                                               },
        {"a | B-C",                               "{\"anyOf\":[{\"const\":\"a\"},{\"$ref\":\"#/definitions/b-c\"},"
                    "{\"$ref\":\"#/definitions/parameter\"}]}"                                               },
        {"[A]+",                                  "{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/definitions/a\"}}"},
        {"[A, B]",                                "{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":["
                   "{\"$ref\":\"#/definitions/a\"},{\"$ref\":\"#/definitions/b\"}]}"                          },
        {"{x!: A, y: B}",
         "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
         "\"x\":{\"$ref\":\"#/definitions/a\"},\"y\":{\"$ref\":\"#/definitions/b\"}},"
         "\"required\":[\"x\"]}"                                                                                                },
        {"{*: A}",                                "{\"type\":\"object\",\"additionalProperties\":"
                   "{\"$ref\":\"#/definitions/a\"}}"                                                          },
        {"{A: B}",                                "{\"type\":\"object\",\"propertyNames\":{\"$ref\":\"#/definitions/a\"},"
                   "\"additionalProperties\":{\"$ref\":\"#/definitions/b\"}}"                                 },
        {"[A",                                    NULL                                                                          },
        {"{x A}",                                 NULL                                                                          },
        {"",                                      NULL                                                                          },
        {"A B",                                   NULL                                                                          },
        {"[[[[[[[[[[[[[[[[[[A]]]]]]]]]]]]]]]]]]", NULL                                                                          },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf text = BUF_INIT;
        CU_ASSERT_EQUAL(shape_schema(cases[i].shape, &text), cases[i].schema != NULL);
        if (cases[i].schema != NULL)
            CU_ASSERT_STRING_EQUAL(buf_text(&text), cases[i].schema);
        buf_release(&text);
    }
}

/* The keys of a map as "name! other ", required ones with their mark. */
static void keys_say(const char *shape, const char *wanted)
{
    struct buf text = BUF_INIT;
    const char *at = shape_map(shape);
    struct shape_key key;

    while (at != NULL && shape_key_next(&at, &key))
        buf_addf(&text, "%.*s%s ", (int)key.size, key.name, key.required ? "!" : "");
    CU_ASSERT_STRING_EQUAL(buf_text(&text), wanted);
    buf_release(&text);
}

static void test_the_keys_are_those_of_the_first_map(void)
{
    keys_say("{x!: A, y-z: [B]+, w: {p: A | [{q: B}], r!: C} | D}", "x! y-z w ");
    keys_say("A | {x: A}", "x ");
    keys_say("[A | {x!: A}]+", "x! ");
    keys_say("[A, B] | {x: A}", "x ");
    keys_say("{x: A} | [{y: A}]", "x ");
    keys_say("[{x: A} | B] | {y: A}", "x ");
    keys_say("A | [b]", "");
    keys_say("{*: A}", "");
    keys_say("{WORD: {x: A}}", "");
}

static void test_a_key_knows_the_shape_of_its_value(void)
{
    const char *at = shape_map("{x: a | b, y!: {z: C}}");
    struct shape_key key;
    const char *word;
    size_t size;

    CU_ASSERT(shape_key_next(&at, &key));
    CU_ASSERT(shape_word(key.shape, 1, &word, &size) && size == 1 && *word == 'b');
    CU_ASSERT_FALSE(shape_word(key.shape, 2, &word, &size)); /* y is not one of them */
    CU_ASSERT(shape_key_next(&at, &key));
    keys_say(key.shape, "z ");
    CU_ASSERT_FALSE(shape_key_next(&at, &key));
}

static void test_the_values_of_a_map_with_any_keys(void)
{
    keys_say(shape_values(shape_map("{*: {x: A}}")), "x ");
    keys_say(shape_values(shape_map("[{WORD: {y!: A}}]")), "y! ");
    CU_ASSERT_PTR_NULL(shape_values(shape_map("{x: A}")));
}

static void test_words_are_what_is_no_definition(void)
{
    const char *word;
    size_t size;

    CU_ASSERT(shape_word("quiet | ADDRESS | {alive: A} | on-go", 0, &word, &size));
    CU_ASSERT(size == 5 && memcmp(word, "quiet", size) == 0);
    CU_ASSERT(shape_word("quiet | ADDRESS | {alive: A} | on-go", 1, &word, &size));
    CU_ASSERT(size == 5 && memcmp(word, "on-go", size) == 0);
    CU_ASSERT(shape_word("[real | sim]+", 1, &word, &size) && size == 3);
    CU_ASSERT_FALSE(shape_word("[real | sim]+", 2, &word, &size));
    CU_ASSERT_FALSE(shape_word("ADDRESS", 0, &word, &size));
}

static void test_the_shapes_of_definitions_are_well_made(void)
{
    for (size_t i = 0; definition_at(i) != NULL; i++) {
        struct buf text = BUF_INIT;
        const char *shape = definition_at(i)->shape;
        CU_ASSERT(shape == NULL || shape_schema(shape, &text));
        buf_release(&text);
    }
    CU_ASSERT_STRING_EQUAL(definition_shape("STEPS"), "[STEP]+");
}

int main(void)
{
    CU_pSuite suite = suite_open("shape", NULL, NULL);
    CU_ADD_TEST(suite, test_shapes_become_schemas);
    CU_ADD_TEST(suite, test_the_keys_are_those_of_the_first_map);
    CU_ADD_TEST(suite, test_a_key_knows_the_shape_of_its_value);
    CU_ADD_TEST(suite, test_the_values_of_a_map_with_any_keys);
    CU_ADD_TEST(suite, test_words_are_what_is_no_definition);
    CU_ADD_TEST(suite, test_the_shapes_of_definitions_are_well_made);
    return suite_close();
}
