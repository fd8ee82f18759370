/* describe.c: one record in words. */
#include "harness/observe/describe.h"

#include "harness/language/call.h"
#include "harness/language/fault.h"
#include "runtime/actor/core.h"
#include "runtime/base/harm.h"
#include "runtime/base/status.h"
#include "runtime/include/actor.h"

#include <inttypes.h>
#include <sys/wait.h>

static const char *const error_words[] = {ERROR_MAP(ROW_NAME)};
static const char *const cause_words[] = {CAUSE_MAP(ROW_NAME)};
static const char *const mode_words[] = {CANCEL_MAP(ROW_NAME)};
static const char *const reason_words[] = {KILL_MAP(ROW_NAME)};
static const char *const leave_words[] = {LEAVE_MAP(ROW_NAME)};
static const char *const deny_words[] = {DENY_MAP(ROW_NAME)};
static const char *const decision_words[] = {DECISION_MAP(ROW_NAME)};
static const char *const fault_words[] = {FAULT_MAP(ROW_NAME)};
static const char *const self_words[] = {SELF_MAP(ROW_NAME)};
static const char *const dbg_words[] = {DBG_MAP(ROW_NAME)};
static const char *const harm_words[] = {LINK_HARM_MAP(ROW_NAME)};
static const char *const side_words[] = {SIDE_MAP(ROW_NAME)};
static const char *const why_words[] = {STOP_MAP(ROW_NAME)};
static const char *const rule_words[] = {RULE_MAP(ROW_NAME)};
static const char *const front_words[] = {FRONT_MAP(ROW_NAME)};
static const char *const leftover_words[] = {LEFTOVER_MAP(ROW_NAME)};
static const char *const unseen_words[] = {UNSEEN_MAP(ROW_NAME)};
static const char *const tell_words[] = {TELL_MAP(ROW_NAME) TELL_FAULT_MAP(ROW_NAME)};
static const char *const timer_words[] = {TIMER_MAP(ROW_NAME)};
static const char *const handler_words[] = {[ACTOR_SIGNAL_DEFAULT] = "default",
                                            [ACTOR_SIGNAL_IGNORE] = "ignore",
                                            [ACTOR_SIGNAL_HANDLER] = "handler"};

#define WORDS(table)                            \
    {                                           \
        table, sizeof(table) / sizeof(table[0]) \
    }

/* The kinds that are an enum with a list of names. */
static const struct {
    const char *const *word;
    size_t count;
} words[POINT_KINDS] = {
    [KIND_ERROR] = WORDS(error_words),       [KIND_CAUSE] = WORDS(cause_words),
    [KIND_MODE] = WORDS(mode_words),         [KIND_REASON] = WORDS(reason_words),
    [KIND_LEAVE] = WORDS(leave_words),       [KIND_DENY] = WORDS(deny_words),
    [KIND_DECISION] = WORDS(decision_words), [KIND_FAULT] = WORDS(fault_words),
    [KIND_SELF] = WORDS(self_words),         [KIND_DBG] = WORDS(dbg_words),
    [KIND_TELL] = WORDS(tell_words),         [KIND_HARM] = WORDS(harm_words),
    [KIND_SIDE] = WORDS(side_words),         [KIND_WHY] = WORDS(why_words),
    [KIND_HANDLER] = WORDS(handler_words),   [KIND_FRONT] = WORDS(front_words),
    [KIND_LEFTOVER] = WORDS(leftover_words), [KIND_RULE] = WORDS(rule_words),
    [KIND_UNSEEN] = WORDS(unseen_words),
};

