#include "operate/writable.h"

#include "sys/place.h"
#include "text/text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int writable_file(const char *path) {
    struct stat st;
    const char *name;
    int directory = place_parent(path, false, &name);
    if (directory < 0)
        return directory;
    int fd = place_file(directory, name, O_WRONLY | O_APPEND, &st);
    close(directory);
    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}

bool writable_above(const char *path, char *above, size_t size) {
    text_print(above, size, "%s", path);
    for (;;) {
        char *slash = strrchr(above, '/');
        if (slash == NULL)
            text_print(above, size, ".");
        else if (slash == above)
            above[1] = '\0';
        else
            *slash = '\0';
        if (access(above, F_OK) == 0 || strcmp(above, ".") == 0 || strcmp(above, "/") == 0)
            return access(above, W_OK | X_OK) == 0;
    }
}
