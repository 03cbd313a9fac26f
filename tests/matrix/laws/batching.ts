/** vmap against a loop over lanes: each operand alone and all of them, with the batch axis at each place. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { vmap } from "../../../src/autodiff/transforms/vmap.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import { range } from "../../../src/ir/shape.js";
import { elementsOf, maxNorm } from "../../../src/testing/arrays.js";
import type { Runs } from "../runs.js";
import { compiled, lane, stacked } from "../subject.js";
import { BrokenLaw, expectBits, expectTypes, ulpOf } from "./comparison.js";

const lanes = 3;

/** Which operands of an example are batched, and where. */
interface Batching {
  readonly example: number;
  readonly axes: readonly (number | null)[];
}

export function vmapIsLoop({ subject, target, value }: Runs): void {
  const { examples, starts, operandsOf } = subject;
  const batchings = examples.flatMap(({ operands }, example) =>
    axesOf(
      operands.map((each) => each(0)),
      subject.dtype,
    ).map((axes): Batching => ({ example, axes })),
  );
  const { inputs, places } = batchesOf(batchings, (example, operand, k) =>
    examples[example].operands[operand](k),
  );
  const program = compiled(
    (...xs) =>
      batchings.flatMap(({ example, axes }, b) => {
        const f = (...operands: NDArray[]): NDArray[] => [...examples[example].f(operands)];
        return vmap(f, { inAxes: axes, axisSize: lanes })(...places[b].map((i) => xs[i]));
      }),
    target,
  );
  const results = [...program(...inputs)];
  const loop = loopOf(
    value,
    examples.length,
    (example, k, mask) => operandsOf(example, k, mask),
    starts,
    subject,
  );
  for (const { example, axes } of batchings) {
    const mask = axes.map((axis) => axis !== null);
    const expected = [0, 1, 2].map((k) => loop(example, k, mask));
    const outs = results.splice(0, expected[0].length);
    outs.forEach((out, i) => {
      for (let k = 0; k < lanes; k++) {
        const where = `example ${example}, batched along [${axes.map((axis) => axis ?? "-")}], lane ${k}, output ${i}`;
        expectLane(where, out, k, expected[k][i], subject.case_.batching ?? 0);
      }
    });
  }
}

/**
 * Alone at each axis; all at each axis (the last for those that have fewer); all at the front and the back by turns. Rules of
 * batching look at no dtype, so that beside float64 and int32 fewer places do: alone in front, all at their ends. Where there are
 * no elements, whose places could be mistaken, all in front.
 */
function axesOf(operands: readonly NDArray[], dtype: DType): (number | null)[][] {
  if (operands.every(({ size }) => size === 0)) return [operands.map(() => 0)];
  const ranks = operands.map(({ ndim }) => ndim);
  const isThorough = dtype === "float64" || dtype === "int32";
  const alone = ranks.flatMap((rank, operand) =>
    range(isThorough ? rank + 1 : 1).map((axis) => ranks.map((_r, i) => (i === operand ? axis : null))),
  );
  if (!isThorough) return [...alone, [...ranks]];
  if (ranks.length < 2) return alone;
  const all = range(Math.max(...ranks) + 1).map((axis) => ranks.map((rank) => Math.min(axis, rank)));
  return [...alone, ...all, ranks.map((rank, i) => (i % 2 === 0 ? rank : 0))];
}

/** The stacked operands, each once, and for each batching where its operands are among them. */
function batchesOf(
  batchings: readonly Batching[],
  draw: (example: number, operand: number, k: number) => NDArray,
): { readonly inputs: NDArray[]; readonly places: readonly (readonly number[])[] } {
  const inputs: NDArray[] = [];
  const known = new Map<string, number>();
  const places = batchings.map(({ example, axes }) =>
    axes.map((axis, operand) => {
      const key = `${example} ${operand} ${axis}`;
      const place = known.get(key);
      if (place !== undefined) return place;
      const xs = Array.from({ length: lanes }, (_, k) => draw(example, operand, k));
      known.set(key, inputs.push(axis === null ? xs[0] : stacked(xs, axis)) - 1);
      return inputs.length - 1;
    }),
  );
  return { inputs, places };
}

/** The outputs of an example in a lane, by the program of the plain value; runs are shared between examples. */
function loopOf(
  value: Runs["value"],
  count: number,
  operandsOf: (example: number, k: number, mask: readonly boolean[]) => NDArray[],
  starts: readonly number[],
  { inputs, outs, examples }: Runs["subject"],
): (example: number, k: number, mask: readonly boolean[]) => readonly NDArray[] {
  const runs = new Map<string, readonly NDArray[]>();
  return (example, k, mask) => {
    // The p-th operand alone (p < number of operands), or all: every example in its own mask of that kind.
    const isAlone = mask.length > 1 && mask.filter((bit) => bit).length === 1;
    const kind = k === 0 ? "none" : isAlone ? `alone ${mask.indexOf(true)}` : "all";
    let results = runs.get(`${kind} ${k}`);
    if (results === undefined) {
      const all = [...inputs];
      for (let each = 0; each < count; each++) {
        const n = examples[each].operands.length;
        const bits = Array.from({ length: n }, (_, i) => !isAlone || i === mask.indexOf(true));
        operandsOf(each, k, bits).forEach((x, i) => {
          all[starts[each] + i] = x;
        });
      }
      results = value(all);
      runs.set(`${kind} ${k}`, results);
    }
    return results.filter((_, i) => outs[i].example === example);
  };
}

function expectLane(where: string, out: NDArray, k: number, expected: NDArray, ulps: number): void {
  if (out.shape[0] !== lanes) throw new BrokenLaw(`${where}: the batch has shape [${out.shape}]`);
  const actual = lane(out, k);
  if (ulps === 0 || !isFloat(out.dtype)) {
    expectBits(where, actual, expected);
    return;
  }
  expectTypes(where, [actual], [expected]);
  const [x, y] = [elementsOf(actual), elementsOf(expected)];
  const allowed = ulps * ulpOf(out.dtype, maxNorm(y.filter(Number.isFinite)));
  x.forEach((each, i) => {
    if (Object.is(each, y[i]) || Math.abs(each - y[i]) <= allowed) return;
    throw new BrokenLaw(`${where}: element ${i} is ${each}, and should be ${y[i]}, within ${allowed}`);
  });
}
