/* cmocka with what it needs before it. */
#ifndef GIFVET_TESTS_UNIT_H
#define GIFVET_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
