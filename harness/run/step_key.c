/* step_key.c: a key of the terminal is pressed, and handled. */
#include "expect/keys.h"
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

#include <inttypes.h>
#include <string.h>

enum { KEY_TIMES_MAX = 100 };

/* Presses closer than CORE_MERGE_NS (200 ms) count once, so that this is the shortest safe gap. */
#define KEY_GAP_NS (INT64_C(250) * 1000 * 1000)

struct presses {
    const char *name;
    struct key key;
    uint32_t times;
    int64_t gap_ns; /* between two of them; 0: the shortest safe one */
    bool tiocsig;   /* as the driver would, whatever the modes */
};

/* A key of one byte is pressed, which is done when it was handled; one of several (Up), or of a
 * byte that depends on the terminal's modes, is typed. */
static bool is_pressed(const struct presses *own)
{
    return own->key.size == 1 && own->key.mode == 0;
}

/* ---- Reading ---- */

/* The characters for which the terminal's driver sends a signal. */
static bool key_signals(const struct presses *own)
{
    char byte = own->key.bytes[0];

    return is_pressed(own) && (byte == 0x03 || byte == 0x1A || byte == 0x1C);
}

/* The key's name and how it is pressed, from a map. */
static bool key_map_read(struct build *b, const struct node *n, struct presses *own)
{
    static const struct value_range times_range = {"times", 1, KEY_TIMES_MAX};
    static const struct value_range gap_range = {"gap", 0, 3600 * SECOND_NS};
    int64_t times = 1;
    size_t to = 0;

    if (!map_check_word(b->p, n, &step_key.word))
        return false;
    const struct node *name = node_get(n, "name");
    const struct node *to_node = node_get(n, "to");
    bool ok = value_key(b->p, b->scope, name, &own->key, &own->name);
    ok = int_get(b->p, b->scope, n, &times_range, &times) && ok;
    ok = duration_get(b->p, b->scope, n, &gap_range, &own->gap_ns) && ok;
    const char *ways = key_shape(step_key.word.shape, "to");
    if (to_node != NULL)
        ok = value_word(b->p, b->scope, to_node, "way", ways, &to) && ok;
    own->times = (uint32_t)times;
    own->tiocsig = to == 1;
    if (ok && own->tiocsig && !key_signals(own)) {
        struct finding *f = finding_error(b->p, name, "'%s' makes no signal", own->name);
        f->label = "tiocsig: C-c, C-z and C-\\ only";
        return false;
    }
    return ok;
}

static bool key_read(struct build *b, const struct node *n, struct step *out)
{
    struct presses *own = step_own(b, sizeof(*own), out);

    if (own == NULL)
        return false;
    own->times = 1;
    if (n->kind == NODE_SCALAR)
        return value_key(b->p, b->scope, n, &own->key, &own->name);
    return key_map_read(b, n, own);
}

/* ---- Doing ---- */

static int64_t key_gap(const struct presses *own)
{
    if (own->gap_ns > 0 || !is_pressed(own))
        return own->gap_ns;
    return KEY_GAP_NS;
}

/* Counts the presses that are done now. */
static enum step_status key_done(struct run *r, struct task *t, const struct step *s,
                                 uint32_t presses)
{
    t->presses -= presses;
    if (t->presses == 0)
        return STEP_DONE;
    t->wake_ns = world_now(r->world) + key_gap(s->own);
    t->echo_told = false;
    return STEP_PENDING;
}

/* Types the key, or without a gap all that is left at once. */
static enum step_status key_type(struct run *r, struct task *t, const struct step *s)
{
    const struct presses *own = s->own;
    uint32_t presses = own->gap_ns > 0 ? 1 : t->presses;
    char text[KEY_BYTES_MAX * KEY_TIMES_MAX];
    const char *bytes;
    size_t size = key_bytes(&own->key, &r->modes, &bytes);

    for (uint32_t i = 0; i < presses; i++)
        memcpy(text + i * size, bytes, size);
    t->wake_ns = INT64_MAX;
    enum step_status status = type_bytes(r, t, s, text, size * presses);
    return status == STEP_DONE ? key_done(r, t, s, presses) : status;
}

