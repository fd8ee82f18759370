/* gate.h: what a run comes to in the light of the known failures: everything that is not excused
 * turns red, an excuse that is no longer needed or no longer valid as well.
 *
 * Outcomes are added one by one, earlier ones first (gate_past()), and then judged together.
 * Nothing is read here, and the same outcomes give the same findings. A pass of a variant that must
 * fail is a proof, not a pass: such variants count for and against no entry. */
#ifndef HARNESS_GATE_GATE_H
#define HARNESS_GATE_GATE_H

#include "harness/gate/match.h"
#include "harness/gate/wilson.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GATE_SOON_DAYS = 14,    /* before it expires an entry is announced */
    GATE_BROKEN_RUNS = 10,  /* a flaky one that failed in each of so many is not flaky */
    GATE_WORSE_LEAST = 2,   /* failures that it takes: a single one says nothing of a rate */
    GATE_CLASSES_MAX = 100, /* signatures of one variant; further ones count as the last */
};

/* X(identifier, word, exit code, what it is); in the order of the report. */
#define GATE_MAP(X)                                                                            \
    X(GATE_HARNESS, "HARNESS", 6, "an error of the harness: it says nothing of the subject")   \
    X(GATE_NEW, "NEW", 1, "a failure that no entry is about")                                  \
    X(GATE_OTHER, "OTHER", 1, "a known place, and a signature that no entry there has")        \
    X(GATE_BLIND, "BLIND", 7, "it must fail and does not: no other verdict is worth anything") \
    X(GATE_MISSING, "MISSING", 7, "a part of the runs is not there")                           \
    X(GATE_UNRESOLVED, "UNRESOLVED", 7, "no verdict")                                          \
    X(GATE_NOTHING, "NOTHING", 4, "there is nothing to judge")                                 \
    X(GATE_XPASS, "XPASS", 5, "an entry says that it is broken, and it passed")                \
    X(GATE_EXPIRED, "EXPIRED", 5, "an entry that excuses nothing any more")                    \
    X(GATE_WORSE, "WORSE", 5, "a flaky one that fails more often than its entry says")         \
    X(GATE_SOON, "SOON", 0, "an entry that expires within 14 days")                            \
    X(GATE_FLAKY, "FLAKY", 0, "a flaky one within its limit")                                  \
    X(GATE_KNOWN, "KNOWN", 0, "a failure that an entry excuses")

enum gate_kind { GATE_MAP(ROW_ID) GATE_KINDS };

const char *gate_kind_name(unsigned kind); /* static; kind < GATE_KINDS */
const char *gate_kind_help(unsigned kind);
int gate_kind_exit_code(unsigned kind);

/* What one variant on one engine came to. All texts of the gate's. */
struct gate_place {
    struct outcome first; /* of its outcomes; of the first that failed, if any did */
    uint64_t runs;        /* first attempts, repeated ones too */
    uint64_t passed;      /* of all attempts */
    uint64_t failed;
};

/* One line of the report, with what it is about. */
struct gate_finding {
    enum gate_kind kind;
    const struct known_entry *entry; /* that it is about; NULL: it is about a run */
    const struct known_entry *near;  /* NEW, OTHER: the entry that fits best, or NULL */
    const char *why;                 /* and why it does not excuse this; "" */
    const struct gate_place *place;  /* the first that it is about; NULL: it is about none */
    const struct outcome *outcome;   /* there, the one to show; or NULL */
    size_t places;                   /* that it is about */
    uint64_t failed;                 /* runs that failed like this */
    uint64_t passed;                 /* XPASS: runs that passed, of any attempt */
    uint64_t runs;                   /* of so many */
    int32_t days;                    /* until the entry expires; below 0: since */
    uint64_t past_failed;            /* of a flaky entry: the same of earlier runs */
    uint64_t past_runs;
    struct wilson rate;   /* of a flaky entry: of these runs and the earlier ones */
    struct wilson seen;   /* as the entry says; seen.high is its limit */
    uint64_t clean;       /* runs since the last failure */
    uint64_t clean_least; /* that it takes until the entry may go */
};

struct gate_counts {
    uint64_t places; /* variants, on each engine */
    uint64_t passed; /* of them */
    uint64_t known;  /* excused */
    uint64_t fresh;  /* failures that are not excused */
    uint64_t stale;  /* entries and variants that turn it red with 5 */
    uint64_t unresolved;
    uint64_t not_run; /* unsupported, skipped */
};

struct gate; /* opaque */

/* `known`: NULL, or the entries; both are lent until the end. Returns 0 or ERR_NOMEM. */
int gate_new(const struct known *known, const struct match_world *world, struct gate **out,
             struct diag *diag);
void gate_free(struct gate *g); /* NULL is fine */

/* What a run of an earlier invocation came to, on a machine of this kind; the oldest first. It
 * counts for the flaky entries. */
void gate_past(struct gate *g, const struct outcome *o);

/* Adds what a run came to, and returns what it comes to for whoever watches: XFAIL with the entry
 * that excuses it, XPASS with the one that says it is broken, else the outcome's own verdict with
 * NULL, or with an entry that would excuse it had it not expired. */
enum verdict gate_add(struct gate *g, const struct outcome *o, const struct known_entry **entry);

/* Whether gate_add() would call it XFAIL. Adds nothing. */
bool gate_excuses(const struct gate *g, const struct outcome *o);

/* The runs are not complete: `what` says what is missing, one sentence, lent. */
void gate_missing(struct gate *g, const char *what);

/* All runs are added, and no more will be: makes the findings, in the order of the report, which is
 * the same in whichever order they came. Returns 0 or ERR_NOMEM. */
int gate_judge(struct gate *g, struct diag *diag);

/* What it came to; good after gate_judge(). */
const struct gate_finding *gate_finding_at(const struct gate *g,
                                           size_t i); /* NULL behind the last */
/* What a variant came to on an engine; NULL when it was not run. */
const struct gate_place *gate_place_find(const struct gate *g, const char *scenario, const char *id,
                                         const char *engine);
const struct gate_counts *gate_counts(const struct gate *g);
const char *gate_missing_text(const struct gate *g);

#endif
