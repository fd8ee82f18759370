/* report.h: results in the forms that people and programs read; one file per format.
 *
 * Every function adds to a buffer and knows only results: no clock, no descriptor, no path but
 * what a result holds. Colour is the terminal's escape sequences, and nothing else. */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include "harness/run/result.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gate_told; /* gate_told.h */

/* What a whole run came to. */
struct report_counts {
    uint64_t verdict[VERDICTS];
    uint64_t total;
};

/* What stands above the results. All lent. */
struct report_head {
    uint64_t seed;
    uint64_t jobs;
    const char *engine;    /* "real", "sim", "both" or "by scenario" */
    const char *timestamp; /* UTC, "2026-01-31T12:00:00"; for JUnit; "" leaves it out */
};

/* ---- group.c: repeated runs, summed up ---- */

enum { REPORT_CLASSES_MAX = 1000 }; /* of a group; runs of further ones are only counted */

/* Runs with one verdict and one signature; of a pass, with one way in which the root ended. */
struct report_class {
    const struct run_result *first; /* lent */
    uint64_t runs;
};

/* Runs of one variant on one engine, at least one; a single run is a group, too. */
struct report_group {
    struct report_class *class; /* owned */
    size_t count;
    size_t room;
    uint64_t runs;
    uint64_t others; /* of them in no class: see REPORT_CLASSES_MAX */
    int64_t time_ns; /* of all of them */
    bool retried;    /* they are attempts, each made because those before it had failed */
};

/* Counts a run. Returns true when it is the first of its class: then it is lent until the end. */
bool report_group_add(struct report_group *g, const struct run_result *r);

/* Puts the classes in order: those with the most runs first, of equals the one that came first. */
void report_group_sort(struct report_group *g);

/* The class that decides what the group comes to. */
const struct report_class *report_group_worst(const struct report_group *g);

/* What the group comes to: the verdict of that class; FLAKY when a later attempt has
 * passed and nothing excuses those before it. */
unsigned report_group_verdict(const struct report_group *g);

/* "200 runs: 197 PASS by SIGINT, 3 TIMEOUT timeout:step" */
void report_group_text(struct buf *out, const struct report_group *g);

void report_group_release(struct report_group *g);

/* What stands below the results. All lent. */
struct report_end {
    const struct report_head *head;
    const struct report_counts *counts;
    const struct report_group *group; /* all results, in the order of the scenarios */
    size_t count;
    const struct gate_told *gate; /* that has judged them; NULL: none has */
};

void report_count(struct report_counts *c, const struct run_result *r);

/* Counts all attempts of one run as one. */
void report_count_group(struct report_counts *c, const struct report_group *g);

/* The exit code of the whole: 6 > 1 > 7 > 5. */
int report_exit_code(const struct report_counts *c);

/* The same of what a gate has judged, by the gate. */
int report_end_code(const struct report_end *end);

/* ---- Formats for programs: a file with its row each, and its name here ---- */

#define REPORT_ROWS(X) \
    X(json)            \
    X(junit)

/* `--NAME FILE` asks for it. A function adds what comes next to the file; NULL: nothing does. */
struct report_entry {
    const char *name;
    const char *help;
    void (*head)(struct buf *out, const struct report_head *head);
    void (*run)(struct buf *out, const struct run_result *r); /* a result, as soon as it is known */
    /* Repeated runs, once all of them are known. */
    void (*group)(struct buf *out, const struct report_group *g);
    void (*end)(struct buf *out, const struct report_end *end);
};

#define REPORT_ONE(id) +1
enum { REPORTS = REPORT_ROWS(REPORT_ONE) };
#undef REPORT_ONE

#define REPORT_DECLARATION(id) extern const struct report_entry report_##id;
REPORT_ROWS(REPORT_DECLARATION)
#undef REPORT_DECLARATION

const struct report_entry *report_at(size_t i); /* i < REPORTS */

/* ---- junit.c ---- */

enum { JUNIT_TEXT_BYTES_MAX = 64 * 1024 }; /* of an element; head and tail are kept */

/* Text as XML 1.0 allows it: control bytes become U+2400+n, bad UTF-8 U+FFFD. */
void junit_escape(struct buf *out, const char *text, size_t size);

/* ---- terminal.c: for people ---- */

/* " seed 0x1   2 jobs   engine real" */
void report_terminal_head(struct buf *out, const struct report_head *head);

/* "PASS    0.412s  ctrlc_nested[depth=2]  real" */
void report_terminal_line(struct buf *out, const struct run_result *r, bool color);

/* Where the verdict was decided: the line of the file and a caret under it. */
void report_terminal_place(struct buf *out, const struct run_result *r, bool color);

/* "FAIL    0.412s  ctrlc_nested[depth=2]  real  200 runs: 197 PASS by SIGINT, 3 FAIL outcome:x",
 * with the time of one on average: many run at once. */
void report_terminal_group(struct buf *out, const struct report_group *g, bool color);

/* The records of a group's classes, below its line. */
void report_terminal_records(struct buf *out, const struct report_group *g);

/* The lines of a text, below its title; nothing when it is empty. */
void report_terminal_section(struct buf *out, const char *title, const char *text);

/* What a failure shows; its last line is the command that repeats it. */
void report_terminal_failure(struct buf *out, const struct run_result *r, bool color);

/* "12 passed, 0 failed", and what else there is. */
void report_terminal_summary(struct buf *out, const struct report_counts *c, bool color);

/* ---- report.c ---- */

/* "0.412", rounded. */
void report_seconds(struct buf *out, int64_t ns);

#endif
