/* known_when.c: `when:` of an entry, decided for the parameters of one variant. */
#include "harness/gate/known_parse.h"
#include "harness/scenario/condition.h"
#include "harness/scenario/load.h"

#include <string.h>

enum { WHEN_ARENA_BYTES_MAX = 8 * 1024 * 1024 };

bool known_names(const struct known_entry *e, const char *scenario)
{
    size_t size = strlen(e->scenario);

    if (size > 0 && e->scenario[size - 1] == '*')
        return strncmp(e->scenario, scenario, size - 1) == 0;
    return strcmp(e->scenario, scenario) == 0;
}

const char *known_parameter_end(const char *parameters)
{
    const char *at = parameters;

    for (; *at != 0; at++) {
        if (*at != ',')
            continue;
        size_t name = strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789_-");
        if (name > 0 && at[1 + name] == '=')
            break;
    }
    return at;
}

/* "depth=2,presses=1" as what a condition can name. */
static bool parameters_read(struct parse *p, const char *parameters, struct scope *out)
{
    struct binding *all = parse_alloc(p, SCENARIO_PARAMETERS_MAX + 2, sizeof(*all));
    size_t count = 0;

    if (all == NULL)
        return false;
    for (const char *at = parameters; *at != 0 && count <= SCENARIO_PARAMETERS_MAX;) {
        const char *end = known_parameter_end(at);
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (equals != NULL) {
            all[count++] = (struct binding){
                .name = parse_copy(p, at, (size_t)(equals - at)),
                .text = parse_copy(p, equals + 1, (size_t)(end - equals - 1)),
                .size = (size_t)(end - equals - 1),
            };
        }
        at = *end == ',' ? end + 1 : end;
    }
    if (p->no_memory)
        return false;
    *out = (struct scope){.binding = all, .count = count, .from = "its matrix"};
    if (scope_find(out, "ctrl-c", strlen("ctrl-c")) == NULL) {
        all[count] = (struct binding){.name = "ctrl-c", .text = "none", .size = strlen("none")};
        out->count++;
    }
    return true;
}

enum known_when known_when(const struct known_entry *e, const char *parameters,
                           char name[KNOWN_ID_BYTES_MAX + 1])
{
    struct arena arena;
    struct findings findings;
    struct missing missing = {0};
    struct scope scope;
    bool holds = false;

    if (e->when_node == NULL)
        return WHEN_HOLDS;
    arena = arena_new(WHEN_ARENA_BYTES_MAX);
    struct parse p = parse_begin(&arena, NULL, &findings);
    bool ok = parameters_read(&p, parameters, &scope);
    scope.missing = &missing;
    ok = ok && condition_read(&p, &scope, e->when_node, &holds);
    arena_release(&arena);
    if (missing.size > 0) {
        size_t size = missing.size < KNOWN_ID_BYTES_MAX ? missing.size : KNOWN_ID_BYTES_MAX;
        if (name != NULL) {
            memcpy(name, missing.name, size);
            name[size] = 0;
        }
        return WHEN_UNKNOWN;
    }
    return ok && holds ? WHEN_HOLDS : WHEN_FAILS;
}

void known_when_say(struct parse *p, const struct known_entry *e, const char *parameters,
                    const char *scenario)
{
    struct scope scope;
    bool holds;

    if (!parameters_read(p, parameters, &scope))
        return;
    scope.from = parse_format(p, "the matrix of %s", scenario);
    (void)condition_read(p, &scope, e->when_node, &holds);
}
