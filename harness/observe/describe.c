/* describe.c: one record in words. */
#include "harness/observe/describe.h"

#include "runtime/actor/core.h"
#include "runtime/base/harm.h"
#include "runtime/base/status.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* How the numbers of a record are to be read. */
enum value_kind {
    VALUE_NONE, /* says nothing, or is a number that differs from run to run */
    VALUE_NUMBER,
    VALUE_PID,   /* shown only when it is an error */
    VALUE_TIME,  /* an absolute time */
    VALUE_ERROR, /* enum error_kind */
    VALUE_CODE,  /* of an error; shown unless 0 */
    VALUE_CAUSE,
    VALUE_CANCEL, /* mode + 256 * cause */
    VALUE_REASON, /* enum kill_reason */
    VALUE_LEAVE,
    VALUE_DENY,
    VALUE_DECISION,
    VALUE_FAULT, /* enum link_fault */
    VALUE_SIGNAL,
    VALUE_STATUS, /* wait status */
    VALUE_TELL,
    VALUE_POINT,
    VALUE_BYTE,
    VALUE_FLAG, /* shown unless 0 */
    VALUE_WHY,  /* of run.stopped */
    VALUE_TIMER,
    VALUE_HARM, /* enum link_harm */
    VALUE_SIDE, /* enum link_side */
    VALUE_HEX,  /* shown unless 0 */
    VALUE_SELF, /* enum self_state */
    VALUE_DBG,  /* enum dbg_state */
};

struct point_values {
    uint16_t point;
    uint8_t value; /* enum value_kind */
    uint8_t extra;
};

/* Points that are not here have no values. */
static const struct point_values point_values[] = {
    {POINT_SPAWN_AFTER_FORK,      VALUE_PID,    VALUE_NONE    },
    {POINT_SPAWN_AFTER_EXEC,      VALUE_FLAG,   VALUE_NONE    },
    {POINT_LINK_BROKEN,           VALUE_FAULT,  VALUE_NONE    },
    {POINT_NURSERY_OPEN,          VALUE_NUMBER, VALUE_NONE    },
    {POINT_NURSERY_OUTCOME,       VALUE_ERROR,  VALUE_CODE    },
    {POINT_NURSERY_CANCEL_FANOUT, VALUE_NUMBER, VALUE_CAUSE   },
    {POINT_NURSERY_JOINING,       VALUE_NUMBER, VALUE_NONE    },
    {POINT_NURSERY_CLOSED,        VALUE_NUMBER, VALUE_NONE    },
    {POINT_CANCEL_REQUESTED,      VALUE_CAUSE,  VALUE_TIME    },
    {POINT_CANCEL_SENT,           VALUE_TIME,   VALUE_CANCEL  },
    {POINT_CANCEL_RECEIVED,       VALUE_TIME,   VALUE_CANCEL  },
    {POINT_CANCEL_UNPARKED,       VALUE_TIME,   VALUE_NONE    },
    {POINT_CANCEL_CLOSE_SENT,     VALUE_REASON, VALUE_CAUSE   },
    {POINT_CANCEL_TERM_SENT,      VALUE_REASON, VALUE_CAUSE   },
    {POINT_CANCEL_KILL_SENT,      VALUE_REASON, VALUE_CAUSE   },
    {POINT_EXIT_BEFORE_RESULT,    VALUE_ERROR,  VALUE_CODE    },
    {POINT_EXIT_CLOSED,           VALUE_STATUS, VALUE_NONE    },
    {POINT_EXIT_REAPED,           VALUE_STATUS, VALUE_NONE    },
    {POINT_ERR_FATAL_HANDLER,     VALUE_SIGNAL, VALUE_HEX     },
    {POINT_ERR_RAISED,            VALUE_ERROR,  VALUE_CODE    },
    {POINT_ERR_BOXED,             VALUE_ERROR,  VALUE_CODE    },
    {POINT_ERR_RELAYED,           VALUE_ERROR,  VALUE_CODE    },
    {POINT_ERR_GROUP_CLOSED,      VALUE_NUMBER, VALUE_NONE    },
    {POINT_ERR_FINAL,             VALUE_ERROR,  VALUE_CODE    },
    {POINT_DBG_WANT,              VALUE_FLAG,   VALUE_NONE    },
    {POINT_DBG_COMMAND,           VALUE_BYTE,   VALUE_NONE    },
    {POINT_DBG_LEAVING,           VALUE_LEAVE,  VALUE_NONE    },
    {POINT_DBG_DENIED,            VALUE_DENY,   VALUE_NONE    },
    {POINT_DBG_REVOKED,           VALUE_TIME,   VALUE_NONE    },
    {POINT_DBG_HOP_REQ,           VALUE_NONE,   VALUE_FLAG    },
    {POINT_DBG_HOP_DENY,          VALUE_DENY,   VALUE_NONE    },
    {POINT_DBG_ENQUEUE,           VALUE_NUMBER, VALUE_NONE    },
    {POINT_SIG_HANDLED,           VALUE_SIGNAL, VALUE_DECISION},
    {POINT_SIG_DUPLICATE,         VALUE_SIGNAL, VALUE_NONE    },
    {POINT_SIG_REPLACED,          VALUE_SIGNAL, VALUE_NUMBER  },
    {POINT_SIG_REASSERTED,        VALUE_SIGNAL, VALUE_NONE    },
    {POINT_SIG_DUMPED,            VALUE_SELF,   VALUE_DBG     },
    {POINT_TIMER_FIRE,            VALUE_TIMER,  VALUE_NONE    },
    {POINT_CALL_COMPLETED,        VALUE_ERROR,  VALUE_NONE    },
    {POINT_USER,                  VALUE_NUMBER, VALUE_NONE    },
    {POINT_PROC_EXITED,           VALUE_STATUS, VALUE_NONE    },
    {POINT_PROC_REAPED,           VALUE_STATUS, VALUE_FLAG    },
    {POINT_PROC_STOPPED,          VALUE_SIGNAL, VALUE_NONE    },
    {POINT_TTY_MODES,             VALUE_NUMBER, VALUE_NONE    },
    {POINT_KEY_SENT,              VALUE_BYTE,   VALUE_FLAG    },
    {POINT_SIGNAL_SENT,           VALUE_SIGNAL, VALUE_NONE    },
    {POINT_FAULT_DONE,            VALUE_NUMBER, VALUE_SIGNAL  },
    {POINT_TELL_SENT,             VALUE_TELL,   VALUE_NONE    },
    {POINT_LINK_HARMED,           VALUE_HARM,   VALUE_SIDE    },
    {POINT_HOLD_BEGIN,            VALUE_POINT,  VALUE_NONE    },
    {POINT_HOLD_END,              VALUE_POINT,  VALUE_NONE    },
    {POINT_STEP_DONE,             VALUE_NUMBER, VALUE_NONE    },
    {POINT_RUN_STOPPED,           VALUE_WHY,    VALUE_NONE    },
    {POINT_RUN_END,               VALUE_STATUS, VALUE_NONE    },
};

