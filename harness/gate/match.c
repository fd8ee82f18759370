/* match.c: one question after the other, each with its sentence. */
#include "harness/gate/match.h"

#include "harness/language/range.h"
#include "harness/observe/setting.h"
#include "runtime/base/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *match_step_name(unsigned step)
{
    static const char *const names[] = {MATCH_MAP(ROW_NAME)};

    CHECK(step < MATCH_STEPS);
    return names[step];
}

/* Says why it does not fit. Returns false. */
static bool __attribute__((format(printf, 2, 3))) no(struct buf *why, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (why == NULL)
        return false;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    buf_add_text(why, text);
    return false;
}

static bool when_fits(const struct known_entry *e, const struct outcome *o, struct buf *why)
{
    char name[KNOWN_ID_BYTES_MAX + 1] = "";
    const char *parameters = o->parameters[0] != 0 ? o->parameters : "no parameters";

    switch (known_when(e, o->parameters, name)) {
    case WHEN_HOLDS:
        return true;
    case WHEN_FAILS:
        return no(why, "`%s` does not hold for %s", e->when, parameters);
    case WHEN_UNKNOWN:
        return no(why, "`%s` asks for %s, and this variant has %s", e->when, name, parameters);
    }
    return false;
}

static bool engine_fits(const struct known_entry *e, const struct outcome *o, struct buf *why)
{
    for (unsigned engine = ENGINE_REAL; engine <= ENGINE_SIM; engine <<= 1) {
        if ((e->engines & engine) != 0 && strcmp(engine_name(engine), o->engine) == 0)
            return true;
    }
    /* Where both disagree an entry that names no engine means it, too. */
    if (e->engines == (ENGINE_REAL | ENGINE_SIM))
        return true;
    return no(why, "it is for engine %s, and this ran on %s", engine_name(e->engines), o->engine);
}

static bool answer_fits(enum known_answer wanted, bool is)
{
    return wanted == KNOWN_ANY || (wanted == KNOWN_YES) == is;
}

static bool platform_fits(const struct known_entry *e, const struct platform *p, struct buf *why)
{
    const struct known_platform *k = &e->platform;
    char cores[32];

    (void)snprintf(cores, sizeof(cores), "%" PRIu32, p->cores);
    if (k->os[0] != 0 && strcasecmp(k->os, p->os) != 0)
        return no(why, "it is for %s, and this ran on %s", k->os, p->os);
    if (k->kernel[0] != 0 && !range_has(k->kernel, p->kernel))
        return no(why, "it is for kernel %s, and this ran on %s", k->kernel, p->kernel);
    if (k->cores[0] != 0 && !range_has(k->cores, cores))
        return no(why, "it is for %s cores, and this ran on %s", k->cores, cores);
    if (!answer_fits(k->container, p->container[0] != 0)) {
        return no(why, "it is for runs %s a container, and this ran %s one",
                  k->container == KNOWN_YES ? "in" : "outside",
                  p->container[0] != 0 ? "in" : "outside");
    }
    if (!answer_fits(k->ci, p->ci)) {
        return no(why, "it is for runs %s CI, and this ran %s it",
                  k->ci == KNOWN_YES ? "in" : "outside", p->ci ? "in" : "outside");
    }
    return true;
}

/* What was recorded of the program counts; else what it says here. */
static bool version_fits(const struct known *known, size_t i, const struct outcome *o,
                         const struct match_world *world, struct buf *why)
{
    const struct known_entry *e = &known->entry[i];
    const char *version = world->version != NULL ? world->version[i] : NULL;

    if (e->program[0] == 0)
        return true;
    if (o->version[0] != 0 && strcmp(o->program, e->program) == 0)
        version = o->version;
    if (version == NULL) {
        return no(why,
                  "it is for %s %s, and which one is here could not be found out: `%s%s` gives no "
                  "version",
                  e->program, e->versions,
                  e->version_from != NULL ? e->version_from[0] : e->program,
                  e->version_from != NULL ? " ..." : " --version");
    }
    if (range_has(e->versions, version))
        return true;
    return no(why, "it is for %s %s, and here it says '%.*s'", e->program, e->versions,
              (int)strcspn(version, "\n"), version);
}

enum match_step match_place(const struct known *known, size_t i, const struct outcome *o,
                            const struct match_world *world, struct buf *why)
{
    const struct known_entry *e = &known->entry[i];

    if (!known_names(e, o->scenario)) {
        (void)no(why, "it is for %s", e->scenario);
        return MATCH_SCENARIO;
    }
    if (!when_fits(e, o, why))
        return MATCH_WHEN;
    if (!engine_fits(e, o, why))
        return MATCH_ENGINE;
    if (!platform_fits(e, world->platform, why))
        return MATCH_PLATFORM;
    if (!version_fits(known, i, o, world, why))
        return MATCH_VERSION;
    return MATCH_WHOLE;
}

#define WORD_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./="

bool match_signature(const char *words, const char *signature)
{
    size_t size = strlen(words);

    if (size == 0 || strncmp(words, signature, size) != 0)
        return false;
    /* `leak:survivor` is the whole of a word there, `actor=mid` is not that of `actor=mid.1`. */
    return signature[size] == 0 || words[size - 1] == ':' ||
           strchr(WORD_CHARACTERS, signature[size]) == NULL;
}

enum match_step match_entry(const struct known *known, size_t i, const struct outcome *o,
                            const struct match_world *world, struct buf *why)
{
    enum match_step step = match_place(known, i, o, world, why);

    if (step != MATCH_WHOLE || match_signature(known->entry[i].signature, o->signature))
        return step;
    (void)no(why, "it is for '%s', and this is '%s'", known->entry[i].signature, o->signature);
    return MATCH_SIGNATURE;
}

bool match_expired(const struct known_entry *e, int32_t today)
{
    /* A day is not the same one everywhere: one that begins tomorrow holds. */
    return today > e->expires || e->added > today + 1;
}
