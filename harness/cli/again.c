/* again.c: quoting for a shell and for -k, and the command lines. */
#include "harness/cli/again.h"

#include "harness/observe/setting.h"
#include "harness/world/feature.h"
#include "runtime/base/duration.h"

#include <inttypes.h>
#include <string.h>

/* Adds the text as a shell reads it back: all in single quotes, but for its own. */
static void shell_quote(struct buf *out, const char *text)
{
    buf_add_text(out, "'");
    for (; *text != 0; text++)
        buf_add(out, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
    buf_add_text(out, "'");
}

/* A word, which needs no quotes most of the time. */
static void shell_word(struct buf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_@%+=:,./-";

    if (word[0] != 0 && word[strspn(word, plain)] == 0)
        buf_add_text(out, word);
    else
        shell_quote(out, word);
}

/* What -k takes to select the id. */
static void filter_write(struct buf *out, const char *id)
{
    bool quoted = strpbrk(id, " \t\n\v\f\r()\"") != NULL;

    if (!quoted) {
        /* Without parameters it is a part of the ids that have some. */
        buf_addf(out, "%s%s", strchr(id, '[') == NULL ? "id:" : "", id);
        return;
    }
    buf_add_text(out, "\"");
    for (; *id != 0; id++) {
        if (*id == '"' || *id == '\\')
            buf_add_text(out, "\\");
        buf_add(out, id, 1);
    }
    buf_add_text(out, "\"");
}

static void limit_add(struct buf *out, const char *name, int64_t ns)
{
    if (ns > 0) {
        char text[DURATION_BYTES];
        buf_addf(out, " --%s %s", name, duration_text(ns, "", text, sizeof(text)));
    }
}

static void without_add(struct buf *out, unsigned without)
{
    const char *before = " --without ";

    for (unsigned i = 0; i < FEATURES; i++) {
        if (!features_have(without, (enum feature)i))
            continue;
        buf_addf(out, "%s%s", before, feature_name((enum feature)i));
        before = ",";
    }
}

void again_run(const struct again *a, struct buf *out)
{
    struct buf filter = BUF_INIT;

    filter_write(&filter, a->id);
    buf_add_text(out, "scenario run ");
    shell_word(out, a->path);
    buf_add_text(out, " -k ");
    shell_quote(out, buf_text(&filter));
    buf_addf(out, " --engine %s --seed 0x%" PRIx64, engine_name(a->engine), a->seed);
    if (a->schedules > 1)
        buf_addf(out, " --schedules %" PRIu64, a->schedules);
    if (a->repeat > 1)
        buf_addf(out, " --repeat %" PRIu64, a->repeat);
    limit_add(out, "timeout", a->total_ns);
    limit_add(out, "step-timeout", a->step_ns);
    without_add(out, a->without);
    buf_release(&filter);
}

void again_words(const char *const *words, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_text(out, i > 0 ? " " : "");
        shell_word(out, words[i]);
    }
}

void again_expect(const struct flags *flags, struct buf *out)
{
    buf_add_text(out, "scenario expect ");
    shell_word(out, flags->argument[0]);
    for (size_t i = 0; i < flags->with.count; i++) {
        buf_add_text(out, " --with ");
        shell_word(out, flags->with.pair[i]);
    }
    limit_add(out, "timeout", flags->total_ns);
    limit_add(out, "step-timeout", flags->step_ns);
    without_add(out, flags->without);
    buf_add_text(out, " -- ");
    again_words((const char *const *)flags->argument + 1, (size_t)flags->arguments - 1, out);
}
