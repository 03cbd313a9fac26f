/**
 * Permutation tests: were two sets of points drawn from one density? If they were, then which rows carry the label "first
 * set" is chance, and a statistic of the sets is one draw from its values under random labels. The p-value is the share of
 * those that are at least as large, the observed one counted in: (1 + hits) / (1 + permutations), which is never 0 and is
 * right at any size.
 *
 * Source: Phipson and Smyth, "Permutation p-values should never be zero" (2010).
 */
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { map } from "../../lax/index.js";
import * as np from "../../numpy/index.js";
import { type Key, split } from "../../random/key.js";
import { permutation } from "../../random/permutation.js";

/**
 * 1 for the first set and 0 for the second: column 0 as it is, column i + 1 permuted by split(key, permutations)[i].
 * f32[n + m, 1 + permutations]
 */
export function labelColumns(key: Key, n: number, m: number, permutations: number): NDArray {
  const labels = np.concatenate([np.ones([n]), np.zeros([m])]);
  if (permutations === 0) return labels.expandDims(1);
  const permuted = jit((keys: NDArray) => map((each: Key) => permutation(each, labels), keys));
  const rows = permuted(split(key, permutations));
  return np.concatenate([labels.expandDims(0), rows]).transpose();
}

/** What the statistic was for the labels as they are, and for random ones. */
export interface PermutationTest {
  /** The share of random labels with a statistic at least as large, the observed one counted in. */
  readonly pValue: number;
  readonly permutations: number;
  /** The statistic under random labels: its mean, sd, and the value that one in twenty exceeds. */
  readonly null: { readonly mean: number; readonly sd: number; readonly upper: number };
}

/** The verdict on the first of the values, which is the observed one; the others are those of random labels. */
export function permutationTest(values: readonly number[]): PermutationTest {
  const [observed, ...others] = values;
  const hits = others.filter((value) => value >= observed).length;
  const spread = np.array(others, { dtype: "float64" });
  return {
    pValue: (1 + hits) / (1 + others.length),
    permutations: others.length,
    null: {
      mean: Number(spread.mean().item()),
      sd: Number(spread.std().item()),
      upper: Number(np.quantile(spread, 0.95).item()),
    },
  };
}
