// W1, W1b and W2 by hand: a network 2-H-H-1 with SiLU, chains of Langevin steps, one step of training.
// -DH=128 -DCHAINS=256 -DBLOCK=32 -DMOST_CHAINS=4096
#include "functions.h"
#include "product.h"

/// All parameters, in the order in which `parameters()` is filled.
typedef struct {
  float w1[2 * H], b1[H], w2[H * H], b2[H], w3[H], b3;
} Net;
#define PARAMETERS ((int)(sizeof(Net) / sizeof(float)))

static Net net, gradient, first_moment, second_moment;
static float first_power = 1, second_power = 1;
static float batch[2 * CHAINS], other_batch[2 * CHAINS], starts[2 * MOST_CHAINS], chains[2 * MOST_CHAINS];
static float w2_panels[H * H], w2_transposed_panels[H * H];

EXPORT float *parameters(void) { return (float *)&net; }
EXPORT float *batch_address(void) { return batch; }
EXPORT float *other_batch_address(void) { return other_batch; }
EXPORT float *starts_address(void) { return starts; }
EXPORT float *chains_address(void) { return chains; }

static void pack_weights(void) {
  pack(net.w2, H, 1, H, H, w2_panels);
  pack(net.w2, 1, H, H, H, w2_transposed_panels);
}

/// silu(z) = z s, and its derivative s (1 + z (1 - s)), s the sigmoid of z
static inline float silu_slope(float z, float s) { return s * (1.f + z * (1.f - s)); }

static inline void first_layer(const float *x, float *h1, float *slope1) {
  for (int j = 0; j < H; j++) {
    float z = x[0] * net.w1[j] + x[1] * net.w1[H + j] + net.b1[j], s = fast_sigmoid(z);
    h1[j] = z * s;
    slope1[j] = silu_slope(z, s);
  }
}

static float h1[BLOCK * H], slope1[BLOCK * H], z2[BLOCK * H], noise[2 * BLOCK];

/// All steps of `count` chains, block after block: a block's rows stay in the cache. The step size goes from `first` to `last`.
static void langevin(float *x, int count, int steps, float first, float last, u32 seed) {
  for (int q = 0; q < count; q += BLOCK)
    for (int k = 0; k < steps; k++) {
      float *rows = x + 2 * q;
      float h = steps > 1 ? first + (last - first) * k / (steps - 1) : first, root = __builtin_sqrtf(h);
      for (int i = 0; i < BLOCK; i++) first_layer(rows + 2 * i, h1 + i * H, slope1 + i * H);
      product_packed(BLOCK, H, H, h1, H, 1, w2_panels, z2, 0);
      for (int i = 0; i < BLOCK; i++)
        for (int j = 0; j < H; j++) {
          float z = z2[i * H + j] + net.b2[j];
          z2[i * H + j] = net.w3[j] * silu_slope(z, fast_sigmoid(z));
        }
      product_packed(BLOCK, H, H, z2, H, 1, w2_transposed_panels, h1, 0);
      normals(seed, q, k, 2 * BLOCK, noise);
      for (int i = 0; i < BLOCK; i++) {
        float g0 = 0, g1 = 0;
        for (int j = 0; j < H; j++) {
          float d = h1[i * H + j] * slope1[i * H + j];
          g0 += d * net.w1[j];
          g1 += d * net.w1[H + j];
        }
        rows[2 * i] += -0.5f * h * g0 + root * noise[2 * i];
        rows[2 * i + 1] += -0.5f * h * g1 + root * noise[2 * i + 1];
      }
    }
}

#define BOTH (2 * CHAINS)
static float points[2 * BOTH], all_h1[BOTH * H], all_slope1[BOTH * H], all_h2[BOTH * H], all_d2[BOTH * H], all_d1[BOTH * H];
static float energies[BOTH], weights[BOTH], d2_panels[BOTH * H];

