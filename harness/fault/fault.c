/* fault.c: the table of faults. */
#include "harness/fault/fault.h"

#include "harness/fault/rows.h"
#include "runtime/base/check.h"

#include <string.h>

static const struct fault_entry *const fault_table[] = {
    &fault_kill_entry, &fault_stop_entry,       &fault_cont_entry,     &fault_hang_up_entry,
    &fault_cut_entry,  &fault_half_close_entry, &fault_truncate_entry, &fault_duplicate_entry,
    &fault_drop_entry, &fault_delay_entry,      &fault_resume_entry,   &fault_freeze_entry,
};

enum { FAULTS = sizeof(fault_table) / sizeof(fault_table[0]) };

size_t fault_count(void)
{
    return FAULTS;
}

const struct fault_entry *fault_at(size_t row)
{
    CHECK(row < FAULTS);
    return fault_table[row];
}

int fault_find(const char *name)
{
    for (size_t row = 0; row < FAULTS; row++) {
        if (strcmp(fault_table[row]->name, name) == 0)
            return (int)row;
    }
    return -1;
}

unsigned fault_takes(size_t row)
{
    return fault_at(row)->takes;
}

int fault_run(struct world *w, size_t row, const struct fault_args *args, struct diag *diag)
{
    int rc = fault_at(row)->run(w, args, diag);

    if (rc < 0)
        return rc;
    const struct trace_record record = {
        .point = POINT_FAULT_DONE,
        .actor = ACTOR_HARNESS,
        .peer = args->actor,
        .value = (int64_t)row,
        .extra = args->signal,
    };
    world_note(w, &record);
    return 0;
}

int fault_do(struct world *w, const struct step *step, struct diag *diag)
{
    const struct fault_args args = {
        .actor = step->actor, .signal = step->signal, .side = step->side};

    CHECK(step->kind == STEP_FAULT);
    return fault_run(w, step->fault, &args, diag);
}
