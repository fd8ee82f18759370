/* drive.h: a driver of one core for tests: feeds events, keeps what came out as text, and holds
 * every step against the contract of core.h.
 *
 * The environment of the core (what was spawned, closed, reaped) is followed here on its own, so a
 * step that kills a reaped child or skips a sequence number fails whichever test makes it. */
#ifndef RUNTIME_ACTOR_TESTS_DRIVE_H
#define RUNTIME_ACTOR_TESTS_DRIVE_H

#include "runtime/actor/tests/notation.h"
#include "runtime/actor/user.h"
#include "runtime/base/hash.h"
#include "runtime/base/tests/suite.h"

enum { CONTINUES_MAX = 10 * 1000, CHILD_ROOM = 3 };

/* A child as the world sees it. */
struct drive_child {
    uint64_t sent;     /* frames of the core to it */
    uint64_t received; /* and back */
    uint16_t id;
    bool used;     /* EFFECT_SPAWN came, EFFECT_FORGET not yet */
    bool process;  /* spawned and not reaped */
    bool closed;   /* EFFECT_CLOSE came */
    bool reaping;  /* EFFECT_REAP came */
    unsigned mode; /* of the last CANCEL to it */
    unsigned outcomes;
    unsigned cancels;
};

struct drive {
    struct core core;
    struct core_effects fx;
    struct drive_child child[CORE_CHILDREN_MAX];
    struct frame sent[FRAME_WIRE_TYPES]; /* the last one of each type */
    struct core_user user;               /* the last event of the actor's own code */
    uint64_t parent_sent;
    uint64_t parent_received;
    int64_t now_ns;
    unsigned effects_max; /* most effects of one step */
    bool closed;          /* the link to the parent */
    bool died;
    bool lenient; /* a defect is on: the contract is not looked at */
    bool digests; /* what comes out goes into the digest, to the last byte */
    uint64_t digest;
    const char *broken;
    const struct actor_program *program; /* run on EFFECT_USER when there is one */
    struct user_calls calls;
    struct notes log;
};

static inline void drive_broken(struct drive *d, const char *what)
{
    if (d->broken == NULL && !d->lenient)
        d->broken = what;
}

static inline void drive_init(struct drive *d)
{
    memset(d, 0, sizeof(*d));
    core_init(&d->core);
    d->now_ns = 1000 * MS_NS;
}

