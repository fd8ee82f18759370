/* match.c: PCRE2, and the only file that knows it: patterns, and one look at a piece of text.
 *
 * What makes a look fit for a stream: PARTIAL_HARD says "partial" of what touches the end of the
 * text; ALT_CIRCUMFLEX, as PCRE2 takes ^ behind the last newline for false until more text comes;
 * the match limit, which JIT counts for each start of a match. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "expect/match.h"

#include "expect/match_parts.h"
#include "runtime/base/check.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONTEXT_BYTES_MIN = 64, /* PCRE2 says 0 for ^ and too little for nested lookbehind */
    STACK_BYTES_MIN = 32 * 1024,
};

struct match_pattern {
    char *text; /* owned */
    pcre2_code *code;
    pcre2_match_data *data;
    size_t context;
};

struct match_engine {
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

/* ---- patterns ---- */

/* The offset of an escape or verb that would make answers depend on chunks, or costs unbounded, and
 * that PCRE2 has no option against, or -1. Comments are not known here: one that holds \G is
 * refused as well. */
static long pattern_refuse(const char *text, const char **why)
{
    for (size_t i = 0; text[i] != 0; i++) {
        if (strncmp(text + i, "(*COMMIT", 8) == 0 || strncmp(text + i, "(*NO_JIT", 8) == 0) {
            *why = "(*COMMIT) and (*NO_JIT) are not possible on a stream";
            return (long)i;
        }
        if (text[i] != '\\')
            continue;
        i++;
        if (text[i] == 'G' || text[i] == 'K') {
            *why = text[i] == 'G' ? "\\G is not possible on a stream"
                                  : "\\K is not possible on a stream, use (?<=...) or a group";
            return (long)(i - 1);
        }
        if (text[i] == 'Q') {
            const char *end = strstr(text + i, "\\E");
            if (end == NULL)
                return -1;
            i = (size_t)(end - text) + 1;
        }
        if (text[i] == 0)
            return -1;
    }
    return -1;
}

static int pattern_error(const char *text, size_t at, const char *why, size_t *out,
                         struct diag *diag)
{
    if (out != NULL)
        *out = at;
    return diag_set(diag, ERR_INPUT, "pattern '%.200s': %s, at byte %zu", text, why, at);
}

/* JIT of PCRE2 10.42 skips starts it must not skip behind a lazy repetition in an atomic group, so
 * such patterns do without. (Found by comparing random patterns cut in different ways.) */
static uint32_t pattern_flags(const char *text)
{
    bool atomic = strstr(text, "(?>") != NULL || strstr(text, "(*atomic:") != NULL;

    return atomic ? PCRE2_NO_START_OPTIMIZE : 0;
}

/* Compiles without JIT, which is enough for a check. */
static int pattern_code(const char *text, uint32_t flags, pcre2_code **out, size_t *at,
                        struct diag *diag)
{
    const char *why = NULL;
    PCRE2_UCHAR message[128];
    int error = 0;
    PCRE2_SIZE offset = 0;
    uint32_t groups = 0;

    size_t size = strlen(text);
    if (size > MATCH_PATTERN_BYTES_MAX)
        return pattern_error(text, MATCH_PATTERN_BYTES_MAX, "longer than 4096 bytes", at, diag);
    long refused = pattern_refuse(text, &why);
    if (refused >= 0)
        return pattern_error(text, (size_t)refused, why, at, diag);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (context == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a pattern");
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, size,
                      flags | pattern_flags(text) | PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX |
                          PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP,
                      &error, &offset, context);
    pcre2_compile_context_free(context);
    if (code == NULL) {
        if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED)
            return diag_set(diag, ERR_NOMEM, "no memory for a pattern");
        if (pcre2_get_error_message(error, message, sizeof(message)) < 0)
            message[0] = 0;
        return pattern_error(text, offset, (const char *)message, at, diag);
    }
    (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (groups >= MATCH_CAPTURES_MAX) {
        pcre2_code_free(code);
        return pattern_error(text, 0, "more than 31 groups", at, diag);
    }
    *out = code;
    return 0;
}

static int pattern_new(const char *text, uint32_t flags, struct match_pattern **out, size_t *at,
                       struct diag *diag)
{
    uint32_t lookbehind = 0;