/// mean E(data) - mean E(samples) + 0.1 (mean E(data)^2 + mean E(samples)^2), and its gradient
static float loss_and_gradient(const float *data, const float *samples) {
  float *g = (float *)&gradient;
  for (int i = 0; i < PARAMETERS; i++) g[i] = 0;
  for (int i = 0; i < 2 * CHAINS; i++) {
    points[i] = data[i];
    points[2 * CHAINS + i] = samples[i];
  }
  for (int i = 0; i < BOTH; i++) first_layer(points + 2 * i, all_h1 + i * H, all_slope1 + i * H);
  product_packed(BOTH, H, H, all_h1, H, 1, w2_panels, all_h2, 0);
  float loss = 0;
  for (int i = 0; i < BOTH; i++) {
    float e = net.b3;
    for (int j = 0; j < H; j++) {
      float z = all_h2[i * H + j] + net.b2[j], s = fast_sigmoid(z);
      all_h2[i * H + j] = z * s;
      e += z * s * net.w3[j];
      all_d2[i * H + j] = net.w3[j] * silu_slope(z, s);
    }
    float sign = i < CHAINS ? 1.f : -1.f;
    loss += (sign * e + 0.1f * e * e) / CHAINS;
    weights[i] = (sign + 0.2f * e) / CHAINS;
    energies[i] = e;
  }
  for (int i = 0; i < BOTH; i++) {
    float c = weights[i];
    gradient.b3 += c;
    for (int j = 0; j < H; j++) {
      gradient.w3[j] += c * all_h2[i * H + j];
      all_d2[i * H + j] *= c;
      gradient.b2[j] += all_d2[i * H + j];
    }
  }
  pack(all_d2, H, 1, BOTH, H, d2_panels);
  product_packed(H, H, BOTH, all_h1, 1, H, d2_panels, gradient.w2, 0);
  product_packed(BOTH, H, H, all_d2, H, 1, w2_transposed_panels, all_d1, 0);
  for (int i = 0; i < BOTH; i++)
    for (int j = 0; j < H; j++) {
      float d = all_d1[i * H + j] * all_slope1[i * H + j];
      gradient.b1[j] += d;
      gradient.w1[j] += d * points[2 * i];
      gradient.w1[H + j] += d * points[2 * i + 1];
    }
  return loss;
}

static void adam(void) {
  float *p = (float *)&net, *g = (float *)&gradient, *m = (float *)&first_moment, *v = (float *)&second_moment;
  first_power *= 0.9f;
  second_power *= 0.999f;
  float rate = 1e-3f / (1 - first_power), correction = 1 / (1 - second_power);
  for (int i = 0; i < PARAMETERS; i++) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    p[i] -= rate * m[i] / (__builtin_sqrtf(v[i] * correction) + 1e-8f);
  }
}

/// W1: the loss of step `number`, before the parameters move.
EXPORT float training_step(int number, int steps, float first, float last) {
  pack_weights();
  for (int i = 0; i < CHAINS; i++) {
    u32 a, b;
    threefry(7, number, 99, i, &a, &b);
    chains[2 * i] = uniform_of_bits(a, -4, 4);
    chains[2 * i + 1] = uniform_of_bits(b, -4, 4);
  }
  langevin(chains, CHAINS, steps, first, last, number);
  float loss = loss_and_gradient(batch, chains);
  adam();
  return loss;
}

/// W2: moves `count` chains from `starts`.
EXPORT void sample(int count, int steps, float h) {
  pack_weights();
  for (int i = 0; i < 2 * count; i++) chains[i] = starts[i];
  langevin(chains, count, steps, h, h, 3);
}

/// To be compared: the loss of two given batches, then the mean energy of the first, then the sum of the gradient's squares.
EXPORT float loss_of_batches(void) {
  pack_weights();
  return loss_and_gradient(batch, other_batch);
}
EXPORT float mean_energy(void) {
  float sum = 0;
  for (int i = 0; i < CHAINS; i++) sum += energies[i];
  return sum / CHAINS;
}
EXPORT float gradient_square(void) {
  float *g = (float *)&gradient, sum = 0;
  for (int i = 0; i < PARAMETERS; i++) sum += g[i] * g[i];
  return sum;
}
