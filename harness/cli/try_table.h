/* try_table.h: what the runs of `try` came to, summed up in cells. */
#ifndef HARNESS_CLI_TRY_TABLE_H
#define HARNESS_CLI_TRY_TABLE_H

#include "harness/cli/try_cell.h"
#include "harness/cli/try_plan.h"

enum { TRY_CELLS_MAX = TRY_POINTS_MAX * TRY_STIMULI };

struct try_sum {
    struct try_found found; /* the worst of its runs */
    uint32_t runs;
    uint32_t alike;
    char *record; /* owned; of the first that was so bad, or NULL */
};

/* Zeroed but for what the caller fills: points and stimuli. */
struct try_table {
    struct try_points points;
    enum try_stimulus stimulus[TRY_STIMULI];
    bool decides[TRY_STIMULI];
    size_t stimuli;
    struct try_sum sum[TRY_CELLS_MAX]; /* a row for each point */

    /* Filled by try_table_told(), which lends them. */
    const char *point[TRY_POINTS_MAX];
    const char *name[TRY_STIMULI];
    struct try_cell cell[TRY_CELLS_MAX];
};

/* A run of that cell is over. Returns false when it was stopped before it came to anything. */
bool try_table_add(struct try_table *t, size_t cell, const struct run_result *r);

/* All runs are over. Of two presses whose first has ended it, the cell of one press says what came
 * of it. */
void try_table_close(struct try_table *t);

/* How many cells nobody has tried. */
size_t try_table_left(const struct try_table *t);

/* Fills in what the table has to say; the rest is the caller's. */
void try_table_told(struct try_table *t, struct try_told *out);

void try_table_release(struct try_table *t);

#endif
