/* invariant.h: what must hold in every run, as rows that are shown a trace.
 *
 * A row is a file of this folder: a name, a note (the number in the design), and a check that
 * is shown the trace record by record, with what is known before each, and says where it was
 * broken first, by whom and why. What it must remember is declared, and kept by the monitor
 * (monitor.h). Rows never see a process, a clock or an engine: the same trace gives the same
 * verdict anywhere, at any time.
 *
 * Safety rows judge every trace, cut short or not. Liveness rows judge complete runs only, up to
 * a run.stopped with a value that is not 0: from there on the harness ends the run by force, which
 * says nothing about what would have come, so they are not asked at the end either.
 *
 * What harness does to the subject is normal input: a process that a fault has killed or stopped
 * owes nothing, and what its death explains is no violation. Each row says in a comment which of
 * these excuses it takes. */
#ifndef HARNESS_OBSERVE_INVARIANT_H
#define HARNESS_OBSERVE_INVARIANT_H

#include "harness/observe/setting.h"
#include "harness/subject/cast.h"
#include "harness/subject/subject.h"
#include "runtime/base/kept.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIOLATION_TEXT_BYTES = 256, INVARIANTS_MAX = 48 };

/* The first violation of one row. Whom `actor` names is said in the row's help: the one that
 * was wronged for the lock's rows, otherwise the one that did wrong. */
struct violation {
    size_t index;                    /* record at which it became definite */
    uint16_t actor;                  /* or ACTOR_NONE */
    uint8_t cause;                   /* enum cause */
    char text[VIOLATION_TEXT_BYTES]; /* one sentence for a person, with names */
};

struct look; /* rows.h */

/* What is judged. All lent for the call. */
struct observation {
    const struct trace *trace;
    const struct cast *cast;
    const struct invariant_setting *setting; /* from the scenario, may be NULL */
    size_t setting_count;
    bool complete;   /* the run came to run.end */
    unsigned engine; /* ENGINE_REAL or ENGINE_SIM */
    /* Deadlines in the trace minus this are on the clock of at_ns; 0 when they already are. */
    int64_t deadline_zero_ns;
    unsigned subject;  /* enum subject; 0: a tree */
    uint64_t typed;    /* of a command: a bit for each signal that typing has made */
    struct kept *kept; /* memory kept from run to run; may be NULL */
};

struct invariant_entry {
    const char *name;
    const char *note; /* number in the design: "S1", or "" */
    const char *help;
    const char *remedy;     /* what a person does about it; NULL: it depends */
    bool liveness;          /* otherwise safety */
    bool after_force;       /* liveness: is shown what comes after the harness used force, too */
    unsigned subjects;      /* set of enum subject: for whom it is; 0: for trees */
    unsigned told;          /* the same: of those it is told, and judged only where it is named */
    const char *leak;       /* a run that breaks it has the verdict LEAK, and this reason;
                               NULL: FAIL */
    const char *unresolved; /* a run that breaks it proves nothing: UNRESOLVED, for this reason */
    bool own_end;           /* what the harness has ended before is not to blame, of a command */
    int64_t default_within_ns; /* the bound of a liveness row; 0: it has none */
    int64_t command_within_ns; /* the same, of a command; 0: no other one */
    size_t memory_bytes;       /* what it remembers, zero at the start */
    size_t actor_bytes;        /* the same, of each actor */
    const uint16_t *points;    /* of the records that it is shown; NULL: of all; see ROW_POINTS */
    /* A record: fills *look->out and returns true when the row is definitely broken, be it at an
     * earlier record; then it is shown no more. */
    bool (*on)(const struct look *look);
    /* Nothing more comes: the same. NULL: it waits for nothing. */
    bool (*at_end)(const struct look *look);
};

size_t invariant_count(void);
const struct invariant_entry *invariant_at(size_t i);           /* i < invariant_count() */
const struct invariant_entry *invariant_find(const char *name); /* or NULL */

/* Whether it is for that subject (enum subject; 0: a tree). */
bool invariant_serves(const struct invariant_entry *entry, unsigned subject);

/* Whether what it finds is told and not judged: no setting names it. */
bool invariant_is_told(const struct invariant_entry *entry, unsigned subject,
                       const struct invariant_setting *setting, size_t count);

/* The bound of a row for a subject that has these settings: theirs, or the default. */
int64_t invariant_within(const struct invariant_entry *entry, unsigned subject,
                         const struct invariant_setting *setting, size_t count);

struct verdict_item {
    const struct invariant_entry *entry;
    size_t row; /* its place in the table */
    struct violation violation;
};

/* The rows that are broken, in the order of their records; ties in the order of the table. */
struct verdict_list {
    struct verdict_item item[INVARIANTS_MAX];
    size_t count;
};

/* Shows a whole trace to every row that is for the subject and not off. Returns 0, also when rows
 * are broken, or ERR_NOMEM. A trace that is full is judged as far as it goes; that it has no
 * verdict is the caller's to say. */
int observe_judge(const struct observation *o, struct verdict_list *out, struct diag *diag);

/* "invariant:NAME actor=A cause=C", without numbers of any kind, cut at `size`. */
void violation_signature(const struct verdict_item *item, const struct cast *cast, char *out,
                         size_t size);

#endif
