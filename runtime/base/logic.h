/* logic.h: `and`, `or`, `not` and parentheses around whatever a language compares.
 *
 *   any = all { "or" all }    all = part { "and" part }    part = "not" part | "(" any ")" | LEAF
 *
 * An expression is decided while it is read. Both sides are always read, so that a mistake in a
 * branch that does not matter now is found too. */
#ifndef RUNTIME_BASE_LOGIC_H
#define RUNTIME_BASE_LOGIC_H

#include <stdbool.h>
#include <stddef.h>

enum { LOGIC_DEPTH_MAX = 32 };

struct logic {
    const char *text; /* lent */
    size_t at;        /* of it read so far */
    bool bad;         /* a mistake was found: what is returned means nothing */
    unsigned depth;
    /* Reads one leaf from `at` on, past blanks, and moves `at` behind it. */
    bool (*leaf)(struct logic *l);
    /* Says the first mistake. */
    void (*error)(struct logic *l, size_t at, const char *what);
    bool (*inside)(char byte); /* whether a word goes on with it */
    bool side_by_side;         /* two parts without a word between them mean `and` */
};

/* Reads the whole text. Returns what it says, and false when it is bad. */
bool logic_read(struct logic *l);

/* For leaves. Moves past blanks, then past the word or sign if that is the next thing. */
bool logic_take(struct logic *l, const char *token);

void logic_space(struct logic *l);

/* Notes a mistake; only the first one is said. */
void logic_error(struct logic *l, size_t at, const char *what);

#endif
