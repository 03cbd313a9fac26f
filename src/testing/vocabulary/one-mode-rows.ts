/**
 * Rows of what has a derivative in one mode only. They are no part of the vocabulary, whose programs go through both; each comes
 * with a plain row that makes the same choices and computes the same without it.
 */
import type { NDArray } from "../../autodiff/array.js";
import { whileLoop } from "../../autodiff/control-flow/while/loops.js";
import { add, mul } from "../../autodiff/primitives/arithmetic.js";
import { lt } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { iota } from "../../autodiff/primitives/creation.js";
import { floor } from "../../autodiff/primitives/rounding-and-sign.js";
import { select } from "../../autodiff/primitives/selection.js";
import { reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import { customVjp } from "../../autodiff/transforms/custom-vjp.js";
import { vjp } from "../../autodiff/transforms/linearize.js";
import { range } from "../../ir/shape.js";
import { runProgram } from "../program.js";
import { usual } from "./draft.js";
import { placeText, type Row } from "./row.js";

export interface OneModeRow {
  readonly row: Row;
  readonly plain: Row;
}

/** A function of an operand and of what it closes over, given to `transform`; the plain row just calls it. */
const calls = (
  name: string,
  transform: (f: (...xs: NDArray[]) => NDArray) => typeof f,
  text: (f: string, operands: string) => string,
): OneModeRow => {
  const rowOf = (through: typeof transform): Row => ({
    name,
    plan: (draft) => {
      const x = draft.into(draft.any(), usual);
      const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
      const f = (...xs: NDArray[]): NDArray => runProgram(body.program, xs)[0];
      return {
        operands: [x, ...body.captured],
        shape: draft.shape(x),
        interval: [-1.5, 1.5],
        apply: (operands) => through(f)(...operands),
        text: (names, [body0]) => text(body0, names.join(", ")),
        bodies: [body.program],
      };
    },
  });
  return { row: rowOf(transform), plain: rowOf((f) => f) };
};

/** Reverse mode only: the pullback of f by f's own vjp, the arguments being the residuals. */
export const customVjpRow: OneModeRow = calls(
  "customVjp",
  (f) => {
    const custom = customVjp(f);
    custom.defvjp(
      (...xs) => [f(...xs), xs],
      (xs: NDArray[], ct: NDArray) => vjp(f, xs)[1](ct),
    );
    return custom;
  },
  (f, operands) =>
    `customVjp(${f}).defvjp((...xs) => [${f}(...xs), xs], (xs, ct) => vjp(${f}, xs)[1](ct))(${operands})`,
);

const turns = 3;

/** Forward mode only: as many turns, of three, as a value says. */
const loops = (repeat: (count: NDArray, f: (c: NDArray) => NDArray, init: NDArray) => NDArray): Row => ({
  name: "whileLoop",
  plan: (draft) => {
    const driver = draft.into(
      draft.value(
        (s) => s.length === 0,
        () => [],
      ),
      usual,
    );
    const init = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(init), usual]], true);
    return {
      operands: [driver, init, ...body.captured],
      shape: draft.shape(init),
      interval: usual,
      apply: ([d, c0, ...captured]) => {
        const count = convertElementType(floor(add(mul(d, 2), 1.5)), "int32");
        return repeat(count, (c) => runProgram(body.program, [c, ...captured])[0], c0);
      },
      text: ([d, c0, ...captured], [f]) =>
        `lax.whileLoop(([i]) => i.less(np.minimum(${placeText(`${d}.mul(2)`, 1.5)}, ${turns})), ` +
        `([i, c]) => [i.add(1), ${f}(${["c", ...captured].join(", ")})], [np.array(0, { dtype: "int32" }), ${c0}])[1]`,
      bodies: [body.program],
    };
  },
});

export const whileLoopRow: OneModeRow = {
  row: loops((count, f, init) => {
    const first = reshape(iota("int32", [1]), []);
    const [, last] = whileLoop<[NDArray, NDArray]>(
      ([i]) => lt(i, select(lt(count, turns), count, turns)),
      ([i, c]) => [add(i, 1), f(c)],
      [first, init],
    );
    return last;
  }),
  plain: loops((count, f, init) => range(turns).reduce((c, i) => select(lt(count, i + 1), c, f(c)), init)),
};