/* Frames are built from zeroed memory and have no padding: equal frames are equal bytes. */
static inline bool frame_same(const struct frame *a, const struct frame *b)
{
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- the contract, effect by effect ---- */

static inline void drive_check_send(struct drive *d, unsigned at)
{
    static uint8_t bytes[FRAME_BYTES_MAX];
    const struct core_effect *e = &d->fx.effect[at];
    const struct frame *f = &d->fx.frame[e->frame];
    struct frame again;

    if (e->frame >= d->fx.frames) {
        drive_broken(d, "a frame that is not there");
        return;
    }
    const struct core_effect *before = at > 0 ? e - 1 : e;
    bool text = f->type >= FRAME_TYPES; /* no part of the protocol */
    if (!text && (before->kind != EFFECT_POINT ||
                  before->point != (unsigned)POINT_LINK_BEFORE_SEND + f->type ||
                  before->request != (uint32_t)f->sequence ||
                  before->peer !=
                      (e->link == LINK_PARENT ? d->core.self.parent : d->core.child[e->link].id)))
        drive_broken(d, "a frame without its point before it");
    size_t size = frame_encode(f, bytes);
    if (frame_decode(bytes, size, &again) != (int)size || !frame_same(&again, f))
        drive_broken(d, "a frame that the other end reads differently");
    d->sent[f->type] = *f;
    bool up = e->link == LINK_PARENT;
    uint64_t *sent = up ? &d->parent_sent : &d->child[e->link].sent;
    if (text ? f->sequence != 0 : f->sequence != ++*sent)
        drive_broken(d, "a gap in a link's sequence");
    if (up ? d->closed : d->child[e->link].closed || !d->child[e->link].process)
        drive_broken(d, "a frame on a closed link");
    if (!up && f->type == FRAME_CANCEL) {
        d->child[e->link].cancels++;
        if (f->mode <= d->child[e->link].mode)
            drive_broken(d, "a cancel twice, or its mode falls");
        d->child[e->link].mode = f->mode;
    }
}

static inline void drive_check_child(struct drive *d, const struct core_effect *e)
{
    struct drive_child *ch = &d->child[e->link];

    if (e->kind == EFFECT_SPAWN || e->kind == EFFECT_EXEC) {
        if (ch->used)
            drive_broken(d, "a spawn in a slot in use");
        memset(ch, 0, sizeof(*ch));
        ch->used = true;
        ch->id = e->peer;
    } else if (e->kind == EFFECT_KILL) {
        if (!ch->process)
            drive_broken(d, "a kill without a process");
    } else if (e->kind == EFFECT_REAP) {
        if (!ch->process || ch->reaping)
            drive_broken(d, "a reap without need");
        ch->reaping = true;
    } else if (e->kind == EFFECT_FORGET) {
        if (!ch->used || ch->process)
            drive_broken(d, "a child forgotten too early");
        if (ch->outcomes != 1)
            drive_broken(d, "not exactly one outcome");
        ch->used = false;
    }
}

static inline void drive_check_outcome(struct drive *d, const struct core_effect *e)
{
    for (unsigned i = 0; i < CORE_CHILDREN_MAX; i++) {
        if (d->child[i].used && d->child[i].id == e->peer)
            d->child[i].outcomes++;
    }
}

/* What a point's row does not name is 0, or nobody. */
static inline void drive_check_point(struct drive *d, const struct core_effect *e)
{
    const struct point_entry *row = point_entry(e->point);

    if (row->peer == NULL && e->peer != ACTOR_NONE)
        drive_broken(d, "a point with a peer that it has not");
    if (row->request == NULL && e->request != 0)
        drive_broken(d, "a point with a request that it has not");
    if (row->value.name == NULL && e->value != 0)
        drive_broken(d, "a point with a value that it has not");
    if (row->extra.name == NULL && e->extra != 0)
        drive_broken(d, "a point with an extra that it has not");
    if (e->point == POINT_NURSERY_OUTCOME)
        drive_check_outcome(d, e);
}

static inline void drive_check_effect(struct drive *d, unsigned at)
{
    const struct core_effect *e = &d->fx.effect[at];

    if (e->kind == EFFECT_SEND) {
        drive_check_send(d, at);
    } else if (e->kind == EFFECT_POINT) {
        if (e->point >= POINTS)
            drive_broken(d, "no such point");
        else
            drive_check_point(d, e);
    } else if (e->kind == EFFECT_CLOSE) {
        bool *closed = e->link == LINK_PARENT ? &d->closed : &d->child[e->link].closed;
        if (*closed)
            drive_broken(d, "a link closed twice");
        *closed = true;
    } else if (e->kind == EFFECT_USER) {
        if (e->frame >= d->fx.users)
            drive_broken(d, "a user event that is not there");
        d->user = d->fx.user[e->frame];
    } else if (e->kind == EFFECT_DIE) {
        if (d->died)
            drive_broken(d, "died twice");
        d->died = true;
    } else {
        drive_check_child(d, e);
    }
    if (e->kind == EFFECT_CONTINUE && at + 1U != d->fx.count)
        drive_broken(d, "something after EFFECT_CONTINUE");
}

/* ---- the digest ---- */

static inline void drive_digest(struct drive *d, const void *data, size_t size)
{
    d->digest = hash_add(d->digest, data, size);
}

static inline const char *drive_name_of(uint16_t id, void *user)
{
    static const char *const names[NAMED] = {"root", "mid", "leaf", "deep", "twin", "side"};

    (void)user;
    return id < NAMED ? names[id] : "another";
}

static inline void drive_digest_user(struct drive *d, const struct core_user *u)
{
    const int64_t numbers[] = {u->kind, u->id,         u->request, u->code,
                               u->size, u->error_kind, u->origin};

    drive_digest(d, numbers, sizeof(numbers));
    drive_digest(d, u->data, u->size);
    drive_digest(d, u->path, strlen(u->path));
    drive_digest(d, u->text, strlen(u->text));
}

static inline void drive_digest_print(struct drive *d, const struct core_effect *e)
{
    static char text[4096];
    size_t size = core_print_text(&d->core, e, drive_name_of, NULL, text, sizeof(text));

    drive_digest(d, &size, sizeof(size));
    drive_digest(d, text, size < sizeof(text) ? size : sizeof(text));
}

static inline void drive_digest_frame(struct drive *d, const struct frame *f)
{
    static uint8_t bytes[FRAME_BYTES_MAX];
    size_t size = frame_encode(f, bytes);

    drive_digest(d, bytes, size);
}

static inline void drive_digest_effect(struct drive *d, const struct core_effect *e)
{
    struct core_effect unnumbered = *e;

    /* A point counts by its name: another row in the table of points changes no life. */
    unnumbered.point = 0;
    drive_digest(d, &unnumbered, sizeof(unnumbered));
    drive_digest(d, point_name(e->point), strlen(point_name(e->point)));
    if (e->kind == EFFECT_SEND || e->kind == EFFECT_WRITE)
        drive_digest_frame(d, &d->fx.frame[e->frame]);
    else if (e->kind == EFFECT_USER)
        drive_digest_user(d, &d->fx.user[e->frame]);
    else if (e->kind == EFFECT_PRINT)
        drive_digest_print(d, e);
}

/* ---- feeding ---- */

/* One step and its continuations; nothing of the program is run. */
static inline void drive_step(struct drive *d, struct core_event e)
{
    for (unsigned i = 0; i < CONTINUES_MAX; i++) {
        e.now_ns = d->now_ns;
        core_step(&d->core, &e, &d->fx);
        CHECK(d->fx.count <= CORE_EFFECTS_MAX && d->fx.frames <= CORE_FRAMES_MAX);
        d->effects_max = d->fx.count > d->effects_max ? d->fx.count : d->effects_max;
        for (unsigned k = 0; k < d->fx.count; k++) {
            text_effect(&d->log, &d->core, &d->fx, &d->fx.effect[k], d->now_ns);
            drive_check_effect(d, k);
            if (d->digests)
                drive_digest_effect(d, &d->fx.effect[k]);
            if (d->program != NULL && d->fx.effect[k].kind == EFFECT_USER)
                user_run(&d->core, &d->user, d->program, d->now_ns, &d->calls);
        }
        if (d->fx.count == 0 || d->fx.effect[d->fx.count - 1].kind != EFFECT_CONTINUE)
            return;
        e = (struct core_event){.kind = EVENT_CONTINUE};
    }
    drive_broken(d, "a step that does not end");
}

/* One step, and what the program asks for in it. */
static inline void drive_feed(struct drive *d, struct core_event e)
{
    drive_step(d, e);
    for (unsigned i = 0; d->program != NULL && i < CONTINUES_MAX; i++) {
        const struct core_call *call = user_next(&d->calls);
        if (call == NULL)
            return;
        struct core_call copy = *call;
        drive_step(d, (struct core_event){.kind = EVENT_CALL, .call = &copy});
    }
}

static inline void drive_event(struct drive *d, enum core_event_kind kind, uint16_t link,
                               int64_t value)
{
    drive_feed(d, (struct core_event){.kind = (uint8_t)kind, .link = link, .value = value});
}

static inline void drive_wait(struct drive *d, int64_t ns)
{
    d->now_ns += ns;
}

static inline struct frame frame_make(enum frame_type type, uint16_t origin, uint32_t request)
{
    struct frame f;

    memset(&f, 0, sizeof(f));
    f.type = (uint8_t)type;
    f.origin = origin;
    f.request = request;
    return f;
}

/* From the child of that slot, or LINK_PARENT. */
static inline void drive_receive(struct drive *d, uint16_t link, struct frame f)
{
    f.sequence = link == LINK_PARENT ? ++d->parent_received : ++d->child[link].received;
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = link, .frame = &f});
}

