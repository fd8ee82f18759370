/* main.c: the command `scenario`. */
#include "harness/cli/verb.h"

int main(int argc, char **argv)
{
    return command_run(argc, argv);
}
