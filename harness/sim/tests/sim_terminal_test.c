/* sim_terminal_test.c: the line discipline does what a Linux pseudo-terminal was seen to do. */
#include "harness/sim/sim_terminal.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/trace.h"

#include <signal.h>
#include <string.h>

static struct sim_terminal t;
static struct buf echo;

static void set_up(uint32_t modes)
{
    sim_terminal_init(&t);
    t.modes = modes;
    buf_drop(&echo, echo.size);
}

/* Types the text as one write and returns the last signal. */
static int type(const char *text)
{
    int last = 0;

    buf_drop(&echo, echo.size);
    for (size_t i = 0; text[i] != 0; i++) {
        int signal = sim_terminal_type(&t, (uint8_t)text[i], &echo);
        if (signal != 0)
            last = signal;
    }
    return last;
}

static const char *line(void)
{
    static char text[64];
    size_t size = 0;

    if (sim_terminal_take(&t, text, sizeof(text) - 1, &size) != TERMINAL_LINE)
        return NULL;
    text[size] = 0;
    return text;
}

static void test_a_line_is_read_when_it_is_ended(void)
{
    set_up(TERMINAL_SAVED);
    CU_ASSERT_EQUAL(type("ab"), 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "ab");
    CU_ASSERT_EQUAL(sim_terminal_peek(&t), TERMINAL_NOTHING);
    CU_ASSERT_EQUAL(type("c\rd\n"), 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "c\r\nd\r\n");
    CU_ASSERT_STRING_EQUAL(line(), "abc");
    CU_ASSERT_STRING_EQUAL(line(), "d");
    CU_ASSERT_PTR_NULL(line());
    CU_ASSERT_EQUAL(t.size, 0);
}

static void test_interrupt_throws_input_and_echo_away(void)
{
    set_up(TERMINAL_SAVED);
    (void)type("old\rab");
    CU_ASSERT_EQUAL(type("xy\x03"), SIGINT);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "^C");
    CU_ASSERT_EQUAL(sim_terminal_peek(&t), TERMINAL_NOTHING);
    CU_ASSERT_EQUAL(t.size, 0);
    CU_ASSERT_EQUAL(type("\x1c"), SIGQUIT);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "^\\");
    CU_ASSERT_EQUAL(type("\x1a"), SIGTSTP);
}

static void test_a_prompt_does_not_show_control_characters_as_two(void)
{
    set_up(TERMINAL_PROMPT);
    CU_ASSERT_EQUAL(type("ab\x03"), SIGINT);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "\x03");
    (void)type("a\x01\x7f\x7f");
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "a\x01\b \b");
}

static void test_erase_and_kill_stay_in_the_line(void)
{
    set_up(TERMINAL_SAVED);
    (void)type("k\rab\x7f\x7f\x7f");
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "k\r\nab\b \b\b \b");
    (void)type("a\x01\x15z\r");
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "a^A\b \b\b \b\b \bz\r\n");
    CU_ASSERT_STRING_EQUAL(line(), "k");
    CU_ASSERT_STRING_EQUAL(line(), "z");
}

static void test_end_of_file_counts_at_the_start_of_a_line(void)
{
    char text[8];
    size_t size = 0;

    set_up(TERMINAL_SAVED);
    (void)type("\x04");
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "");
    CU_ASSERT_EQUAL(sim_terminal_peek(&t), TERMINAL_EOF);
    CU_ASSERT_EQUAL(sim_terminal_take(&t, text, sizeof(text), &size), TERMINAL_EOF);
    CU_ASSERT_EQUAL(t.size, 0);

    (void)type("ab\x04");
    CU_ASSERT_EQUAL(sim_terminal_peek(&t), TERMINAL_NOTHING);
    (void)type("c\r");
    CU_ASSERT_STRING_EQUAL(line(), "abc");

    (void)type("ab\x04\x04");
    CU_ASSERT_EQUAL(sim_terminal_take(&t, text, sizeof(text), &size), TERMINAL_EOF);
}

