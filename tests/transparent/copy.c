/* A host that reads in.gif and writes it to out.gif, through the heap: built with AddressSanitizer.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    FILE *from = fopen("in.gif", "rb"), *to = fopen("out.gif", "wb");
    size_t room = (size_t)1 << 20;
    char *bytes = malloc(room);
    if (from == NULL || to == NULL || bytes == NULL)
        return 1;
    size_t n = fread(bytes, 1, room, from);
    int bad = fwrite(bytes, 1, n, to) != n || fclose(to) != 0 || fclose(from) != 0;
    free(bytes);
    printf("%zu bytes\n", n);
    return bad;
}
