/* yaml_doc.h: a YAML document as a small tree of nodes that know where they stand.
 *
 * The subset: one document; maps with plain words as keys, each key once; lists; scalars, all of
 * them text. Anchors and aliases are fine, an alias is the node itself; tags, merge keys and
 * cycles are refused. Limits are those of model.h. */
#ifndef HARNESS_SCENARIO_YAML_DOC_H
#define HARNESS_SCENARIO_YAML_DOC_H

#include "harness/scenario/parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };
enum node_style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_BLOCK };

struct node_entry {
    struct node_entry *next;
    const struct node *key; /* NULL in a list */
    const struct node *value;
};

struct node {
    struct source *source;
    struct place place;
    uint32_t offset; /* in the source */
    uint32_t width;  /* to underline; stays on its line */
    uint32_t end;    /* offset behind it; of a list or map in block style: of what follows */
    enum node_kind kind;
    enum node_style style;
    const char *text; /* scalar; a 0 stands behind it */
    size_t size;
    struct node_entry *first; /* list, map */
    size_t count;
};

/* Reads the document. NULL when it cannot be read; findings say why. */
const struct node *yaml_doc_read(struct parse *p, struct source *source);

/* "a list", "a map", "nothing", "a number", "text": for messages. */
const char *node_what(const struct node *n);

/* Where the node stands, with its line. */
struct place node_place(struct parse *p, const struct node *n);

/* The value of a key, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* The key's own node, or NULL. */
const struct node *node_key(const struct node *map, const char *key);

#endif
