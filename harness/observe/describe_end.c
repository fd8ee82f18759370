/* describe_end.c: how and why an actor ended, in words. */
#include "harness/observe/describe_end.h"

#include "runtime/actor/core.h"
#include "runtime/base/status.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

static const char *const cause_words[] = {CAUSE_MAP(ROW_NAME)};
static const char *const reason_words[] = {KILL_MAP(ROW_NAME)};
static const char *const error_words[] = {ERROR_MAP(ROW_NAME)};

/* The word for a number of a trace, which may be any. */
#define WORD(table, value) ((size_t)(value) < sizeof(table) / sizeof(table[0]) ? table[value] : "?")

enum { BYTE_C_C = 3, BYTE_C_BACKSLASH = 28 };

struct end_story *end_story_new(size_t count)
{
    struct end_story *s = calloc(1, sizeof(*s) + count * sizeof(s->fact[0]));

    for (size_t i = 0; s != NULL && i < count; i++) {
        s->fact[i] = (struct end_facts){.status = -1, .by = ACTOR_NONE, .error_from = ACTOR_NONE};
    }
    return s;
}

/* A signal that does not end a process is no reason for an end. */
static void sent_set(struct end_facts *f, uint16_t by, int64_t number)
{
    if (number <= 0 || number == SIGSTOP || number == SIGCONT || number == SIGTSTP ||
        number == SIGWINCH || number > 64)
        return;
    f->sent = (int32_t)number;
    f->by = by;
}

static void status_take(struct end_facts *f, int64_t status)
{
    if (status >= 0)
        f->status = status;
}

/* What the harness, a parent or the root has done to `peer`, or seen of it. */
static void peer_take(struct end_story *s, const struct trace_record *rec)
{
    struct end_facts *f = &s->fact[rec->peer];

    switch (rec->point) {
    case POINT_SIGNAL_SENT:
        sent_set(f, ACTOR_HARNESS, rec->value);
        break;
    case POINT_FAULT_DONE:
        sent_set(f, ACTOR_HARNESS, rec->extra);
        break;
    case POINT_CANCEL_TERM_SENT:
    case POINT_CANCEL_KILL_SENT:
        sent_set(f, rec->actor, rec->point == POINT_CANCEL_TERM_SENT ? SIGTERM : SIGKILL);
        f->reason = (uint8_t)rec->value;
        f->cause = (uint8_t)rec->extra;
        break;
    case POINT_DBG_HOLDER_KILLED:
        sent_set(f, rec->actor, SIGKILL);
        f->reason = KILL_ORPHANED;
        break;
    case POINT_EXIT_REAPED:
        status_take(f, rec->value);
        break;
    default:
        break;
    }
}

/* What is said of the actor itself. */
static void own_take(struct end_story *s, const struct trace_record *rec)
{
    struct end_facts *f = &s->fact[rec->actor];

    switch (rec->point) {
    case POINT_PROC_EXITED:
    case POINT_PROC_REAPED:
        status_take(f, rec->value);
        break;
    case POINT_ERR_FATAL_HANDLER:
        f->own_signal = (int32_t)rec->value;
        break;
    case POINT_CANCEL_REQUESTED:
        f->cancel_cause = (uint8_t)rec->value;
        break;
    case POINT_ERR_RELAYED:
        f->error_from = rec->peer;
        break;
    case POINT_EXIT_BEFORE_RESULT:
    case POINT_ERR_FINAL:
        f->error = (uint8_t)rec->value;
        f->error_code = rec->extra;
        break;
    default:
        break;
    }
}

/* The root kills what it has adopted, and knows that by its number only. */
static void adopted_take(struct end_story *s, const struct replay *r,
                         const struct trace_record *rec)
{
    for (uint16_t id = 0; id < r->count; id++) {
        if (r->actor[id].process.pid != rec->value || r->actor[id].process.dead)
            continue;
        sent_set(&s->fact[id], rec->actor, SIGKILL);
        s->fact[id].reason = KILL_ORPHANED;
    }
}

