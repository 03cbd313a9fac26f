/** The laws of what is combined pairwise: the operands of associativeScan, of tree reductions, of running statistics. */
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { checkThree } from "./checks.js";
import { LawViolation } from "./comparison.js";
import { type CloseOptions, treeDifference } from "./trees.js";

/**
 * combine(combine(a, b), c) = combine(a, combine(b, c)), as closeToTree means it.
 *
 * @throws LawViolation with the leaf and both numbers
 * @example fc.property(arrays(), ..., (a, b, c) => combineIsAssociative(np.maximum, [a, b, c]))
 */
export function combineIsAssociative<T>(
  combine: (x: T, y: T) => T,
  three: readonly [T, T, T],
  options: CloseOptions = {},
): void {
  checkFunction("testing.combineIsAssociative", combine);
  checkThree("testing.combineIsAssociative", three, "elements");
  const [a, b, c] = three;
  expectAlike(
    "combine is associative, (a b) c = a (b c)",
    combine(combine(a, b), c),
    combine(a, combine(b, c)),
    options,
  );
}

/**
 * combine(empty, a) = a = combine(a, empty).
 *
 * @throws LawViolation with the leaf and both numbers
 * @example emptyIsIdentity(np.maximum, np.array(-Infinity), np.array(3))
 */
export function emptyIsIdentity<T>(
  combine: (x: T, y: T) => T,
  empty: T,
  a: T,
  options: CloseOptions = {},
): void {
  checkFunction("testing.emptyIsIdentity", combine);
  expectAlike("empty is the identity, empty a = a", combine(empty, a), a, options);
  expectAlike("empty is the identity, a empty = a", combine(a, empty), a, options);
}

/** Throws LawViolation unless the trees are close. */
export function expectAlike(law: string, actual: unknown, expected: unknown, options: CloseOptions): void {
  const difference = treeDifference(actual, expected, options);
  if (difference !== null) throw new LawViolation(`${law}: ${difference}`);
}
