/* rows.h: the rows of the table, each defined in the file of its name. For this folder only. */
#ifndef HARNESS_OBSERVE_ROWS_H
#define HARNESS_OBSERVE_ROWS_H

#include "harness/observe/replay.h"

/* What a row is shown. All lent for the call. */
struct look {
    const struct replay *replay;    /* as it is before the record; at the end after the last */
    const struct trace_record *rec; /* NULL at the end */
    void *memory;                   /* of the row: memory_bytes */
    void *actors;                   /* of the row: actor_bytes for each of replay->count */
    int64_t within_ns;              /* the row's bound: the scenario's, or the default */
    struct violation *out;
};

/* The points of a row's records, up to POINTS; the first received frame stands for all frames. */
#define ROW_POINTS(...) ((const uint16_t[]){__VA_ARGS__, POINTS})

/* X(file and identifier). The order of the table: it decides between violations that become
 * definite at one record. */
#define INVARIANT_ROWS(X)           \
    X(lock_exclusive)               \
    X(ancestors_shielded)           \
    X(holder_not_killed)            \
    X(lock_fifo)                    \
    X(interrupt_ignored_while_held) \
    X(grant_fresh)                  \
    X(witness_agrees)               \
    X(modes_owned)                  \
    X(released_once)                \
    X(signals_owned)                \
    X(one_outcome_per_child)        \
    X(nursery_joins)                \
    X(reaped_once)                  \
    X(cancel_once)                  \
    X(escalation_in_order)          \
    X(error_path_true)              \
    X(cancel_is_not_error)          \
    X(link_in_sequence)             \
    X(descriptors_exact)            \
    X(deadlines_shrink)             \
    X(parking_honoured)             \
    X(lock_served)                  \
    X(no_orphans)                   \
    X(shields_drop)                 \
    X(no_zombies)                   \
    X(cancel_bounded)               \
    X(cancel_answered)              \
    X(terminal_restored)            \
    X(interrupt_ends_tree)          \
    X(no_survivors)                 \
    X(early_return)                 \
    X(no_stopped)                   \
    X(foreground_restored)          \
    X(output_drained)               \
    X(rules_fired)                  \
    X(descriptors_closed)           \
    X(ports_closed)                 \
    X(locks_released)               \
    X(signals_heard)                \
    X(children_reaped)              \
    X(files_removed)                \
    X(memory_released)

#define INVARIANT_DECLARATION(id) extern const struct invariant_entry invariant_##id;
INVARIANT_ROWS(INVARIANT_DECLARATION)
#undef INVARIANT_DECLARATION

#endif
