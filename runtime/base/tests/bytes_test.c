/* bytes_test.c: what is written is read back, at the edges too. */
#include "runtime/base/bytes.h"
#include "runtime/base/err.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static void test_sizes_are_read_with_every_unit(void)
{
    static const struct {
        const char *text;
        int64_t bytes;
    } good[] = {
        {"7B",                   7                           },
        {"64KB",                 65536                       },
        {"1MB",                  1048576                     },
        {"0B",                   0                           },
        {"004KB",                4096                        },
        {"8796093022207MB",      INT64_C(9223372036853727232)},
        {"9223372036854775807B", INT64_MAX                   },
    };
    int64_t bytes = -1;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CU_ASSERT_EQUAL(bytes_read(good[i].text, &bytes), 0);
        CU_ASSERT_EQUAL(bytes, good[i].bytes);
    }
}

static void test_what_is_no_size_is_refused_and_too_much_is_another_matter(void)
{
    static const char *const bad[] = {"",      "MB",  "5",   "5 MB", " 5B", "5B ", "-5B",
                                      "1.5MB", "5mb", "5kB", "5M",   "5GB", "5B5B"};
    static const char *const full[] = {"9223372036854775808B", "8796093022208MB",
                                       "99999999999999999999B"};
    int64_t bytes = 42;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CU_ASSERT_EQUAL(bytes_read(bad[i], &bytes), ERR_INPUT);
    for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++)
        CU_ASSERT_EQUAL(bytes_read(full[i], &bytes), ERR_FULL);
    CU_ASSERT_EQUAL(bytes, 42);
}

static void test_a_size_is_told_with_the_largest_unit_that_is_whole(void)
{
    static const struct {
        int64_t bytes;
        const char *text;
    } rows[] = {
        {0,       "0B"    },
        {1023,    "1023B" },
        {1024,    "1KB"   },
        {1536,    "1536B" },
        {1048576, "1MB"   },
        {1049600, "1025KB"},
    };
    char text[BYTES_TEXT_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CU_ASSERT_STRING_EQUAL(bytes_text(rows[i].bytes, text, sizeof(text)), rows[i].text);
}

int main(void)
{
    CU_pSuite s = suite_open("bytes", NULL, NULL);

    CU_ADD_TEST(s, test_sizes_are_read_with_every_unit);
    CU_ADD_TEST(s, test_what_is_no_size_is_refused_and_too_much_is_another_matter);
    CU_ADD_TEST(s, test_a_size_is_told_with_the_largest_unit_that_is_whole);
    return suite_close();
}
