/* schema.c: the JSON Schemas of a scenario file and of the file of known failures, made of the
 * tables. */
#include "harness/cli/papers.h"
#include "harness/cli/words.h"
#include "harness/gate/known.h"
#include "harness/language/call.h"
#include "harness/language/definition.h"
#include "harness/language/failure.h"
#include "harness/language/shape.h"

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

#define OR_PARAMETER ",{'$ref':'#/definitions/parameter'}]}"
#define ONE_OF       "{'anyOf':[{'enum':["
#define MATCHES      "{'anyOf':[{'type':'string','pattern':'^"

/* What the names of a table are a part of: a list of texts, or a regular expression. */
static const struct names_row {
    const char *name;
    enum word_kind kind;
    bool pattern;
    const char *before;
    const char *after;
} names_rows[] = {
    {"role",      WORD_ROLE,      false, ONE_OF,            "]}" OR_PARAMETER                            },
    {"tell",      WORD_TELL,      false, ONE_OF,            "]}" OR_PARAMETER                            },
    {"defect",    WORD_DEFECT,    false, ONE_OF "'none',",  "]}" OR_PARAMETER                            },
    {"signal",    WORD_SIGNAL,    false, ONE_OF,            "]}" OR_PARAMETER                            },
    {"key",       WORD_KEY,       false, ONE_OF,
     "]},{'type':'string','pattern':'^(([CMS]-){1,3}([A-Z][A-Za-z0-9]*|.)|F[1-6][0-9]|.)$'}" OR_PARAMETER},
    {"invariant", WORD_INVARIANT, false, "{'enum':[",       "]}"                                         },
    {"address",   WORD_POINT,     true,  MATCHES "[^@]+@(", ")(#[+]?[0-9]+)?$'}" OR_PARAMETER            },
    {"error",     WORD_ERROR,     true,  MATCHES "(",       ")(:(QUIT|[0-9]+))?$'}" OR_PARAMETER         },
    {"signature", WORD_INVARIANT, true,  MATCHES "(",       ")( (actor|cause)=[^ ]+)*$'}" OR_PARAMETER   },
};

/* Behind the points: the calls of a command, some of them with a word. */
static void calls_add(struct buf *out)
{
    buf_add_text(out, "|(");
    for (size_t i = 0; call_name(i) != NULL; i++)
        buf_addf(out, "%s%s", i > 0 ? "|" : "", call_name(i));
    buf_add_text(out, ")([(][A-Z][A-Z0-9_]*[)])?");
}

static void names_add(const struct names_row *row, struct buf *out)
{
    const char special = row->pattern ? '.' : '\\';
    const char *escaped = row->pattern ? "[.]" : "\\\\";
    struct word w;

    name_begin(out, row->name);
    quotes_add(out, row->before);
    for (size_t i = 0; word_at(row->kind, i, &w); i++) {
        if (i > 0)
            buf_add_text(out, row->pattern ? "|" : ",");
        buf_add_text(out, row->pattern ? "" : "\"");
        for (const char *at = w.name; *at != 0; at++)
            buf_add(out, *at == special ? escaped : at, *at == special ? strlen(escaped) : 1);
        buf_add_text(out, row->pattern ? "" : "\"");
    }
    if (row->kind == WORD_POINT)
        calls_add(out);
    quotes_add(out, row->after);
}

/* A fault is one key, which says whom it hits, and its arguments. */
static void faults_add(struct buf *out)
{
    struct word w;

    name_begin(out, "fault");
    buf_add_text(out, "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":false,"
                      "\"properties\":{");
    for (size_t i = 0; word_at(WORD_FAULT, i, &w); i++) {
        name_begin(out, w.name);
        buf_add_text(out, "{\"$ref\":\"#/definitions/words\"}");
    }
    name_begin(out, "with");
    buf_add_text(out, "{\"anyOf\":[{\"$ref\":\"#/definitions/signal\"},{\"enum\":[");
    for (size_t i = 0; errno_name(i) != NULL; i++)
        buf_addf(out, "%s\"%s\"", i > 0 ? "," : "", errno_name(i));
    buf_add_text(out, "]}]}");
    name_begin(out, "side");
    bool ok = shape_schema("up | down", out);
    buf_add_text(out, ok ? "}}" : "");
}

/* ---- Keys ---- */

