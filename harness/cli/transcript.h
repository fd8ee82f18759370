/* transcript.h: what `scenario expect` prints while a script drives a program: what was typed, what
 * was shown, which step was done when. */
#ifndef HARNESS_CLI_TRANSCRIPT_H
#define HARNESS_CLI_TRANSCRIPT_H

#include "expect/plain.h"
#include "harness/scenario/model.h"
#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stdio.h>

struct transcript {
    FILE *out; /* lent; NULL: nothing is printed */
    bool color;
    struct plain plain; /* escape sequences are left out */
    struct buf line;    /* owned; shown, and not yet ended by a line feed */
    struct buf visible; /* owned; how the last line was printed */
    bool held_return;   /* a CR whose LF may still come */
    int64_t shown_ns;   /* when the line began */
    size_t empty;       /* lines before it without anything on them, not printed yet */
    int64_t empty_ns;   /* when the last of those was shown */
    int64_t time_ns;    /* that `time` stands for */
    char time[32];      /* as printed before a line */
    size_t done;        /* steps */
};

#define TRANSCRIPT_INIT ((struct transcript){0})

/* The terminal has shown these bytes. */
void transcript_shown(struct transcript *t, int64_t at_ns, const char *data, size_t size);

/* A step is done, as told by step_say(), `depth` steps inside of another. */
void transcript_step(struct transcript *t, int64_t at_ns, const struct step *s,
                     const struct buf *text, unsigned depth);

/* The step of the main list that was under way has failed. */
void transcript_failed(struct transcript *t, int64_t at_ns, const struct step *s,
                       const struct cast *cast);

/* A step goes on with its branch i. */
void transcript_way(struct transcript *t, int64_t at_ns, const struct step *s, size_t i,
                    unsigned depth);

/* How the step was decided whose line comes next, or what it shows: prints these lines. */
void transcript_how(struct transcript *t, int64_t at_ns, const char *how);

/* Prints the line that was begun. */
void transcript_flush(struct transcript *t);

void transcript_release(struct transcript *t);

#endif
