/* Runs a fuzz target over files and the files of folders, without a fuzzer: what was found once
 * stays found. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static size_t files;

static void replay(const char *path) {
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (f == NULL || fstat(fileno(f), &st) != 0)
        exit(2);
    size_t n = (size_t)st.st_size;
    uint8_t *bytes = malloc(n + 1);
    HOLDS(bytes != NULL && fread(bytes, 1, n, f) == n);
    fclose(f);
    (void)LLVMFuzzerTestOneInput(bytes, n);
    free(bytes);
    files++;
}

static void replay_all(const char *folder) {
    char path[4096];
    DIR *d = opendir(folder);
    struct dirent *e;
    if (d == NULL) {
        replay(folder);
        return;
    }
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        replay(path);
    }
    closedir(d);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        replay_all(argv[i]);
    printf("%zu\n", files);
    return 0;
}