void end_story_take(struct end_story *s, const struct replay *r, const struct trace_record *rec)
{
    if (rec->point == POINT_KEY_SENT) {
        s->interrupt = s->interrupt || rec->value == BYTE_C_C;
        s->quit = s->quit || rec->value == BYTE_C_BACKSLASH;
    }
    s->hung_up = s->hung_up || rec->point == POINT_TTY_HUNG_UP;
    s->stopped = s->stopped || rec->point == POINT_RUN_STOPPED;
    if (rec->point == POINT_ORPHAN_KILLED)
        adopted_take(s, r, rec);
    if (replay_knows(r, rec->peer))
        peer_take(s, rec);
    if (replay_knows(r, rec->actor))
        own_take(s, rec);
}

void end_how_add(const struct end_story *s, uint16_t actor, struct buf *out)
{
    int64_t status = s->fact[actor].status;

    if (status < 0) {
        buf_add_text(out, "dead");
    } else if (WIFSIGNALED((int)status)) {
        buf_add_text(out, "died by ");
        signal_add(WTERMSIG((int)status), out);
    } else {
        buf_addf(out, "exited %d", WEXITSTATUS((int)status));
    }
}

/* True when that signal is one that the terminal has sent. */
static bool from_terminal(const struct end_story *s, int number)
{
    return (number == SIGINT && s->interrupt) || (number == SIGQUIT && s->quit) ||
           (number == SIGHUP && s->hung_up);
}

/* Of a death by a signal, 0: not known which. */
static void death_add(const struct end_story *s, const struct replay *r, uint16_t actor, int number,
                      struct buf *out)
{
    const struct end_facts *f = &s->fact[actor];
    bool is_sent = f->sent != 0 && (number == 0 || number == f->sent);

    if (is_sent && f->by == ACTOR_HARNESS) {
        buf_add_text(out, ", killed by a fault");
    } else if (is_sent) {
        buf_addf(out, ", killed by %s: %s", replay_name(r, f->by),
                 f->reason == KILL_CANCEL ? WORD(cause_words, f->cause)
                                          : WORD(reason_words, f->reason));
    } else if (number != 0 && f->own_signal == number) {
        buf_add_text(out, ", a mistake of its own code");
    } else if (number != 0 && r->cast->who[actor].dies_by == number) {
        buf_add_text(out, ", as its own code wants");
    } else if (f->cancel_cause != CAUSE_NONE) {
        buf_addf(out, ", cancelled: %s", WORD(cause_words, f->cancel_cause));
    } else if (number != 0 && from_terminal(s, number)) {
        buf_add_text(out, ", from the terminal");
    } else if (number != 0) {
        buf_add_text(out, s->stopped ? ", ended by the harness" : ", sent by nobody of this run");
    }
}

static void error_add(const struct replay *r, uint16_t actor, const struct end_facts *f,
                      struct buf *out)
{
    buf_addf(out, ", error %s", WORD(error_words, f->error));
    if (f->error == ERROR_APP && f->error_code == ERROR_CODE_QUIT)
        buf_add_text(out, ":QUIT");
    else if (f->error_code != 0)
        buf_addf(out, ":%" PRId64, f->error_code);
    if (replay_knows(r, f->error_from) && f->error_from != actor)
        buf_addf(out, " of %s", replay_name(r, f->error_from));
}

void end_why_add(const struct end_story *s, const struct replay *r, uint16_t actor, struct buf *out)
{
    const struct end_facts *f = &s->fact[actor];

    if (f->status < 0 || WIFSIGNALED((int)f->status)) {
        death_add(s, r, actor, f->status < 0 ? 0 : WTERMSIG((int)f->status), out);
        return;
    }
    bool cancelled = f->cancel_cause != CAUSE_NONE;
    if (f->error != ERROR_NONE && !(cancelled && f->error == ERROR_CANCELLED))
        error_add(r, actor, f, out);
    if (cancelled)
        buf_addf(out, ", cancelled: %s", WORD(cause_words, f->cancel_cause));
}
