/* definition.c: what the words in capitals stand for. Those with neither shape nor JSON are names
 * of tables, which the schema lists. */
#include "harness/language/definition.h"

#include "runtime/base/check.h"

#include <string.h>

/* Aligned in columns these rows would be too wide to read. */
/* clang-format off */
static const struct definition rows[] = {
    {"ACTOR", "the name of an actor in `tree`, or its whole path: w.2, root/mid/leaf; of a command one of `who`, or "
     "root, child, leaf, any, child.2: see KEYS OF A COMMAND",
     NULL, "{'$ref':'#/definitions/words'}"},
    {"ACTORS", NULL,
     "all | ACTOR | [ACTOR]", NULL},
    {"ADDRESS", "ACTOR@POINT#N, see POINTS",
     NULL, NULL},
    {"BOOLEAN", "true or false",
     NULL, "{'anyOf':[{'type':'boolean'},{'$ref':'#/definitions/parameter'}]}"},
    {"BYTES", "a whole number and B, KB or MB",
     NULL, "{'anyOf':[{'type':'string','pattern':'^[0-9]+(B|KB|MB)$'},"
     "{'$ref':'#/definitions/parameter'}]}"},
    {"CONDITION", "NAME == \"value\", !=, in [\"a\", \"b\"], not, and, or, ( )",
     NULL, "{'type':'string','minLength':1}"},
    {"DEFECT", "the name of one, see DEFECTS, or none",
     NULL, NULL},
    {"DURATION", "a whole number and ns, us, ms, s, m or h",
     NULL, "{'anyOf':[{'type':'string','pattern':'^[0-9]+(ns|us|ms|s|m|h)$'},"
     "{'$ref':'#/definitions/parameter'}]}"},
    {"ERRNO", "the name of an error as errno(3) has it: ENOSPC, EINTR",
     NULL, NULL},
    {"ENDING", NULL,
     "{status: INTEGER, signal: SIGNAL, error: ERROR}", NULL},
    {"ERROR", "KIND of the root's final error, or KIND:CODE",
     NULL, NULL},
    {"EXIT", NULL,
     "any | ENDING | {one-of!: [ENDING]+}", NULL},
    {"FAULT", "{kill: ACTOR, with: SIGNAL} and so on, see FAULTS",
     NULL, NULL},
    {"INTEGER", "a whole number, without quotes",
     NULL, "{'anyOf':[{'type':'integer','minimum':0},{'$ref':'#/definitions/parameter'}]}"},
    {"INVARIANT", "the name of one, see INVARIANTS",
     NULL, NULL},
    {"JUDGEMENT", NULL,
     "{when: CONDITION, exit: EXIT, tree: empty, survivors: [ACTOR]+}", NULL},
    {"KEY", "C-c, C-z, Enter, Up and so on, see KEYS",
     NULL, NULL},
    {"MATRIX", "{NAME: [VALUE, ...], exclude: [{NAME: VALUE}], include: [{NAME: VALUE}]}",
     NULL, "{'type':'object','properties':{'exclude':{'$ref':'#/definitions/sets'},"
     "'include':{'$ref':'#/definitions/sets'}},'additionalProperties':"
     "{'type':'array','items':{'$ref':'#/definitions/text'}}}"},
    {"MODE", "of a file, as chmod has it: 0644, 0755",
     NULL, "{'anyOf':[{'type':'integer'},{'type':'string','pattern':'^0?[0-7]{3}$'},"
     "{'$ref':'#/definitions/parameter'}]}"},
    {"NODE", "an actor, see KEYS OF AN ACTOR",
     NULL, NULL},
    {"RANGE", "1.8.2, 1.8.x (all that begin so), '<=2', '>=1.8, <1.9' (both hold)",
     NULL, "{'type':['string','number'],'pattern':'^[ 0-9.x<>=!,]+$'}"},
    {"REGEX", "a regular expression of PCRE2",
     NULL, "{'$ref':'#/definitions/words'}"},
    {"ROLE", "the name of one, see ROLES",
     NULL, NULL},
    {"ROW", "a row of the screen, from 1; below 0 from the bottom, where -1 is the last",
     NULL, "{'anyOf':[{'type':'integer','minimum':-1000,'maximum':1000},"
     "{'$ref':'#/definitions/parameter'}]}"},
    {"SIGNAL", "SIGINT and so on, see SIGNALS",
     NULL, NULL},
    {"SIGNATURE", "INVARIANT, or 'INVARIANT actor=ACTOR cause=CAUSE'",
     NULL, NULL},
    {"SIZE", "1 to 1000",
     NULL, "{'anyOf':[{'type':'integer','minimum':1,'maximum':1000},"
     "{'$ref':'#/definitions/parameter'}]}"},
    {"STEPS", "a list of steps, see STEPS",
     "[STEP]+", NULL},
    {"STYLE", NULL,
     "bold | underline | italic | blink | reverse | strike", NULL},
    {"TAG", "letters, digits, - and _",
     NULL, "{'type':'string','pattern':'^[A-Za-z0-9_-]+$'}"},
    {"TELL", "see WHAT AN ACTOR CAN BE TOLD",
     NULL, NULL},
    {"TEXT", "any scalar",
     NULL, "{'type':['string','number','boolean']}"},
    {"VARIABLE", "its value, or null: there is none",
     NULL, "{'type':['string','number','boolean','null']}"},
    {"WORDS", "any scalar that is not empty",
     NULL, "{'type':['string','number','boolean'],'minLength':1}"},

    {"PARAMETER", NULL,
     NULL, "{'type':'string','pattern':'[$][{][^}]+[}]'}"},
    {"SETS", NULL,
     NULL, "{'type':'array','items':{'type':'object',"
     "'additionalProperties':{'$ref':'#/definitions/text'}}}"},
};
/* clang-format on */

const struct definition *definition_at(size_t i)
{
    return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i] : NULL;
}

const char *definition_find(const char *name, size_t size)
{
    for (size_t i = 0; definition_at(i) != NULL; i++) {
        const struct definition *row = &rows[i];
        if (strlen(row->name) == size && memcmp(row->name, name, size) == 0)
            return row->shape == NULL && row->help != NULL && row->help[0] == '{' ? row->help
                                                                                  : row->shape;
    }
    return NULL;
}

const char *definition_shape(const char *name)
{
    const struct definition *row = definition_at(0);

    for (size_t i = 1; row != NULL && strcmp(row->name, name) != 0; i++)
        row = definition_at(i);
    CHECK(row != NULL && row->shape != NULL);
    return row->shape;
}
