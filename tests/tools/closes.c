/* A host that opens and closes descriptors which are no GIFs: closes null|file|pipe COUNT. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    long count = argc == 3 ? atol(argv[2]) : 0;
    const char *path = argc == 3 && strcmp(argv[1], "file") == 0 ? argv[0] : "/dev/null";
    for (long i = 0; i < count; i++) {
        int fd[2];
        if (strcmp(argv[1], "pipe") == 0) {
            if (pipe(fd) != 0)
                return 1;
            close(fd[0]);
            close(fd[1]);
        } else {
            close(open(path, O_RDONLY));
        }
    }
    return 0;
}
