/* monitor.c: one fold of the trace, and the rows beside it. */
#include "harness/observe/monitor.h"

#include "harness/observe/rows.h"
#include "runtime/base/check.h"

#include <string.h>

/* A row in this monitor. */
struct monitor_row {
    size_t memory; /* offset in the block */
    size_t actors;
    int64_t within_ns;
};

struct monitor {
    size_t bytes; /* of the block */
    struct verdict_list found;
    struct monitor_row row[INVARIANTS_MAX];
    /* Sets of rows, by their place in the table. */
    uint64_t open;       /* are shown what comes */
    uint64_t forced;     /* of them after the harness has used force */
    uint64_t any;        /* are shown every record */
    uint64_t at[POINTS]; /* are shown records of this point */
    /* The replay follows, then what the rows remember. */
};

static size_t aligned(size_t size)
{
    return (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
}

static struct replay *replay_of(struct monitor *m)
{
    return (struct replay *)((char *)m + aligned(sizeof(*m)));
}

static size_t head_bytes(const struct cast *cast)
{
    return aligned(sizeof(struct monitor)) + aligned(replay_bytes(cast));
}

size_t monitor_bytes(const struct cast *cast)
{
    size_t size = head_bytes(cast);

    for (size_t i = 0; i < invariant_count(); i++) {
        const struct invariant_entry *e = invariant_at(i);
        size += aligned(e->memory_bytes) + aligned(cast->room * e->actor_bytes);
    }
    return size;
}

static const struct invariant_setting *setting_find(const struct invariant_setting *setting,
                                                    size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(setting[i].name, name) == 0)
            return &setting[i];
    }
    return NULL;
}

int64_t invariant_within(const struct invariant_entry *entry, unsigned subject,
                         const struct invariant_setting *setting, size_t count)
{
    const struct invariant_setting *own = setting_find(setting, count, entry->name);
    bool command = subject == SUBJECT_COMMAND && entry->command_within_ns > 0;

    if (own != NULL && own->within_ns > 0)
        return own->within_ns;
    return command ? entry->command_within_ns : entry->default_within_ns;
}

bool invariant_is_told(const struct invariant_entry *entry, unsigned subject,
                       const struct invariant_setting *setting, size_t count)
{
    return (entry->told & subject) != 0 && setting_find(setting, count, entry->name) == NULL;
}

/* The records that a row wants to be shown. */
static void points_add(struct monitor *m, const uint16_t *points, uint64_t row)
{
    if (points == NULL)
        m->any |= row;
    for (; points != NULL && *points < POINTS; points++) {
        unsigned last = *points == POINT_LINK_BEFORE_RECV ? POINTS - 1 : *points;
        for (unsigned point = *points; point <= last; point++)
            m->at[point] |= row;
    }
}

bool invariant_serves(const struct invariant_entry *entry, unsigned subject)
{
    unsigned subjects = entry->subjects != 0 ? entry->subjects : SUBJECT_TREE;

    return (subjects & (subject != 0 ? subject : SUBJECT_TREE)) != 0;
}

static void row_begin(struct monitor *m, size_t i, const struct observation *o)
{
    const struct invariant_entry *e = invariant_at(i);
    const struct invariant_setting *setting = setting_find(o->setting, o->setting_count, e->name);
    uint64_t row = UINT64_C(1) << i;

    if (invariant_serves(e, o->subject) && (setting == NULL || !setting->off))
        m->open |= row;
    if (!e->liveness || e->after_force)
        m->forced |= row;
    m->row[i].within_ns = invariant_within(e, o->subject, o->setting, o->setting_count);
    points_add(m, e->points, row);
}

void monitor_begin(struct monitor *m, const struct observation *o)
{
    size_t at = head_bytes(o->cast);

    m->bytes = monitor_bytes(o->cast);
    m->found.count = 0;
    m->open = m->forced = m->any = 0;
    memset(m->at, 0, sizeof(m->at));
    replay_begin(replay_of(m), o);
    memset((char *)m + at, 0, m->bytes - at);
    for (size_t i = 0; i < invariant_count(); i++) {
        const struct invariant_entry *e = invariant_at(i);
        row_begin(m, i, o);
        m->row[i].memory = at;
        at += aligned(e->memory_bytes);
        m->row[i].actors = at;
        at += aligned(o->cast->room * e->actor_bytes);
    }
    CHECK(at == m->bytes);
}

/* Keeps the list sorted by record; ties by the order of the table. */
static void found_add(struct verdict_list *list, size_t row, const struct violation *v)
{
    size_t at = list->count++;

    for (; at > 0; at--) {
        const struct verdict_item *before = &list->item[at - 1];
        if (before->violation.index < v->index ||
            (before->violation.index == v->index && before->row < row))
            break;
        list->item[at] = *before;
    }
    list->item[at] = (struct verdict_item){.entry = invariant_at(row), .row = row, .violation = *v};
}

/* Shows what `look` has, a record or the end, to a row. */
static void row_show(struct monitor *m, size_t i, struct look *look,
                     bool (*check)(const struct look *look))
{
    look->memory = (char *)m + m->row[i].memory;
    look->actors = (char *)m + m->row[i].actors;
    look->within_ns = m->row[i].within_ns;
    if (!check(look))
        return;
    m->open &= ~(UINT64_C(1) << i);
    found_add(&m->found, i, look->out);
}

/* Takes the lowest out of a set of rows. */
static size_t row_next(uint64_t *rows)
{
    size_t i = (size_t)__builtin_ctzll(*rows);

    *rows &= *rows - 1;
    return i;
}

void monitor_take(struct monitor *m, const struct trace_record *rec)
{
    struct replay *r = replay_of(m);
    struct violation v;
    struct look look = {.replay = r, .rec = rec, .out = &v};

    CHECK(rec->point < POINTS);
    replay_reach(r, rec);
    if (r->forced)
        m->open &= m->forced;
    for (uint64_t rows = m->open & (m->any | m->at[rec->point]); rows != 0;) {
        size_t i = row_next(&rows);
        row_show(m, i, &look, invariant_at(i)->on);
    }
    replay_take(r, rec);
}

void monitor_end(struct monitor *m, bool complete)
{
    struct violation v;
    struct look look = {.replay = replay_of(m), .out = &v};
    size_t left = 0;

    for (uint64_t rows = m->open; rows != 0;) {
        size_t i = row_next(&rows);
        if (invariant_at(i)->at_end != NULL)
            row_show(m, i, &look, invariant_at(i)->at_end);
    }
    m->open = 0;
    for (size_t i = 0; i < m->found.count; i++) {
        if (complete || !m->found.item[i].entry->liveness)
            m->found.item[left++] = m->found.item[i];
    }
    m->found.count = left;
}

const struct verdict_list *monitor_verdicts(const struct monitor *m)
{
    return &m->found;
}

int observe_judge(const struct observation *o, struct verdict_list *out, struct diag *diag)
{
    struct monitor *m = kept_take(o->kept, monitor_bytes(o->cast));

    if (m == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory while judging a trace");
    monitor_begin(m, o);
    for (size_t i = 0; i < o->trace->count; i++)
        monitor_take(m, &o->trace->record[i]);
    monitor_end(m, o->complete);
    *out = m->found;
    kept_give(o->kept, m);
    return 0;
}
