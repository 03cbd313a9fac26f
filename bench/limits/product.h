// Matrix products: a tile of ROWS x COLUMNS of the result stays in registers while the common index runs.
#pragma once
#include "vectors.h"

#define ROWS 4
#define VECTORS 2
#define COLUMNS (LANES * VECTORS)

/// B [depth, columns] in panels of COLUMNS columns, each of them row by row.
static void pack(const float *b, int row_stride, int column_stride, int depth, int columns, float *panels) {
  for (int j = 0; j < columns; j += COLUMNS)
    for (int k = 0; k < depth; k++)
      for (int l = 0; l < COLUMNS; l++)
        panels[j * depth + k * COLUMNS + l] = b[k * row_stride + (j + l) * column_stride];
}

/// A tile of C (+)= A times one panel.
static inline __attribute__((always_inline)) void tile(
    int depth, const float *a, int row_stride, int depth_stride, const float *panel, float *c, int width, int add) {
  vec sums[ROWS][VECTORS];
#pragma GCC unroll 16
  for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 8
    for (int j = 0; j < VECTORS; j++) {
      if (add) sums[i][j] = *(const vec_unaligned *)(c + i * width + j * LANES);
      else sums[i][j] = (vec){0};
    }
  for (int k = 0; k < depth; k++) {
    vec b[VECTORS];
#pragma GCC unroll 8
    for (int j = 0; j < VECTORS; j++) b[j] = *(const vec_unaligned *)(panel + (k * VECTORS + j) * LANES);
#pragma GCC unroll 16
    for (int i = 0; i < ROWS; i++) {
      vec factor = a[i * row_stride + k * depth_stride] - (vec){0};
#pragma GCC unroll 8
      for (int j = 0; j < VECTORS; j++) sums[i][j] += factor * b[j];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < ROWS; i++)
#pragma GCC unroll 8
    for (int j = 0; j < VECTORS; j++) *(vec_unaligned *)(c + i * width + j * LANES) = sums[i][j];
}

/// C [rows, columns] (+)= A B, B packed. For matrices that stay in the cache.
static void product_packed(
    int rows, int columns, int depth, const float *a, int row_stride, int depth_stride, const float *panels, float *c, int add) {
  for (int j = 0; j < columns; j += COLUMNS)
    for (int i = 0; i < rows; i += ROWS)
      tile(depth, a + i * row_stride, row_stride, depth_stride, panels + j * depth, c + i * columns + j, columns, add);
}

#define DEPTH_BLOCK 256
#define ROW_BLOCK 64
#define MOST_COLUMNS 2048
static float packed_b[DEPTH_BLOCK * MOST_COLUMNS], packed_a[ROW_BLOCK * DEPTH_BLOCK];

/// C [rows, columns] = A B, in blocks that stay in the cache. Rows and columns are multiples of the tile's.
static void product(
    int rows, int columns, int depth, const float *a, int a_row, int a_column, const float *b, int b_row, int b_column, float *c) {
  for (int k0 = 0; k0 < depth; k0 += DEPTH_BLOCK) {
    int deep = depth - k0 < DEPTH_BLOCK ? depth - k0 : DEPTH_BLOCK;
    pack(b + k0 * b_row, b_row, b_column, deep, columns, packed_b);
    for (int i0 = 0; i0 < rows; i0 += ROW_BLOCK) {
      int high = rows - i0 < ROW_BLOCK ? rows - i0 : ROW_BLOCK;
      for (int i = 0; i < high; i += ROWS)
        for (int k = 0; k < deep; k++)
          for (int r = 0; r < ROWS; r++)
            packed_a[i * deep + k * ROWS + r] = a[(i0 + i + r) * a_row + (k0 + k) * a_column];
      for (int j = 0; j < columns; j += COLUMNS)
        for (int i = 0; i < high; i += ROWS)
          tile(deep, packed_a + i * deep, 1, ROWS, packed_b + j * deep, c + (i0 + i) * columns + j, columns, k0 > 0);
    }
  }
}
