/* step_absent.c: the terminal does not show something before something else has happened. */
#include "harness/run/steps.h"
#include "runtime/base/duration.h"

#include <string.h>

enum until { UNTIL_TIME, UNTIL_QUIET, UNTIL_ADDRESS };

struct absent {
    struct look look;
    enum until kind;
    struct address until;
    int64_t for_ns; /* it is looked for at least so long; 0: no time is needed */
};

/* `for` and its reason: neither without the other. */
static bool time_read(struct build *b, const struct node *n, struct absent *own)
{
    static const struct value_range range = {"for", 1, 3600 * SECOND_NS};
    const struct node *time = node_get(n, "for");
    const struct node *reason = node_get(n, "because");
    const char *because = NULL;

    if (!duration_get(b->p, b->scope, n, &range, &own->for_ns) ||
        !words_get(b->p, b->scope, n, "because", &because))
        return false;
    if ((time == NULL) == (reason == NULL))
        return true;
    struct finding *f =
        time != NULL ? finding_error(b->p, time, "`for` without a reason: say `because:`, too")
                     : finding_error(b->p, reason, "`because` is the reason of a `for:`");
    f->label = time != NULL ? "why rest is not enough here" : "there is none";
    return false;
}

static bool until_read(struct build *b, const struct node *until, struct absent *own)
{
    const char *text;

    if (!value_words(b->p, b->scope, until, "until", &text))
        return false;
    own->kind = strcmp(text, "quiet") == 0 ? UNTIL_QUIET : UNTIL_ADDRESS;
    if (own->kind == UNTIL_QUIET)
        return quiet_check(b, until);
    return address_read(b, until, "until", false, &own->until) &&
           held_check_address(b, until, &own->until);
}

static bool absent_read(struct build *b, const struct node *n, struct step *out)
{
    struct absent *own = step_own(b, sizeof(*own), out);

    if (own == NULL || !map_check_word(b->p, n, &step_absent.word))
        return false;
    const struct node *until = node_get(n, "until");
    if (!look_read(b, n, "absent", &own->look) || !time_read(b, n, own))
        return false;
    if (until != NULL)
        return until_read(b, until, own);
    if (own->for_ns > 0)
        return true;
    (void)finding_wants(b->p, n, "absent", "`until`, or `for`");
    return false;
}

static enum step_status absent_end(struct task *t, enum step_status status)
{
    match_watch_stop(t->watch);
    t->watch = NULL;
    return status;
}

/* Says how far it was looked, where that is not what the step says. */
static void looked_tell(struct run *r, const struct task *t, const struct absent *own)
{
    char time[DURATION_BYTES] = "";

    if (own->for_ns > 0)
        (void)duration_text(own->for_ns, " ", time, sizeof(time));
    const char *advice = r->world->groups ? ": who sleeps is at rest, `for:` looks longer" : "";
    if (r->over)
        run_tell(r, t, "looked until the end");
    else if (r->eof)
        run_tell(r, t, "looked until nobody had the terminal open any more");
    else if (own->kind == UNTIL_QUIET && own->for_ns > 0)
        run_tell(r, t, "looked for %s, and until rest then", time);
    else if (own->kind == UNTIL_QUIET)
        run_tell(r, t, "looked until rest%s", advice);
    else if (own->for_ns > 0)
        run_tell(r, t, "looked for %s", time);
}

/* True when it is looked no longer. */
static bool looked_enough(struct run *r, struct task *t, const struct absent *own,
                          const struct world_event *event)
{
    struct match_result result;

    if (r->eof) /* what has come is all there is */
        (void)match_settle(r->match, &result, NULL);
    if (r->over || r->eof)
        return own->kind != UNTIL_ADDRESS;
    if (t->wake_ns != INT64_MAX) {
        if (world_now(r->world) < t->wake_ns)
            return false;
        t->wake_ns = INT64_MAX;
        t->wants_quiet = own->kind == UNTIL_QUIET;
        r->quiet_over = r->quiet_over && !t->wants_quiet; /* it was before */
        event = NULL;
        /* The end of what has come in that time is an end. */
        if (own->kind == UNTIL_TIME)
            (void)match_settle(r->match, &result, NULL);
    }
    switch (own->kind) {
    case UNTIL_TIME:
        break;
    case UNTIL_QUIET:
        return event != NULL && event->kind == WORLD_QUIET;
    case UNTIL_ADDRESS:
        return addresses_happened(r->addresses, &own->until, t->base);
    }
    return true;
}

