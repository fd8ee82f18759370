/* step_key.c: a key of the terminal is pressed, and handled. */
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

#include <inttypes.h>
#include <string.h>

enum { KEY_TIMES_MAX = 100 };

/* Presses closer than CORE_MERGE_NS (200 ms) count once, so that this is the shortest safe gap. */
#define KEY_GAP_NS (INT64_C(250) * 1000 * 1000)

struct presses {
    const char *name;
    uint8_t byte; /* for example 0x03 */
    uint32_t times;
    int64_t gap_ns; /* between two of them; 0: the shortest safe one */
    bool tiocsig;   /* as the driver would, whatever the modes */
};

/* ---- Reading ---- */

/* A key of one byte is pressed; one of several (Up) is only typed, `times` over. */
static bool key_finish(struct build *b, const struct key *key, struct presses *own,
                       struct step *out)
{
    own->name = key->name;
    if (key->size == 1) {
        own->byte = (uint8_t)key->bytes[0];
        return true;
    }
    char *text = parse_alloc(b->p, key->size, own->times + 1U);
    if (text == NULL)
        return false;
    for (uint32_t i = 0; i < own->times; i++)
        memcpy(text + i * key->size, key->bytes, key->size);
    return send_make(b, text, key->size * own->times, out);
}

/* The characters for which the terminal's driver sends a signal. */
static bool key_signals(const struct key *key)
{
    char byte = key->bytes[0];

    return key->size == 1 && (byte == 0x03 || byte == 0x1A || byte == 0x1C);
}

/* The key's name and how it is pressed, from a map. */
static bool key_map_read(struct build *b, const struct node *n, struct key *key,
                         struct presses *own)
{
    static const struct value_range times_range = {"times", 1, KEY_TIMES_MAX};
    static const struct value_range gap_range = {"gap", 0, 3600 * SECOND_NS};
    int64_t times = 1;
    size_t to = 0;

    if (!map_check_word(b->p, n, &step_key.word))
        return false;
    const struct node *name = node_get(n, "name");
    const struct node *to_node = node_get(n, "to");
    bool ok = value_key(b->p, b->scope, name, key);
    ok = int_get(b->p, b->scope, n, &times_range, &times) && ok;
    ok = duration_get(b->p, b->scope, n, &gap_range, &own->gap_ns) && ok;
    const char *ways = key_shape(step_key.word.shape, "to");
    if (to_node != NULL)
        ok = value_word(b->p, b->scope, to_node, "way", ways, &to) && ok;
    own->times = (uint32_t)times;
    own->tiocsig = to == 1;
    if (ok && own->tiocsig && !key_signals(key)) {
        struct finding *f = finding_error(b->p, name, "'%s' makes no signal", key->name);
        f->label = "tiocsig: C-c, C-z and C-\\ only";
        return false;
    }
    if (ok && key->size != 1 && node_get(n, "gap") != NULL) {
        (void)finding_error(b->p, node_get(n, "gap"), "no gap between keys of several bytes");
        return false;
    }
    return ok;
}

static bool key_read(struct build *b, const struct node *n, struct step *out)
{
    struct presses *own = step_own(b, sizeof(*own), out);
    struct key key;

    if (own == NULL)
        return false;
    own->times = 1;
    bool ok =
        n->kind == NODE_SCALAR ? value_key(b->p, b->scope, n, &key) : key_map_read(b, n, &key, own);
    return ok && key_finish(b, &key, own, out);
}

/* ---- Doing ---- */

static enum step_status key_press(struct run *r, struct task *t, const struct step *s)
{
    const struct presses *own = s->own;
    const struct action key = {.kind = ACTION_KEY, .value = own->byte, .extra = own->tiocsig};

    /* One press at a time; the poll tries again when the other task's press is done. */
    if (r->key_task != NULL)
        return STEP_PENDING;
    t->wake_ns = INT64_MAX;
    run_types(r, &own->byte, 1);
    if (t->press)
        press_sent(r);
    enum step_status status = step_act(r, t, s, &key);
    if (status == STEP_PENDING)
        r->key_task = t;
    return status;
}

static int64_t key_gap(const struct presses *own)
{
    return own->gap_ns > 0 ? own->gap_ns : KEY_GAP_NS;
}

static enum step_status key_start(struct run *r, struct task *t, const struct step *s)
{
    const struct presses *own = s->own;

    t->presses = own->times;
    /* The gaps are no waiting of the step's own. */
    t->deadline_ns += (t->presses - 1) * key_gap(own);
    t->wake_ns = world_now(r->world);
    return key_press(r, t, s);
}

static enum step_status key_poll(struct run *r, struct task *t, const struct step *s,
                                 const struct world_event *event)
{
    int64_t now = world_now(r->world);

    if (r->key_task == t) {
        /* A subject that ended has nobody left to handle the key: that is done, too. */
        if (!r->over && (event == NULL || event->kind != WORLD_KEY))
            return STEP_PENDING;
        r->key_task = NULL;
        if (t->press)
            press_done(r);
        t->presses--;
        if (t->presses == 0)
            return STEP_DONE;
        t->wake_ns = now + key_gap(s->own);
    }
    if (r->over || t->wake_ns > now)
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

static const struct presses press_own = {.name = "C-c", .byte = 0x03, .times = 1};
static const struct step press = {.entry = &step_key, .own = &press_own};
const struct step_list step_press_list = {.step = &press, .count = 1};

const struct step_entry step_key = {
    .word = {.name = "key",
             .shape = "KEY | {name!: KEY, times: INTEGER, gap: DURATION, to: tty | tiocsig}",
             .help = "presses a key of the terminal",
             .example = "- key: C-c\n- key: { name: C-c, times: 3, gap: 250ms }\n"},
    .read = key_read,
    .start = key_start,
    .poll = key_poll,
    .late = key_late,
    .subject = key_subject,
    .describe = key_describe,
};
