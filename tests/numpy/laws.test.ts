/** Laws of numpy's functions, and what they refuse. */
import {
  ArgumentError,
  ConcretizationError,
  DTypeError,
  grad,
  jit,
  NDArray,
  numpy as np,
  ShapeError,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";

const t = np.arange(24).reshape([2, 3, 4]).astype("float32");
const int32s = (values: readonly number[]): NDArray => np.array(values, { dtype: "int32" });

describe("shapes", () => {
  test("reshape infers -1, and undoes itself", () => {
    expect(t.reshape([-1, 4]).shape).toEqual([6, 4]);
    expect(t.reshape(-1).reshape(t.shape).js()).toEqual(t.js());
    expect(() => t.reshape([5, -1])).toThrow(/reshape: \[2,3,4\] has 24 elements and cannot become \[5,-1\]/);
    expect(() => t.reshape([-1, -1])).toThrow(ShapeError);
  });

  test("transpose twice is the identity, and T reverses the axes", () => {
    expect(t.T.shape).toEqual([4, 3, 2]);
    expect(t.T.T.js()).toEqual(t.js());
    expect(() => t.transpose([0, 1])).toThrow(ShapeError);
    expect(() => t.transpose([0, 1, 1])).toThrow(ShapeError);
  });

  test("axes out of range are refused by every function that takes one", () => {
    const calls = [
      () => t.sum(3),
      () => t.sum([0, 0]),
      () => np.argmax(t, -4),
      () => np.cumsum(t, 3),
      () => np.concatenate([t, t], 3),
      () => np.stack([t, t], 5),
      () => np.moveaxis(t, 0, 3),
      () => np.flip(t, 3),
      () => np.sort(t, 3),
      () => np.take(t, 0, 3),
      () => np.expandDims(t, 4),
      () => np.squeeze(t, 3),
    ];
    for (const call of calls) expect(call).toThrow(ShapeError);
    expect(() => t.sum(3)).toThrow(
      /sum: axis 3 is out of range for an array of 3 axes; use an integer from -3 to 2/,
    );
  });

  test("squeeze drops only sizes of 1", () => {
    expect(np.ones([1, 3, 1]).squeeze().shape).toEqual([3]);
    expect(np.ones([1, 3, 1]).squeeze(-1).shape).toEqual([1, 3]);
    expect(() => np.ones([1, 3]).squeeze(1)).toThrow(/squeeze: axis 1 of \[1,3\] has size 3/);
  });

  test("concatenate undoes split", () => {
    expect(np.concatenate(np.split(t, [1, 2], 1), 1).js()).toEqual(t.js());
    expect(() => np.split(t, 2, 1)).toThrow(/does not fall into 2 equal parts/);
  });

  test("max over nothing is refused, sum over nothing is 0", () => {
    expect(() => np.max(np.zeros([0, 2]), 0)).toThrow(/max: \[0,2\] has no elements along axes \[0\]/);
    expect(np.max(np.zeros([0, 2]), 1).shape).toEqual([0]);
    expect(np.sum(np.zeros(0)).item()).toBe(0);
  });

  test("array stacks the arrays inside nested lists, traced ones too", () => {
    const f = (x: NDArray): NDArray => np.array([x, x.mul(2), [1, 1]]);
    expect(jit(f)(np.array([3, 4])).js()).toEqual([
      [3, 4],
      [6, 8],
      [1, 1],
    ]);
  });
});

describe("iteration", () => {
  test("walks the first axis", () => {
    expect([...t.slice(0)].map((row) => row.js())).toEqual(t.slice(0).js());
    const [a, b] = np.array([7, 8]);
    expect([a.item(), b.item()]).toEqual([7, 8]);
  });

  test("throws at rank 0", () => {
    expect(() => [...np.array(1)]).toThrow(/a scalar has no first axis/);
  });

  test("methods do not show up as properties", () => {
    expect(Object.keys(NDArray.prototype)).not.toContain("add");
  });
});

describe("indexing", () => {
  test("ranges follow Python's rules", () => {
    const x = np.arange(6);
    const cases: readonly [readonly number[], readonly number[]][] = [
      [[], [0, 1, 2, 3, 4, 5]],
      [[2], [2, 3, 4, 5]],
      [[-2], [4, 5]],
      [
        [1, -1],
        [1, 2, 3, 4],
      ],
      [
        [1, 100],
        [1, 2, 3, 4, 5],
      ],
      [[4, 2], []],
      [
        [0, 6, 4],
        [0, 4],
      ],
      [
        [4, 0, -2],
        [4, 2],
      ],
      [
        [5, -7, -2],
        [5, 3, 1],
      ],
    ];
    for (const [range, expected] of cases) expect(x.slice(range).js()).toEqual(expected);
  });

  test("a number out of range throws, for reading, writing and take", () => {
    for (const call of [
      () => t.slice(2),
      () => t.slice(0, -4),
      () => t.at(2).set(0),
      () => np.take(t, 2, 0),
    ]) {
      expect(call).toThrow(/index -?\d is out of range for an axis of size/);
    }
  });

  test("too many positions, two ellipses and lists that are no ranges are refused", () => {
    expect(() => t.slice(0, 0, 0, 0)).toThrow(ShapeError);
    expect(() => t.slice("...", "...")).toThrow(ShapeError);
    expect(() => t.slice([0, 1, 2, 3])).toThrow(ArgumentError);
    expect(() => t.slice(np.array([0, 1]))).toThrow(DTypeError);
  });

  test("a weak float is an index: the argument of a transformed function", () => {
    const pick = jit((k: NDArray) => t.slice(k, 0, 0));
    expect(pick(1).item()).toBe(12);
  });

  test("a mask needs values: it works eagerly and throws under jit", () => {
    const keep = (x: NDArray): NDArray => x.slice(x.greater(20));
    expect(keep(t).js()).toEqual([21, 22, 23]);
    expect(() => jit(keep)(t)).toThrow(ConcretizationError);
  });

  test("at(...).set writes what slice reads", () => {
    const indices = [
      [0],
      [[], 1],
      [1, "...", [0, 4, 2]],
      [[], int32s([2, 0])],
      [0, [], int32s([3, 1])],
    ] as const;
    for (const index of indices) {
      const part = t.slice(...index);
      const marked = t.at(...index).set(part.mul(-1));
      expect(marked.slice(...index).js()).toEqual(part.neg().js());
      expect(marked.abs().js()).toEqual(t.js());
      expect(
        t
          .at(...index)
          .get()
          .js(),
      ).toEqual(part.js());
    }
  });

  test("an update keeps the dtype, and refuses values that do not fit it", () => {
    expect(np.arange(3).at(0).set(7).dtype).toBe("int32");
    expect(() => np.arange(3).at(0).set(0.5)).toThrow(DTypeError);
    expect(() => np.arange(3).at(0).add(np.ones([]))).toThrow(/at\(\.\.\.\)\.add: a value of f32\[\]/);
    expect(() => t.at(0).set([1, 2])).toThrow(ShapeError);
  });

  test("vmap of an indexed read and write equals a loop", () => {
    const rows = int32s([2, 0]);
    const read = vmap((x: NDArray, k: NDArray) => x.slice(k))(t, rows);
    const write = vmap((x: NDArray, k: NDArray) => x.at(k).add(100))(t, rows);
    [2, 0].forEach((k, i) => {
      expect(read.slice(i).js()).toEqual(t.slice(i, k).js());
      expect(write.slice(i).js()).toEqual(t.slice(i).at(k).add(100).js());
    });
  });

  test("the gradient of a read is a write, and drops nothing", () => {
    const g = grad((x: NDArray) => x.slice(1, int32s([0, 0, 2])).sum())(t);
    expect(g.sum().item()).toBe(12);
    expect(g.slice(1, 0).js()).toEqual([2, 2, 2, 2]);
  });
});

describe("products", () => {
  test("inner sizes that differ are refused, naming the function", () => {
    expect(() => np.matmul(np.ones([2, 3]), np.ones([2, 3]))).toThrow(/matmul: .*inner sizes 3 and 2 differ/);
    expect(() => np.dot(np.ones(2), np.ones(3))).toThrow(/dot: \[2\] and \[3\]/);
    expect(() => np.matmul(1, np.ones(2))).toThrow(/use multiply for scalars/);
  });

  test("matmul of batches is matmul of each", () => {
    const y = np.arange(40).reshape([2, 4, 5]).astype("float32");
    const whole = np.matmul(t, y);
    expect(np.stack([0, 1].map((k) => np.matmul(t.slice(k), y.slice(k)))).js()).toEqual(whole.js());
  });

  test("vmap of matmul is matmul of the batch", () => {
    const w = np.arange(20).reshape([4, 5]).astype("float32");
    expect(vmap((x: NDArray) => np.matmul(x, w))(t).js()).toEqual(np.matmul(t, w).js());
  });

  test("cross is orthogonal to both operands, and turns with the axis", () => {
    const [a, b] = [
      np.array([
        [1, 2, 3],
        [0, -1, 4],
      ]),
      np.array([-2, 0.5, 1]),
    ];
    const c = np.cross(a, b);
    expect(c.slice(0).js()).toEqual([0.5, -7, 4.5]);
    expect(np.vecdot(c, a).js()).toEqual([0, 0]);
    expect(np.cross(a.T, b.reshape([3, 1]), 0).js()).toEqual(c.T.js());
    expect(() => np.cross([1, 2], [3, 4])).toThrow(/axis -1 must have size 3/);
  });

  test("vectorize maps a function of small arrays over all axes in front", () => {
    const distance = np.vectorize((x: NDArray, y: NDArray) => np.sqrt(x.sub(y).square().sum()), {
      signature: "(n),(n)->()",
    });
    const points = np.arange(24).reshape([2, 4, 3]).astype("float32");
    expect(distance(points, points.slice(0)).js()).toEqual(
      np.sqrt(points.sub(points.slice(0)).square().sum(-1)).js(),
    );
    expect(distance([0, 3, 4], [0, 0, 0]).item()).toBe(5);
    expect(
      np
        .vectorize((x: NDArray, y: NDArray) => x.mul(y))([[1], [2]], [3, 4])
        .js(),
    ).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(() => distance(points, [1, 2])).toThrow(/the axis n has size 3 in one argument and 2 in another/);
  });

  test("einsum refuses subscripts that do not fit", () => {
    expect(() => np.einsum("ij,jk", t, t)).toThrow(ArgumentError);
    expect(() => np.einsum("ij->ik", np.ones([2, 3]))).toThrow(/no operand has/);
    expect(() => np.einsum("ij,jk->ik", np.ones([2, 3]), np.ones([2, 3]))).toThrow(ShapeError);
  });
});

describe("values", () => {
  test("floorDivide and mod fit together, with the sign of the divisor", () => {
    const x = np.arange(-9, 10);
    for (const y of [-4, 3, 7]) {
      const [q, r] = np.divmod(x, y);
      expect(q.mul(y).add(r).js()).toEqual(x.js());
      expect(np.all(r.mul(y).greaterEqual(0)).item()).toBe(true);
    }
  });

  test("logaddexp is symmetric, with derivatives that sum to 1", () => {
    const x = np.array([0, 1, -50, 80]);
    const y = np.array([0, 2, 3, 80]);
    expect(np.logaddexp(x, y).js()).toEqual(np.logaddexp(y, x).js());
    expect(np.allclose(grad((z: NDArray) => np.logaddexp(x.add(z), y.add(z)).sum())(0), 4).item()).toBe(true);
  });

  test("sort with takeAlongAxis of argsort is sort", () => {
    const x = np.array([
      [3, 1, 2],
      [0, -1, 5],
    ]);
    for (const axis of [0, 1]) {
      for (const descending of [false, true]) {
        const order = np.argsort(x, axis, { descending });
        expect(np.takeAlongAxis(x, order, axis).js()).toEqual(np.sort(x, axis, { descending }).js());
      }
    }
  });

  test("unique and nonzero need values", () => {
    expect(() => jit((x: NDArray) => np.unique(x))(t)).toThrow(ConcretizationError);
    expect(() => jit((x: NDArray) => np.nonzero(x)[0])(t)).toThrow(ConcretizationError);
  });

  test("norms that need singular values say so", () => {
    expect(() => np.linalg.norm(np.ones([2, 2]), { ord: 2 })).toThrow(/needs singular values/);
  });
});