static inline void drive_frame(struct drive *d, uint16_t link, enum frame_type type,
                               uint16_t origin, uint32_t request)
{
    drive_receive(d, link, frame_make(type, origin, request));
}

static inline void drive_call(struct drive *d, struct core_call call)
{
    drive_feed(d, (struct core_event){.kind = EVENT_CALL, .call = &call});
}

static inline void drive_ask(struct drive *d, enum core_call_kind kind, uint16_t id,
                             uint32_t request, unsigned flags)
{
    drive_call(d,
               (struct core_call){
                   .kind = (uint8_t)kind, .id = id, .request = request, .flags = (uint8_t)flags});
}

static inline void drive_signal(struct drive *d, int number)
{
    drive_feed(d, (struct core_event){.kind = EVENT_SIGNAL, .value = number, .from = FROM_PROCESS});
}

/* Lets the time pass until this timer is due, and fires it. */
static inline void drive_timer(struct drive *d, unsigned timer)
{
    const struct core_timer_state *t = &d->core.timer[timer];

    if (t->at_ns == 0) {
        drive_broken(d, "a timer that is not set");
        return;
    }
    d->now_ns = t->at_ns > d->now_ns ? t->at_ns : d->now_ns;
    drive_feed(d, (struct core_event){
                      .kind = EVENT_TIMER, .timer = (uint16_t)timer, .generation = t->generation});
}

