/* trace_text.h: traces written as text, for the tests of the rows.
 *
 * A tree is "root(mid(leaf) w)"; "name:role" gives an actor a role. A line of a trace is
 *     [!] [@MS] ACTOR POINT [PEER] [#REQUEST] [v=VALUE] [x=EXTRA]
 * `!` marks the record at which the violation is expected, @MS sets the time from here on. A value
 * is a number, "3000ms", a name of a cause, an error or a decision, or "graceful,deadline". */
#ifndef HARNESS_OBSERVE_TESTS_TRACE_TEXT_H
#define HARNESS_OBSERVE_TESTS_TRACE_TEXT_H

#include "harness/observe/invariant.h"
#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/base/harm.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_WORD_BYTES = 64 };

static const struct {
    const char *name;
    int64_t value;
} text_values[] = {
    {"ignored",    SIG_IGNORED         },
    {"abort-it",   SIG_ABORT           },
    {"cancel-it",  SIG_CANCEL          },
    {"kill-it",    SIG_KILL            },
    {"INT",        SIGINT              },
    {"KILL",       SIGKILL             },
    {"STOP",       SIGSTOP             },
    {"CONT",       SIGCONT             },
    {"QUIT",       SIGQUIT             },
    {"operator",   KILL_OPERATOR       },
    {"heartbeat",  KILL_HEARTBEAT      },
    {"protocol",   KILL_PROTO          },
    {"boot",       KILL_BOOT           },
    {"orphaned",   KILL_ORPHANED       },
    {"linger",     KILL_LINGER         },
    {"sequence",   LINK_SEQUENCE       },
    {"illegal",    LINK_ILLEGAL        },
    {"cut",        LINK_HARM_CUT       },
    {"half-close", LINK_HARM_HALF_CLOSE},
    {"duplicate",  LINK_HARM_DUPLICATE },
    {"drop",       LINK_HARM_DROP      },
    {"delay",      LINK_HARM_DELAY     },
    {"resume",     LINK_HARM_RESUME    },
    {"up",         SIDE_UP             },
    {"down",       SIDE_DOWN           },
};

/* Copies the word at `text` that ends at one of `ends` or the string's end. */
static const char *text_word(const char *text, const char *ends, char *word)
{
    size_t size = strcspn(text, ends);

    CHECK(size < TEXT_WORD_BYTES);
    memcpy(word, text, size);
    word[size] = 0;
    return text + size;
}

static int64_t text_value(const char *word)
{
    char *end = NULL;
    long long number = strtoll(word, &end, 10);

    if (end != word)
        return strcmp(end, "ms") == 0 ? number * MS_NS : number;
    if (strncmp(word, "graceful,", 9) == 0)
        return CANCEL_GRACEFUL + 256 * (int64_t)cause_find(word + 9);
    if (strncmp(word, "abort,", 6) == 0)
        return CANCEL_ABORT + 256 * (int64_t)cause_find(word + 6);
    for (size_t i = 0; i < sizeof(text_values) / sizeof(text_values[0]); i++) {
        if (strcmp(text_values[i].name, word) == 0)
            return text_values[i].value;
    }
    int known = error_find(word) >= 0 ? error_find(word) : cause_find(word);
    CHECK(known >= 0);
    return known;
}

static uint16_t text_actor(const struct tree *t, const char *name)
{
    if (strcmp(name, "harness") == 0)
        return ACTOR_HARNESS;
    if (strcmp(name, "terminal") == 0)
        return ACTOR_TERMINAL;
    if (strcmp(name, "none") == 0)
        return ACTOR_NONE;
    uint16_t id = tree_find(t, name);
    CHECK(id != ACTOR_NONE);
    return id;
}

/* Lent until the next call. */
static struct tree *text_tree(const char *text)
{
    static struct tree only;
    struct tree *t = &only;
    uint16_t above[TREE_DEPTH_MAX] = {0};
    unsigned depth = 0;

    memset(t, 0, sizeof(*t));
    t->magic = TREE_MAGIC;
    t->bytes = sizeof(struct tree_node);
    while (*text != 0) {
        char word[TEXT_WORD_BYTES];
        char role[TEXT_WORD_BYTES] = "supervisor";
        if (*text == ' ') {
            text++;
        } else if (*text == '(') {
            above[depth++] = (uint16_t)(t->count - 1);
            text++;
        } else if (*text == ')') {
            depth--;
            text++;
        } else {
            struct tree_node *node = &t->node[t->count++];
            text = text_word(text, ":() ", word);
            if (*text == ':')
                text = text_word(text + 1, "() ", role);
            CHECK(strlen(word) < sizeof(node->name));
            memcpy(node->name, word, strlen(word) + 1);
            node->role = (uint8_t)role_find(role);
            node->parent = depth == 0 ? (uint16_t)ACTOR_NONE : above[depth - 1];
            for (unsigned i = 0; i < depth; i++)
                t->node[above[i]].below++;
        }
    }
    return t;
}

/* Puts one word of a line into the record. `place`: 0 actor, 1 point, 2 what follows. */
static void text_field(const struct tree *t, const char *word, unsigned place,
                       struct trace_record *rec)
{
    if (place == 0) {
        rec->actor = text_actor(t, word);
    } else if (place == 1) {
        int point = point_find(word);
        CHECK(point >= 0);
        rec->point = (uint16_t)point;
    } else if (word[0] == '#') {
        rec->request = (uint32_t)text_value(word + 1);
    } else if (strncmp(word, "v=", 2) == 0) {
        rec->value = text_value(word + 2);
    } else if (strncmp(word, "x=", 2) == 0) {
        rec->extra = text_value(word + 2);
    } else {
        rec->peer = text_actor(t, word);
    }
}

/* Adds the lines to the trace. Returns the index of the marked record, or SIZE_MAX. */
static size_t text_trace(const struct tree *t, const char *lines, struct trace *trace)
{
    size_t marked = SIZE_MAX;
    int64_t now_ns = 0;

    while (*lines != 0) {
        struct trace_record rec = {.peer = ACTOR_NONE};
        unsigned place = 0;
        for (; *lines != 0 && *lines != '\n';) {
            char word[TEXT_WORD_BYTES];
            lines = text_word(lines, " \n", word);
            if (*lines == ' ')
                lines++;
            if (word[0] == '!')
                marked = trace->count;
            else if (word[0] == '@')
                now_ns = text_value(word + 1) * MS_NS;
            else if (word[0] != 0)
                text_field(t, word, place++, &rec);
        }
        if (*lines == '\n')
            lines++;
        if (place == 0)
            continue;
        CHECK(place >= 2);
        rec.at_ns = now_ns;
        CHECK(trace_add(trace, &rec) == 0);
    }
    return marked;
}

#endif
