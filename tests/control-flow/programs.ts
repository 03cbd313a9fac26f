/** Programs with control flow, each a scalar function of a scalar and a vector: as in make_programs.py. */
import { lax, type NDArray, numpy as np } from "cotangent";

export type Program = (w: NDArray, xs: NDArray) => NDArray;

interface State {
  readonly a: NDArray;
  readonly n: NDArray;
}

const trees: Program = (w, xs) => {
  const [c, [ys, zs]] = lax.scan<State, NDArray, readonly [NDArray, NDArray]>(
    ({ a, n }, x) => [{ a: a.mul(w).add(x), n: n.add(1) }, [a, x.mul(n)]],
    { a: w, n: np.array(new Int32Array([0])).slice(0) },
    xs,
  );
  return c.a.add(ys.mul(zs).sum()).add(c.n);
};

const nested: Program = (w, xs) => {
  const inner = (start: NDArray, x: NDArray): NDArray =>
    lax.scan((d: NDArray, y: NDArray) => [np.sin(d.mul(y)).add(x), null], start, xs)[0];
  const [c, ys] = lax.scan((c: NDArray, x: NDArray) => [inner(c, x), c], w, xs);
  return c.add(ys.sum());
};

/** Name, program, and whether reverse mode passes through it. */
export const programs: readonly { readonly name: string; readonly f: Program; readonly reverse: boolean }[] =
  [
    {
      name: "scan",
      f: (w, xs) => lax.scan((c: NDArray, x: NDArray) => [np.sin(c).mul(x).add(w), c.mul(x)], w, xs)[1].sum(),
      reverse: true,
    },
    {
      name: "scan in reverse",
      f: (w, xs) => lax.scan((c: NDArray, x: NDArray) => [c.mul(x).add(w), c], w, xs, { reverse: true })[0],
      reverse: true,
    },
    { name: "scan of trees", f: trees, reverse: true },
    {
      name: "scan without xs",
      f: (w, xs) => lax.scan((c: NDArray) => [np.cos(c).mul(xs.slice(1)), null], w, null, { length: 5 })[0],
      reverse: true,
    },
    {
      name: "scan without carry",
      f: (w, xs) => lax.scan((c: null, x: NDArray) => [c, np.exp(x.mul(w))], null, xs)[1].sum(),
      reverse: true,
    },
    { name: "map", f: (w, xs) => lax.map((x: NDArray) => x.mul(x).mul(w), xs).prod(), reverse: true },
    { name: "scan in scan", f: nested, reverse: true },
    {
      name: "foriLoop with static bounds",
      f: (w, xs) => lax.foriLoop(0, 4, (i, c: NDArray) => c.mul(w).add(np.take(xs, i)), w),
      reverse: true,
    },
    {
      name: "foriLoop with traced bounds",
      f: (w, xs) =>
        lax.foriLoop(0, w.add(2).astype("int32"), (_, c: NDArray) => c.mul(w).add(xs.slice(1)), w),
      reverse: false,
    },
    {
      name: "whileLoop",
      f: (w, xs) =>
        lax.whileLoop<readonly [NDArray, NDArray]>(
          ([c]) => c.less(9),
          ([c, sum]) => [c.mul(1.5).add(w), sum.add(xs.slice(0).mul(c))],
          [w, w],
        )[1],
      reverse: false,
    },
    {
      name: "cond taken",
      f: (w, xs) =>
        lax.cond(
          w.greater(0),
          (a: NDArray, b: NDArray) => np.sin(a).mul(b.sum()),
          (a, b) => a.mul(b.prod()),
          w,
          xs,
        ),
      reverse: true,
    },
    {
      name: "cond not taken",
      f: (w, xs) =>
        lax.cond(
          w.less(0),
          (a: NDArray, b: NDArray) => np.sin(a).mul(b.sum()),
          (a, b) => a.mul(b.prod()),
          w,
          xs,
        ),
      reverse: true,
    },
    {
      name: "switch",
      f: (w, xs) =>
        lax
          .switch(
            1,
            [(a: NDArray) => a, (a: NDArray) => np.exp(a).mul(xs.slice(2)), (a: NDArray) => a.mul(a)],
            w,
          )
          .mul(w),
      reverse: true,
    },
    {
      name: "cond in scan",
      f: (w, xs) =>
        lax.scan(
          (c: NDArray, x: NDArray) => [
            lax.cond(
              x.greater(0.7),
              (v: NDArray) => v.mul(x).mul(w),
              (v) => np.sin(v).add(w),
              c,
            ),
            null,
          ],
          w,
          xs,
        )[0],
      reverse: true,
    },
    {
      name: "scan in cond",
      f: (w, xs) =>
        lax.cond(
          w.greater(0),
          (v: NDArray) => lax.scan((c: NDArray, x: NDArray) => [c.mul(x).add(v), null], v, xs)[0],
          (v) => v,
          w,
        ),
      reverse: true,
    },
    {
      name: "while in scan",
      f: (w, xs) =>
        lax.scan(
          (c: NDArray, x: NDArray) => [
            lax
              .whileLoop(
                (v: NDArray) => v.less(4),
                (v: NDArray) => v.mul(1.5).add(x.mul(x)),
                c.mul(c),
              )
              .mul(0.1),
            null,
          ],
          w,
          xs,
        )[0],
      reverse: false,
    },
    {
      name: "associativeScan",
      f: (w, xs) =>
        lax
          .associativeScan((a: NDArray, b: NDArray) => a.mul(b), xs.mul(w))
          .mul(xs)
          .sum(),
      reverse: true,
    },
  ];
