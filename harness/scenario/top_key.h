/* top_key.h: the keys of a scenario file, a row each: what is known of the word, and its reader. */
#ifndef HARNESS_SCENARIO_TOP_KEY_H
#define HARNESS_SCENARIO_TOP_KEY_H

#include "harness/language/word.h"
#include "harness/scenario/build.h"

#include <stdbool.h>

struct top_key {
    struct word word;
    /* Who reads its value: what all variants share, or what may differ from one to the next. Both
     * are NULL for what the rest stands on: the version, parameters and the tree. */
    void (*shared)(struct parse *p, const struct word *w, const struct node *n, struct scenario *s);
    bool (*each)(struct build *b, const struct word *w, const struct node *n, struct variant *v);
};

/* The readers that are too much for the table's own file: judge_parse.c, inject_parse.c. */
bool must_fail_parse(struct build *b, const struct word *w, const struct node *n,
                     struct variant *out);
bool invariants_parse(struct build *b, const struct word *w, const struct node *n,
                      struct variant *out);
bool outcome_parse(struct build *b, const struct word *w, const struct node *n,
                   struct variant *out);
bool defect_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);
bool inject_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);
bool order_parse(struct build *b, const struct word *w, const struct node *n, struct variant *out);

/* What parameters are there to say "no parameter" about in a key that all variants share. */
extern const struct scope scope_shared;

/* Checks which keys the file has, and reads those that all variants share. */
void top_shared_read(struct parse *p, const struct node *root, struct scenario *s);

/* Reads one of the keys by its row, for a file that has few of them. */
bool top_one_read(struct build *b, const char *name, const struct node *n, struct scenario *s,
                  struct variant *v);

/* Reads the others; the tree is there. */
bool top_each_read(struct build *b, const struct node *root, struct variant *v);

#endif
