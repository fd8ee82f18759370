/* keys_test.c: every key of terminfo's xterm-256color has a name here and types what it says there.
 */
#include "expect/keys.h"
#include "runtime/base/check.h"
#include "runtime/base/err.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

/* The capabilities of ncurses' terminfo (6.4, infocmp -x xterm-256color) that are keys, and how a
 * key is called here. Left out: kmous, which is what a report of the mouse begins with. */
static const struct {
    const char *capability;
    const char *name;
    const char *bytes;
} terminfo[] = {
    {"kDC",   "S-Delete",     "\x1b[3;2~" },
    {"kEND",  "S-End",        "\x1b[1;2F" },
    {"kHOM",  "S-Home",       "\x1b[1;2H" },
    {"kIC",   "S-Insert",     "\x1b[2;2~" },
    {"kLFT",  "S-Left",       "\x1b[1;2D" },
    {"kNXT",  "S-PageDown",   "\x1b[6;2~" },
    {"kPRV",  "S-PageUp",     "\x1b[5;2~" },
    {"kRIT",  "S-Right",      "\x1b[1;2C" },
    {"ka1",   "KP7",          "\x1bOw"    },
    {"ka3",   "KP9",          "\x1bOy"    },
    {"kb2",   "KP5",          "\x1bOu"    },
    {"kbeg",  "Begin",        "\x1bOE"    },
    {"kbs",   "Backspace",    "\x7f"      },
    {"kc1",   "KP1",          "\x1bOq"    },
    {"kc3",   "KP3",          "\x1bOs"    },
    {"kcbt",  "S-Tab",        "\x1b[Z"    },
    {"kcub1", "Left",         "\x1bOD"    },
    {"kcud1", "Down",         "\x1bOB"    },
    {"kcuf1", "Right",        "\x1bOC"    },
    {"kcuu1", "Up",           "\x1bOA"    },
    {"kdch1", "Delete",       "\x1b[3~"   },
    {"kend",  "End",          "\x1bOF"    },
    {"kent",  "KPEnter",      "\x1bOM"    },
    {"kf1",   "F1",           "\x1bOP"    },
    {"kf10",  "F10",          "\x1b[21~"  },
    {"kf11",  "F11",          "\x1b[23~"  },
    {"kf12",  "F12",          "\x1b[24~"  },
    {"kf13",  "F13",          "\x1b[1;2P" },
    {"kf14",  "F14",          "\x1b[1;2Q" },
    {"kf15",  "F15",          "\x1b[1;2R" },
    {"kf16",  "F16",          "\x1b[1;2S" },
    {"kf17",  "F17",          "\x1b[15;2~"},
    {"kf18",  "F18",          "\x1b[17;2~"},
    {"kf19",  "F19",          "\x1b[18;2~"},
    {"kf2",   "F2",           "\x1bOQ"    },
    {"kf20",  "F20",          "\x1b[19;2~"},
    {"kf21",  "F21",          "\x1b[20;2~"},
    {"kf22",  "F22",          "\x1b[21;2~"},
    {"kf23",  "F23",          "\x1b[23;2~"},
    {"kf24",  "F24",          "\x1b[24;2~"},
    {"kf25",  "F25",          "\x1b[1;5P" },
    {"kf26",  "F26",          "\x1b[1;5Q" },
    {"kf27",  "F27",          "\x1b[1;5R" },
    {"kf28",  "F28",          "\x1b[1;5S" },
    {"kf29",  "F29",          "\x1b[15;5~"},
    {"kf3",   "F3",           "\x1bOR"    },
    {"kf30",  "F30",          "\x1b[17;5~"},
    {"kf31",  "F31",          "\x1b[18;5~"},
    {"kf32",  "F32",          "\x1b[19;5~"},
    {"kf33",  "F33",          "\x1b[20;5~"},
    {"kf34",  "F34",          "\x1b[21;5~"},
    {"kf35",  "F35",          "\x1b[23;5~"},
    {"kf36",  "F36",          "\x1b[24;5~"},
    {"kf37",  "F37",          "\x1b[1;6P" },
    {"kf38",  "F38",          "\x1b[1;6Q" },
    {"kf39",  "F39",          "\x1b[1;6R" },
    {"kf4",   "F4",           "\x1bOS"    },
    {"kf40",  "F40",          "\x1b[1;6S" },
    {"kf41",  "F41",          "\x1b[15;6~"},
    {"kf42",  "F42",          "\x1b[17;6~"},
    {"kf43",  "F43",          "\x1b[18;6~"},
    {"kf44",  "F44",          "\x1b[19;6~"},
    {"kf45",  "F45",          "\x1b[20;6~"},
    {"kf46",  "F46",          "\x1b[21;6~"},
    {"kf47",  "F47",          "\x1b[23;6~"},
    {"kf48",  "F48",          "\x1b[24;6~"},
    {"kf49",  "F49",          "\x1b[1;3P" },
    {"kf5",   "F5",           "\x1b[15~"  },
    {"kf50",  "F50",          "\x1b[1;3Q" },
    {"kf51",  "F51",          "\x1b[1;3R" },
    {"kf52",  "F52",          "\x1b[1;3S" },
    {"kf53",  "F53",          "\x1b[15;3~"},
    {"kf54",  "F54",          "\x1b[17;3~"},
    {"kf55",  "F55",          "\x1b[18;3~"},
    {"kf56",  "F56",          "\x1b[19;3~"},
    {"kf57",  "F57",          "\x1b[20;3~"},
    {"kf58",  "F58",          "\x1b[21;3~"},
    {"kf59",  "F59",          "\x1b[23;3~"},
    {"kf6",   "F6",           "\x1b[17~"  },
    {"kf60",  "F60",          "\x1b[24;3~"},
    {"kf61",  "F61",          "\x1b[1;4P" },
    {"kf62",  "F62",          "\x1b[1;4Q" },
    {"kf63",  "F63",          "\x1b[1;4R" },
    {"kf7",   "F7",           "\x1b[18~"  },
    {"kf8",   "F8",           "\x1b[19~"  },
    {"kf9",   "F9",           "\x1b[20~"  },
    {"khome", "Home",         "\x1bOH"    },
    {"kich1", "Insert",       "\x1b[2~"   },
    {"kind",  "S-Down",       "\x1b[1;2B" },
    {"knp",   "PageDown",     "\x1b[6~"   },
    {"kpp",   "PageUp",       "\x1b[5~"   },
    {"kri",   "S-Up",         "\x1b[1;2A" },
    {"kDC3",  "M-Delete",     "\x1b[3;3~" },
    {"kDC4",  "M-S-Delete",   "\x1b[3;4~" },
    {"kDC5",  "C-Delete",     "\x1b[3;5~" },
    {"kDC6",  "C-S-Delete",   "\x1b[3;6~" },
    {"kDC7",  "C-M-Delete",   "\x1b[3;7~" },
    {"kDN",   "S-Down",       "\x1b[1;2B" },
    {"kDN3",  "M-Down",       "\x1b[1;3B" },
    {"kDN4",  "M-S-Down",     "\x1b[1;4B" },
    {"kDN5",  "C-Down",       "\x1b[1;5B" },
    {"kDN6",  "C-S-Down",     "\x1b[1;6B" },
    {"kDN7",  "C-M-Down",     "\x1b[1;7B" },
    {"kEND3", "M-End",        "\x1b[1;3F" },
    {"kEND4", "M-S-End",      "\x1b[1;4F" },
    {"kEND5", "C-End",        "\x1b[1;5F" },
    {"kEND6", "C-S-End",      "\x1b[1;6F" },
    {"kEND7", "C-M-End",      "\x1b[1;7F" },
    {"kHOM3", "M-Home",       "\x1b[1;3H" },
    {"kHOM4", "M-S-Home",     "\x1b[1;4H" },
    {"kHOM5", "C-Home",       "\x1b[1;5H" },
    {"kHOM6", "C-S-Home",     "\x1b[1;6H" },
    {"kHOM7", "C-M-Home",     "\x1b[1;7H" },
    {"kIC3",  "M-Insert",     "\x1b[2;3~" },
    {"kIC4",  "M-S-Insert",   "\x1b[2;4~" },
    {"kIC5",  "C-Insert",     "\x1b[2;5~" },
    {"kIC6",  "C-S-Insert",   "\x1b[2;6~" },
    {"kIC7",  "C-M-Insert",   "\x1b[2;7~" },
    {"kLFT3", "M-Left",       "\x1b[1;3D" },
    {"kLFT4", "M-S-Left",     "\x1b[1;4D" },
    {"kLFT5", "C-Left",       "\x1b[1;5D" },
    {"kLFT6", "C-S-Left",     "\x1b[1;6D" },
    {"kLFT7", "C-M-Left",     "\x1b[1;7D" },
    {"kNXT3", "M-PageDown",   "\x1b[6;3~" },
    {"kNXT4", "M-S-PageDown", "\x1b[6;4~" },
    {"kNXT5", "C-PageDown",   "\x1b[6;5~" },
    {"kNXT6", "C-S-PageDown", "\x1b[6;6~" },
    {"kNXT7", "C-M-PageDown", "\x1b[6;7~" },
    {"kPRV3", "M-PageUp",     "\x1b[5;3~" },
    {"kPRV4", "M-S-PageUp",   "\x1b[5;4~" },
    {"kPRV5", "C-PageUp",     "\x1b[5;5~" },
    {"kPRV6", "C-S-PageUp",   "\x1b[5;6~" },
    {"kPRV7", "C-M-PageUp",   "\x1b[5;7~" },
    {"kRIT3", "M-Right",      "\x1b[1;3C" },
    {"kRIT4", "M-S-Right",    "\x1b[1;4C" },
    {"kRIT5", "C-Right",      "\x1b[1;5C" },
    {"kRIT6", "C-S-Right",    "\x1b[1;6C" },
    {"kRIT7", "C-M-Right",    "\x1b[1;7C" },
    {"kUP",   "S-Up",         "\x1b[1;2A" },
    {"kUP3",  "M-Up",         "\x1b[1;3A" },
    {"kUP4",  "M-S-Up",       "\x1b[1;4A" },
    {"kUP5",  "C-Up",         "\x1b[1;5A" },
    {"kUP6",  "C-S-Up",       "\x1b[1;6A" },
    {"kUP7",  "C-M-Up",       "\x1b[1;7A" },
    {"ka2",   "KP8",          "\x1bOx"    },
    {"kb1",   "KP4",          "\x1bOt"    },
    {"kb3",   "KP6",          "\x1bOv"    },
    {"kc2",   "KP2",          "\x1bOr"    },
    {"kp5",   "Begin",        "\x1bOE"    },
    {"kpADD", "KPPlus",       "\x1bOk"    },
    {"kpCMA", "KPComma",      "\x1bOl"    },
    {"kpDIV", "KPDivide",     "\x1bOo"    },
    {"kpDOT", "KPDot",        "\x1bOn"    },
    {"kpMUL", "KPMultiply",   "\x1bOj"    },
    {"kpSUB", "KPMinus",      "\x1bOm"    },
    {"kpZRO", "KP0",          "\x1bOp"    },
};

