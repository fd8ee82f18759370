/* parse.h: what one reading of a scenario shares: memory, limits, sources and findings.
 *
 * Private to harness/scenario and to readers of other files in the same YAML. Functions that read
 * something return true when it was understood; false means that a finding was made, or that
 * parse_failed() is set and all is to be given up. */
#ifndef HARNESS_SCENARIO_PARSE_H
#define HARNESS_SCENARIO_PARSE_H

#include "harness/scenario/model.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known only while it runs. */
enum live { LIVE_NONE, LIVE_CAPTURED, LIVE_SECRETS };

struct node;
struct script;
struct tree_maker;

/* A file as read, cut into lines. */
struct source {
    struct source *next; /* that was read after it */
    const char *path;
    const char *text; /* a 0 stands behind it */
    size_t size;
    uint32_t lines;
    uint32_t *start;    /* offset of each line */
    const char **shown; /* each line as a string, made when first asked for */
};

struct parse {
    struct arena *arena;
    const struct scenario_options *options; /* never NULL */
    struct findings *findings;
    struct finding spare;                    /* where findings go that are dropped */
    struct place found[SCENARIO_ERRORS_MAX]; /* where each was before finding_inside() */
    struct source *sources;                  /* read so far, the first one first */
    struct source **sources_end;             /* where the next one goes; NULL: it is the first */
    struct script *scripts;                  /* read so far */
    const struct node *use;    /* the outermost `use:` while its script's steps are read */
    struct tree_maker *maker;  /* scratch of tree_parse.c */
    const char *root;          /* path of the folder `scenarios` above the file, or NULL */
    const char *script_folder; /* of a script on its own: scripts beside it, or NULL */
    struct captures *captures; /* of the scenario or script whose steps are read, or NULL */
    uint32_t slots;            /* of live texts in the variant so far */
    struct secret *secrets;    /* of the variant so far */
    enum live live;            /* which may stand in what is read */
    bool expanding;            /* whatever is no parameter is one, and stays */
    uint32_t work;
    bool guessing; /* parameters have no values yet: nothing is said about what they become */
    size_t passed; /* of the errors, those about keys that are none: the others are read */
    bool no_memory;
    bool too_much; /* SCENARIO_WORK_MAX was passed, and reported */
};

/* True when going on makes no sense: no memory, or too much work. */
bool parse_failed(const struct parse *p);

/* Zeroed memory of the arena; NULL sets no_memory. */
void *parse_alloc(struct parse *p, size_t count, size_t size);
char *parse_copy(struct parse *p, const char *text, size_t size);
/* NULL becomes "" for messages: no_memory ends the reading anyway. */
const char *parse_format(struct parse *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *parse_vformat(struct parse *p, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The folder of the file in which the node stands; and a path of that file, which starts there. */
const char *path_folder(struct parse *p, const struct node *n);
const char *path_from(struct parse *p, const struct node *n, const char *path);

/* Counts work; past SCENARIO_WORK_MAX a finding at `at` and false. */
bool parse_work(struct parse *p, const struct node *at, uint32_t amount);

/* Splits a copy of the text. NULL: no memory. */
struct source *source_new(struct parse *p, const char *path, const char *text, size_t size);

/* A line, from 1, as a string; "" when there is none. NULL only without memory. */
const char *source_line(struct parse *p, struct source *s, uint32_t line);

/* The place of a byte. */
struct place source_place(const struct source *s, size_t offset);

/* Adds an error at a place or a node and returns it, so that the caller may add label, help and
 * the other place. Never NULL: what is dropped or a repetition goes to p->spare. */
struct finding *finding_at(struct parse *p, struct source *s, struct place place, uint32_t width,
                           const char *text);
struct finding *finding_error(struct parse *p, const struct node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "WHAT wants FORMAT": the value is not made as it must be, so its form belongs to the message, see
 * findings_form(). */
struct finding *finding_wants(struct parse *p, const struct node *at, const char *what,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
struct finding *finding_warning(struct parse *p, const struct node *at, const char *name,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds the second place. */
void finding_other(struct parse *p, struct finding *f, const struct node *at, const char *label);

/* Moves the finding inside the scalar, to byte `offset` of its text, if the source shows it. */
void finding_inside(struct finding *f, const struct node *at, size_t offset, uint32_t width);

/* "did you mean 'x'?" as a label, if one of the names is near. */
void finding_suggest(struct parse *p, struct finding *f, const char *word, size_t count,
                     const char *(*name_at)(size_t i, void *user), void *user);

/* A help line "WHAT a, b, c", broken after 90 bytes. */
void finding_list(struct parse *p, struct finding *f, const char *what, size_t count,
                  const char *(*name_at)(size_t i, void *user), void *user);

/* Errors before warnings, each by file, line and column; the first file is `path`. */
void findings_sort(struct findings *f, const char *path);

#endif
