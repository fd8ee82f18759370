/* rows.h: the rows of the table of faults, each defined in the file of its name. For this folder
 * only. */
#ifndef HARNESS_FAULT_ROWS_H
#define HARNESS_FAULT_ROWS_H

#include "harness/fault/fault.h"

extern const struct fault_entry fault_kill_entry;
extern const struct fault_entry fault_stop_entry;
extern const struct fault_entry fault_cont_entry;
extern const struct fault_entry fault_freeze_entry;
extern const struct fault_entry fault_hang_up_entry;
extern const struct fault_entry fault_cut_entry;
extern const struct fault_entry fault_half_close_entry;
extern const struct fault_entry fault_truncate_entry;
extern const struct fault_entry fault_duplicate_entry;
extern const struct fault_entry fault_drop_entry;
extern const struct fault_entry fault_delay_entry;
extern const struct fault_entry fault_resume_entry;

#endif
