/** Points as CSV text. */
import { numpy as np } from "cotangent";
import { encodePoints } from "cotangent/ebm";
import { expect, test } from "vitest";

test("numbers are the shortest that read back, by their dtype", () => {
  const values = [0.1, 1 / 3, -0, 1e21, 5e-324];
  expect(encodePoints(["x"], np.array(values, { dtype: "float64" }).reshape([5, 1]))).toBe(
    "x\n0.1\n0.3333333333333333\n-0\n1e+21\n5e-324\n",
  );
  const text = encodePoints(["x"], np.array(values.slice(0, 4)).reshape([4, 1]));
  expect(text).toBe("x\n0.1\n0.33333334\n-0\n1e+21\n");
});

test("names are quoted where they must be", () => {
  const one = np.zeros([1, 4]);
  expect(encodePoints(["x", "a,b", 'say "c"', "two\nlines"], one)).toBe(
    'x,"a,b","say ""c""","two\nlines"\n0,0,0,0\n',
  );
});

test("no points are a header", () => {
  expect(encodePoints(["x", "y"], np.zeros([0, 2]))).toBe("x,y\n");
});
