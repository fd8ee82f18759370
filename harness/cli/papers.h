/* papers.h: the papers of the language, made of its tables: the JSON Schema and the manual pages.
 *
 * They are committed as made; a test compares. `scenario schema` and `scenario help --man PAGE`
 * print them anew. */
#ifndef HARNESS_CLI_PAPERS_H
#define HARNESS_CLI_PAPERS_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The schema (draft 07) of a kind of file: "scenario" or "known-failures". Returns false when there
 * is no such kind, or when a word has no row in words.h, or one that is not well made; the schema
 * then takes anything there. */
bool schema_print(const char *name, struct buf *out);

/* The name of kind i, or NULL behind the last. */
const char *schema_name_at(size_t i);

/* The source of a manual page for scdoc: "scenario", "scenario-file", "known-failures". Returns
 * false when there is no such page. */
bool manual_print(const char *page, struct buf *out);

/* What `scenario help TOPIC` prints. Returns false when there is no such topic. */
bool help_topic(const char *name, struct buf *out);

/* The name of topic i, or NULL behind the last. */
const char *help_topic_at(size_t i);

/* All that is known of a word of the language, the command or its flags, or of the point of an
 * address. Returns false when it is none. */
bool help_word(const char *typed, struct buf *out);

/* The topic, verb or word that is nearest to what was typed, or NULL. Static until the next call.
 */
const char *help_suggest(const char *typed);

/* An expect script of that name. Returns false when there is none. */
bool help_script(const char *name, struct buf *out);

/* A fixture of that name. Returns false when there is none. */
bool help_fixture(const char *name, struct buf *out);

/* A point on one line: what it means, and what a record of it carries. */
void help_point(unsigned point, struct buf *out);

/* The topic `keys`: how keys of the terminal are named, and a row for each; the first for all. */
extern const char help_keys_about[];
void help_keys_table(struct buf *out);
void help_keys(struct buf *out);

/* One key, with its modifiers. Returns false when there is none of that name. */
bool help_key(const char *name, struct buf *out);

/* The topics `branches`, `captured` and `secrets`: the texts, and what help prints. */
extern const char help_branches_about[];
extern const char help_captured_about[];
extern const char help_secrets_about[];
void help_branches(struct buf *out);
void help_captured(struct buf *out);
void help_secrets(struct buf *out);

/* The topic `patterns`: part i of what is to be known of them, NULL behind the last; or all. */
struct help_part {
    const char *title;
    const char *text;
};
const struct help_part *help_pattern_at(size_t i);
void help_patterns(struct buf *out);

/* The topic `echo`: paragraphs, and what help prints. */
enum { HELP_ECHO_PARAGRAPHS = 4 };
extern const char *const help_echo_about[HELP_ECHO_PARAGRAPHS];
void help_echo(struct buf *out);

/* The topic `calls`: paragraphs, a table of families and forms, and both. */
enum { HELP_CALLS_PARAGRAPHS = 4 };
extern const char *const help_calls_about[HELP_CALLS_PARAGRAPHS];
void help_calls_table(struct buf *out);
void help_calls(struct buf *out);

/* One call, in a form or without. Returns false when there is none of that name. */
bool help_call(const char *name, struct buf *out);

/* The topic `words`: what the words in capitals stand for. */
void help_words(struct buf *out);

/* The topic `known-failures`: the keys of their file. */
void help_known(struct buf *out);

/* The topic `scripts`: what lies in the nearest folder of expect scripts and what is installed. */
void help_scripts(struct buf *out);

#endif