    struct match_pattern *p = calloc(1, sizeof(*p));
    if (p == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a pattern");
    int rc = pattern_code(text, flags, &p->code, at, diag);
    if (rc < 0)
        goto failed;
    p->text = strdup(text);
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
    if (p->text == NULL || p->data == NULL) {
        rc = diag_set(diag, ERR_NOMEM, "no memory for a pattern");
        goto failed;
    }
    /* Where the machine forbids JIT, the interpreter answers the same, only slower. */
    (void)pcre2_jit_compile(p->code,
                            PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD | PCRE2_JIT_PARTIAL_SOFT);
    (void)pcre2_pattern_info(p->code, PCRE2_INFO_MAXLOOKBEHIND, &lookbehind);
    p->context = 4 * (size_t)lookbehind;
    if (p->context < CONTEXT_BYTES_MIN)
        p->context = CONTEXT_BYTES_MIN;
    *out = p;
    return 0;
failed:
    match_pattern_free(p);
    return rc;
}

int match_compile(const char *text, struct match_pattern **out, size_t *at, struct diag *diag)
{
    return pattern_new(text, 0, out, at, diag);
}

struct match_pattern *match_caseless(const struct match_pattern *p)
{
    struct match_pattern *out = NULL;

    return pattern_new(p->text, PCRE2_CASELESS, &out, NULL, NULL) < 0 ? NULL : out;
}

void match_pattern_free(struct match_pattern *p)
{
    if (p == NULL)
        return;
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->code);
    free(p->text);
    free(p);
}

const char *match_pattern_text(const struct match_pattern *p)
{
    return p->text;
}

int match_check(const char *text, size_t *at, struct diag *diag)
{
    pcre2_code *code = NULL;

    int rc = pattern_code(text, 0, &code, at, diag);
    pcre2_code_free(code);
    return rc;
}

/* ---- one look ---- */

bool match_groups_are_sane(const size_t *groups, size_t count, const struct match_subject *subject)
{
    if (groups[0] < subject->from)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (groups[2 * i] == PCRE2_UNSET)
            continue;
        if (groups[2 * i + 1] > subject->size || groups[2 * i] > groups[2 * i + 1])
            return false;
    }
    return true;
}

int match_engine_new(struct match_engine **out, struct diag *diag)
{
    struct match_engine *e = calloc(1, sizeof(*e));

    if (e != NULL) {
        e->context = pcre2_match_context_create(NULL);
        e->stack = pcre2_jit_stack_create(STACK_BYTES_MIN, MATCH_STACK_BYTES_MAX, NULL);
    }
    if (e == NULL || e->context == NULL || e->stack == NULL) {
        match_engine_free(e);
        return diag_set(diag, ERR_NOMEM, "no memory for a matcher");
    }
    pcre2_jit_stack_assign(e->context, NULL, e->stack);
    *out = e;
    return 0;
}

void match_engine_free(struct match_engine *e)
{
    if (e == NULL)
        return;
    pcre2_match_context_free(e->context);
    pcre2_jit_stack_free(e->stack);
    free(e);
}

size_t match_pattern_context(const struct match_pattern *p)
{
    return p->context;
}

const size_t *match_groups(const struct match_pattern *p, size_t *count)
{
    *count = pcre2_get_ovector_count(p->data);
    return pcre2_get_ovector_pointer(p->data);
}

const char *match_error_text(int error)
{
    return error == PCRE2_ERROR_MATCHLIMIT       ? "more steps than there may be"
           : error == PCRE2_ERROR_JIT_STACKLIMIT ? "more than 1 MiB of stack"
                                                 : "something that PCRE2 refuses";
}

