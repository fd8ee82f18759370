/* trace_text.h: traces written as text, for the tests of the rows.
 *
 * A tree is "root(mid(leaf) w)"; "name:role" gives an actor a role; "sh:command(child)" are the
 * processes of a command. A line of a trace is
 *     [!] [@MS] ACTOR POINT [NAME=NUMBER ...]
 * as describe_record() prints it; NAMEs are those of POINT_MAP. A bare word is the peer, #N the
 * request, and a plain number stands for itself where words are printed. `!` marks the record at
 * which the violation is expected, @MS sets the time from here on. */
#ifndef HARNESS_OBSERVE_TESTS_TRACE_TEXT_H
#define HARNESS_OBSERVE_TESTS_TRACE_TEXT_H

#include "harness/observe/describe.h"
#include "harness/observe/invariant.h"
#include "harness/subject/tests/cast_made.h"
#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/base/harm.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_WORD_BYTES = 64, TEXT_ROOM = 24 };

/* Copies the word at `text` that ends at one of `ends` or the string's end. */
static const char *text_word(const char *text, const char *ends, char *word)
{
    size_t size = strcspn(text, ends);

    CHECK(size < TEXT_WORD_BYTES);
    memcpy(word, text, size);
    word[size] = 0;
    return text + size;
}

static uint16_t text_actor(const struct cast *c, const char *name)
{
    if (strcmp(name, "harness") == 0)
        return ACTOR_HARNESS;
    if (strcmp(name, "terminal") == 0)
        return ACTOR_TERMINAL;
    if (strcmp(name, "none") == 0)
        return ACTOR_NONE;
    for (uint16_t id = 0; id < c->count; id++) {
        if (strcmp(c->who[id].name, name) == 0)
            return id;
    }
    CHECK(false);
    return ACTOR_NONE;
}

static inline enum subject text_subject(const struct cast *c)
{
    return c->count > 0 && c->who[ACTOR_ROOT].kind == WHO_PROCESS ? SUBJECT_COMMAND : SUBJECT_TREE;
}

/* Lent until the next call. */
static struct cast *text_cast(const char *text)
{
    static struct cast *c;
    uint16_t above[TREE_DEPTH_MAX] = {0};
    unsigned depth = 0;

    free(c);
    c = cast_new(TEXT_ROOM);
    while (*text != 0) {
        char word[TEXT_WORD_BYTES];
        char role[TEXT_WORD_BYTES] = "supervisor";
        if (*text == ' ') {
            text++;
        } else if (*text == '(') {
            above[depth++] = (uint16_t)(c->count - 1);
            text++;
        } else if (*text == ')') {
            depth--;
            text++;
        } else {
            struct who who = {.parent = depth == 0 ? (uint16_t)ACTOR_NONE : above[depth - 1]};
            text = text_word(text, ":() ", word);
            if (*text == ':')
                text = text_word(text + 1, "() ", role);
            CHECK(strlen(word) < sizeof(who.name));
            memcpy(who.name, word, strlen(word) + 1);
            if (strcmp(role, "command") == 0 || text_subject(c) == SUBJECT_COMMAND)
                who.kind = WHO_PROCESS;
            who.spins = role_find(role) == ROLE_SPINNER;
            CHECK(cast_add(c, &who) != ACTOR_NONE);
        }
    }
    return c;
}

static bool text_is_name(const char *name, const char *field)
{
    size_t size = strcspn(field, "=");

    return name != NULL && strncmp(name, field, size) == 0 && name[size] == 0;
}

/* True when the record as it is now is printed with this field. */
static bool text_is_printed(const struct cast *c, const struct trace_record *rec, const char *field)
{
    struct buf line = BUF_INIT;
    size_t size = strlen(field);

    describe_record(rec, c, &line);
    const char *at = strstr(buf_text(&line), field);
    bool found = at != NULL && at[-1] == ' ' && strchr(" \n", at[size]) != NULL;
    buf_release(&line);
    return found;
}

/* Finds the number that is printed so. */
static void text_number(const struct cast *c, const struct trace_record *rec, const char *field,
                        unsigned kind, int64_t *out)
{
    const char *text = strchr(field, '=') + 1;
    bool hex = strncmp(text, "0x", 2) == 0;
    char *end = NULL;
    long long number = hex ? (long long)strtoull(text, &end, 16) : strtoll(text, &end, 10);

    if (kind == KIND_TIME) {
        CHECK(end != text && *end == '.');
        long ms = strtol(end + 1, &end, 10);
        number = (number * 1000 + (*text == '-' ? -ms : ms)) * MS_NS;
    } else if (end == text || kind == KIND_BYTE) {
        for (*out = -1; !text_is_printed(c, rec, field); ++*out)
            CHECK(*out <= UINT16_MAX);
        return;
    }
    CHECK(*end == 0);
    *out = number;
}

/* Puts one word of a line into the record. `place`: 0 actor, 1 point, 2 what follows. */
static void text_field(const struct cast *c, const char *word, unsigned place,
                       struct trace_record *rec)
{
    const struct point_entry *entry = point_entry(rec->point);

    if (place == 0) {
        rec->actor = text_actor(c, word);
    } else if (place == 1) {
        int point = point_find(word);
        CHECK(point >= 0);
        rec->point = (uint16_t)point;
    } else if (word[0] == '#') {
        rec->request = (uint32_t)strtoul(word + 1, NULL, 10);
    } else if (strchr(word, '=') == NULL) {
        rec->peer = text_actor(c, word);
    } else if (text_is_name(entry->peer, word)) {
        rec->peer = text_actor(c, strchr(word, '=') + 1);
    } else if (text_is_name(entry->request, word)) {
        rec->request = (uint32_t)strtoul(strchr(word, '=') + 1, NULL, 10);
    } else if (text_is_name(entry->value.name, word)) {
        text_number(c, rec, word, entry->value.kind, &rec->value);
    } else {
        CHECK(text_is_name(entry->extra.name, word));
        text_number(c, rec, word, entry->extra.kind, &rec->extra);
    }
}

/* Adds the lines to the trace. Returns the index of the marked record, or SIZE_MAX. */
static size_t text_trace(const struct cast *c, const char *lines, struct trace *trace)
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
                now_ns = strtoll(word + 1, NULL, 10) * MS_NS;
            else if (word[0] != 0)
                text_field(c, word, place++, &rec);
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