static enum step_status key_press(struct run *r, struct task *t, const struct step *s)
{
    const struct presses *own = s->own;
    const struct action key = {.kind = ACTION_KEY,
                               .value = (uint8_t)own->key.bytes[0],
                               .extra = own->tiocsig,
                               .at_once = t->held != ACTOR_NONE};

    if (!is_pressed(own))
        return key_type(r, t, s);
    /* One press at a time; the poll tries again when the other task's press is done. */
    t->wake_ns = INT64_MAX;
    t->in_line = r->key_task != NULL;
    if (t->in_line)
        return STEP_PENDING;
    (void)run_types(r, own->key.bytes, 1);
    if (t->press)
        press_sent(r);
    else
        match_pass(r->match);
    enum step_status status = step_act(r, t, s, &key);
    if (status == STEP_PENDING)
        r->key_task = t;
    return status;
}

static enum step_status key_start(struct run *r, struct task *t, const struct step *s)
{
    const struct presses *own = s->own;

    t->presses = own->times;
    /* The gaps are no waiting of the step's own. */
    t->deadline_ns += (t->presses - 1) * key_gap(own);
    t->wake_ns = world_now(r->world);
    if (own->key.mode != 0)
        type_wait(r, t);
    return type_waits(r, t, NULL) ? STEP_PENDING : key_press(r, t, s);
}

static enum step_status key_poll(struct run *r, struct task *t, const struct step *s,
                                 const struct world_event *event)
{
    if (r->key_task == t) {
        /* A subject that ended has nobody left to handle the key: that is done, too. */
        if (!r->over && (event == NULL || event->kind != WORLD_KEY))
            return STEP_PENDING;
        r->key_task = NULL;
        if (t->press)
            press_done(r);
        enum step_status status = key_done(r, t, s, 1);
        if (status == STEP_DONE)
            return status;
    }
    if (r->over || type_waits(r, t, event))
        return STEP_PENDING;
    if (t->wake_ns > world_now(r->world) && !t->echo_told && !t->in_line)
        return STEP_PENDING;
    return key_press(r, t, s);
}

static void key_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct presses *own = s->own;
    const char *what = r->key_task == t ? "pressed, but not handled by every member of the "
                                          "foreground group"
                                        : "not pressed";
    const char *why = subject_why(r);

    if (r->over) {
        buf_addf(out, "the subject has ended after %" PRIu32 " of %" PRIu32 " press%s",
                 own->times - t->presses, own->times, own->times == 1 ? "" : "es");
        return;
    }
    buf_add_text(out, why[0] != 0 ? why : what);
}

/* ---- Telling ---- */

static void key_subject(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct presses *own = s->own;

    (void)cast;
    buf_addf(out, " %s", own->name);
}

static void key_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct presses *own = s->own;

    key_subject(s, cast, out);
    if (own->times > 1)
        buf_addf(out, ", %u times", own->times);
    if (own->times > 1 && own->gap_ns > 0) {
        char gap[DURATION_BYTES];
        buf_addf(out, ", %s apart", duration_text(own->gap_ns, " ", gap, sizeof(gap)));
    }
    if (own->tiocsig)
        buf_add_text(out, ", as the driver would");
}

static const struct presses press_own = {
    .name = "C-c", .key = {.size = 1, .bytes = {0x03}},
         .times = 1
};
static const struct step press = {.entry = &step_key, .own = &press_own};
const struct step_list step_press_list = {.step = &press, .count = 1};

const struct step_entry step_key = {
    .word = {.name = "key",
             .shape = "KEY | {name!: KEY, times: INTEGER, gap: DURATION, to: tty | tiocsig}",
             .help = "presses a key of the terminal",
             .example = "- key: C-c\n- key: { name: C-c, times: 3, gap: 250ms }\n"},
    .acts = true,
    .read = key_read,
    .start = key_start,
    .poll = key_poll,
    .late = key_late,
    .subject = key_subject,
    .describe = key_describe,
};