static const char *const reason_names[] = {KILL_MAP(ROW_NAME)};
static const char *const leave_names[] = {LEAVE_MAP(ROW_NAME)};
static const char *const deny_names[] = {DENY_MAP(ROW_NAME)};
static const char *const decision_names[] = {DECISION_MAP(ROW_NAME)};
static const char *const fault_names[] = {FAULT_MAP(ROW_NAME)};
static const char *const dbg_names[] = {DBG_MAP(ROW_NAME)};
static const char *const mode_names[] = {CANCEL_MAP(ROW_NAME)};
static const char *const timer_names[] = {TIMER_MAP(ROW_NAME)};

#define NAME_OF(table, value) name_at(table, sizeof(table) / sizeof(table[0]), value)

static const char *name_at(const char *const *table, size_t count, int64_t value)
{
    return value >= 0 && (uint64_t)value < count ? table[value] : "?";
}

const char *describe_actor(const struct tree *tree, uint16_t actor)
{
    if (actor < tree->count)
        return tree->node[actor].name;
    if (actor == ACTOR_TERMINAL)
        return "terminal";
    if (actor == ACTOR_HARNESS)
        return "harness";
    return actor == ACTOR_NONE ? "none" : "?";
}

void describe_time(int64_t ns, struct buf *out)
{
    int64_t ms = ns / MS_NS;

    if (ns < 0) {
        buf_add_text(out, "-");
        ms = -ms;
    }
    buf_addf(out, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

static void status_add(int64_t status, struct buf *out)
{
    int s = (int)status;

    if (status < 0) {
        buf_add_text(out, "unknown"); /* who looked could not see it yet */
    } else if (WIFSIGNALED(s)) {
        buf_add_text(out, "died-by-");
        signal_add(WTERMSIG(s), out);
    } else {
        buf_addf(out, "exited-%d", WEXITSTATUS(s));
    }
}

static void byte_add(int64_t value, struct buf *out)
{
    if (value > 0 && value < 0x20) {
        buf_addf(out, "C-%c", (char)(value + (value <= 26 ? 0x60 : 0x40)));
    } else if (value > 0x20 && value < 0x7F) {
        buf_addf(out, "%c", (char)value);
    } else {
        buf_addf(out, "0x%02x", (unsigned)(value & 0xFF));
    }
}

static void timer_add(int64_t value, struct buf *out)
{
    if (value < TIMER_HEARTBEAT) {
        buf_add_text(out, "child");
    } else if (value < TIMER_NURSERY) {
        buf_add_text(out, timer_names[value]);
    } else {
        buf_add_text(out, value < TIMER_USER ? "nursery" : "user");
    }
}

/* The name of a number that a table knows, or NULL. */
static const char *value_name(enum value_kind kind, int64_t value)
{
    switch ((int)kind) {
    case VALUE_ERROR:
        return value >= 0 && value < ERROR_KINDS ? error_name((unsigned)value) : "?";
    case VALUE_CAUSE:
        return value >= 0 && value < CAUSES ? cause_name((unsigned)value) : "?";
    case VALUE_REASON:
        return NAME_OF(reason_names, value);
    case VALUE_LEAVE:
        return NAME_OF(leave_names, value);
    case VALUE_DENY:
        return NAME_OF(deny_names, value);
    case VALUE_DECISION:
        return NAME_OF(decision_names, value);
    case VALUE_FAULT:
        return NAME_OF(fault_names, value);
    case VALUE_WHY:
        return value >= 0 && value < STOP_WHYS ? stop_why_name((unsigned)value) : "?";
    case VALUE_TELL:
        return value >= 0 && value < TELL_OPS ? tell_name((unsigned)value) : "?";
    case VALUE_HARM:
        return value >= 0 && value < LINK_HARMS ? link_harm_name((unsigned)value) : "?";
    case VALUE_SIDE:
        return value >= 0 && value < LINK_SIDES ? link_side_name((unsigned)value) : "?";
    case VALUE_SELF:
        return value >= 0 && value < SELF_STATES ? self_name((unsigned)value) : "?";
    case VALUE_DBG:
        return NAME_OF(dbg_names, value);
    case VALUE_POINT:
        return value >= 0 && value < POINTS ? point_name((unsigned)value) : "?";
    default:
        return NULL;
    }
}

static void value_add(const char *field, enum value_kind kind, int64_t value, struct buf *out)
{
    const char *name = value_name(kind, value);
    bool optional = kind == VALUE_CODE || kind == VALUE_FLAG || kind == VALUE_HEX;

    if (kind == VALUE_NONE || (optional && value == 0) || (kind == VALUE_PID && value >= 0))
        return;
    buf_addf(out, " %s=", field);
    if (name != NULL) {
        buf_add_text(out, name);
        return;
    }
    switch ((int)kind) {
    case VALUE_TIME:
        describe_time(value, out);
        break;
    case VALUE_CANCEL:
        buf_addf(out, "%s,%s", NAME_OF(mode_names, value & 0xFF),
                 value_name(VALUE_CAUSE, (value >> 8) & 0xFF));
        break;
    case VALUE_SIGNAL:
        signal_add(value, out);
        break;
    case VALUE_STATUS:
        status_add(value, out);
        break;
    case VALUE_BYTE:
        byte_add(value, out);
        break;
    case VALUE_TIMER:
        timer_add(value, out);
        break;
    case VALUE_HEX:
        buf_addf(out, "0x%" PRIx64, (uint64_t)value);
        break;
    default:
        buf_addf(out, "%" PRId64, value);
        break;
    }
}

static const struct point_values *values_find(unsigned point)
{
    for (size_t i = 0; i < sizeof(point_values) / sizeof(point_values[0]); i++) {
        if (point_values[i].point == point)
            return &point_values[i];
    }
    return NULL;
}

void describe_record(const struct trace_record *record, const struct tree *tree, struct buf *out)
{
    const struct point_values *values = values_find(record->point);

    buf_addf(out, "%s %s", describe_actor(tree, record->actor),
             record->point < POINTS ? point_name(record->point) : "?");
    if (record->peer != ACTOR_NONE) {
        buf_addf(out, " peer=%s", describe_actor(tree, record->peer));
    } else if (record->point == POINT_BATON_SEEN) {
        buf_add_text(out, " peer=none");
    }
    if (record->request != 0)
        buf_addf(out, " request=%" PRIu32, record->request);
    if (values != NULL) {
        value_add("value", values->value, record->value, out);
        value_add("extra", values->extra, record->extra, out);
    }
    buf_add_text(out, "\n");
}

/* Points that a person who looks for a mistake rarely needs. */
static bool point_is_noise(unsigned point)
{
    switch (point) {
    case POINT_TIMER_FIRE:
    case POINT_HOLD_BEGIN:
    case POINT_HOLD_END:
    case POINT_CALL_SENT:
    case POINT_CALL_RECEIVED:
    case POINT_CALL_REPLIED:
    case POINT_CALL_COMPLETED:
    case POINT_PROC_SPAWNED:
    case POINT_SPAWN_BEFORE_FORK:
    case POINT_SPAWN_AFTER_FORK:
    case POINT_SPAWN_AFTER_EXEC:
    case POINT_SPAWN_HELLO_SENT:
    case POINT_SPAWN_BEFORE_SPEC:
        return true;
    default:
        return point >= POINT_LINK_BEFORE_SEND;
    }
}

void observe_tail_text(const struct observation *o, size_t index, size_t lines, struct buf *out)
{
    size_t end = index < o->trace->count ? index : o->trace->count;
    size_t from = end;

    for (size_t found = 0; from > 0 && found < lines;) {
        from--;
        if (!point_is_noise(o->trace->record[from].point))
            found++;
    }
    for (size_t i = from; i < end; i++) {
        const struct trace_record *rec = &o->trace->record[i];
        struct buf line = BUF_INIT;
        if (point_is_noise(rec->point))
            continue;
        describe_time(rec->at_ns, &line);
        buf_addf(out, "%8s  ", buf_text(&line));
        buf_release(&line);
        describe_record(rec, o->tree, out);
    }
}
