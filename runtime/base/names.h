/* names.h: an enum and its names from one list, so that no enumerator is without a name.
 *
 *     #define SIDE_MAP(X) X(SIDE_UP, "up") X(SIDE_DOWN, "down")
 *     enum side { SIDE_MAP(ROW_ID) SIDES };
 *     static const char *const side_names[] = {SIDE_MAP(ROW_NAME)}; */
#ifndef RUNTIME_BASE_NAMES_H
#define RUNTIME_BASE_NAMES_H

/* The list may say more of each, behind the name. */
#define ROW_ID(id, ...)      id,
#define ROW_NAME(id, ...)    [id] = ROW_FIRST(__VA_ARGS__, ),
#define ROW_FIRST(name, ...) (name)
#define ROW_ENTRY(id, ...)   [id] = {__VA_ARGS__},

#endif
