/* main.c: the command `scenario`. */
#include "harness/cli/begun.h"
#include "harness/cli/command.h"

int main(int argc, char **argv)
{
    begun_keep();
    return command_run(argc, argv);
}