static void test_modes_switch_echo_signals_and_lines_off(void)
{
    set_up(0);
    CU_ASSERT_EQUAL(type("a\x03\r"), 0);
    CU_ASSERT_STRING_EQUAL(buf_text(&echo), "");
    CU_ASSERT_EQUAL(t.size, 3);
    CU_ASSERT_EQUAL(sim_terminal_peek(&t), TERMINAL_NOTHING);
    CU_ASSERT_EQUAL(sim_terminal_signal_of(0, TERMINAL_INTERRUPT), 0);
}

static void test_the_input_is_full_at_its_limit(void)
{
    char text[4];
    size_t size = 0;

    set_up(TERMINAL_CANONICAL);
    for (unsigned i = 0; i < TERMINAL_INPUT_BYTES_MAX - 1; i++)
        (void)sim_terminal_type(&t, 'x', &echo);
    CU_ASSERT_EQUAL(sim_terminal_room(&t), 1);
    (void)sim_terminal_type(&t, '\r', &echo);
    CU_ASSERT_EQUAL(sim_terminal_room(&t), 0);
    CU_ASSERT_EQUAL(sim_terminal_take(&t, text, sizeof(text), &size), TERMINAL_LINE);
    CU_ASSERT_EQUAL(size, sizeof(text)); /* the rest of the line is dropped */
    CU_ASSERT_EQUAL(sim_terminal_room(&t), TERMINAL_INPUT_BYTES_MAX);
}

/* Goal: equal histories leave equal bytes, whatever was typed and read in between. */
static void test_a_terminal_read_dry_is_as_new(void)
{
    struct sim_terminal fresh;

    sim_terminal_init(&fresh);
    set_up(TERMINAL_SAVED);
    (void)type("one\rtwo\rx\x04three\r\x04half\x03");
    while (sim_terminal_peek(&t) != TERMINAL_NOTHING)
        (void)line();
    CU_ASSERT_EQUAL(memcmp(&t, &fresh, sizeof(t)), 0);
    (void)type("one\rtwo\r");
    (void)line();
    (void)line();
    CU_ASSERT_EQUAL(memcmp(&t, &fresh, sizeof(t)), 0);
}

static void test_output_gets_carriage_returns(void)
{
    struct buf out = BUF_INIT;

    sim_terminal_show(&out, "a\n\nb", 4);
    sim_terminal_show(&out, "\n", 1);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), "a\r\n\r\nb\r\n");
    buf_release(&out);
}

static void test_modes_survive_packing(void)
{
    uint8_t packed[TTY_MODES_BYTES];

    sim_terminal_pack(TERMINAL_PROMPT, packed);
    CU_ASSERT_EQUAL(sim_terminal_unpack(packed), TERMINAL_PROMPT);
    memset(packed, 0, sizeof(packed));
    CU_ASSERT_EQUAL(sim_terminal_unpack(packed), 0);
}

static CU_TestInfo tests[] = {
    {"test_a_line_is_read_when_it_is_ended",                  test_a_line_is_read_when_it_is_ended        },
    {"test_interrupt_throws_input_and_echo_away",             test_interrupt_throws_input_and_echo_away   },
    {"test_a_prompt_does_not_show_control_characters_as_two",
     test_a_prompt_does_not_show_control_characters_as_two                                                },
    {"test_erase_and_kill_stay_in_the_line",                  test_erase_and_kill_stay_in_the_line        },
    {"test_end_of_file_counts_at_the_start_of_a_line",
     test_end_of_file_counts_at_the_start_of_a_line                                                       },
    {"test_modes_switch_echo_signals_and_lines_off",          test_modes_switch_echo_signals_and_lines_off},
    {"test_the_input_is_full_at_its_limit",                   test_the_input_is_full_at_its_limit         },
    {"test_a_terminal_read_dry_is_as_new",                    test_a_terminal_read_dry_is_as_new          },
    {"test_output_gets_carriage_returns",                     test_output_gets_carriage_returns           },
    {"test_modes_survive_packing",                            test_modes_survive_packing                  },
    CU_TEST_INFO_NULL,
};

int main(void)
{
    int rc = suite_run("terminal", tests);
    buf_release(&echo);
    return rc;
}
