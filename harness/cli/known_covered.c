/* known_covered.c: what an entry takes, one variant and engine after the other. */
#include "harness/cli/known_covered.h"

#include "harness/scenario/model.h"

static bool place_passed(const struct gate *g, const struct scenario *s, const struct variant *v,
                         unsigned engine, struct buf *why)
{
    const struct gate_place *place = gate_place_find(g, s->id, v->id, engine_name(engine));

    if (place != NULL && place->passed > 0 && place->failed == 0)
        return true;
    buf_addf(why, "%s on %s %s", v->id, engine_name(engine),
             place == NULL        ? "was not run"
             : place->failed == 0 ? "came to no verdict"
                                  : "failed");
    return false;
}

static bool scenario_passed(const struct gate *g, const struct known_entry *e,
                            const struct scenario *s, struct buf *why)
{
    char ignored[KNOWN_ID_BYTES_MAX + 1];

    for (size_t i = 0; i < s->variant_count; i++) {
        const struct variant *v = &s->variant[i];
        /* One that must fail counts for no entry. */
        if (v->must_fail_count > 0 || known_when(e, v->parameters, ignored) != WHEN_HOLDS)
            continue;
        for (unsigned engine = ENGINE_REAL; engine <= ENGINE_SIM; engine <<= 1) {
            if ((e->engines & s->engines & engine) != 0 && !place_passed(g, s, v, engine, why))
                return false;
        }
    }
    return true;
}

bool known_covered(const struct gate *g, const struct known_entry *e,
                   const struct known_scenarios *scenarios, struct buf *why)
{
    size_t count = scenarios->count(scenarios->user);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        if (!known_names(e, scenarios->id_at(i, scenarios->user)))
            continue;
        const struct scenario *s = scenarios->load(i, scenarios->user);
        if (s == NULL) {
            buf_addf(why, "%s cannot be read", scenarios->id_at(i, scenarios->user));
            return false;
        }
        found = true;
        if (!scenario_passed(g, e, s, why))
            return false;
    }
    if (!found)
        buf_addf(why, "%s is not beside the file", e->scenario);
    return found;
}
