/**
 * Reductions as long as the blocks and partial results of their order are told apart by, one more, and one less: on the gpu the
 * parts are threads of their own, and the order has to be that of all targets all the same.
 */
import { grad, type NDArray, numpy as np, random } from "cotangent";
import type { Case } from "./cross-target-cases.js";

/** All terms are positive, so that nothing cancels. */
const terms = (count: number): NDArray => random.uniform(random.key(count), [count], { minval: 0.5 });

const lengths = [15, 16, 17, 1023, 1024, 4095, 4096, 4097, 8192, 12_305, 70_001];

export const longSums: readonly Case[] = [
  {
    name: `sums of ${lengths} terms, stored and computed`,
    run: (compile) =>
      lengths.flatMap((count) =>
        compile((x: NDArray) => [x.sum(), np.square(x).mul(0.5).sum()])(terms(count)),
      ),
  },
  {
    name: "extremes, integers and conditions of long arrays",
    run: (compile) =>
      [1030, 9000].flatMap((count) =>
        compile((x: NDArray) => {
          const whole = x.mul(1000).astype("int32");
          return [
            np.max(x),
            np.min(x),
            whole.sum(),
            np.max(whole.neg()),
            np.all(x.less(0.7)),
            np.any(x.less(0.501)),
          ];
        })(terms(count)),
      ),
  },
  {
    name: "products of long arrays",
    run: (compile) => [compile((x: NDArray) => np.prod(x.add(0.25)))(terms(4200))],
  },
  {
    name: "sums over leading axes of many rows",
    run: (compile) =>
      [5000, 70_000].map((rows) =>
        compile((x: NDArray) => x.add(1).sum(0))(terms(rows * 3).reshape([rows, 3])),
      ),
  },
  {
    name: "inner products of long arrays, and a product of matrices as deep",
    run: (compile) => [
      compile((x: NDArray) => x.dot(x))(terms(9001)),
      compile((x: NDArray) => x.matmul(x.T))(terms(2 * 4500).reshape([2, 4500])),
    ],
  },
  {
    name: "rows of long sums, and a gradient through one",
    run: (compile) => [
      compile((x: NDArray) => x.sum(1))(terms(3 * 5000).reshape([3, 5000])),
      compile(grad((x: NDArray) => np.square(np.square(x).sum())))(terms(2000)),
    ],
  },
];
