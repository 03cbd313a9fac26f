// W6 by hand: sum(sin(x) exp(-x x) + tanh(x)) and its gradient.
#include "functions.h"

#define SIZE 1000000
#define BLOCK 10000
static float x[SIZE], gradient[SIZE];

EXPORT float *address(int i) { return i == 0 ? x : gradient; }

/// In blocks, whose sums lose less.
EXPORT float value(void) {
  float total = 0;
  for (int b = 0; b < SIZE; b += BLOCK) {
    float sum = 0;
    for (int i = b; i < b + BLOCK; i++) {
      float s, c;
      fast_sincos(x[i], &s, &c);
      sum += s * fast_exp(-x[i] * x[i]) + fast_tanh(x[i]);
    }
    total += sum;
  }
  return total;
}

EXPORT void slopes(void) {
  for (int i = 0; i < SIZE; i++) {
    float s, c, e = fast_exp(-x[i] * x[i]), t = fast_tanh(x[i]);
    fast_sincos(x[i], &s, &c);
    gradient[i] = e * (c - 2 * x[i] * s) + 1 - t * t;
  }
}
