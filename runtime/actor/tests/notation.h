/* notation.h: what a core does and what it is, as short texts, so that a row of a protocol table
 * is a row of a test.
 *
 * Effects, one line each: "send leaf dbg_grant leaf#1", "set child.leaf +500ms", "kill leaf 15",
 * "point cancel.parked leaf", "user outcome leaf EXIT:3". An expectation is a list of such lines
 * separated by ';', each possibly cut at a word. Points and "policy" may be left out of it;
 * everything else must stand there, in order, and nothing may be missing. "!point dbg.prompt" wants
 * no such line.
 *
 * States, one line each: "self joining", "leaf cancel-sent", "entry leaf#1 wait", "dbg active". An
 * expectation lists some of them; "!entry leaf#1" wants no such line.
 *
 * The tree of the tests: root 0 { mid 1 { leaf 2 { deep 3 } twin 4 } side 5 }. */
#ifndef RUNTIME_ACTOR_TESTS_NOTATION_H
#define RUNTIME_ACTOR_TESTS_NOTATION_H

#include "runtime/actor/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ROOT, MID, LEAF, DEEP, TWIN, SIDE, NAMED };

enum { TEXT_BYTES = 512 * 1024 };

struct notes {
    size_t size;
    char data[TEXT_BYTES];
};

__attribute__((format(printf, 2, 3))) static inline void text_add(struct notes *t,
                                                                  const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int size = vsnprintf(t->data + t->size, sizeof(t->data) - t->size, format, args);
    va_end(args);
    CHECK(size >= 0 && (size_t)size < sizeof(t->data) - t->size);
    t->size += (size_t)size;
}

static inline void text_clear(struct notes *t)
{
    t->size = 0;
    t->data[0] = 0;
}

static inline void text_actor(struct notes *t, uint16_t id)
{
    static const char *const names[NAMED] = {"root", "mid", "leaf", "deep", "twin", "side"};

    if (id < NAMED)
        text_add(t, " %s", names[id]);
    else if (id == ACTOR_NONE)
        text_add(t, " -");
    else
        text_add(t, " a%u", (unsigned)id);
}

static inline void text_request(struct notes *t, uint16_t id, uint32_t request)
{
    text_actor(t, id);
    if (request != 0)
        text_add(t, "#%u", request);
}

static inline void text_time(struct notes *t, int64_t at_ns, int64_t now_ns)
{
    int64_t left = at_ns - now_ns;

    if (left % MS_NS == 0)
        text_add(t, " %+lldms", (long long)(left / MS_NS));
    else
        text_add(t, " %+lldns", (long long)left);
}

static inline void text_error(struct notes *t, unsigned kind, int32_t code)
{
    text_add(t, " %s", error_name(kind));
    if (code != 0)
        text_add(t, ":%d", (int)code);
}

static inline void text_link(struct notes *t, const struct core *c, uint16_t link)
{
    if (link == LINK_PARENT)
        text_add(t, " parent");
    else
        text_actor(t, c->child[link].id);
}

static inline void text_timer(struct notes *t, const struct core *c, unsigned timer)
{
    static const char *const names[] = {TIMER_MAP(ROW_NAME)};

    if (timer < CORE_CHILDREN_MAX) {
        text_add(t, " child");
        t->data[t->size++] = '.';
        size_t at = t->size;
        text_actor(t, c->child[timer].id);
        memmove(t->data + at, t->data + at + 1, t->size - at);
        t->size--;
    } else if (timer < TIMER_NURSERY) {
        text_add(t, " %s", names[timer]);
    } else if (timer < TIMER_USER) {
        text_add(t, " nursery.%u", timer - (unsigned)TIMER_NURSERY);
    } else {
        text_add(t, " user.%u", timer - (unsigned)TIMER_USER);
    }
}

static inline const char *text_mode(unsigned mode)
{
    static const char *const names[] = {CANCEL_MAP(ROW_NAME)};

    return names[mode];
}

