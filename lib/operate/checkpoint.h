/* Configurations kept to be gone back to: the last CHECKPOINTS_KEPT, in the directory checkpoints
 * of the state directory.
 *
 *   NUMBER.ini    the file's bytes
 *   NUMBER.json   when, who, why, of which file, and the bytes' SHA-256
 *
 * Numbers only grow. A checkpoint is there once its .ini is, which comes last and complete. Who
 * changes anything holds the lock on the directory, so that of two operators the second sees what
 * the first has done. Files get mode 0600, the directory 0700 (sys/place.h says what is refused).
 * For one thread. */
#ifndef GIFVET_OPERATE_CHECKPOINT_H
#define GIFVET_OPERATE_CHECKPOINT_H

#include "evidence/sha256.h"
#include "text/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHECKPOINTS_KEPT 10
#define CHECKPOINT_TEXT_MAX 512            /* bytes of a description, NUL included */
#define CHECKPOINT_MOST ((size_t)16 << 20) /* bytes of a configuration that can be kept */

/* Strings are for people: of a checkpoint that was read, what was no UTF-8 is U+FFFD, which takes
 * three bytes for one. */
struct checkpoint {
    unsigned number;
    int64_t wall_us;
    unsigned uid;           /* of who made it */
    char user[3 * 64];      /* its name, "" = none */
    char sudo_user[3 * 64]; /* who became that user, "" = nobody */
    char description[3 * CHECKPOINT_TEXT_MAX];
    char file[3 * PATH_MAX];     /* the configuration that it was */
    char file_name[SHA256_SIZE]; /* SHA-256 of that path: tells whether it is the same */
    unsigned permissions;
    uint64_t bytes;
    char checksum[SHA256_SIZE];
    bool is_damaged; /* its note cannot be read: nothing but number and bytes is known */
};

/* Its members are for reading. */
struct checkpoints {
    int directory; /* or -1 */
    char path[PATH_MAX];
    struct checkpoint at[CHECKPOINTS_KEPT + 2]; /* the newest first */
    size_t used;
};

/* Finds what there is. to_change: makes the directory where it is missing and waits for the lock,
 * calling waiting (which may be NULL) first when somebody else has it. Returns 0, or an errno with
 * e filled; ENOENT (never to_change): there are none. */
int checkpoints_open(struct checkpoints *c, const char *state_dir, bool to_change,
                     void (*waiting)(void), struct error *e);
void checkpoints_close(struct checkpoints *c);

/* The one of that number, or NULL. */
const struct checkpoint *checkpoints_find(const struct checkpoints *c, unsigned number);

/* Keeps bytes[0..n) under the next number and drops the oldest beyond CHECKPOINTS_KEPT. Of *new
 * number, bytes and checksum are filled here, the rest by the caller. c must be open to change; it
 * holds the new one afterwards. 0, or an errno with e filled: then nothing was kept or dropped. */
int checkpoints_add(struct checkpoints *c, struct checkpoint *new, const void *bytes, size_t n,
                    struct error *e);

/* Reads its bytes into malloc()ed memory (free() it), NUL behind them, and holds them against the
 * checksum. 0, or an errno with e filled. */
int checkpoints_read(const struct checkpoints *c, const struct checkpoint *which, uint8_t **bytes,
                     size_t *n, struct error *e);

/* The path of its bytes, in buffer. */
char *checkpoints_path(const struct checkpoints *c, const struct checkpoint *which, char *buffer,
                       size_t size);

#endif
