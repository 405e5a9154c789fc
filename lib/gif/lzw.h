/* The LZW decoder of GIF frames, written as a specification: GIF89a, Appendix F.
 *
 * Strict: every malformed stream has an error of its own; nothing is repaired. Fast, because the
 * output is the dictionary: every code but a literal stands for indices that were already written,
 * so an entry is an offset and a length, and decoding it is a copy. So indices can be translated on
 * the way for nothing: only literals have to be. Pure, allocates nothing. */
#ifndef GIFVET_GIF_LZW_H
#define GIFVET_GIF_LZW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that must be writable in front of and behind the output: the decoder keeps the literals in
 * front, and stores whole words. What is written there is meaningless. */
#define LZW_OUTPUT_FRONT 256
#define LZW_OUTPUT_BEHIND 32
#define LZW_OUTPUT_SLACK (LZW_OUTPUT_FRONT + LZW_OUTPUT_BEHIND)

enum lzw_status {
    LZW_DONE,           /* all indices are there */
    LZW_ENDS_EARLY,     /* an end code, or the end of the data, before the last index */
    LZW_UNDEFINED_CODE, /* a code that the stream had not defined */
    LZW_CODE_SIZE       /* minimum code size outside 2 to 8 */
};

struct lzw_frame {
    const uint8_t *data; /* the sub-blocks' bytes joined, without their lengths */
    size_t data_used;
    unsigned min_code_size;
    const uint8_t *inks; /* 256: the byte to write for each index; NULL = the index itself */
    uint8_t *output;     /* LZW_OUTPUT_FRONT into a buffer of pixels + LZW_OUTPUT_SLACK bytes */
    size_t pixels;       /* width × height, at most 65535 × 65535 */
};

struct lzw_result {
    enum lzw_status status;
    size_t written;     /* indices, at most pixels */
    size_t at;          /* byte of the data where decoding ended or went wrong */
    size_t superfluous; /* indices that the stream holds beyond pixels */
    bool used[256];     /* which indices occur among those written */
};

/* Decodes one frame. Never reads outside data[0..data_used), nor reads or writes outside
 * output[-LZW_OUTPUT_FRONT..pixels + LZW_OUTPUT_BEHIND), whatever the data says. */
struct lzw_result lzw_decode(const struct lzw_frame *frame);

#endif
