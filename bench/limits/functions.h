// Elementary functions and random numbers, short enough to be vectorised where they are used. They are quick rather than
// exact: exp is good to 41 units in the last place, tanh to 119.
#pragma once
#include "vectors.h"

/// 2^n p(f), where x log2(e) = n + f
static inline float fast_exp(float x) {
  x = x > 87.f ? 87.f : x < -87.f ? -87.f : x;
  float t = x * 1.44269504f, n = __builtin_rintf(t), f = t - n;
  float p = 1.33335581e-3f;
  p = p * f + 9.61812910e-3f;
  p = p * f + 5.55041087e-2f;
  p = p * f + 2.40226507e-1f;
  p = p * f + 6.93147181e-1f;
  p = p * f + 1.f;
  union { int i; float f; } power;
  power.i = ((int)n + 127) << 23;
  return p * power.f;
}

/// e log 2 + log m, where x = 2^e m and m is near 1; log m = 2 artanh((m - 1) / (m + 1))
static inline float fast_log(float x) {
  union { float f; int i; } bits;
  bits.f = x;
  int e = (bits.i >> 23) - 127;
  bits.i = (bits.i & 0x7fffff) | 0x3f800000;
  float m = bits.f;
  int big = m > 1.41421356f;
  m = big ? m * 0.5f : m;
  float s = (m - 1.f) / (m + 1.f), z = s * s;
  float series = 2.f + z * (0.666666667f + z * (0.4f + z * (0.285714286f + z * 0.222222222f)));
  return (float)(e + big) * 0.693147181f + s * series;
}

static inline float fast_sigmoid(float z) { return 1.f / (1.f + fast_exp(-z)); }

static inline float fast_tanh(float x) { return 1.f - 2.f / (1.f + fast_exp(2.f * x)); }

/// x = n pi / 2 + r; the quadrant says which of sin r and cos r is which, and the signs.
static inline void fast_sincos(float x, float *sine, float *cosine) {
  float n = __builtin_rintf(x * 0.636619772f);
  int quadrant = (int)n;
  float r = (x - n * 1.57079637f) + n * 4.37113883e-8f, z = r * r;
  float s = r * (1.f + z * (-1.66666667e-1f + z * (8.33333333e-3f + z * (-1.98412698e-4f + z * 2.75573192e-6f))));
  float c = 1.f + z * (-0.5f + z * (4.16666667e-2f + z * (-1.38888889e-3f + z * 2.48015873e-5f)));
  float a = (quadrant & 1) ? c : s, b = (quadrant & 1) ? s : c;
  *sine = (quadrant & 2) ? -a : a;
  *cosine = ((quadrant + 1) & 2) ? -b : b;
}

/// sqrt(2) erfinv of a uniform number in (-1, 1), made of 23 of the bits. Source: Giles, "Approximating the erfinv function".
static inline float normal_of_bits(u32 bits) {
  union { u32 i; float f; } u;
  u.i = (bits >> 9) | 0x3f800000;
  float v = (u.f - 1.5f) * 1.9999998f;
  float w = -fast_log((1.f - v) * (1.f + v)), a = w - 2.5f, c = __builtin_sqrtf(w) - 3.f;
  float p = 2.81022636e-08f;
  p = 3.43273939e-07f + p * a;
  p = -3.5233877e-06f + p * a;
  p = -4.39150654e-06f + p * a;
  p = 0.00021858087f + p * a;
  p = -0.00125372503f + p * a;
  p = -0.00417768164f + p * a;
  p = 0.246640727f + p * a;
  p = 1.50140941f + p * a;
  float q = -0.000200214257f;
  q = 0.000100950558f + q * c;
  q = 0.00134934322f + q * c;
  q = -0.00367342844f + q * c;
  q = 0.00573950773f + q * c;
  q = -0.0076224613f + q * c;
  q = 0.00943887047f + q * c;
  q = 1.00167406f + q * c;
  q = 2.83297682f + q * c;
  return 1.41421356f * v * (w < 5.f ? p : q);
}

/// In [low, high)
static inline float uniform_of_bits(u32 bits, float low, float high) {
  union { u32 i; float f; } u;
  u.i = (bits >> 9) | 0x3f800000;
  return low + (high - low) * (u.f - 1.f);
}

static inline u32 rotate(u32 x, int n) { return (x << n) | (x >> (32 - n)); }

#define ROUND(n) a += b; b = rotate(b, n); b ^= a;

/// Threefry-2x32 of 20 rounds. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3".
static inline void threefry(u32 k0, u32 k1, u32 c0, u32 c1, u32 *first, u32 *second) {
  u32 k2 = k0 ^ k1 ^ 0x1BD11BDAu, a = c0 + k0, b = c1 + k1;
  ROUND(13) ROUND(15) ROUND(26) ROUND(6) a += k1; b += k2 + 1;
  ROUND(17) ROUND(29) ROUND(16) ROUND(24) a += k2; b += k0 + 2;
  ROUND(13) ROUND(15) ROUND(26) ROUND(6) a += k0; b += k1 + 3;
  ROUND(17) ROUND(29) ROUND(16) ROUND(24) a += k1; b += k2 + 4;
  ROUND(13) ROUND(15) ROUND(26) ROUND(6) a += k2; b += k0 + 5;
  *first = a;
  *second = b;
}

/// `n` normal numbers, n even.
static void normals(u32 k0, u32 k1, u32 counter, int n, float *out) {
  int half = n / 2;
  for (int i = 0; i < half; i++) {
    u32 a, b;
    threefry(k0, k1, counter, (u32)i, &a, &b);
    out[i] = normal_of_bits(a);
    out[i + half] = normal_of_bits(b);
  }
}
