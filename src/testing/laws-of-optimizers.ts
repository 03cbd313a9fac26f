/** The laws of optimisers, yours as well: what lets a training step be jitted, scanned and composed. */
import { flattenArrays } from "../autodiff/convert.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { sameStructure, showStructure, type TreeStructure } from "../autodiff/tree.js";
import { checkInteger, type OptionKinds, readOptions } from "../ir/arguments.js";
import { showAval } from "../ir/aval.js";
import { checkOptimizer, type Optimizer, type StateKind } from "../optim/optimizer.js";
import { chain } from "../optim/transformations.js";
import { checkThree } from "./checks.js";
import { LawViolation } from "./comparison.js";
import { expectAlike } from "./laws-of-monoids.js";
import type { CloseOptions } from "./trees.js";

/**
 * An update has the structure, shapes and dtypes of the parameters, and the next state those of the state: so that steps can be
 * scanned, and a checkpoint read back.
 *
 * @throws LawViolation with both types
 * @example updateKeepsTypes(optim.adam(1e-3), params, gradients)
 */
export function updateKeepsTypes<F extends StateKind, P>(
  optimizer: Optimizer<F>,
  params: P,
  gradients: P,
): void {
  checkOptimizer("testing.updateKeepsTypes", optimizer);
  const state = optimizer.init(params);
  const [updates, next] = optimizer.update(gradients, state, params);
  expectSameTypes("updates have the parameters' types", updates, params);
  expectSameTypes("a state keeps its types", next, state);
}

function expectSameTypes(law: string, actual: unknown, expected: unknown): void {
  const [x, y] = [actual, expected].map((tree) => flattenArrays(tree));
  const [xTypes, yTypes] = [x, y].map(([leaves]) => leaves.map((leaf) => showAval(leaf.aval)).join(", "));
  if (sameStructure(x[1], y[1]) && xTypes === yTypes) return;
  const shown = (structure: TreeStructure, types: string): string =>
    showStructure(structure) + (types === "" ? "" : ` of ${types}`);
  throw new LawViolation(`${law}: they are ${shown(x[1], xTypes)}, and should be ${shown(y[1], yTypes)}`);
}

export interface JittableOptions extends CloseOptions {
  /** Default 3. */
  readonly steps?: number;
}

const jittableOptions: OptionKinds<JittableOptions> = { steps: "any", atol: "number", rtol: "number" };

/**
 * jit changes neither updates nor states, over `steps` steps with the same gradients: an optimiser is a pure function of what it is
 * given. As closeToTree means it: products may be contracted in another order.
 *
 * @throws LawViolation with the leaf and both numbers
 * @example updateIsJittable(optim.adam(1e-3), params, gradients)
 */
export function updateIsJittable<F extends StateKind, P>(
  optimizer: Optimizer<F>,
  params: P,
  gradients: P,
  options: JittableOptions = {},
): void {
  checkOptimizer("testing.updateIsJittable", optimizer);
  const { steps = 3, ...tolerances } = readOptions("testing.updateIsJittable", options, jittableOptions);
  checkInteger("testing.updateIsJittable", "steps", steps, 1);
  const walk = (update: (state: unknown) => readonly unknown[]): unknown[] => {
    let state: unknown = optimizer.init(params);
    const seen: unknown[] = [];
    for (let step = 0; step < steps; step++) {
      const [updates, next] = update(state);
      seen.push([updates, next]);
      state = next;
    }
    return seen;
  };
  // Sound: the state is what this optimiser's init and update made.
  const eager = (state: unknown): readonly unknown[] => optimizer.update(gradients, state as never, params);
  expectAlike("jit changes no update", walk(jit(eager) as typeof eager), walk(eager), tolerances);
}

/**
 * chain(a, chain(b, c)) and chain(chain(a, b), c) give the updates of chain(a, b, c), bit for bit unless options say otherwise.
 *
 * @throws LawViolation with the leaf and both numbers
 * @example chainIsAssociative([optim.clip(1), optim.scaleByAdam(), optim.scale(-0.1)], params, gradients)
 */
export function chainIsAssociative<A extends StateKind, B extends StateKind, C extends StateKind, P>(
  three: readonly [Optimizer<A>, Optimizer<B>, Optimizer<C>],
  params: P,
  gradients: P,
  options: CloseOptions = { atol: 0, rtol: 0 },
): void {
  checkThree("testing.chainIsAssociative", three, "optimisers");
  for (const each of three) checkOptimizer("testing.chainIsAssociative", each);
  const [a, b, c] = three;
  const updatesOf = <F extends StateKind>(optimizer: Optimizer<F>): P =>
    optimizer.update(gradients, optimizer.init(params), params)[0];
  const flat = updatesOf(chain(a, b, c));
  expectAlike("chain(a, chain(b, c)) = chain(a, b, c)", updatesOf(chain(a, chain(b, c))), flat, options);
  expectAlike("chain(chain(a, b), c) = chain(a, b, c)", updatesOf(chain(chain(a, b), c)), flat, options);
}
