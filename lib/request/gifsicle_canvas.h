/* What gifsicle's options ask of the canvas: sizes, factors, cuts and turns. */
#ifndef GIFVET_REQUEST_GIFSICLE_CANVAS_H
#define GIFVET_REQUEST_GIFSICLE_CANVAS_H

#include "request/gifsicle_options.h"
#include "request/request.h"

/* Takes the option id with its value (NULL: none) into r->canvas; one that is not of the canvas, or
 * not understood, leaves it unclear. */
void gifsicle_canvas(struct request *r, enum gifsicle_id id, const char *value);

#endif
