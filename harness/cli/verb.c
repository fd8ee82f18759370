/* verb.c: the table of verbs. */
#include "harness/cli/verb.h"

#include "runtime/base/check.h"
#include "runtime/base/suggest.h"

#include <string.h>

static const struct verb_entry *const verbs[] = {
#define VERB_ROW(id) &verb_##id,
    VERB_ROWS(VERB_ROW)
#undef VERB_ROW
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

size_t verb_count(void)
{
    return VERB_COUNT;
}

const struct verb_entry *verb_at(size_t i)
{
    CHECK(i < VERB_COUNT);
    return verbs[i];
}

const struct verb_entry *verb_find(const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    }
    return NULL;
}

static const char *verb_name_at(size_t i, void *user)
{
    (void)user;
    return verbs[i]->name;
}

const char *verb_suggest(const char *name)
{
    return suggest(name, VERB_COUNT, verb_name_at, NULL);
}

void verb_print(const struct verb_entry *verb, struct buf *out)
{
    buf_addf(out, "scenario %s [FLAG]...%s%s\n\n%s\n", verb->name, verb->form[0] != 0 ? " " : "",
             verb->form, verb->help);
    if (verb->more != NULL)
        buf_addf(out, "\n%s", verb->more);
    if (verb->codes != NULL)
        buf_addf(out, "\n%s", verb->codes);
    buf_add_text(out, "\n");
    flags_print(verb->flags, out);
}