/* As smkx sets them, and as a terminal begins with. */
static const struct modes *application_modes(void)
{
    static struct modes m;

    modes_feed(&m, "\x1b[?1h\x1b=\x1b[?0h", 12); /* 0 is no key's */
    return &m;
}

static const struct modes normal_modes;

static bool types(const char *name, const struct modes *modes, const char *bytes, size_t size)
{
    struct key key;
    const char *typed;
    const char *why;

    if (key_find(name, &key, &why) < 0)
        return false;
    return key_bytes(&key, modes, &typed) == size && memcmp(typed, bytes, size) == 0;
}

static void types_always(const char *name, const char *bytes, size_t size)
{
    bool good =
        types(name, &normal_modes, bytes, size) && types(name, application_modes(), bytes, size);

    if (!good)
        (void)printf("\n    %s", name);
    CU_ASSERT_TRUE(good);
}

static void test_every_key_of_terminfo_types_what_it_says_there(void)
{
    for (size_t i = 0; i < sizeof(terminfo) / sizeof(terminfo[0]); i++) {
        bool good = types(terminfo[i].name, application_modes(), terminfo[i].bytes,
                          strlen(terminfo[i].bytes));
        if (!good)
            (void)printf("\n    %s, %s", terminfo[i].capability, terminfo[i].name);
        CU_ASSERT_TRUE(good);
    }
}

