/** Cache blocking: equations that treat every row alone become the body of a loop over blocks of rows. */
import { jit, lax, makeJaxpr, type NDArray, numpy as np, random, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { checkJaxpr } from "../../../src/autodiff/check-jaxpr.js";
import { closeConstvars, type Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { blockRows } from "../../../src/compiler/simplify/block-rows.js";
import { rowForm } from "../../../src/compiler/simplify/row-form.js";
import { simplify } from "../../../src/compiler/simplify/simplify.js";
import { generator } from "../random-program.js";
import { evaluate } from "../simplify/evaluate.js";
import { beforeAndAfter, linesOf, traced } from "../simplify/text.js";

const wide = 1024;
const rowsOf = (rows: number): NDArray => np.ones([rows, 4]);
const x = rowsOf(512);
const w1 = np.ones([4, wide]);
const w2 = np.ones([wide, 4]);
type F = (...xs: NDArray[]) => unknown;
const net = (x: NDArray, w1: NDArray, w2: NDArray): NDArray => np.dot(np.abs(np.dot(x, w1)), w2);

const blocked = (f: F, ...args: NDArray[]): readonly string[] =>
  beforeAndAfter([blockRows], traced(f, ...args)).after;
const loopsIn = (lines: readonly string[]): number => lines.filter((line) => line.includes(" = scan")).length;
const stays = (f: F, ...args: NDArray[]): void => {
  const jaxpr = traced(f, ...args);
  expect(blockRows.run(jaxpr)).toBe(jaxpr);
};

describe("rows that pass through several layers", () => {
  test("do so block after block; operands and results are reshaped, which is no code", () => {
    const { before, after } = beforeAndAfter([blockRows], traced(net, x, w1, w2));
    expect(before).toEqual([
      "lambda a b c",
      "d = dot_general[1],[0],[],[] a b",
      "e = abs d",
      "f = dot_general[1],[0],[],[] e c",
      "in f",
    ]);
    expect(after).toEqual([
      "lambda a b c",
      "d = reshape[16,32,4] a",
      "e = scan b c d",
      "  lambda f g h",
      "  i = dot_general[1],[0],[],[] h f",
      "  j = abs i",
      "  k = dot_general[1],[0],[],[] j g",
      "  in k",
      "l = reshape[512,4] e",
      "in l",
    ]);
  });

  test("are those of the largest contraction, whatever else is contracted", () => {
    const f = (x: NDArray, w1: NDArray, w2: NDArray, small: NDArray) => [
      np.dot(small, small),
      net(x, w1, w2),
      np.dot(small, small.transpose()),
      np.dot(small.slice(0), small.slice(1)),
    ];
    expect(loopsIn(blocked(f, x, w1, w2, rowsOf(4)))).toBe(1);
  });

  test("make a loop without carry, whose turns are independent", () => {
    const [, scan] = blockRows.run(traced(net, x, w1, w2)).eqns;
    expect(scan.params).toMatchObject({ length: 16, numCarry: 0, numConsts: 2, reverse: false });
  });

  test("are blocked inside loops, too", () => {
    const f = (x: NDArray, w1: NDArray, w2: NDArray) =>
      lax.scan((y: NDArray) => [y.sub(net(y, w1, w2)), null], x, null, { length: 3 })[0];
    expect(loopsIn(blocked(f, x, w1, w2))).toBe(2);
  });

  test("hand out what is read outside of the blocks, and keep the rest", () => {
    const f = (x: NDArray, w1: NDArray, w2: NDArray) => {
      const hidden = np.abs(np.dot(x, w1));
      return [np.dot(hidden.mul(hidden), w2), hidden.sum(0)];
    };
    const after = blocked(f, x, w1, w2);
    const body = after.findIndex((line) => line.startsWith("  in"));
    expect(after[body].split(" ")).toHaveLength(5); // "  in a b"
    expect(after.slice(body).filter((line) => line.includes("reduce_sum"))).toHaveLength(1);
  });

  test("go through two loops where what is between them needs all rows", () => {
    const f = (x: NDArray, w1: NDArray, w2: NDArray) => {
      const y = np.dot(np.abs(np.dot(x, w1)), w2);
      const centred = y.sub(y.sum(0));
      return np.dot(np.abs(np.dot(centred, w1)), w2);
    };
    const after = blocked(f, x, w1, w2);
    expect(loopsIn(after)).toBe(2);
    const [first, second] = after.flatMap((line, i) => (line.includes(" = scan") ? [i] : []));
    const sum = after.findIndex((line) => line.includes(" = reduce_sum"));
    expect(first).toBeLessThan(sum);
    expect(sum).toBeLessThan(second);
  });
});

describe("rows stay together", () => {
  test("where their number has no divisor of whole tiles: 514 = 2 * 257", () =>
    stays(net, rowsOf(514), w1, w2));

  test("where they are fewer than 512", () => stays(net, rowsOf(508), w1, w2));

  test("where what lies between the layers fits the cache", () =>
    stays(net, x, np.ones([4, 128]), np.ones([128, 4])));

  test("where that is less than two megabytes", () => {
    const between = (columns: number) =>
      loopsIn(blocked(net, x, np.ones([4, columns]), np.ones([columns, 4])));
    expect([between(508), between(512)]).toEqual([0, 1]); // two results of [512, columns] in four bytes each
  });

  test("where there is no contraction among them", () => {
    stays((x: NDArray) => np.abs(np.sin(x)).mul(2), np.ones([512, 4096]));
  });

  test("where every element has a thread of its own: there are no caches to block for", () => {
    const jaxpr = traced(net, x, w1, w2);
    expect(loopsIn(linesOf(simplify(jaxpr, "elements")))).toBe(0);
    expect(loopsIn(linesOf(simplify(jaxpr, "tiles")))).toBe(1);
  });

  test("beside effects, whose order would not be the program's", () => {
    const f = (x: NDArray, w1: NDArray, w2: NDArray) => {
      lax.debugPrint("{}", x.sum());
      return net(x, w1, w2);
    };
    stays(f, x, w1, w2);
  });
});

describe("an equation treats every row alone", () => {
  const form = (f: F, ...args: NDArray[]): readonly boolean[] | null => {
    const { eqns } = traced(f, ...args);
    return rowForm(eqns[eqns.length - 1], 6)?.isRow ?? null;
  };
  const six = np.ones([6, 6]);

  test("if it is elementwise: stretched operands and numbers are the same for all rows", () => {
    expect(form((a, b) => lax.mul(a, b), six, six)).toEqual([true, true]);
    expect(form((a, b) => lax.mul(a, b), six, np.ones([1, 6]))).toEqual([true, false]);
    expect(form((a) => lax.mul(a, 2), six)).toEqual([true, false]);
  });

  test("if it contracts another axis of the left operand, or the rows are a batch", () => {
    expect(form((a, b) => np.dot(a, b), six, six)).toEqual([true, false]);
    const dims = (lhs: number, rhs: number) =>
      [
        [[lhs], [rhs]],
        [[], []],
      ] as const;
    expect(form((a, b) => lax.dotGeneral(a, b, dims(0, 0)), six, six)).toBeNull();
    const each = vmap((a: NDArray, b: NDArray) => np.dot(a, b));
    expect(form((a, b) => each(a, b), np.ones([6, 2, 3]), np.ones([6, 3, 2]))).toEqual([true, true]);
  });

  test("if it reduces, broadcasts, reshapes or transposes other axes than the first", () => {
    expect(form((a) => a.sum(1), six)).toEqual([true]);
    expect(form((a) => a.sum(0), six)).toBeNull();
    expect(form((a) => a.transpose([0, 2, 1]), np.ones([6, 2, 3]))).toEqual([true]);
    expect(form((a) => a.transpose(), six)).toBeNull();
    expect(form((a) => lax.reshape(a, [6, 2, 3]), six)).toEqual([true]);
    expect(form((a) => lax.reshape(a, [6, 6]), np.ones([36]))).toBeNull();
    expect(form((a) => lax.broadcastInDim(a, [6, 6], [0]), np.ones([6]))).toEqual([true]);
    expect(form((a) => lax.broadcastInDim(a, [6, 6], [1]), np.ones([6]))).toEqual([false]);
  });

  test("not if it sorts, scans or counts", () => {
    expect(form((a) => np.sort(a, 0), six)).toBeNull();
    expect(form((a) => np.cumsum(a, 0), six)).toBeNull();
    expect(form(() => lax.broadcastedIota("int32", [6, 6], 0))).toBeNull();
  });
});

/** A function of rows, of a wide and of a narrow matrix: layers, and now and then a look at all rows. */
function randomNet(seed: number): F {
  const next = generator(seed);
  const kinds = Array.from({ length: 6 }, () => Math.floor(next() * 8));
  return (x, v, w) => {
    let [narrow, hidden] = [x, np.dot(x, v)];
    for (const kind of kinds) {
      if (kind === 0) narrow = narrow.add(np.dot(hidden, w));
      else if (kind === 1) hidden = hidden.mul(np.dot(narrow, v));
      else if (kind === 2) hidden = np.abs(hidden).sub(hidden.max(1, { keepdims: true }));
      else if (kind === 3) narrow = narrow.sub(narrow.sum(0).mul(2 ** -9));
      else if (kind === 4) hidden = hidden.mul(v.slice(0)).add(narrow.slice([], [0, 1]));
      else if (kind === 5) hidden = hidden.add(np.square(hidden).mul(narrow.sum(1, { keepdims: true })));
      else if (kind === 6) narrow = np.flip(narrow, 0).sub(narrow);
      else hidden = hidden.mul(np.dot(hidden, w).sum());
    }
    return [np.dot(hidden, w).add(narrow), hidden.sum(0)];
  };
}

test("no bit changes in random nets, most of which are blocked", { timeout: 60_000 }, () => {
  const keys = [...random.split(random.key(1), 3)];
  const args = [x, w1, w2].map(({ shape }, i) => random.normal(keys[i], [...shape]).mul(0.1));
  let loops = 0;
  for (let seed = 0; seed < 8; seed++) {
    const { jaxpr, consts } = makeJaxpr(randomNet(seed))(...args);
    const before: Jaxpr = closeConstvars(jaxpr);
    const after = checkJaxpr(blockRows.run(before));
    loops += loopsIn(linesOf(after));
    const run = (each: Jaxpr) => evaluate(each, [...consts, ...args]).map((y) => y.dataSync());
    expect(run(after), `seed ${seed}`).toEqual(run(before));
  }
  expect(loops).toBeGreaterThan(8);
});

test("no bit changes on any target, jitted as a whole", () => {
  const keys = [...random.split(random.key(2), 3)];
  const args = [x, w1, w2].map(({ shape }, i) => random.normal(keys[i], [...shape]));
  const expected = net(args[0], args[1], args[2]).dataSync();
  expect(loopsIn(linesOf(simplify(traced((a, b, c) => net(a, b, c), ...args))))).toBe(1);
  for (const target of ["js", "wasm"]) {
    expect(jit(net, { target })(args[0], args[1], args[2]).dataSync()).toEqual(expected);
  }
});