static inline void drive_line(struct drive *d, const char *text)
{
    drive_feed(d, (struct core_event){.kind = EVENT_LINE, .text = text, .size = strlen(text)});
}

static inline void drive_spawned(struct drive *d, uint16_t slot, int64_t value)
{
    d->child[slot].process = value > 0;
    drive_event(d, EVENT_CHILD_SPAWNED, slot, value);
}

static inline void drive_dead(struct drive *d, uint16_t slot)
{
    drive_event(d, EVENT_CHILD_DEAD, slot, 0);
}

static inline void drive_exit(struct drive *d, uint16_t slot, int64_t status)
{
    d->child[slot].process = false;
    drive_event(d, EVENT_CHILD_EXIT, slot, status);
}

/* Seen dead, and reaped. */
static inline void drive_reaped(struct drive *d, uint16_t slot, int64_t status)
{
    drive_dead(d, slot);
    drive_exit(d, slot, status);
}

static inline void drive_result(struct drive *d, uint16_t slot, enum error_kind kind, int32_t code)
{
    struct frame f = frame_make(FRAME_RESULT, 0, 0);

    f.u.error.kind = (uint8_t)kind;
    f.u.error.code = code;
    f.u.error.origin = d->core.child[slot].id;
    drive_receive(d, slot, f);
}

/* A cancel from the parent; the deadline is relative. */
static inline void drive_cancel(struct drive *d, uint32_t id, enum cancel_mode mode, int64_t ns)
{
    struct frame f = frame_make(FRAME_CANCEL, ACTOR_ROOT, id);

    f.mode = (uint8_t)mode;
    f.cause = CAUSE_CANCEL;
    f.deadline_ns = d->now_ns + ns;
    drive_receive(d, LINK_PARENT, f);
}

/* ---- usual beginnings ---- */

static inline struct core_start drive_start_of(uint16_t id)
{
    return (struct core_start){.id = id,
                               .parent = id == ROOT ? ACTOR_NONE : ROOT,
                               .root = id == ROOT,
                               .room = 2000,
                               .has_tty = true,
                               .pid = 100 + id,
                               .pid_start = 7,
                               .build = 42,
                               .name = "root"};
}

static inline void drive_start(struct drive *d, struct core_start start)
{
    drive_feed(d, (struct core_event){.kind = EVENT_START, .start = &start});
}

static inline void drive_spec(struct drive *d, uint16_t id, uint16_t parent)
{
    static const char *const names[NAMED] = {"root", "mid", "leaf", "deep", "twin", "side"};
    struct frame f = frame_make(FRAME_SPEC, 0, 0);

    (void)snprintf(f.u.spec.name, sizeof(f.u.spec.name), "%s", id < NAMED ? names[id] : "actor");
    f.u.spec.id = id;
    f.u.spec.parent = parent;
    f.u.spec.room = 1000;
    f.u.spec.defects = d->core.self.defects;
    drive_receive(d, LINK_PARENT, f);
}

static inline void drive_spawn_in(struct drive *d, uint16_t id, uint16_t room, unsigned nursery)
{
    drive_call(d, (struct core_call){.kind = CALL_SPAWN,
                                     .id = id,
                                     .room = room,
                                     .nursery = (uint8_t)nursery,
                                     .name = "child"});
}

static inline void drive_hello(struct drive *d, uint16_t slot, uint64_t build)
{
    struct frame f = frame_make(FRAME_HELLO, 0, 0);

    f.build = build;
    drive_receive(d, slot, f);
}

/* From nothing to a live child that has said READY; returns its slot. */
static inline uint16_t drive_child_live_in(struct drive *d, uint16_t id, uint16_t room,
                                           unsigned nursery)
{
    drive_spawn_in(d, id, room, nursery);
    uint16_t slot = child_by_id(&d->core, id);
    CHECK(slot != SLOT_NONE);
    drive_spawned(d, slot, 1000 + id);
    drive_hello(d, slot, 42);
    drive_frame(d, slot, FRAME_READY, 0, 0);
    return slot;
}

static inline uint16_t drive_child_live(struct drive *d, uint16_t id, uint16_t room)
{
    return drive_child_live_in(d, id, room, 0);
}