static inline void text_frame(struct notes *t, const struct frame *f, int64_t now_ns)
{
    static const char *const reasons[] = {DENY_MAP(ROW_NAME)};

    if (f->type >= FRAME_TYPES) {
        text_add(t, f->type == FRAME_TEXT ? " text" : " shown");
        text_request(t, f->origin, f->request);
        text_add(t, " \"%.*s\"", (int)f->size, f->u.text);
        return;
    }
    text_add(t, " %s", frame_name(f->type));
    if (f->type >= FRAME_DBG_REQ)
        text_request(t, f->origin, f->request);
    if ((f->flags & FRAME_SHIELD) != 0)
        text_add(t, " shield");
    if (f->type == FRAME_CANCEL) {
        text_add(t, " %s %s", text_mode(f->mode), cause_name(f->cause));
        text_time(t, f->deadline_ns, now_ns);
    } else if (f->type == FRAME_RESULT) {
        text_error(t, f->u.error.kind, f->u.error.code);
        text_actor(t, f->u.error.origin);
    } else if (f->type == FRAME_DBG_DENY) {
        text_add(t, " %s", reasons[f->cause]);
    } else if (f->type == FRAME_DBG_REL && f->mode != CANCEL_NONE) {
        text_add(t, " %s", text_mode(f->mode));
    } else if (f->type == FRAME_DBG_REVOKE) {
        text_time(t, f->deadline_ns, now_ns);
    } else if (f->type == FRAME_CALL || f->type == FRAME_REPLY || f->type == FRAME_ACK) {
        text_add(t, " #%u", f->request);
    } else if (f->type == FRAME_SPEC) {
        text_add(t, " %s", f->u.spec.name);
    }
}

static inline void text_user(struct notes *t, const struct core_user *u)
{
    static const char *const names[] = {"start", "live",  "outcome", "closed", "cancel",  "call",
                                        "reply", "timer", "left",    "tell",   "command", "ready"};
    static const char *const lefts[] = {"continue", "quit", "denied"};

    text_add(t, "user %s", names[u->kind]);
    if (u->kind == ACTOR_EVENT_LIVE || u->kind == ACTOR_EVENT_OUTCOME)
        text_actor(t, u->id);
    else if (u->kind == ACTOR_EVENT_CALL || u->kind == ACTOR_EVENT_REPLY)
        text_request(t, u->id, u->request);
    else if (u->kind != ACTOR_EVENT_START && u->kind != ACTOR_EVENT_CANCEL)
        text_add(t, " #%u", u->request);
    if (u->kind == ACTOR_EVENT_LEFT)
        text_add(t, " %s", lefts[u->code]);
    else if (u->kind == ACTOR_EVENT_OUTCOME || u->kind == ACTOR_EVENT_CLOSED ||
             u->kind == ACTOR_EVENT_REPLY)
        text_error(t, u->error_kind, u->code);
}

static inline void text_print(struct notes *t, const struct core_effect *e)
{
    static const char *const names[] = {"ignored-int", "cancel", "revoke", "unknown", "help",
                                        "state",       "tree",   "bt",     "crash",   "cancelling",
                                        "final-error", "stuck",  "dump"};

    text_add(t, "print %s", names[e->print]);
}

