// W4 by hand: the product of two square matrices.
#include "product.h"

#define SIZE 1024
static float a[SIZE * SIZE], b[SIZE * SIZE], c[SIZE * SIZE];

EXPORT float *address(int i) { return i == 0 ? a : i == 1 ? b : c; }

EXPORT void multiply(void) { product(SIZE, SIZE, SIZE, a, SIZE, 1, b, SIZE, 1, c); }
