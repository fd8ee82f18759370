/* frame_fuzz.c: any bytes from the peers of an actor, cut anywhere, in many states of it.
 *
 * An input is a byte that chooses a beginning, and records: a byte that says what comes (bytes from
 * the parent or from one of three children, time, or something else that a driver may legally tell
 * the core), a size, and that many bytes. Bytes are put together to frames as runtime/host/links.c
 * does it. What must hold: a frame that is accepted is encoded to the same bytes; what is no frame,
 * out of sequence, or never allowed from that side closes the link; the contract of core.h, which
 * drive.h follows; and what must hold between two steps (walk.h). */
#include "runtime/actor/tests/walk.h"
#include "runtime/base/tests/fuzz.h"

enum { LINKS = 4, INPUT_BYTES = 2 * FRAME_BYTES_MAX, KEEP_NUMBERS = 0x80, WORLD_STEPS = 60 };

#define TIMER_AWAY_NS (60000 * MS_NS)

/* What a record is about. The first are links: the parent's, and those of the slots 0 to 2. */
enum record { RECORD_PARENT, RECORD_CHILD, RECORD_TIME = LINKS, RECORD_WORLD, RECORDS };

#define BIT(type) (1U << (type))

/* What may come from each side in some state of the actor (runtime.md 4.11). */
static const unsigned from_child = BIT(FRAME_HELLO) | BIT(FRAME_READY) | BIT(FRAME_CALL) |
                                   BIT(FRAME_REPLY) | BIT(FRAME_ACK) | BIT(FRAME_RESULT) |
                                   BIT(FRAME_PONG) | BIT(FRAME_DBG_REQ) | BIT(FRAME_DBG_ACTIVE) |
                                   BIT(FRAME_DBG_REL) | BIT(FRAME_DBG_LOST);
static const unsigned from_parent =
    BIT(FRAME_SPEC) | BIT(FRAME_CALL) | BIT(FRAME_REPLY) | BIT(FRAME_CANCEL) | BIT(FRAME_PING) |
    BIT(FRAME_DUMP) | BIT(FRAME_DBG_GRANT) | BIT(FRAME_DBG_DENY) | BIT(FRAME_DBG_REVOKE);

struct link_input {
    uint8_t bytes[INPUT_BYTES];
    size_t size;
};

struct fuzz {
    struct drive *drive;
    struct walk walk;
    struct link_input input[LINKS];
    bool keep_numbers; /* the sequence numbers are those of the input */
};

/* ---- beginnings ---- */

static void request(struct drive *d, uint16_t link, uint16_t origin)
{
    struct frame f = frame_make(FRAME_DBG_REQ, origin, 1);

    f.pid = 500 + origin;
    f.pid_start = 9000U + origin;
    drive_receive(d, link, f);
}

static void root_booting(struct drive *d)
{
    setup_alone_root(d);
    drive_spawn_in(d, MID, CHILD_ROOM, 0);
    drive_spawned(d, 0, 7);
}

static void root_granted(struct drive *d)
{
    setup_root(d);
    request(d, 0, LEAF);
}

static void root_queue(struct drive *d)
{
    root_granted(d);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
    request(d, 1, SIDE);
}

static void root_recovering(struct drive *d)
{
    root_queue(d);
    drive_frame(d, 0, FRAME_DBG_LOST, LEAF, 1);
}