/* A bare actor after EVENT_START and its SPEC. */
static inline void drive_alone(struct drive *d, uint16_t id)
{
    struct core_start start = drive_start_of(id);

    start.defects = d->core.self.defects;
    drive_start(d, start);
    if (id != ROOT)
        drive_spec(d, id, id == LEAF || id == TWIN ? MID : ROOT);
}

/* The root with its children mid (slot 0) and side (slot 1). */
static inline void setup_root(struct drive *d)
{
    drive_alone(d, ROOT);
    drive_child_live(d, MID, CHILD_ROOM);
    drive_child_live(d, SIDE, 0);
}

/* An intermediate with its children leaf (slot 0, with room for deep) and twin (slot 1). */
static inline void setup_mid(struct drive *d)
{
    drive_alone(d, MID);
    drive_child_live(d, LEAF, 1);
    drive_child_live(d, TWIN, 0);
}

static inline void setup_leaf(struct drive *d)
{
    drive_alone(d, LEAF);
}

static inline void setup_alone_root(struct drive *d)
{
    drive_alone(d, ROOT);
}

/* ---- rows ---- */

/* One row of a table of the design: `name` begins with the section, e.g. "4.7 hop GRANT". */
struct row {
    const char *name;
    void (*setup)(struct drive *d);
    void (*input)(struct drive *d);
    const char *effects;
    const char *state;
};

static struct drive row_drive; /* too large for a stack */

static inline void row_assert(bool good, unsigned line, const char *name)
{
    CU_assertImplementation(good ? CU_TRUE : CU_FALSE, line, name, "row", "", CU_FALSE);
}

/* What the input led to; says what is wrong on standard error. */
static inline bool drive_expect(struct drive *d, const char *name, const char *effects,
                                const char *state)
{
    static struct notes found;
    bool good = true;

    text_state(&found, &d->core);
    if (d->broken != NULL) {
        (void)fprintf(stderr, "\n%s: breaks the contract: %s\n", name, d->broken);
        good = false;
    }
    if (effects != NULL && !effects_match(d->log.data, effects)) {
        (void)fprintf(stderr, "\n%s: wanted effects\n  %s\nbut got\n%s", name, effects,
                      d->log.data);
        good = false;
    }
    if (state != NULL && !state_match(found.data, state)) {
        (void)fprintf(stderr, "\n%s: wanted state\n  %s\nbut is\n%s", name, state, found.data);
        good = false;
    }
    return good;
}

/* The same in the middle of a test; what came out is forgotten. */
static inline void drive_assert(struct drive *d, const char *name, const char *effects,
                                const char *state)
{
    row_assert(drive_expect(d, name, effects, state), 0, name);
    text_clear(&d->log);
}

static inline void rows_run(const struct row *rows, size_t count)
{
    struct drive *d = &row_drive;

    for (size_t i = 0; i < count; i++) {
        drive_init(d);
        rows[i].setup(d);
        text_clear(&d->log);
        rows[i].input(d);
        row_assert(drive_expect(d, rows[i].name, rows[i].effects, rows[i].state), (unsigned)i,
                   rows[i].name);
    }
}

/* How many rows there are of this section, by the first words of their names; two rows of one
 * name are a mistake. */
static inline unsigned rows_of(const struct row *rows, size_t count, const char *section)
{
    unsigned found = 0;
    size_t size = strlen(section);

    for (size_t i = 0; i < count; i++) {
        if (strncmp(rows[i].name, section, size) == 0 && rows[i].name[size] == ' ')
            found++;
        for (size_t k = 0; k < i; k++)
            row_assert(strcmp(rows[i].name, rows[k].name) != 0, (unsigned)i, "row named twice");
    }
    return found;
}

/* A request for the debug lock of the actor `origin`, from the link. */
static inline void drive_request(struct drive *d, uint16_t link, uint16_t origin, uint32_t number,
                                 bool shield)
{
    struct frame f = frame_make(FRAME_DBG_REQ, origin, number);

    f.flags = FRAME_PRIO | (shield ? FRAME_SHIELD : 0);
    f.pid = 500 + origin;
    f.pid_start = 9000 + origin;
    drive_receive(d, link, f);
}

/* Prints "SECTION: n of m rows" and fails when one is missing. */
static inline void rows_report(const char *section, unsigned found, unsigned wanted)
{
    printf("\n%s: %u of %u rows\n", section, found, wanted);
    row_assert(found == wanted, 0, section);
}

#define ROWS_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