/* Goal: who knows a key by terminfo's name is led to the one here. */
static void test_the_names_of_terminfo_are_understood(void)
{
    for (size_t i = 0; i < sizeof(terminfo) / sizeof(terminfo[0]); i++) {
        char meant[KEY_NAME_BYTES];
        struct key key;
        const char *why;
        CU_ASSERT_FATAL(key_meant(terminfo[i].capability, meant));
        CU_ASSERT_EQUAL(key_find(meant, &key, &why), 0);
        CU_ASSERT_TRUE(
            types(meant, application_modes(), terminfo[i].bytes, strlen(terminfo[i].bytes)));
        CU_ASSERT_EQUAL(key_find(terminfo[i].capability, &key, &why), ERR_NOTFOUND);
    }
}

static void test_without_its_mode_a_key_types_something_else(void)
{
    CU_ASSERT_TRUE(types("Up", &normal_modes, "\x1b[A", 3));
    CU_ASSERT_TRUE(types("Begin", &normal_modes, "\x1b[E", 3));
    CU_ASSERT_TRUE(types("End", &normal_modes, "\x1b[F", 3));
    CU_ASSERT_TRUE(types("KP5", &normal_modes, "5", 1));
    CU_ASSERT_TRUE(types("KPEnter", &normal_modes, "\r", 1));
    types_always("C-Up", "\x1b[1;5A", 6);
    types_always("F1", "\x1bOP", 3);
    types_always("PageUp", "\x1b[5~", 4);
}

