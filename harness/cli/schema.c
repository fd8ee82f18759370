/* schema.c: the JSON Schema of a scenario file, made of the tables. */
#include "harness/cli/papers.h"
#include "harness/cli/words.h"
#include "harness/language/definition.h"
#include "harness/language/fault.h"
#include "harness/language/shape.h"
#include "harness/scenario/model.h"
#include "runtime/actor/frame.h"
#include "runtime/base/status.h"

#include <ctype.h>
#include <string.h>

enum { WIDTH = 96, INDENT = 2 };

/* ---- Layout ---- */

/* Bytes from an opening bracket to its closing one, both included. */
static size_t group_size(const char *at)
{
    size_t depth = 0;
    size_t size = 0;
    bool quoted = false;

    for (; at[size] != 0; size++) {
        if (at[size] == '"')
            quoted = !quoted; /* no text here has a quote in it */
        if (quoted)
            continue;
        depth += at[size] == '{' || at[size] == '[';
        if ((at[size] == '}' || at[size] == ']') && --depth == 0)
            return size + 1;
    }
    return size;
}

static void line_begin(struct buf *out, size_t depth)
{
    buf_addf(out, "\n%*s", (int)(depth * INDENT), "");
}

/* Lays compact JSON out: what fits on its line stays there. */
static void layout(const char *at, struct buf *out)
{
    size_t depth = 0;
    size_t line = 0; /* where the line begins in *out */
    bool quoted = false;

    for (; *at != 0; at++) {
        size_t fits = *at == '{' || *at == '[' ? group_size(at) : 0;
        if (!quoted && fits > 0 && out->size - line + fits + fits / 8 <= WIDTH) {
            buf_add(out, at, fits);
            at += fits - 1;
            continue;
        }
        if (*at == '"')
            quoted = !quoted;
        bool closes = !quoted && (*at == '}' || *at == ']');
        if (closes) {
            line = out->size + 1;
            line_begin(out, --depth);
        }
        buf_add(out, at, 1);
        if (quoted || (!closes && *at != '{' && *at != '[' && *at != ',')) {
            if (!quoted && *at == ':')
                buf_add_text(out, " ");
            continue;
        }
        if (closes)
            continue;
        depth += *at != ',';
        line = out->size + 1;
        line_begin(out, depth);
    }
    buf_add_text(out, "\n");
}

/* ---- Definitions ---- */

static void quotes_add(struct buf *out, const char *text)
{
    for (; *text != 0; text++)
        buf_add(out, *text == '\'' ? "\"" : text, 1);
}

static void name_begin(struct buf *out, const char *name)
{
    buf_addf(out, "%s\"%s\":", out->size > 0 && out->data[out->size - 1] != '{' ? "," : "", name);
}

/* One of the names, or ${...} where that may stand. */
static void names_add(struct buf *out, const char *name, const char *(*name_at)(size_t i),
                      const char *extra, bool parameter)
{
    const char *text = name_at(0);

    name_begin(out, name);
    buf_add_text(out, parameter ? "{\"anyOf\":[{\"enum\":[" : "{\"enum\":[");
    for (size_t i = 0; text != NULL; text = name_at(++i)) {
        buf_add_text(out, i > 0 ? ",\"" : "\"");
        for (const char *at = text; *at != 0; at++)
            buf_add(out, *at == '\\' ? "\\\\" : at, *at == '\\' ? 2 : 1);
        buf_add_text(out, "\"");
    }
    buf_addf(out, "]}%s%s", extra, parameter ? ",{\"$ref\":\"#/definitions/parameter\"}]}" : "");
}

/* The names as alternatives of a regular expression. */
static void pattern_names_add(struct buf *out, const char *(*name_at)(size_t i))
{
    const char *name = name_at(0);

    for (size_t i = 0; name != NULL; name = name_at(++i)) {
        buf_add_text(out, i > 0 ? "|" : "");
        for (const char *at = name; *at != 0; at++)
            buf_add(out, *at == '.' ? "[.]" : at, *at == '.' ? 3 : 1);
    }
}

static const char *role_at(size_t i)
{
    return word_at(WORD_ROLE, i);
}

static const char *tell_at(size_t i)
{
    return word_at(WORD_TELL, i);
}

static const char *invariant_name_at(size_t i)
{
    return word_at(WORD_INVARIANT, i);
}

static const char *defect_at(size_t i)
{
    const char *name = i == 0 ? "none" : word_at(WORD_DEFECT, i - 1);

    return name;
}