static void root_own(struct drive *d)
{
    setup_root(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void handshake(struct drive *d)
{
    drive_start(d, drive_start_of(MID));
}

static void mid_booting(struct drive *d)
{
    drive_alone(d, MID);
    drive_spawn_in(d, LEAF, 1, 0);
    drive_spawned(d, 0, 7);
}

static void mid_child_cancelled(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void mid_child_done(struct drive *d)
{
    setup_mid(d);
    drive_result(d, 0, ERROR_NONE, 0);
}

static void mid_failed(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void mid_cancelling(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
}

static void mid_joining(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void mid_wait(struct drive *d)
{
    setup_mid(d);
    request(d, 0, LEAF);
}

static void mid_active(struct drive *d)
{
    mid_wait(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_frame(d, 0, FRAME_DBG_ACTIVE, LEAF, 1);
}

static void leaf_reporting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void leaf_wait(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_PAUSE, 0, 1, 0);
}

static void leaf_active(struct drive *d)
{
    leaf_wait(d);
    drive_frame(d, LINK_PARENT, FRAME_DBG_GRANT, LEAF, 1);
    drive_event(d, EVENT_BATON, 0, BATON_GOT);
    drive_event(d, EVENT_TTY, 0, TTY_TAKEN);
}

static void (*const setups[])(struct drive *d) = {
    setup_root,  root_booting,   root_granted, root_queue, root_recovering,     root_own,
    handshake,   setup_mid,      mid_booting,  mid_wait,   mid_child_cancelled, mid_child_done,
    mid_failed,  mid_cancelling, mid_joining,  mid_active, setup_leaf,          leaf_reporting,
    leaf_active, leaf_wait,
};

enum { SETUPS = sizeof(setups) / sizeof(setups[0]) };

/* As drive_init(), but without zeroing what is large and need not be. */
static void drive_begin(struct drive *d)
{
    core_init(&d->core);
    memset((char *)d + offsetof(struct drive, fx), 0,
           offsetof(struct drive, log) - offsetof(struct drive, fx));
    text_clear(&d->log);
    d->now_ns = 1000 * MS_NS;
}

/* ---- what must hold ---- */

static const char *name_of(uint16_t id, void *user)
{
    (void)user;
    return id < 10 ? "actor" : "?";
}

/* What is printed may be made of what peers have said. */
static void prints_check(const struct drive *d)
{
    static char text[8192];

    for (unsigned i = 0; i < d->fx.count; i++) {
        if (d->fx.effect[i].kind != EFFECT_PRINT)
            continue;
        size_t size =
            core_print_text(&d->core, &d->fx.effect[i], name_of, NULL, text, sizeof(text));
        CHECK(core_print_text(&d->core, &d->fx.effect[i], name_of, NULL, text, 7) == size);
    }
}

static void fuzz_check(struct fuzz *z)
{
    struct drive *d = z->drive;
    const char *wrong = core_wrong(&d->core);

    /* A parent may tell of any defects: then the contract is broken on purpose. */
    if (d->core.self.defects != 0)
        d->lenient = true;
    if (wrong != NULL)
        drive_broken(d, wrong);
    if (d->broken != NULL && !d->lenient) {
        (void)fprintf(stderr, "%s; the last step was\n%s", d->broken, d->log.data);
        CHECK(d->broken == NULL);
    }
    prints_check(d);
    text_clear(&d->log);
}

static bool link_is_open(const struct fuzz *z, uint16_t link)
{
    const struct drive *d = z->drive;

    if (d->died)
        return false;
    if (link == LINK_PARENT)
        return !d->core.self.root && !z->walk.parent_ended && !d->closed;
    const struct drive_child *ch = &d->child[link];
    return ch->used && ch->process && !ch->closed && !z->walk.ended[link];
}

/* Whether this frame must close its link: what states allow is told in few words here, and fully in
 * frame_test.c. */
static bool frame_is_wrong(const struct core *c, uint16_t link, const struct frame *f)
{
    /* Text has no number, and whose it is the root knows that sent it. */
    if (f->type >= FRAME_TYPES)
        return link == LINK_PARENT && f->type != FRAME_TEXT;
    if (link == LINK_PARENT) {
        bool early = c->self.state == SELF_HANDSHAKE;
        bool spec = f->type == FRAME_SPEC;
        return f->sequence != c->self.received + 1 || (from_parent & BIT(f->type)) == 0 ||
               (early ? !spec && f->type != FRAME_PING : spec);
    }
    const struct core_child *ch = &c->child[link];
    bool below = f->origin >= ch->id && f->origin <= ch->id + ch->room;
    return f->sequence != ch->received + 1 || (from_child & BIT(f->type)) == 0 ||
           (f->type == FRAME_HELLO) != !ch->hello || (f->type >= FRAME_DBG_REQ && !below);
}

static void closed_check(const struct fuzz *z, uint16_t link, bool wrong)
{
    const struct drive *d = z->drive;
    bool closed = link == LINK_PARENT ? d->closed || d->died : d->child[link].closed;

    CHECK(closed || !wrong || d->lenient);
}

/* ---- one record ---- */

static void frame_deliver(struct fuzz *z, uint16_t link, struct frame f)
{
    struct drive *d = z->drive;
    uint64_t *received = link == LINK_PARENT ? &d->parent_received : &d->child[link].received;

    FUZZ_MISTAKE(f.flags == FRAME_SHIELD); /* the seeds have no flags */
    if (!z->keep_numbers)
        f.sequence = *received + 1;
    *received = f.sequence;
    bool wrong = frame_is_wrong(&d->core, link, &f);
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = link, .frame = &f});
    closed_check(z, link, wrong);
    fuzz_check(z);
}

static void frame_check(const uint8_t *bytes, int size, const struct frame *f)
{
    uint8_t again[FRAME_BYTES_MAX];

    CHECK(size >= FRAME_HEADER_BYTES && size <= FRAME_BYTES_MAX);
    CHECK(frame_encode(f, again) == (size_t)size);
    CHECK(memcmp(again, bytes, (size_t)size) == 0);
}

/* As link_deliver() of runtime/host/links.c. */
static void link_feed(struct fuzz *z, unsigned number, const uint8_t *bytes, size_t size)
{
    struct link_input *in = &z->input[number];
    uint16_t link = number == RECORD_PARENT ? LINK_PARENT : (uint16_t)(number - RECORD_CHILD);
    size_t used = 0;

    CHECK(in->size + size <= sizeof(in->bytes));
    memcpy(in->bytes + in->size, bytes, size);
    in->size += size;
    while (link_is_open(z, link)) {
        struct frame f;
        int rc = frame_decode(in->bytes + used, in->size - used, &f);
        CHECK(rc >= FRAME_ILLEGAL && rc <= (int)(in->size - used));
        if (rc == FRAME_INCOMPLETE) {
            memmove(in->bytes, in->bytes + used, in->size - used);
            in->size -= used;
            CHECK(in->size < FRAME_BYTES_MAX);
            return;
        }
        if (rc == FRAME_ILLEGAL) {
            if (link == LINK_PARENT)
                z->walk.parent_ended = true;
            else
                z->walk.ended[link] = true;
            drive_event(z->drive, EVENT_LINK_FAULT, link, 0);
            closed_check(z, link, true);
            fuzz_check(z);
            break;
        }
        frame_check(in->bytes + used, rc, &f);
        used += (size_t)rc;
        frame_deliver(z, link, f);
    }
    in->size = 0; /* nobody reads any more; the next child of this slot begins anew */
}

/* The next timer, but for those that no life is long enough for. */
static void timer_step(struct drive *d, struct walk *w)
{
    uint16_t first = (uint16_t)walk_below(w, TIMERS);

    for (unsigned i = 0; i < TIMERS; i++) {
        unsigned timer = (first + i) % TIMERS;
        int64_t at_ns = d->core.timer[timer].at_ns;
        if (at_ns == 0 || at_ns > d->now_ns + TIMER_AWAY_NS)
            continue;
        drive_timer(d, timer);
        return;
    }
}

/* Something else that a driver may tell; the second byte chooses what exactly. */
static void world_step(struct fuzz *z, uint8_t what, uint8_t seed)
{
    static void (*const steps[])(struct drive * d, struct walk * w) = {
        walk_child, timer_step, walk_call, walk_terminal, walk_signal, walk_orphan};

    z->walk.prng = prng_init(seed);
    if (what % 8 < 6)
        steps[what % 8](z->drive, &z->walk);
    else if (what % 8 == 6)
        drive_event(z->drive, EVENT_WRITTEN, 0, 0);
    else
        walk_parent(z->drive, &z->walk);
    fuzz_check(z);
}

static void record_run(struct fuzz *z, unsigned what, const uint8_t *bytes, size_t size)
{
    if (what < LINKS) {
        link_feed(z, what, bytes, size);
        return;
    }
    for (size_t i = 0; what == RECORD_TIME && i < size; i++)
        z->drive->now_ns += bytes[i] * (10 * MS_NS);
    for (size_t i = 0; what == RECORD_WORLD && i + 1 < size && !z->drive->died; i += 2)
        world_step(z, bytes[i], bytes[i + 1]);
}

/* ---- seeds ---- */

/* A frame of this type that fits the beginnings. */
static struct frame seed_frame(enum frame_type type)
{
    struct frame f = frame_make(type, type >= FRAME_DBG_REQ ? LEAF : 0, 1);

    if (type == FRAME_HELLO) {
        f.build = 42;
        f.pid = 1001;
    } else if (type == FRAME_SPEC) {
        f.u.spec.id = MID;
        f.u.spec.room = 1000;
        (void)snprintf(f.u.spec.name, sizeof(f.u.spec.name), "mid");
        f.size = 3;
        memcpy(f.u.spec.data, "arg", 3);
    } else if (type == FRAME_CALL || type == FRAME_REPLY) {
        f.size = 4;
        memcpy(f.u.data, "data", 4);
    } else if (type == FRAME_CANCEL) {
        f.mode = CANCEL_GRACEFUL;
        f.cause = CAUSE_CANCEL;
        f.deadline_ns = 2000 * MS_NS;
    } else if (type == FRAME_RESULT) {
        f.u.error = (struct error_box){.kind = ERROR_APP, .code = 3, .origin = LEAF, .relays = 1};
    } else if (type == FRAME_DBG_REQ) {
        f.pid = 1002;
        f.pid_start = 7;
    } else if (type == FRAME_DBG_DENY) {
        f.cause = DENY_CLOSED;
    } else if (type == FRAME_DBG_REVOKE) {
        f.deadline_ns = 3000 * MS_NS;
    }
    return f;
}

static uint8_t *seed_record(uint8_t *out, unsigned what, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t part = size < UINT8_MAX ? size : UINT8_MAX;
        *out++ = (uint8_t)what;
        *out++ = (uint8_t)part;
        memcpy(out, bytes, part);
        out += part;
        bytes += part;
        size -= part;
    }
    return out;
}

/* Whether a seed may hold it: a hello or a spec at the wrong time would close the link, and nothing
 * behind it would count. */
static bool seed_has(const struct core *c, unsigned from, unsigned type)
{
    if (type == FRAME_HELLO)
        return from == RECORD_CHILD && c->child[0].state == CHILD_BOOTING;
    if (type == FRAME_SPEC)
        return from == RECORD_PARENT && c->self.state == SELF_HANDSHAKE;
    return ((from == RECORD_CHILD ? from_child : from_parent) & BIT(type)) != 0;
}

/* Each beginning with every frame that may come from one side; those that end a story are last. */
size_t fuzz_seed(size_t i, uint8_t *out)
{
    static const uint8_t order[] = {
        FRAME_HELLO,      FRAME_SPEC,       FRAME_READY,   FRAME_DUMP,     FRAME_PING,
        FRAME_PONG,       FRAME_CALL,       FRAME_REPLY,   FRAME_DBG_REQ,  FRAME_DBG_GRANT,
        FRAME_DBG_ACTIVE, FRAME_DBG_REVOKE, FRAME_DBG_REL, FRAME_DBG_LOST, FRAME_DBG_DENY,
        FRAME_CANCEL,     FRAME_ACK,        FRAME_RESULT};
    /* Children and timers, mostly: a result counts only when the child is reaped. */
    static const uint8_t kinds[] = {0, 1, 0, 0, 1, 3, 0, 2, 0, 1, 0, 4, 0, 6};
    uint8_t world[2 * WORLD_STEPS];
    unsigned what = i < SETUPS ? RECORD_CHILD : RECORD_PARENT;
    uint8_t bytes[FRAME_BYTES_MAX];
    uint8_t *end = out;

    if (i >= (size_t)2 * SETUPS)
        return 0;
    *end++ = (uint8_t)(i % SETUPS);
    drive_begin(&row_drive);
    setups[i % SETUPS](&row_drive);
    for (unsigned k = 0; k < sizeof(order); k++) {
        struct frame f = seed_frame((enum frame_type)order[k]);
        if (seed_has(&row_drive.core, what, order[k]))
            end = seed_record(end, what, bytes, frame_encode(&f, bytes));
    }
    for (size_t k = 0; k < WORLD_STEPS; k++) {
        world[2 * k] = kinds[k % sizeof(kinds)];
        world[2 * k + 1] = (uint8_t)(7 * k);
    }
    end = seed_record(end, RECORD_TIME, (const uint8_t *)"\x05", 1);
    end = seed_record(end, RECORD_WORLD, world, sizeof(world));
    CHECK(end - out <= FUZZ_SEED_BYTES_MAX);
    return (size_t)(end - out);
}

/* ---- mutations ---- */

/* NOLINTBEGIN(readability-identifier-naming): libFuzzer's names */

/* libFuzzer's own; not there in a build without it, which makes no mutations either. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);

/* NOLINTEND(readability-identifier-naming) */

/* Where some record of the input begins, or its end. */
static size_t record_any(const uint8_t *data, size_t size, struct walk *w)
{
    size_t chosen = 1;
    uint32_t seen = 1;

    for (size_t at = 1; at + 2 < size;) {
        at += 2 + (size_t)data[at + 1];
        if (at <= size && walk_below(w, ++seen) == 0)
            chosen = at;
    }
    return chosen;
}

/* A whole frame, every other time with one byte wrong, as records. */
static size_t frame_any(uint8_t first, struct walk *w, uint8_t *out)
{
    struct drive *d = &row_drive;
    unsigned number = walk_below(w, LINKS);
    uint16_t link = number == RECORD_PARENT ? LINK_PARENT : (uint16_t)(number - RECORD_CHILD);
    uint8_t bytes[FRAME_BYTES_MAX];

    drive_begin(d);
    setups[(first & ~(unsigned)KEEP_NUMBERS) % SETUPS](d);
    struct frame f = walk_chance(w, 1, 2) ? walk_fitting(d, w, link) : walk_frame(d, w);
    size_t size = frame_encode(&f, bytes);
    if (walk_chance(w, 1, 2))
        bytes[walk_below(w, (uint32_t)size)] = (uint8_t)walk_below(w, 256);
    return (size_t)(seed_record(out, number, bytes, size) - out);
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
    struct walk w = {.prng = prng_init(seed)};

    if (size > 0 && walk_chance(&w, 1, 2)) {
        uint8_t records[FRAME_BYTES_MAX + 2 * (FRAME_BYTES_MAX / UINT8_MAX + 1)];
        size_t more = frame_any(data[0], &w, records);
        size_t at = record_any(data, size, &w);
        if (size + more <= size_max) {
            memmove(data + at + more, data + at, size - at);
            memcpy(data + at, records, more);
            return size + more;
        }
    }
    return LLVMFuzzerMutate(data, size, size_max);
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz z;
    const uint8_t *end = data + size;

    if (size == 0)
        return 0;
    z.drive = &row_drive;
    z.walk = (struct walk){.next_id = 10};
    z.keep_numbers = (data[0] & KEEP_NUMBERS) != 0;
    for (unsigned i = 0; i < LINKS; i++)
        z.input[i].size = 0;
    drive_begin(z.drive);
    setups[(data[0] & ~(unsigned)KEEP_NUMBERS) % SETUPS](z.drive);
    fuzz_check(&z);
    for (const uint8_t *at = data + 1; end - at > 2 && !z.drive->died;) {
        size_t part = at[1] < end - at - 2 ? at[1] : (size_t)(end - at - 2);
        record_run(&z, at[0] % RECORDS, at + 2, part);
        at += 2 + part;
    }
    return 0;
}
