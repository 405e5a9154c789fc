/* What a host that reads in.gif has read. */
#ifndef TOOLS_IN_GIF_H
#define TOOLS_IN_GIF_H

#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

static char bytes[1 << 22];
static size_t size;

static void read_source(void) {
    int fd = open("in.gif", O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes);
    size = n > 0 ? (size_t)n : 0;
    close(fd);
}

#endif
