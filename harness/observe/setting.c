/* setting.c: the names of engines. */
#include "harness/observe/setting.h"

const char *engine_name(unsigned engines)
{
    if (engines == ENGINE_REAL)
        return "real";
    return engines == ENGINE_SIM ? "sim" : "both";
}
