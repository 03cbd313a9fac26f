// W8 by hand: one Langevin chain on a network 2-32-32-1. The eight vectors of each product stay in registers: as an array in
// memory the same program is three times slower.
#include "functions.h"

#define H 32
#define ALIGNED __attribute__((aligned(16)))
static float ALIGNED w1[2 * H], b1[H], w2[H * H], w2_transposed[H * H], b2[H], w3[H], position[2];

EXPORT float *address(int i) {
  float *all[] = {w1, b1, w2, w2_transposed, b2, w3, position};
  return all[i];
}

/// out = start + x M, M [H, H]
static inline __attribute__((always_inline)) void times(const float *x, const float *m, const vec *start, float *out) {
  vec r0 = start[0], r1 = start[1], r2 = start[2], r3 = start[3];
  vec r4 = start[4], r5 = start[5], r6 = start[6], r7 = start[7];
  for (int k = 0; k < H; k++) {
    vec a = {x[k], x[k], x[k], x[k]};
    const vec *row = (const vec *)(m + k * H);
    r0 += a * row[0];
    r1 += a * row[1];
    r2 += a * row[2];
    r3 += a * row[3];
    r4 += a * row[4];
    r5 += a * row[5];
    r6 += a * row[6];
    r7 += a * row[7];
  }
  vec *o = (vec *)out;
  o[0] = r0;
  o[1] = r1;
  o[2] = r2;
  o[3] = r3;
  o[4] = r4;
  o[5] = r5;
  o[6] = r6;
  o[7] = r7;
}

static inline float silu_slope(float z, float s) { return s * (1.f + z * (1.f - s)); }

static const float ALIGNED zeros[H];

/// x <- x - h / 2 grad E(x) + root noise
static void __attribute__((noinline)) step(float *x, u32 *key, float h, float root) {
  float ALIGNED h1[H], slope1[H], z2[H], d1[H];
  for (int j = 0; j < H; j++) {
    float z = x[0] * w1[j] + x[1] * w1[H + j] + b1[j], s = fast_sigmoid(z);
    h1[j] = z * s;
    slope1[j] = silu_slope(z, s);
  }
  times(h1, w2, (const vec *)b2, z2);
  for (int j = 0; j < H; j++) z2[j] = w3[j] * silu_slope(z2[j], fast_sigmoid(z2[j]));
  times(z2, w2_transposed, (const vec *)zeros, d1);
  float g0 = 0, g1 = 0;
  for (int j = 0; j < H; j++) {
    float d = d1[j] * slope1[j];
    g0 += d * w1[j];
    g1 += d * w1[H + j];
  }
  // The key is split in two (two hashes), then two numbers are drawn as JAX draws them (two hashes).
  u32 a, b, c, d, n0, n1, other;
  threefry(key[0], key[1], 0, 0, &a, &b);
  threefry(key[0], key[1], 0, 1, &c, &d);
  key[0] = a;
  key[1] = b;
  threefry(c, d, 0, 0, &n0, &other);
  n0 ^= other;
  threefry(c, d, 0, 1, &n1, &other);
  n1 ^= other;
  x[0] += -0.5f * h * g0 + root * normal_of_bits(n0);
  x[1] += -0.5f * h * g1 + root * normal_of_bits(n1);
}

/// The position after `steps` steps of size h; `root` is sqrt(h), or 0 for a descent without noise.
EXPORT void walk(int steps, float x, float y, float h, float root) {
  float point[2] = {x, y};
  u32 key[2] = {0, 7};
  for (int i = 0; i < steps; i++) step(point, key, h, root);
  position[0] = point[0];
  position[1] = point[1];
}