static void test_modifiers_add_up(void)
{
    static const char *const names[] = {"S-Up",   "M-Up",   "M-S-Up",  "C-Up",
                                        "C-S-Up", "C-M-Up", "C-M-S-Up"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char bytes[KEY_BYTES_MAX];
        int size = snprintf(bytes, sizeof(bytes), "\x1b[1;%uA", i + 2);
        types_always(names[i], bytes, (size_t)size);
    }
    types_always("S-M-C-Up", "\x1b[1;8A", 6); /* in any order */
    types_always("C-S-Delete", "\x1b[3;6~", 6);
}

static void test_characters_are_keys(void)
{
    types_always("q", "q", 1);
    types_always("-", "-", 1);
    types_always("~", "~", 1);
    types_always("!", "!", 1);
    types_always("M--", "\x1b-", 2);
    types_always("\xc3\xa9", "\xc3\xa9", 2);
    types_always("M-\xc3\xa9", "\x1b\xc3\xa9", 3);
    types_always("C-a", "\x01", 1);
    types_always("C-z", "\x1a", 1);
    types_always("C-\\", "\x1c", 1);
    types_always("C-[", "\x1b", 1);
    types_always("C-_", "\x1f", 1);
    types_always("C-/", "\x1f", 1);
    types_always("C-?", "\x7f", 1);
    types_always("C-@", "", 1);
    types_always("C-M-c", "\x1b\x03", 2);
}

static void test_keys_of_one_byte_have_few_modifiers(void)
{
    types_always("Enter", "\r", 1);
    types_always("M-Enter", "\x1b\r", 2);
    types_always("S-Tab", "\x1b[Z", 3);
    types_always("Esc", "\x1b", 1);
    types_always("M-Escape", "\x1b\x1b", 2);
    types_always("Space", " ", 1);
    types_always("C-Space", "", 1);
    types_always("C-M-Space", "\x1b\0", 2);
    types_always("C-Backspace", "\b", 1);
}

