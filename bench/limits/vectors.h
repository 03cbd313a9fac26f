// Vectors of four floats, and what a program without a C library has to bring along.
#pragma once

#define LANES 4
typedef unsigned u32;
typedef float vec __attribute__((vector_size(4 * LANES)));
/// The same at any address.
typedef float vec_unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define EXPORT __attribute__((visibility("default")))

__attribute__((no_builtin)) void *memset(void *to, int value, unsigned long n) {
  char *p = to;
  while (n--) *p++ = value;
  return to;
}

__attribute__((no_builtin)) void *memcpy(void *to, const void *from, unsigned long n) {
  char *p = to;
  const char *q = from;
  while (n--) *p++ = *q++;
  return to;
}
