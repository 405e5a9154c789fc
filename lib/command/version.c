#include "command/command.h"

#include <gif_lib.h>
#include <stdio.h>

int command_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    printf("gifvet %s (giflib %d.%d.%d)\n", GIFVET_VERSION, GIFLIB_MAJOR, GIFLIB_MINOR,
           GIFLIB_RELEASE);
    return 0;
}