static void test_what_is_no_key_is_told_from_what_a_terminal_does_not_have(void)
{
    static const char *const unknown[] = {
        "",    "Entre", "enter", "C-",    "S-",     "X-a",           "C-C-a",
        " ",   "\x01",  "ab",    "F0",    "F64",    "F01",           "F013",
        "F1x", "KP",    "\xff",  "C-foo", "M-\xc3", "F999999999999", "kcuu1",
        "F1:", "F1/",   "F:",    "Fx",    "\x7f",   "\xc3\xa9x"};
    /* and a word of what is said about each */
    static const char *const unsupported[][2] = {
        {"C-Enter",     "change nothing"          },
        {"S-Space",     "change nothing"          },
        {"C-Tab",       "change nothing"          },
        {"S-KP5",       "change nothing"          },
        {"M-KP0",       "change nothing"          },
        {"S-Backspace", "change nothing"          },
        {"S-a",         "Shift is a key by itself"},
        {"S-\xc3\xa9",  "Shift is a key by itself"},
        {"C-A",         "a small one"             },
        {"C-Z",         "a small one"             },
        {"C-M",         "a small one"             },
        {"C-1",         "no byte of its own"      },
        {"C-`",         "no byte of its own"      },
        {"C-{",         "no byte of its own"      },
        {"C-\xc3\xa9",  "no byte of its own"      },
        {"S-F13",       "take no more"            },
        {"C-F63",       "take no more"            }
    };
    struct key key;

    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        const char *why = NULL;
        int rc = key_find(unknown[i], &key, &why);
        if (rc != ERR_NOTFOUND)
            (void)printf("\n    '%s'", unknown[i]);
        CU_ASSERT_EQUAL(rc, ERR_NOTFOUND);
    }
    for (size_t i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++) {
        const char *why = NULL;
        CU_ASSERT_EQUAL(key_find(unsupported[i][0], &key, &why), ERR_UNSUPPORTED);
        CU_ASSERT_PTR_NOT_NULL_FATAL(why);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, unsupported[i][1]));
    }
}

/* A name as long as there may be one, and one that is longer. */
static void test_a_name_that_is_too_long_is_no_key(void)
{
    static const char letters[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    char name[KEY_NAME_BYTES + 4];
    char out[KEY_NAME_BYTES];

    for (int size = KEY_NAME_BYTES - 4; size <= KEY_NAME_BYTES + 2; size++) {
        (void)snprintf(name, sizeof(name), "^%.*s", size - 1, letters);
        CU_ASSERT_FALSE(key_meant(name, out));
    }
}

static void test_what_others_call_a_key_is_understood(void)
{
    static const char *const pairs[][2] = {
        {"ctrl-c",         "C-c"      },
        {"^C",             "C-c"      },
        {"Ctrl+C",         "C-c"      },
        {"control-x",      "C-x"      },
        {"c-c",            "C-c"      },
        {"Alt-x",          "M-x"      },
        {"meta-Left",      "M-Left"   },
        {"shift+tab",      "S-Tab"    },
        {"enter",          "Enter"    },
        {"Return",         "Enter"    },
        {"<PgUp>",         "PageUp"   },
        {"pgdn",           "PageDown" },
        {"<C-Up>",         "C-Up"     },
        {"BTab",           "S-Tab"    },
        {"ctrl+shift+up",  "C-S-Up"   },
        {"DC",             "Delete"   },
        {"f5",             "F5"       },
        {"C-C",            "C-c"      },
        {"NPage",          "PageDown" },
        {"^[",             "C-["      },
        {"^^",             "C-^"      },
        {"ctrl-^",         "C-^"      },
        {"control+M-s-Up", "C-M-S-Up" },
        {"<^C>",           "C-c"      },
        {"<q>",            "q"        },
        {"alt--",          "M--"      },
        {"m+x",            "M-x"      },
        {"alt-C",          "M-C"      },
        {"s-tab",          "S-Tab"    },
        {"ret",            "Enter"    },
        {"cr",             "Enter"    },
        {"bs",             "Backspace"},
        {"BSpace",         "Backspace"},
        {"del",            "Delete"   },
        {"ins",            "Insert"   },
        {"IC",             "Insert"   },
        {"PPage",          "PageUp"   },
        {"prior",          "PageUp"   },
        {"pgdown",         "PageDown" },
        {"next",           "PageDown" },
        {"backtab",        "S-Tab"    },
        {"shift-F5",       "S-F5"     },
        {"M-kcbt",         "M-S-Tab"  },
    };
    static const char *const nothing[] = {
        "",    "foo",  "kUP9",  "kUP1",  "<>",
        "<Up", "Up>",  "kUP55", "kUP8x", "kf",
        "kf0", "kf64", "ctrl-", "C-c",   "a-name-that-is-longer-than-that-of-any-key"};
    char meant[KEY_NAME_BYTES];

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        bool good = key_meant(pairs[i][0], meant) && strcmp(meant, pairs[i][1]) == 0;
        if (!good)
            (void)printf("\n    %s: %s", pairs[i][0], meant);
        CU_ASSERT_TRUE(good);
    }
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
        CU_ASSERT_FALSE(key_meant(nothing[i], meant));
}

