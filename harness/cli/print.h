/* print.h: what the command says: on standard output what was asked for, on standard error what
 * went wrong, and what is for people when a program reads the other. */
#ifndef HARNESS_CLI_PRINT_H
#define HARNESS_CLI_PRINT_H

#include "harness/cli/flags.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdio.h>

/* Writes the buffer to standard output or error and releases it. */
void print_out(struct buf *text);
void print_err(struct buf *text);

/* Writes help to standard output, as wide as the terminal is, and releases it. */
void print_wrapped(struct buf *text);

/* What is for people: standard output, or standard error once a report has that for itself. */
void print_people(struct buf *text);
void print_people_aside(void);
FILE *print_people_stream(void);

/* "scenario: " and the sentence, on standard error. */
void print_error(const char *text);

/* The same for an error of finding, reading or starting something. Returns its exit code. */
int print_diag(int rc, const struct diag *diag);

/* Why standard output could first not be written (errno), or 0. */
int print_failure(void);

/* Standard output where it is a pipe or a socket, whose reader may go away (`| head`); else -1. */
int print_reader(void);

/* At the end: `code`, or a worse one when something could not be printed, which is said. */
int print_end(int code);

/* How wide what is for people may be: by COLUMNS, else by the terminal, else 80. */
size_t terminal_columns(void);

/* TERM is not set, empty, or says so: no colours, no line that changes. */
bool terminal_is_dumb(void);

/* True when what is for people is to be coloured. */
bool color_wanted(const struct flags *flags);

#endif