static const char keys_begin[] = "\"additionalProperties\":false,\"properties\":{";

static bool keys_add(struct buf *out, enum word_kind kind)
{
    struct word w;
    bool ok = true;

    buf_add_text(out, keys_begin);
    for (size_t i = 0; word_at(kind, i, &w); i++) {
        name_begin(out, w.name);
        ok = shape_schema(w.shape, out) && ok;
    }
    buf_add_text(out, "}");
    return ok;
}

/* Those that say by themselves what they are. */
static bool definition_rows_add(struct buf *out, const struct definition *(*row_at)(size_t i))
{
    bool ok = true;

    for (size_t i = 0; row_at(i) != NULL; i++) {
        const struct definition *row = row_at(i);
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
    bool ok = definition_rows_add(out, definition_at);

    for (size_t i = 0; i < sizeof(names_rows) / sizeof(names_rows[0]); i++)
        names_add(&names_rows[i], out);
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

static bool scenario_add(struct buf *out)
{
    buf_add_text(out,
                 "{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
                 "\"title\":\"A scenario file, version 1\","
                 "\"type\":\"object\",\"required\":[\"scenario\"],\"allOf\":["
                 "{\"oneOf\":[{\"required\":[\"tree\"]},{\"required\":[\"command\"]}]},"
                 "{\"anyOf\":[{\"required\":[\"outcome\"]},{\"required\":[\"must-fail\"]}]}],");
    bool ok = keys_add(out, WORD_TOP_KEY);
    buf_add_text(out, ",\"definitions\":{");
    ok = definitions_add(out) && ok;
    buf_add_text(out, "}}");
    return ok;
}

/* ---- Known failures ---- */

static bool known_keys_add(struct buf *out, const struct word *(*key_at)(size_t i))
{
    bool ok = true;

    buf_add_text(out, keys_begin);
    for (size_t i = 0; key_at(i) != NULL; i++) {
        name_begin(out, key_at(i)->name);
        ok = shape_schema(key_at(i)->shape, out) && ok;
    }
    buf_add_text(out, "}");
    return ok;
}

/* Ours expires, theirs has versions; a flaky one has counts, a broken one none. */
static const char entry_rules[] =
    ",'oneOf':[{'required':['expires'],'not':{'anyOf':[{'required':['program']},"
    "{'required':['versions']},{'required':['version-from']}]}},"
    "{'required':['program','versions'],'not':{'required':['expires']}}],"
    "'if':{'required':['state'],'properties':{'state':{'const':'flaky'}}},"
    "'then':{'required':['seen']},'else':{'not':{'required':['seen']}}";

static bool known_add(struct buf *out)
{
    buf_add_text(out, "{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
                      "\"title\":\"Known failures, version 1\",\"type\":\"object\","
                      "\"required\":[\"known-failures\",\"entries\"],");
    bool ok = known_keys_add(out, known_file_key);
    buf_add_text(out, ",\"definitions\":{");
    ok = definition_rows_add(out, known_definition) && ok;
    name_begin(out, "entry");
    buf_add_text(out, "{\"type\":\"object\",\"required\":[");
    for (size_t i = 0, count = 0; known_entry_key(i) != NULL; i++) {
        const char *name = known_entry_key(i)->name;
        if (known_key_is_required(name))
            buf_addf(out, "%s\"%s\"", count++ > 0 ? "," : "", name);
    }
    buf_add_text(out, "],");
    ok = known_keys_add(out, known_entry_key) && ok;
    quotes_add(out, entry_rules);
    buf_add_text(out, "}}}");
    return ok;
}

/* ---- From outside ---- */

static const struct {
    const char *name;
    bool (*add)(struct buf *out);
} schemas[] = {
    {"scenario",       scenario_add},
    {"known-failures", known_add   },
};

const char *schema_name_at(size_t i)
{
    return i < sizeof(schemas) / sizeof(schemas[0]) ? schemas[i].name : NULL;
}

bool schema_print(const char *name, struct buf *out)
{
    struct buf text = BUF_INIT;
    bool ok = false;

    for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
        if (strcmp(schemas[i].name, name) == 0)
            ok = schemas[i].add(&text);
    }
    layout(buf_text(&text), out);
    ok = ok && !text.failed && !out->failed;
    buf_release(&text);
    return ok;
}