static void test_what_is_like_a_key_is_found(void)
{
    static const char *const pairs[][2] = {
        {"PgUpp",        "PageUp"   },
        {"PagUp",        "PageUp"   },
        {"pagedwn",      "PageDown" },
        {"Entre",        "Enter"    },
        {"Retrun",       "Enter"    },
        {"Delte",        "Delete"   },
        {"Bakspace",     "Backspace"},
        {"S-Tba",        "S-Tab"    },
        {"Shft-Tab",     "S-Tab"    },
        {"bcktab",       "S-Tab"    },
        {"Ctl-x",        "C-x"      },
        {"ctrl X",       "C-x"      },
        {"Control_C",    "C-c"      },
        {"C-Lfet",       "C-Left"   },
        {"Ctrl-Shft-Up", "C-S-Up"   },
        {"Mta-lft",      "M-Left"   },
        {"f13",          "F13"      },
        {"S-f5",         "S-F5"     },
        {"KPEntr",       "KPEnter"  },
        {"<Escpe>",      "Escape"   },
 /* And whatever is exactly one. */
        {"kcuu1",        "Up"       },
        {"^C",           "C-c"      },
    };
    static const char *const nothing[] = {"",     "F64",   "F133",   "somewhere", "C-somewhere",
                                          "Ct-x", "Shft-", "wxyz-a", "fxx"};
    char meant[KEY_NAME_BYTES];

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        bool good = key_near(pairs[i][0], meant) && strcmp(meant, pairs[i][1]) == 0;
        if (!good)
            (void)printf("\n    %s: %s", pairs[i][0], meant);
        CU_ASSERT_TRUE(good);
    }
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
        CU_ASSERT_FALSE(key_near(nothing[i], meant));
    /* What a program asks for by a name is that or nothing. */
    CU_ASSERT_FALSE(key_meant("PgUpp", meant));
}

static void test_every_row_is_a_key(void)
{
    struct key key;
    const char *why;

    for (size_t i = 0; key_name(i) != NULL; i++) {
        CU_ASSERT_EQUAL(key_find(key_name(i), &key, &why), 0);
        CU_ASSERT_PTR_NOT_NULL(key_help(i));
    }
}

int main(void)
{
    CU_pSuite s = suite_open("keys", NULL, NULL);

    CU_ADD_TEST(s, test_every_key_of_terminfo_types_what_it_says_there);
    CU_ADD_TEST(s, test_the_names_of_terminfo_are_understood);
    CU_ADD_TEST(s, test_without_its_mode_a_key_types_something_else);
    CU_ADD_TEST(s, test_modifiers_add_up);
    CU_ADD_TEST(s, test_characters_are_keys);
    CU_ADD_TEST(s, test_keys_of_one_byte_have_few_modifiers);
    CU_ADD_TEST(s, test_what_is_no_key_is_told_from_what_a_terminal_does_not_have);
    CU_ADD_TEST(s, test_a_name_that_is_too_long_is_no_key);
    CU_ADD_TEST(s, test_what_others_call_a_key_is_understood);
    CU_ADD_TEST(s, test_what_is_like_a_key_is_found);
    CU_ADD_TEST(s, test_every_row_is_a_key);
    return suite_close();
}
