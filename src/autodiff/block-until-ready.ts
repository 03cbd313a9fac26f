/** Waiting for values that a device still computes. */
import { NDArray } from "./array.js";
import { flatten } from "./tree.js";

/**
 * The tree, once all its arrays have their values; leaves that are no arrays pass.
 * Source: jax.block_until_ready.
 *
 * @throws ConcretizationError when a leaf is traced: nothing is computed yet
 * @example const params = await blockUntilReady(step(params, batch));
 */
export async function blockUntilReady<T>(tree: T): Promise<T> {
  const [leaves] = flatten(tree);
  await Promise.all(leaves.map((leaf) => (leaf instanceof NDArray ? leaf.blockUntilReady() : leaf)));
  return tree;
}
