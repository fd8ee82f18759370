/* actor_api.c: actor_main() of actor.h. */
#include "runtime/host/host.h"

int actor_main(const struct actor_program *program, const char *name, const void *arg,
               size_t arg_size)
{
    struct host_options o = {.program = program, .name = name, .arg = arg, .arg_size = arg_size};

    return host_run(&o);
}