/* At the end of it the screen is what it is then. */
static int screen_look(struct run *r, struct task *t, const struct absent *own,
                       const struct world_event *event, bool enough, struct diag *diag)
{
    struct match_result result;

    int rc = look_screen(r, t, &own->look, event, &result, diag);
    if (rc == MATCH_PENDING && enough)
        rc = display_look(r->display, t->pattern, &own->look.place, &result, diag);
    return rc;
}

static enum step_status absent_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    const struct absent *own = s->own;
    struct match_result result;
    struct diag diag = {0};

    bool enough = looked_enough(r, t, own, event);
    int rc = own->look.on_screen ? screen_look(r, t, own, event, enough, &diag)
                                 : match_watch_next(t->watch, &result, &diag);
    if (rc != MATCH_PENDING) {
        failure_set(r, t, s, rc == MATCH_FOUND ? "it came" : diag.text);
        r->failure.screen = own->look.on_screen;
        return absent_end(t, STEP_FAILED);
    }
    if (!enough)
        return STEP_PENDING;
    looked_tell(r, t, own);
    return absent_end(t, STEP_DONE);
}

static void absent_ready(struct run *r, struct task *t, const struct step *s)
{
    const struct absent *own = s->own;

    if (own->kind == UNTIL_ADDRESS)
        t->base = addresses_count(r->addresses, own->until.row);
}

static enum step_status absent_start(struct run *r, struct task *t, const struct step *s)
{
    const struct absent *own = s->own;
    struct diag diag = {0};

    if (!look_compile(r, t, s, &own->look, &t->pattern) || !look_begin(r, t, s, &own->look))
        return STEP_FAILED;
    t->wants_quiet = own->kind == UNTIL_QUIET && own->for_ns == 0;
    if (own->for_ns > 0) {
        t->wake_ns = world_now(r->world) + own->for_ns;
        t->deadline_ns += own->for_ns;
    }
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
    if (own->kind != UNTIL_ADDRESS) {
        buf_addf(out, "it did not come, but %s does not come to rest%s%s", r->world->subject,
                 subject_why(r)[0] != 0 ? ": " : "", subject_why(r));
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

    look_add(out, &own->look, true);
    if (own->kind == UNTIL_ADDRESS)
        address_text(cast, &own->until, address, sizeof(address));
    if (own->kind != UNTIL_TIME)
        buf_addf(out, " until %s", address);
    if (own->for_ns > 0) {
        char time[DURATION_BYTES];
        buf_addf(out, " for %s", duration_text(own->for_ns, " ", time, sizeof(time)));
    }
}

const struct step_entry step_absent = {
    .word = {.name = "absent",
             .shape = "{" LOOK_SHAPE
                      ", echo: seen, until: quiet | ADDRESS, for: DURATION, because: WORDS}", .help =
                 "the output did not match until then, or the screen did not whenever it was "
                 "looked at; whoever sleeps is at rest, so of a program that shows things after "
                 "a sleep say `for`, and why", .example =
                 "- absent: { stream: 'Traceback', until: quiet }\n"
                 "- absent: { screen: 'Error', row: -1, until: quiet }\n"
                 "- absent: { stream: 'retry', for: 1s, because: it sleeps before a retry }\n"},
    .read = absent_read,
    .ready = absent_ready,
    .looks = true,
    .start = absent_start,
    .poll = absent_poll,
    .late = absent_late,
    .subject = absent_subject,
    .describe = absent_describe,
};
