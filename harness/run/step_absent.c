/* step_absent.c: the terminal does not show something before something else has happened. */
#include "harness/run/steps.h"

#include <string.h>

struct absent {
    struct look look;
    bool until_quiet;
    struct address until;
};

static bool absent_read(struct build *b, const struct node *n, struct step *out)
{
    static const char foreign[] = "only own actors have points; say `until: quiet`";
    struct absent *own = step_own(b, sizeof(*own), out);
    const char *text;

    if (step_is_foreign(b) && map_differs(n, "until", "quiet"))
        return step_tree_only(b, foreign);
    if (own == NULL || !map_check_word(b->p, n, &step_absent.word))
        return false;
    const struct node *until = node_get(n, "until");
    if (!look_read(b, n, "absent", &own->look) ||
        !value_words(b->p, b->scope, until, "until", &text))
        return false;
    own->until_quiet = strcmp(text, "quiet") == 0;
    if (own->until_quiet)
        return quiet_check(b, until);
    bool ok = address_read(b, until, "until", false, &own->until) &&
              held_check_address(b, until, &own->until);
    return ok && step_is_foreign(b) ? step_tree_only(b, foreign) : ok;
}

static enum step_status absent_end(struct task *t, enum step_status status)
{
    match_watch_stop(t->watch);
    t->watch = NULL;
    return status;
}

static enum step_status absent_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    const struct absent *own = s->own;
    struct match_result result;
    struct diag diag = {0};

    int rc = own->look.on_screen ? look_screen(r, t, &own->look, event, &result, &diag)
                                 : match_watch_next(t->watch, &result, &diag);
    bool quiet = event != NULL && event->kind == WORLD_QUIET;
    bool done = own->until_quiet ? quiet || r->over
                                 : addresses_happened(r->addresses, &own->until, t->base);
    /* At the address the screen is what it is then. */
    if (done && rc == MATCH_PENDING && own->look.on_screen)
        rc = display_look(r->display, t->pattern, &own->look.place, &result, &diag);
    if (rc != MATCH_PENDING) {
        failure_set(r, t, s, rc == MATCH_FOUND ? "it came" : diag.text);
        r->failure.screen = own->look.on_screen;
        return absent_end(t, STEP_FAILED);
    }
    return done ? absent_end(t, STEP_DONE) : STEP_PENDING;
}

static void absent_ready(struct run *r, struct task *t, const struct step *s)
{
    const struct absent *own = s->own;

    if (!own->until_quiet)
        t->base = addresses_count(r->addresses, own->until.row);
}

static enum step_status absent_start(struct run *r, struct task *t, const struct step *s)
{
    const struct absent *own = s->own;
    struct diag diag = {0};

    if (!look_compile(r, t, s, &own->look, &t->pattern) || !look_begin(r, t, s, &own->look))
        return STEP_FAILED;
    t->wants_quiet = own->until_quiet;
    if (own->look.on_screen) {
        r->quiet_over = r->settled_over = false; /* what was there before is looked at, too */
        return absent_poll(r, t, s, NULL);
    }
    if (match_watch_start(r->match, t->pattern, MATCH_FROM_CURSOR, &t->watch, &diag) < 0) {
        failure_set(r, t, s, diag.text);
        return STEP_FAILED;
    }
    return absent_poll(r, t, s, NULL);
}

static void absent_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    const struct absent *own = s->own;
    char address[ADDRESS_BYTES];

    (void)t;
    if (own->until_quiet) {
        buf_add_text(out, "it did not come, but the tree does not come to rest");
        return;
    }
    address_text(r->cast, &own->until, address, sizeof(address));
    buf_addf(out, "it did not come, but %s did not happen either", address);
}

static void absent_subject(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct absent *own = s->own;

    (void)cast;
    look_add(out, &own->look, false);
}

static void absent_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct absent *own = s->own;
    char address[ADDRESS_BYTES] = "quiet";

    if (!own->until_quiet)
        address_text(cast, &own->until, address, sizeof(address));
    look_add(out, &own->look, true);
    buf_addf(out, " until %s", address);
}

const struct step_entry step_absent = {
    .word = {.name = "absent",
             .shape = "{" LOOK_SHAPE ", echo: seen, until!: quiet | ADDRESS}",
             .help = "the output did not match; or the screen did not, whenever it was looked at",
             .example = "- absent: { stream: 'Traceback', until: quiet }\n"
                        "- absent: { screen: 'Error', row: -1, until: quiet }\n"},
    .read = absent_read,
    .ready = absent_ready,
    .start = absent_start,
    .poll = absent_poll,
    .late = absent_late,
    .subject = absent_subject,
    .describe = absent_describe,
};
