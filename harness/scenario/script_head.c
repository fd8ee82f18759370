/* script_head.c: what an expect script says besides its steps: how the program is started, what is
 * allowed, and how it must end. Where a scenario uses the script, the scenario's own count. */
#include "harness/scenario/command_parse.h"
#include "harness/scenario/map.h"
#include "harness/scenario/role_parse.h"
#include "harness/scenario/script.h"
#include "harness/scenario/top_key.h"

bool script_head_read(struct build *b, const struct node *root, struct scenario *s,
                      struct variant *v)
{
    static const char *const shared[] = {"name", "summary", "terminal", "limits", "outcome"};
    const struct node *env = node_get(root, "env");
    const struct node *cwd = node_get(root, "cwd");
    const struct node *who = node_get(root, "who");
    bool ok = true;

    for (size_t i = 0; i < COUNT_OF(shared); i++) {
        const struct node *n = node_get(root, shared[i]);
        if (n != NULL)
            ok = top_one_read(b, shared[i], n, s, v) && ok;
    }
    ok = (who == NULL || who_parse(b, word_named(language_command_key, "who"), who, v)) && ok;
    ok = (env == NULL || env_parse(b, word_named(language_command_key, "env"), env, v)) && ok;
    return (cwd == NULL || cwd_parse(b, word_named(language_command_key, "cwd"), cwd, v)) && ok;
}
