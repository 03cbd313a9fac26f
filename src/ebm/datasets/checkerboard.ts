/** A density with edges. */
import * as np from "../../numpy/index.js";
import { split } from "../../random/key.js";
import { randint } from "../../random/randint.js";
import { uniform } from "../../random/uniform.js";
import { type DataSet, dataSet } from "./data-set.js";

/** Of the eight dark squares of side 2. */
const area = 32;

/**
 * Uniform on the eight dark squares, of side 2, of a board on [-4, 4)^2: where floor(x / 2) + floor(y / 2) is even. Points that
 * float32 has rounded onto another square are outside, and have the log-density -Infinity; the sampler makes none.
 * Source: the toy data of Grathwohl et al., "FFJORD" (2019).
 */
export const checkerboard: DataSet = dataSet({
  name: "checkerboard",
  entropy: Math.log(area),
  draw: (key, n) => {
    const [xKey, yKey, rowKey] = split(key, 3);
    const a = uniform(xKey, [n], { minval: -2, maxval: 2 });
    const row = randint(rowKey, [n], 0, 2).astype("float32");
    const b = uniform(yKey, [n]).sub(row.mul(2)).add(np.floor(a).mod(2));
    return np.stack([a, b], 1).mul(2);
  },
  logDensity: () => (points) => {
    const isDark = np.floor(points.div(2)).sum(1).mod(2).equal(0);
    const isOnBoard = np.logicalAnd(points.greaterEqual(-4), points.less(4)).all(1);
    const inside = np.array(-Math.log(area), { dtype: "float64" });
    return np.where(np.logicalAnd(isDark, isOnBoard), inside, Number.NEGATIVE_INFINITY);
  },
});
