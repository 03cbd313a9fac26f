/**
 * Matchers for `expect` of Vitest and Jest, which agree on what a matcher is: no test runner is imported here. With node:test,
 * call closeToTree and withinUlps themselves.
 */
import { type CloseOptions, treeDifference, ulpDifference } from "./trees.js";

/** What a matcher returns. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers' types, for the runner's own interface: see `matchers`. */
export interface CotangentMatchers<R = unknown> {
  /** closeToTree(received, expected, options) */
  toBeCloseToTree(expected: unknown, options?: CloseOptions): R;
  /** withinUlps(received, expected, most) */
  toBeWithinUlps(expected: unknown, most: number): R;
}

/**
 * `expect.extend(matchers)` once; then `expect(grad(loss)(params)).toBeCloseToTree(expected, { rtol: 1e-4 })` and
 * `expect(np.sin(x)).toBeWithinUlps(expected, 1)`. The types, for Vitest:
 *
 * @example
 * declare module "vitest" {
 *   interface Matchers<T> extends CotangentMatchers<T> {}
 * }
 */
export const matchers = {
  toBeCloseToTree: (received: unknown, expected: unknown, options: CloseOptions = {}): MatcherResult =>
    resultOf("toBeCloseToTree", treeDifference(received, expected, options)),
  toBeWithinUlps: (received: unknown, expected: unknown, most: number): MatcherResult =>
    resultOf("toBeWithinUlps", ulpDifference(received, expected, most)),
} as const;

/** The message is read when the matcher fails: under `.not` that is where nothing differs. */
const resultOf = (name: string, difference: string | null): MatcherResult => ({
  pass: difference === null,
  message: () => `${name}: ${difference ?? "the trees are that close, and should not be"}`,
});
