/* map.h: maps and lists of a scenario: which keys there are, which must be there, what one of
 * several words says. All of it is read off the shape of the word (harness/language/shape.h).
 *
 * As in value.h: false means that a finding was made, and then outputs are untouched. */
#ifndef HARNESS_SCENARIO_MAP_H
#define HARNESS_SCENARIO_MAP_H

#include "harness/language/word.h"
#include "harness/scenario/value.h"

/* What a map may hold. */
struct map_form {
    const char *what;                        /* "an actor", for messages */
    const char *shape;                       /* its first map says the keys; NULL: word_at does */
    const struct word *(*word_at)(size_t i); /* a word a key, NULL behind the last */
    const char *later;                       /* as in struct word */
    const char *help; /* for who forgot a key: one line, or an example as in struct word; or NULL */
};

/* Refuses what is not a map, and what lacks a key. A key that is none of the form makes only a
 * finding. */
bool map_check(struct parse *p, const struct node *n, const struct map_form *form);

/* The same by the shape of a word: "tell wants `actor` and `do`". */
bool map_check_word(struct parse *p, const struct node *n, const struct word *w);

/* Gives those from number `since` on that are about the form of a value, and do not say what is
 * right, the form of the word that the value belongs to. */
void findings_form(struct parse *p, size_t since, const struct word *w);

/* The word of that name; it must be there. */
const struct word *word_named(const struct word *(*word_at)(size_t i), const char *name);

/* Gives one the form "NAME: SHAPE". */
void finding_form(struct parse *p, struct finding *f, const char *name, const char *shape);

/* What the first map of a shape has for one of its keys. */
const char *key_shape(const char *shape, const char *key);

/* One of the words of a shape, by its number there. `what` as of value_name(). */
bool value_word(struct parse *p, const struct scope *s, const struct node *n, const char *what,
                const char *shape, size_t *out);

/* The value of a key that may be left out: then true, and *out is untouched. The key is `what` of
 * the range. */
bool words_get(struct parse *p, const struct scope *s, const struct node *map, const char *key,
               const char **out);
bool int_get(struct parse *p, const struct scope *s, const struct node *map,
             const struct value_range *range, int64_t *out);
bool duration_get(struct parse *p, const struct scope *s, const struct node *map,
                  const struct value_range *range, int64_t *out);
bool byte_count_get(struct parse *p, const struct scope *s, const struct node *map,
                    const struct value_range *range, int64_t *out);
/* One of the words that the first map of `shape` has for the key. */
bool word_get(struct parse *p, const struct scope *s, const struct node *map, const char *shape,
              const char *key, size_t *out);

/* `rows` and `columns` of a terminal, each as they are when it is left out. */
bool size_get(struct parse *p, const struct scope *s, const struct node *map, uint16_t *rows,
              uint16_t *columns);

/* Refuses what is not a list. */
bool list_check(struct parse *p, const struct node *n, const char *what);

/* True when that word is in a list with blanks between; NULL is an empty one. */
bool words_have(const char *words, const char *word);

#endif