static const char *point_at(size_t i)
{
    return i < POINTS ? point_name((unsigned)i) : NULL;
}

/* Without the first, which is no error. */
static const char *error_at(size_t i)
{
    return i + 1 < ERROR_KINDS ? error_name((unsigned)i + 1) : NULL;
}

static void tables_add(struct buf *out)
{
    names_add(out, "role", role_at, "", true);
    names_add(out, "tell", tell_at, "", true);
    names_add(out, "defect", defect_at, "", true);
    names_add(out, "signal", signal_at, "", true);
    names_add(out, "key", language_key,
              ",{\"type\":\"string\",\"pattern\":\"^C-([a-z]|\\\\[|\\\\]|[\\\\^_])$\"}", true);
    names_add(out, "invariant", invariant_name_at, "", false);

    name_begin(out, "address");
    buf_add_text(out, "{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^[^@]+@(");
    pattern_names_add(out, point_at);
    buf_add_text(out, ")(#[+]?[0-9]+)?$\"},{\"$ref\":\"#/definitions/parameter\"}]}");

    name_begin(out, "error");
    buf_add_text(out, "{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^(");
    pattern_names_add(out, error_at);
    buf_add_text(out, ")(:(QUIT|[0-9]+))?$\"},{\"$ref\":\"#/definitions/parameter\"}]}");

    name_begin(out, "signature");
    buf_add_text(out, "{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^(");
    pattern_names_add(out, invariant_name_at);
    buf_add_text(out, ")( (actor|cause)=[^ ]+)*$\"},{\"$ref\":\"#/definitions/parameter\"}]}");
}

/* A fault is one key, which says whom it hits, and its arguments. */
static void faults_add(struct buf *out)
{
    name_begin(out, "fault");
    buf_add_text(out, "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":false,"
                      "\"properties\":{");
    for (size_t i = 0; i < fault_count(); i++) {
        name_begin(out, fault_at(i)->name);
        buf_add_text(out, "{\"$ref\":\"#/definitions/words\"}");
    }
    name_begin(out, "with");
    buf_add_text(out, "{\"$ref\":\"#/definitions/signal\"}");
    name_begin(out, "side");
    bool ok = shape_schema("up | down", out);
    buf_add_text(out, ok ? "}}" : "");
}

/* ---- Keys ---- */

static bool keys_add(struct buf *out, enum word_kind kind)
{
    bool ok = true;

    buf_add_text(out, "\"additionalProperties\":false,\"properties\":{");
    for (size_t i = 0; word_row(kind, i) != NULL; i++) {
        name_begin(out, word_row(kind, i)->name);
        ok = shape_schema(word_row(kind, i)->shape, out) && ok;
    }
    buf_add_text(out, "}");
    return ok;
}

/* Those that say by themselves what they are. */
static bool definition_rows_add(struct buf *out)
{
    bool ok = true;

    for (size_t i = 0; definition_at(i) != NULL; i++) {
        const struct definition *row = definition_at(i);
        struct buf name = BUF_INIT;
        if (row->json == NULL && row->shape == NULL)
            continue;
        for (const char *at = row->name; *at != 0; at++)
            buf_addf(&name, "%c", tolower((unsigned char)*at));
        name_begin(out, buf_text(&name));
        if (row->json != NULL)
            quotes_add(out, row->json);
        else
            ok = shape_schema(row->shape, out) && ok;
        buf_release(&name);
    }
    return ok;
}

static bool definitions_add(struct buf *out)
{
    bool ok = definition_rows_add(out);

    tables_add(out);
    faults_add(out);
    name_begin(out, "node");
    buf_add_text(out, "{\"type\":\"object\",\"required\":[\"run\"],");
    ok = keys_add(out, WORD_ACTOR_KEY) && ok;
    buf_add_text(out, "}");
    name_begin(out, "step");
    buf_add_text(out, "{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,");
    ok = keys_add(out, WORD_STEP) && ok;
    buf_add_text(out, "}");
    return ok;
}

bool schema_print(struct buf *out)
{
    struct buf text = BUF_INIT;

    buf_add_text(&text, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
                        "\"title\":\"A scenario file, version 1\","
                        "\"type\":\"object\",\"required\":[\"scenario\",\"tree\"],");
    bool ok = keys_add(&text, WORD_TOP_KEY);
    buf_add_text(&text, ",\"definitions\":{");
    ok = definitions_add(&text) && ok;
    buf_add_text(&text, "}}");
    layout(buf_text(&text), out);
    ok = ok && !text.failed && !out->failed;
    buf_release(&text);
    return ok;
}