/* The effects that are one word, and perhaps a number. */
static inline void text_plain(struct notes *t, const struct core_effect *e)
{
    static const char *const words[] = {
        [EFFECT_PROMPT] = "prompt",
        [EFFECT_TTY_TAKE] = "tty-take",
        [EFFECT_TTY_GIVE] = "tty-give",
        [EFFECT_TTY_RESTORE] = "tty-restore",
        [EFFECT_BATON_TRY] = "baton-try",
        [EFFECT_BATON_DROP] = "baton-drop",
        [EFFECT_BATON_PEEK] = "baton-peek",
        [EFFECT_WATCH_RESULT] = "watch-result",
        [EFFECT_STOP] = "stop",
        [EFFECT_SIGACTION] = "sigaction",
        [EFFECT_POLICY] = "policy",
        [EFFECT_DETACH] = "detach",
        [EFFECT_FREEZE] = "freeze",
        [EFFECT_DIE] = "die",
        [EFFECT_SPIN] = "spin",
        [EFFECT_KILL_PID] = "kill-pid",
        [EFFECT_CONTINUE] = "continue",
    };
    bool numbers = e->kind == EFFECT_BATON_PEEK || e->kind == EFFECT_DIE ||
                   e->kind == EFFECT_KILL_PID || e->kind == EFFECT_TTY_RESTORE ||
                   e->kind == EFFECT_SIGACTION || e->kind == EFFECT_DETACH;

    text_add(t, "%s", words[e->kind]);
    if (numbers)
        text_add(t, " %lld", (long long)e->value);
    if (numbers && e->extra != 0)
        text_add(t, " %lld", (long long)e->extra);
    if (e->kind == EFFECT_DIE && e->request == 1)
        text_add(t, " restore");
}

static inline void text_point(struct notes *t, const struct core_effect *e, int64_t now_ns)
{
    text_add(t, "point %s", point_name(e->point));
    text_request(t, e->peer, e->request);
    if (e->point == POINT_CANCEL_UNPARKED)
        text_time(t, e->value, now_ns);
    else
        text_add(t, " %lld", (long long)e->value);
    text_add(t, " %lld", (long long)e->extra);
}

static inline void text_effect(struct notes *t, const struct core *c, const struct core_effects *fx,
                               const struct core_effect *e, int64_t now_ns)
{
    if (e->kind == EFFECT_POINT) {
        text_point(t, e, now_ns);
    } else if (e->kind == EFFECT_SEND) {
        text_add(t, "send");
        text_link(t, c, e->link);
        text_frame(t, &fx->frame[e->frame], now_ns);
    } else if (e->kind == EFFECT_SPAWN || e->kind == EFFECT_EXEC || e->kind == EFFECT_REAP ||
               e->kind == EFFECT_FORGET || e->kind == EFFECT_CLOSE || e->kind == EFFECT_KILL) {
        text_add(t, "%s",
                 e->kind == EFFECT_SPAWN    ? "spawn"
                 : e->kind == EFFECT_EXEC   ? "exec"
                 : e->kind == EFFECT_REAP   ? "reap"
                 : e->kind == EFFECT_FORGET ? "forget"
                 : e->kind == EFFECT_CLOSE  ? "close"
                                            : "kill");
        text_link(t, c, e->link);
        if (e->kind == EFFECT_KILL)
            text_add(t, " %lld", (long long)e->value);
    } else if (e->kind == EFFECT_TIMER_SET || e->kind == EFFECT_TIMER_CLEAR) {
        text_add(t, e->kind == EFFECT_TIMER_SET ? "set" : "clear");
        text_timer(t, c, e->timer);
        if (e->kind == EFFECT_TIMER_SET)
            text_time(t, e->value, now_ns);
    } else if (e->kind == EFFECT_WRITE) {
        const struct frame *f = &fx->frame[e->frame];
        text_add(t, "write%s \"%.*s\"", e->value == 1 ? " behind" : "", (int)f->size, f->u.text);
    } else if (e->kind == EFFECT_PRINT) {
        text_print(t, e);
    } else if (e->kind == EFFECT_USER) {
        text_user(t, &fx->user[e->frame]);
    } else {
        text_plain(t, e);
    }
    text_add(t, "\n");
}

