/* What the parsers of single compressors share. One file per compressor, its many options beside it
 * (NAME_options.c); each is a row of the table in request.c. */
#ifndef GIFVET_REQUEST_PARSE_H
#define GIFVET_REQUEST_PARSE_H

#include "request/request.h"

/* argv[0] is the program, options start at 1 (at 2 for `gm convert`; the table says so). */
typedef void (*request_parser)(struct request *r, size_t argc, const char *const argv[]);

void request_gifsicle(struct request *r, size_t argc, const char *const argv[]);
void request_magick(struct request *r, size_t argc, const char *const argv[]);
void request_graphicsmagick(struct request *r, size_t argc, const char *const argv[]);
void request_ffmpeg(struct request *r, size_t argc, const char *const argv[]);
void request_gifski(struct request *r, size_t argc, const char *const argv[]);
void request_animately(struct request *r, size_t argc, const char *const argv[]);
void request_vips(struct request *r, size_t argc, const char *const argv[]);
void request_vipsthumbnail(struct request *r, size_t argc, const char *const argv[]);
void request_giftool(struct request *r, size_t argc, const char *const argv[]);
void request_giffix(struct request *r, size_t argc, const char *const argv[]);
void request_gifclrmp(struct request *r, size_t argc, const char *const argv[]);

/* Everything becomes unclear: something was said that is not understood. */
void request_give_up(struct request *r);

/* Without memory they give up. A name is a pointer into argv; a copy is kept by the request. */
void request_add_name(struct request *r, struct request_names *names, const char *name);
void request_add_copy(struct request *r, struct request_names *names, const char *from, size_t n);
void request_add_span(struct request *r, int64_t first, int64_t last, int64_t delay_cs);
void request_add_step(struct request *r, struct request_step step);

void request_ask_colors(struct request *r, int64_t max, enum request_counting counting);
void request_ask_delay(struct request *r, int64_t delay_cs);
void request_ask_loops(struct request *r, int64_t count);

/* The most specific operation that the facets speak for, in the order explode, merge, frames,
 * colours, canvas, lossy, timing; else what `otherwise` says. */
void request_conclude(struct request *r, bool lossy, enum request_operation otherwise);

/* Reads an integer at s in base 10, *end behind it; false when there is none or it is huge. */
bool request_number(const char *s, const char **end, int64_t *n);

/* Reads a decimal at s ("50", "0.5", ".5"), *end behind it. */
bool request_decimal(const char *s, const char **end, double *x);

/* Does s begin with prefix? */
bool request_begins(const char *s, const char *prefix);

#endif
