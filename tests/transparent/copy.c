/* A host that reads in.gif and writes it to out.gif, through the heap: built with AddressSanitizer.
 */
#include <stdio.h>
#include <stdlib.h>

#define ROOM ((size_t)1 << 20)

int main(void) {
    FILE *from = fopen("in.gif", "rb"), *to = fopen("out.gif", "wb");
    if (from == NULL || to == NULL)
        exit(1);
    char *bytes = malloc(ROOM);
    if (bytes == NULL)
        exit(1);
    size_t n = fread(bytes, 1, ROOM, from);
    int bad = fwrite(bytes, 1, n, to) != n || fclose(to) != 0 || fclose(from) != 0;
    free(bytes);
    printf("%zu bytes\n", n);
    return bad;
}