static inline void text_lock(struct notes *t, const struct core *c)
{
    static const char *const dbg[] = {DBG_MAP(ROW_NAME)};
    static const char *const locks[] = {LOCK_MAP(ROW_NAME)};
    static const char *const entries[] = {ENTRY_MAP(ROW_NAME)};

    text_add(t, "dbg %s\ntasks %u\nrequest %u\n", dbg[c->lock.dbg], c->lock.tasks, c->lock.request);
    for (unsigned i = 0; i < c->lock.entries; i++) {
        const struct core_entry *e = &c->lock.entry[i];
        text_add(t, "entry");
        text_request(t, e->origin, e->request);
        text_add(t, " %s%s\n", entries[e->state], e->shield ? " shield" : "");
    }
    if (!c->self.root)
        return;
    text_add(t, "lock %s\nholder", locks[c->lock.state]);
    text_request(t, c->lock.holder, c->lock.holder_request);
    text_add(t, "\n");
    for (unsigned i = 0; i < c->lock.queue_count; i++) {
        text_add(t, "queue %u", i + 1);
        text_actor(t, c->lock.queue[i]);
        text_add(t, "\n");
    }
}

static inline void text_state(struct notes *t, const struct core *c)
{
    static const char *const nurseries[] = {NURSERY_MAP(ROW_NAME)};

    text_clear(t);
    text_add(t, "self %s\ncancel %s\nerrors %u\nreceived %llu\n", self_name(c->self.state),
             text_mode(c->self.cancel), c->self.errors, (unsigned long long)c->self.received);
    if (c->self.signal != 0)
        text_add(t, "signal %u\n", c->self.signal);
    for (unsigned i = 0; i < CORE_NURSERIES_MAX; i++) {
        if (c->nursery[i].state != NURSERY_NONE)
            text_add(t, "nursery %u %s\n", i, nurseries[c->nursery[i].state]);
    }
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        const struct core_child *ch = &c->child[i];
        if (ch->state == CHILD_FREE)
            continue;
        /* Behind the line's start, so that it begins with the name. */
        size_t at = t->size;
        text_actor(t, ch->id);
        memmove(t->data + at, t->data + at + 1, t->size - at);
        t->size--;
        text_add(t, " %s%s\n", child_name(ch->state), ch->parked ? " parked" : "");
    }
    text_lock(t, c);
}

/* True when `line` (ending in a newline) begins with the words of `item`. */
static inline bool line_has(const char *line, const char *item, size_t size)
{
    return strncmp(line, item, size) == 0 && (line[size] == ' ' || line[size] == '\n');
}

static inline const char *line_find(const char *lines, const char *item, size_t size)
{
    for (const char *line = lines; *line != 0; line = strchr(line, '\n') + 1) {
        if (line_has(line, item, size))
            return line;
    }
    return NULL;
}

/* The next item of a list separated by ';', without blanks around it; false at the end. */
static inline bool item_next(const char **list, const char **item, size_t *size)
{
    const char *at = *list + strspn(*list, " ;");

    if (*at == 0)
        return false;
    size_t length = strcspn(at, ";");
    *list = at + length;
    while (length > 0 && at[length - 1] == ' ')
        length--;
    *item = at;
    *size = length;
    return true;
}

/* See the top of this file. */
static inline bool effects_match(const char *lines, const char *wanted)
{
    const char *item;
    size_t size;
    const char *rest = wanted;

    while (item_next(&rest, &item, &size)) {
        if (item[0] == '!' && line_find(lines, item + 1, size - 1) != NULL)
            return false;
    }
    rest = wanted;
    for (;;) {
        bool more = item_next(&rest, &item, &size);
        if (more && item[0] == '!')
            continue;
        while (*lines != 0 && !(more && line_has(lines, item, size))) {
            if (strncmp(lines, "point ", 6) != 0 && strncmp(lines, "continue", 8) != 0 &&
                strncmp(lines, "policy", 6) != 0)
                return false;
            lines = strchr(lines, '\n') + 1;
        }
        if (!more)
            return true;
        if (*lines == 0)
            return false;
        lines = strchr(lines, '\n') + 1;
    }
}

static inline bool state_match(const char *lines, const char *wanted)
{
    const char *item;
    size_t size;

    while (item_next(&wanted, &item, &size)) {
        bool absent = item[0] == '!';
        const char *line = line_find(lines, item + (absent ? 1 : 0), size - (absent ? 1 : 0));
        if ((line == NULL) != absent)
            return false;
    }
    return true;
}

#endif