const char *describe_actor(const struct cast *cast, uint16_t actor)
{
    if (actor < cast->count)
        return cast->who[actor].name;
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

/* As it is called on a keyboard. A digit is written as a number, so that it is not read as one. */
static void byte_add(int64_t value, struct buf *out)
{
    if (value > 0 && value < 0x20) {
        buf_addf(out, "C-%c", (char)(value + (value <= 26 ? 0x60 : 0x40)));
    } else if (value > 0x20 && value < 0x7F && !(value >= '0' && value <= '9')) {
        buf_addf(out, "%c", (char)value);
    } else {
        buf_addf(out, "0x%02x", (unsigned)(value & 0xFF));
    }
}

static void timer_add(int64_t value, struct buf *out)
{
    if (value >= TIMER_HEARTBEAT && value < TIMER_NURSERY)
        buf_add_text(out, timer_words[value]);
    else if (value < TIMER_HEARTBEAT)
        buf_addf(out, "child.%" PRId64, value);
    else if (value < TIMER_USER)
        buf_addf(out, "nursery.%" PRId64, value - TIMER_NURSERY);
    else
        buf_addf(out, "user.%" PRId64, value - TIMER_USER);
}

/* The word for a number of a kind that has words, "?" for one without, NULL for another kind. */
static const char *value_word(unsigned kind, int64_t value)
{
    const char *word = NULL;

    if (kind == KIND_POINT) {
        word = value >= 0 && value < POINTS ? point_name((unsigned)value) : NULL;
    } else if (kind == KIND_FAULT_ROW) {
        word = value >= 0 && (uint64_t)value < fault_count() ? fault_at((size_t)value)->name : NULL;
    } else if (words[kind].count > 0) {
        word = value >= 0 && (uint64_t)value < words[kind].count ? words[kind].word[value] : NULL;
    } else {
        return NULL;
    }
    return word != NULL ? word : "?";
}

static void value_add(unsigned kind, int64_t value, struct buf *out)
{
    const char *word = value_word(kind, value);

    if (kind == KIND_CALL) {
        char call[CALL_NAME_BYTES];
        buf_add_text(out, call_text(call_unpack(value), call));
        return;
    }
    if (word != NULL) {
        buf_add_text(out, word);
        return;
    }
    switch ((int)kind) {
    case KIND_TIME:
        describe_time(value, out);
        break;
    case KIND_CANCEL:
        buf_addf(out, "%s,%s", value_word(KIND_MODE, value & 0xFF),
                 value_word(KIND_CAUSE, value >> 8));
        break;
    case KIND_SIGNAL:
        signal_add(value, out);
        break;
    case KIND_STATUS:
        status_add(value, out);
        break;
    case KIND_BYTE:
        byte_add(value, out);
        break;
    case KIND_TIMER:
        timer_add(value, out);
        break;
    case KIND_HEX:
        buf_addf(out, "0x%" PRIx64, (uint64_t)value);
        break;
    default:
        buf_addf(out, "%" PRId64, value);
        break;
    }
}

/* A number that the point does not name should not be there: it is shown, with a "?". */
static void number_add(const struct point_number *number, const char *unnamed, int64_t value,
                       struct buf *out)
{
    unsigned kind = number->kind;
    bool optional = kind == KIND_NONE || kind == KIND_SOME || kind == KIND_HEX ||
                    kind == KIND_SIGNAL || kind == KIND_MODE;

    if ((optional && value == 0) || (kind == KIND_PID && value >= 0))
        return;
    buf_addf(out, " %s=", number->name != NULL ? number->name : unnamed);
    value_add(kind, value, out);
}

/* Whose child a command's process is, or who has reaped it, and nobody could see that. */
static bool is_unknown(const struct trace_record *record, const struct cast *cast)
{
    bool tells = record->point == POINT_PROC_SPAWNED || record->point == POINT_PROC_REAPED;

    return tells && record->peer == ACTOR_NONE && record->actor != ACTOR_ROOT && cast->count > 0 &&
           cast->who[ACTOR_ROOT].kind == WHO_PROCESS;
}

void describe_record(const struct trace_record *record, const struct cast *cast, struct buf *out)
{
    static const struct point_entry unknown = {.name = "?"};
    const struct point_entry *entry =
        record->point < POINTS ? point_entry(record->point) : &unknown;

    buf_addf(out, "%s %s", describe_actor(cast, record->actor), entry->name);
    if (is_unknown(record, cast))
        buf_addf(out, " %s=unknown", entry->peer);
    else if (record->peer != ACTOR_NONE || record->point == POINT_BATON_SEEN)
        buf_addf(out, " %s=%s", entry->peer != NULL ? entry->peer : "peer?",
                 describe_actor(cast, record->peer));
    if (record->request != 0)
        buf_addf(out, " %s=%" PRIu32, entry->request != NULL ? entry->request : "request?",
                 record->request);
    number_add(&entry->value, "value?", record->value, out);
    number_add(&entry->extra, "extra?", record->extra, out);
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

/* True when the harness only looked, and found what it had found the last time; at first that is
 * what a terminal is at the start. */
static bool look_is_idle(const struct trace *t, size_t index)
{
    static const struct trace_record modes = {.value = 1};
    static const struct trace_record baton = {.peer = ACTOR_NONE};
    const struct trace_record *rec = &t->record[index];

    if (rec->point == POINT_QUIET)
        return rec->value == 0;
    if (rec->point != POINT_TTY_MODES && rec->point != POINT_BATON_SEEN)
        return false;
    size_t at = index;
    while (at > 0 && t->record[at - 1].point != rec->point)
        at--;
    const struct trace_record *last = rec->point == POINT_TTY_MODES ? &modes : &baton;
    last = at > 0 ? &t->record[at - 1] : last;
    if (rec->point == POINT_BATON_SEEN)
        return rec->peer == last->peer;
    return rec->value == last->value && rec->request == last->request &&
           (at == 0 || rec->extra == last->extra);
}

static bool record_is_noise(const struct trace *t, size_t index)
{
    return point_is_noise(t->record[index].point) || look_is_idle(t, index);
}

void observe_tail_text(const struct observation *o, size_t index, size_t lines, struct buf *out)
{
    size_t end = index < o->trace->count ? index : o->trace->count;
    size_t from = end;

    for (size_t found = 0; from > 0 && found < lines;) {
        from--;
        if (!record_is_noise(o->trace, from))
            found++;
    }
    for (size_t i = from; i < end; i++) {
        const struct trace_record *rec = &o->trace->record[i];
        struct buf line = BUF_INIT;
        if (record_is_noise(o->trace, i))
            continue;
        describe_time(rec->at_ns, &line);
        buf_addf(out, "%8s  ", buf_text(&line));
        buf_release(&line);
        describe_record(rec, o->cast, out);
    }
}
