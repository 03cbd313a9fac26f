/** An optimiser that skips steps whose gradients are not finite. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { cond } from "../autodiff/control-flow/cond/cond.js";
import { flattenArrays } from "../autodiff/convert.js";
import { and, gt, or } from "../autodiff/primitives/comparison.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { reduceAnd } from "../autodiff/primitives/reduction.js";
import { isfinite } from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { show } from "../ir/describe.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { range } from "../ir/shape.js";
import type { Optimizer, StateKind, StateOf } from "./optimizer.js";
import { checkOptimizer, checkState, increment, mapParams, noSteps } from "./optimizer.js";

export interface ApplyIfFiniteState<S> {
  /** i32[]: steps in a row, up to the last one, whose gradients were not finite. */
  readonly notfiniteCount: NDArray;
  /** bool[]: whether the last gradients were finite. */
  readonly lastFinite: NDArray;
  /** i32[]: all steps whose gradients were not finite. */
  readonly totalNotfinite: NDArray;
  /** The state of the optimiser inside. */
  readonly innerState: S;
}
export interface ApplyIfFiniteKind<F extends StateKind> extends StateKind {
  readonly state: ApplyIfFiniteState<StateOf<F, this["params"]>>;
}

/**
 * The optimiser inside, save that gradients with a NaN or an infinity give updates of 0 and leave its state alone, up to
 * `maxConsecutiveErrors` times in a row; from then on they go through until gradients are finite again.
 * Source: optax.apply_if_finite.
 *
 * @throws ArgumentError when `maxConsecutiveErrors` is no non-negative integer
 * @example applyIfFinite(adam(1e-3), 5)
 */
export function applyIfFinite<F extends StateKind>(
  inner: Optimizer<F>,
  maxConsecutiveErrors: number,
): Optimizer<ApplyIfFiniteKind<F>> {
  checkOptimizer("optim.applyIfFinite", inner);
  if (!Number.isInteger(maxConsecutiveErrors) || maxConsecutiveErrors < 0) {
    throw new ArgumentError(
      `optim.applyIfFinite: maxConsecutiveErrors is ${show(maxConsecutiveErrors)}; give a non-negative integer`,
    );
  }
  return {
    init: (params) => ({
      notfiniteCount: noSteps(),
      lastFinite: literal(1, "bool", false),
      totalNotfinite: noSteps(),
      innerState: inner.init(params),
    }),
    update: <P>(
      grads: P,
      state: ApplyIfFiniteState<StateOf<F, P>>,
      params?: P,
    ): [P, ApplyIfFiniteState<StateOf<F, P>>] => {
      checkState(
        "optim.applyIfFinite",
        state,
        "notfiniteCount",
        "lastFinite",
        "totalNotfinite",
        "innerState",
      );
      const { notfiniteCount, totalNotfinite, innerState } = state;
      const finite = allFinite(grads);
      const inARow = select(finite, 0, increment(notfiniteCount));
      const apply = (): unknown => inner.update(grads, innerState, params);
      const skip = (): unknown => [mapParams((g) => zerosLike(g), grads), innerState];
      // Sound: both give updates and a state of the optimiser inside.
      const [updates, nextInner] = cond(
        or(finite, gt(inARow, maxConsecutiveErrors)),
        apply,
        skip,
      ) as unknown as [P, StateOf<F, P>];
      const next = {
        notfiniteCount: inARow,
        lastFinite: finite,
        totalNotfinite: select(finite, totalNotfinite, increment(totalNotfinite)),
        innerState: nextInner,
      };
      return [updates, next];
    },
  };
}

/** Whether no element of any leaf is a NaN or an infinity. tree -> bool[] */
function allFinite(tree: unknown): NDArray {
  const [leaves] = flattenArrays(tree);
  return leaves
    .filter((x) => isFloat(x.dtype))
    .map((x) => reduceAnd(isfinite(x), range(x.ndim)))
    .reduce((all, here) => and(all, here), literal(1, "bool", false));
}
