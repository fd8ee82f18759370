/* try_table.c: the worst of several runs. */
#include "harness/cli/try_table.h"

#include <stdlib.h>
#include <string.h>

static bool is_same(const struct try_found *a, const struct try_found *b)
{
    return a->kind == b->kind && strcmp(a->text, b->text) == 0;
}

bool try_table_add(struct try_table *t, size_t cell, const struct run_result *r)
{
    struct try_sum *sum = &t->sum[cell];
    struct try_found found;

    if (!try_found_read(result_get(r, RESULT_CELL), &found)) {
        found = (struct try_found){.kind = TRY_ERROR, .text = "error"};
        (void)strncat(found.what, result_get(r, RESULT_MESSAGE), sizeof(found.what) - 1);
    }
    if (found.kind == TRY_NOT_RUN)
        return false;
    sum->runs++;
    if (sum->runs > 1 && is_same(&found, &sum->found)) {
        sum->alike++;
        return true;
    }
    if (sum->runs > 1 && found.kind <= sum->found.kind)
        return true;
    sum->found = found;
    sum->alike = 1;
    free(sum->record);
    const char *record = result_get(r, RESULT_RECORD);
    sum->record = record[0] != 0 ? strdup(record) : NULL;
    return true;
}

/* The cell of a single press at the same point; NULL: it was not tried. */
static const struct try_sum *single_press(const struct try_table *t, size_t point)
{
    for (size_t i = 0; i < t->stimuli; i++) {
        const struct try_sum *sum = &t->sum[point * t->stimuli + i];
        if (t->stimulus[i] == TRY_CTRL_C && sum->runs > 0)
            return sum;
    }
    return NULL;
}

void try_table_close(struct try_table *t)
{
    for (size_t i = 0; i < t->points.count * t->stimuli; i++) {
        struct try_sum *sum = &t->sum[i];
        const struct try_sum *single = single_press(t, i / t->stimuli);
        if (sum->runs == 0 || sum->found.kind != TRY_UNREACHED ||
            strcmp(sum->found.text, TRY_ONCE) != 0)
            continue;
        sum->found =
            single != NULL ? single->found : (struct try_found){.kind = TRY_UNREACHED, .text = "-"};
        sum->runs = single != NULL ? single->runs : sum->runs;
        sum->alike = single != NULL ? single->alike : sum->alike;
    }
}

size_t try_table_left(const struct try_table *t)
{
    size_t left = 0;

    for (size_t i = 0; i < t->points.count * t->stimuli; i++)
        left += t->sum[i].runs == 0;
    return left;
}

void try_table_told(struct try_table *t, struct try_told *out)
{
    for (size_t i = 0; i < t->points.count; i++)
        t->point[i] = t->points.at[i];
    for (size_t i = 0; i < t->stimuli; i++)
        t->name[i] = try_stimulus_name(t->stimulus[i]);
    for (size_t i = 0; i < t->points.count * t->stimuli; i++) {
        const struct try_sum *sum = &t->sum[i];
        t->cell[i] = (struct try_cell){.kind = sum->found.kind,
                                       .runs = sum->runs,
                                       .alike = sum->alike,
                                       .text = sum->found.text,
                                       .what = sum->found.what,
                                       .record = sum->record != NULL ? sum->record : ""};
    }
    out->point = t->point;
    out->points = t->points.count;
    out->stimulus = t->name;
    out->stimuli = t->stimuli;
    out->decides = t->decides;
    out->cell = t->cell;
}

void try_table_release(struct try_table *t)
{
    for (size_t i = 0; i < TRY_CELLS_MAX; i++) {
        free(t->sum[i].record);
        t->sum[i].record = NULL;
    }
}
