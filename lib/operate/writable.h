/* Whether gifvet's own files could be written here, asked as the preload object would find out, but
 * without making anything. By the rights of whoever asks: a host that runs as somebody else may
 * fare otherwise. */
#ifndef GIFVET_OPERATE_WRITABLE_H
#define GIFVET_OPERATE_WRITABLE_H

#include <stdbool.h>
#include <stddef.h>

/* 0 when records could be appended to the file at path; else a negative errno: -ENOENT, it is not
 * there (see writable_above()); -EPERM, refused by sys/place.h; -EINVAL, -ELOOP, -EISDIR or -ENXIO,
 * no regular file. */
int writable_file(const char *path);

/* Could path be made? Looks at the nearest directory above it that exists and prints that into
 * above (cut when longer than size); errno says why not. */
bool writable_above(const char *path, char *above, size_t size);

#endif
