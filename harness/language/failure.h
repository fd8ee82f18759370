/* failure.h: what a call can fail with, by the names of errno(3). */
#ifndef HARNESS_LANGUAGE_FAILURE_H
#define HARNESS_LANGUAGE_FAILURE_H

#include <stddef.h>

/* ENOSPC -> 28, or -1. */
int errno_find(const char *name);

/* Name i, or NULL behind the last; static. */
const char *errno_name(size_t i);

/* The name of a number, or NULL. */
const char *errno_text(int number);

#endif
