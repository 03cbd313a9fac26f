// W3 by hand: value and gradient of a classifier INPUTS-512-512-CLASSES with ReLU. The last layer is padded to 32 columns.
#include "functions.h"
#include "product.h"

#define BATCH 128
#define INPUTS 784
#define HIDDEN 512
#define CLASSES 10
#define PADDED 32

static float images[BATCH * INPUTS], w1[INPUTS * HIDDEN], b1[HIDDEN], w2[HIDDEN * HIDDEN], b2[HIDDEN], w3[HIDDEN * PADDED], b3[PADDED];
static float h1[BATCH * HIDDEN], h2[BATCH * HIDDEN], z3[BATCH * PADDED], d1[BATCH * HIDDEN], d2[BATCH * HIDDEN];
static float gw1[INPUTS * HIDDEN], gw2[HIDDEN * HIDDEN], gw3[HIDDEN * PADDED], gb1[HIDDEN], gb2[HIDDEN], gb3[PADDED];

EXPORT float *address(int i) {
  float *all[] = {images, w1, b1, w2, b2, w3, b3};
  return all[i];
}

static void add_and_rectify(float *z, const float *b) {
  for (int i = 0; i < BATCH; i++)
    for (int j = 0; j < HIDDEN; j++) {
      float v = z[i * HIDDEN + j] + b[j];
      z[i * HIDDEN + j] = v > 0 ? v : 0;
    }
}

static void where_positive(float *d, const float *h) {
  for (int i = 0; i < BATCH * HIDDEN; i++) d[i] = h[i] > 0 ? d[i] : 0;
}

static void sum_rows(const float *d, int width, float *out) {
  for (int j = 0; j < width; j++) out[j] = 0;
  for (int i = 0; i < BATCH; i++)
    for (int j = 0; j < width; j++) out[j] += d[i * width + j];
}

EXPORT float value_and_gradient(void) {
  product(BATCH, HIDDEN, INPUTS, images, INPUTS, 1, w1, HIDDEN, 1, h1);
  add_and_rectify(h1, b1);
  product(BATCH, HIDDEN, HIDDEN, h1, HIDDEN, 1, w2, HIDDEN, 1, h2);
  add_and_rectify(h2, b2);
  product(BATCH, PADDED, HIDDEN, h2, HIDDEN, 1, w3, PADDED, 1, z3);
  float loss = 0;
  for (int i = 0; i < BATCH; i++) {
    float *z = z3 + i * PADDED, largest = -1e30f, sum = 0;
    int label = i % CLASSES;
    for (int j = 0; j < CLASSES; j++) {
      z[j] += b3[j];
      if (z[j] > largest) largest = z[j];
    }
    for (int j = 0; j < CLASSES; j++) sum += fast_exp(z[j] - largest);
    float normalizer = fast_log(sum) + largest;
    loss += (normalizer - z[label]) / BATCH;
    for (int j = 0; j < CLASSES; j++) z[j] = (fast_exp(z[j] - normalizer) - (j == label)) / BATCH;
    for (int j = CLASSES; j < PADDED; j++) z[j] = 0;
  }
  product(HIDDEN, PADDED, BATCH, h2, 1, HIDDEN, z3, PADDED, 1, gw3);
  product(BATCH, HIDDEN, PADDED, z3, PADDED, 1, w3, 1, PADDED, d2);
  where_positive(d2, h2);
  product(HIDDEN, HIDDEN, BATCH, h1, 1, HIDDEN, d2, HIDDEN, 1, gw2);
  product(BATCH, HIDDEN, HIDDEN, d2, HIDDEN, 1, w2, 1, HIDDEN, d1);
  where_positive(d1, h1);
  product(INPUTS, HIDDEN, BATCH, images, 1, INPUTS, d1, HIDDEN, 1, gw1);
  sum_rows(d1, HIDDEN, gb1);
  sum_rows(d2, HIDDEN, gb2);
  sum_rows(z3, PADDED, gb3);
  return loss;
}

static float squares(const float *x, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++) sum += x[i] * x[i];
  return sum;
}

/// The sum of squares of the gradient.
EXPORT float gradient_square(void) {
  return squares(gw1, INPUTS * HIDDEN) + squares(gw2, HIDDEN * HIDDEN) + squares(gw3, HIDDEN * PADDED) +
         squares(gb1, HIDDEN) + squares(gb2, HIDDEN) + squares(gb3, PADDED);
}
