/* word.h: all that is known of a word of the language besides what it does. The row of a key, a
 * step and so on holds one; the loader checks a value by its shape, and help, schema and manual
 * are read off it. */
#ifndef HARNESS_LANGUAGE_WORD_H
#define HARNESS_LANGUAGE_WORD_H

struct word {
    const char *name;
    const char *shape; /* of its value, shape.h */
    const char *later; /* keys and words of the shape that are to come, a blank between; or NULL */
    const char *help;  /* one line */
    const char *example; /* with the word itself; lines end in "\n" */
};

#endif
