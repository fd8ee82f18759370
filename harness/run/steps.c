/* steps.c: the list of steps, and what several of them do. */
#include "harness/run/steps.h"

#include "harness/run/run.h"
#include "runtime/base/utf8.h"

const struct step_entry *const run_steps[] = {
#define STEP_ROW(entry) &entry,
    STEP_ROWS(STEP_ROW)
#undef STEP_ROW
        NULL,
};

void step_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    buf_add_text(out, s->entry->word.name);
    if (s->entry->describe != NULL)
        s->entry->describe(s, cast, out);
    else if (s->entry->subject != NULL)
        s->entry->subject(s, cast, out);
}

void step_say(const struct step *s, const struct cast *cast, size_t unseen, struct buf *out)
{
    if (unseen > 0 && (s->entry->bare == NULL || !s->entry->bare(s)))
        buf_addf(out, "%s %zu byte%s, not echoed", s->entry->word.name, unseen, plural(unseen));
    else
        step_describe(s, cast, out);
}

struct place step_branch(const struct step *s, size_t i, struct buf *out)
{
    return s->entry->branch != NULL ? s->entry->branch(s, i, out) : s->place;
}

enum step_status step_acted(struct run *r, struct task *t, const struct step *s, int rc,
                            const struct diag *diag)
{
    if (rc >= 0)
        return rc == ACT_GOES_ON ? STEP_PENDING : STEP_DONE;
    failure_set(r, t, s, diag->text);
    return STEP_FAILED;
}

enum step_status step_act(struct run *r, struct task *t, const struct step *s,
                          const struct action *a)
{
    struct diag diag = {0};
    int rc = world_act(r->world, a, &diag);

    return step_acted(r, t, s, rc, &diag);
}

const char *subject_why(const struct run *r)
{
    return world_look(r->world, ACTOR_ROOT).why;
}

void quoted_add(struct buf *out, const char *text, size_t size)
{
    buf_add_text(out, " \"");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        int character = utf8_size(text + i, size - i);
        if (c == '\r')
            buf_add_text(out, "\\r");
        else if (c == '\n')
            buf_add_text(out, "\\n");
        else if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f || character < 1)
            buf_addf(out, "\\x%02x", c);
        else
            buf_add(out, &text[i], (size_t)character);
        i += character > 1 ? (size_t)character - 1 : 0;
    }
    buf_add_text(out, "\"");
}