struct match_found match_try(struct match_engine *e, const struct match_pattern *p,
                             const struct match_subject *subject, uint32_t steps)
{
    static const uint32_t mode_flags[] = {
        [MODE_STREAM] = PCRE2_PARTIAL_HARD,
        [MODE_QUIET] = PCRE2_PARTIAL_SOFT,
        [MODE_EOF] = 0,
    };
    uint32_t flags = mode_flags[subject->mode] | (subject->cut ? PCRE2_NOTBOL : 0);

    (void)pcre2_set_match_limit(e->context, steps);
    int rc = pcre2_match(p->code, (PCRE2_SPTR)subject->text, subject->size, subject->from, flags,
                         p->data, e->context);
    PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(p->data);
    if (rc >= 0 && !match_groups_are_sane(ovector, pcre2_get_ovector_count(p->data), subject))
        return (struct match_found){.what = TRY_ERROR, .error = PCRE2_ERROR_INTERNAL};
    if (rc >= 0) {
        /* Behind a CR, whether a match may start depends on the byte that comes next. */
        bool behind_cr = ovector[0] == subject->size && ovector[0] > subject->from &&
                         subject->text[ovector[0] - 1] == '\r';
        enum match_try what = subject->mode == MODE_STREAM && behind_cr ? TRY_PARTIAL : TRY_MATCH;
        return (struct match_found){.what = what, .begin = ovector[0], .end = ovector[1]};
    }
    if (rc == PCRE2_ERROR_PARTIAL)
        return (struct match_found){.what = TRY_PARTIAL, .begin = ovector[0], .end = subject->size};
    if (rc == PCRE2_ERROR_NOMATCH)
        return (struct match_found){.what = TRY_NOTHING};
    return (struct match_found){.what = TRY_ERROR, .error = rc};
}

/* ---- named groups ---- */

int match_in(const struct match_pattern *p, const char *text, size_t size, struct diag *diag)
{
    int rc = pcre2_match(p->code, (PCRE2_SPTR)text, size, 0, 0, p->data, NULL);

    if (rc >= 0)
        return MATCH_FOUND;
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    return diag_set(diag, ERR_FULL, "the pattern '%s' costs too much on a text of %zu bytes",
                    p->text, size);
}

/* Entry i of the table: two bytes of the group's number, and its name. */
static const char *name_at(const pcre2_code *code, uint32_t i, unsigned *number)
{
    PCRE2_SPTR table = NULL;
    uint32_t size = 0;

    (void)pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    (void)pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    const unsigned char *entry = table + (size_t)i * size;
    *number = (unsigned)entry[0] << 8 | entry[1];
    return (const char *)entry + 2;
}

static uint32_t names_count(const pcre2_code *code)
{
    uint32_t count = 0;

    (void)pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    return count;
}

size_t match_names(const char *text, char names[MATCH_CAPTURES_MAX][MATCH_NAME_BYTES])
{
    pcre2_code *code = NULL;
    size_t count = 0;
    unsigned number;

    if (pattern_code(text, 0, &code, NULL, NULL) < 0)
        return 0;
    for (uint32_t i = 0; i < names_count(code); i++) {
        const char *name = name_at(code, i, &number);
        /* The table is in the order of names: those of one name stand together. */
        if (count == 0 || strcmp(names[count - 1], name) != 0)
            (void)snprintf(names[count++], MATCH_NAME_BYTES, "%s", name);
    }
    pcre2_code_free(code);
    return count;
}

struct match_capture match_named(const struct match_result *r, const char *name)
{
    const pcre2_code *code = r->pattern->code;
    unsigned number = 0;

    for (uint32_t i = 0; i < names_count(code); i++) {
        if (strcmp(name_at(code, i, &number), name) == 0 && r->captures[number].text != NULL)
            return r->captures[number];
    }
    return (struct match_capture){0};
}
