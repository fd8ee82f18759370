/* known_parse.h: what the readers of the file of known failures share. Private to harness/gate. */
#ifndef HARNESS_GATE_KNOWN_PARSE_H
#define HARNESS_GATE_KNOWN_PARSE_H

#include "harness/gate/known.h"
#include "harness/scenario/parse.h"

/* A key of an entry: what is known of the word, and its reader. */
struct known_key {
    struct word word;
    bool required;
    /* False: a finding was made. */
    bool (*read)(struct parse *p, const struct word *w, const struct node *n,
                 struct known_entry *out);
};

/* Row i, or NULL behind the last. */
const struct known_key *known_key_at(size_t i);

/* What one entry says about the others: ids that are there twice, entries that none can reach. */
void known_check_entries(struct parse *p, const struct known *k);

/* Names of scenarios and of their parameters. */
void known_check_scenarios(struct parse *p, const struct known *k,
                           const struct known_scenarios *scenarios);

/* Says which name of the entry's `when` a variant with these parameters does not have. */
void known_when_say(struct parse *p, const struct known_entry *e, const char *parameters,
                    const char *scenario);

#endif
