/** Which equations one loop computes: neighbours of one shape, and what a reduction takes as it is computed. */
import { lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { eqnsOf, fuse } from "../../../src/compiler/fuse.js";
import { lower } from "../../../src/compiler/lower.js";
import { simplify } from "../../../src/compiler/simplify/simplify.js";
import { linesOf, traced } from "../simplify/text.js";
import { statementsOf } from "./programs.js";

type F = (...xs: NDArray[]) => unknown;

/** A line for each unit: the primitives that its loop computes, and after ">" the reduction that takes the last one's elements. */
const unitsOf = (f: F, ...args: NDArray[]): string[] =>
  fuse(simplify(traced(f, ...args))).map(({ eqns, reduction }) => {
    const names = eqns.map(({ primitive: { name } }) => name).join(" ");
    return reduction === null ? names : `${names} > ${reduction.primitive.name}`;
  });

const loopsOf = (f: F, ...args: NDArray[]): string => statementsOf(lower(traced(f, ...args)).program);

const vector = np.ones([5]);
const matrix = np.ones([4, 5]);

describe("elementwise equations of one shape", () => {
  test("are one loop; what only they read has no memory", () => {
    const f = (x: NDArray, y: NDArray) => np.square(x).add(y).mul(x);
    expect(linesOf(simplify(traced(f, vector, vector)))).toEqual([
      "lambda a b",
      "c = square a",
      "d = add c b",
      "e = mul d a",
      "in e",
    ]);
    expect(loopsOf(f, vector, vector)).toMatchInlineSnapshot(`
      { // square add mul
        parallel v0 < 5 {
          %0: f32 = input0[v0]
          let v1: f32 = (%0 * %0)
          let v2: f32 = (v1 + input1[v0])
          let v3: f32 = (v2 * input0[v0])
          output0[v0] = v3
        }
      }
    `);
  });

  test("that do not depend on each other are one loop too, and write all that is read outside", () => {
    const f = (x: NDArray, y: NDArray) => [x.add(y), x.mul(y)];
    expect(loopsOf(f, vector, vector)).toMatchInlineSnapshot(`
      { // add mul
        parallel v0 < 5 {
          let v1: f32 = (input0[v0] + input1[v0])
          output0[v0] = v1
          let v2: f32 = (input0[v0] * input1[v0])
          output1[v0] = v2
        }
      }
    `);
  });

  test("may stand apart: what does not lie between them goes before or after", () => {
    const f = (x: NDArray, y: NDArray) => {
      const first = x.mul(2);
      const total = y.sum();
      return [first.add(x), total];
    };
    expect(unitsOf(f, vector, vector)).toEqual(["mul add", "reduce_sum"]);
  });

  test("stretch operands where they read them, and read a single number once", () => {
    const f = (x: NDArray, row: NDArray, c: NDArray) => x.mul(row).add(c);
    expect(loopsOf(f, np.ones([4, 8]), np.ones([8]), np.ones([]))).toMatchInlineSnapshot(`
      { // mul add
        let v0: f32 = input2[0]
        parallel v1 < 4 {
          parallel v2 < 8 {
            let v3: f32 = (input0[((v1 * 8) + v2)] * input1[v2])
            let v4: f32 = (v3 + v0)
            output0[((v1 * 8) + v2)] = v4
          }
        }
      }
    `);
  });

  test("are one loop over all axes where rows are too short for a vector or two", () => {
    const f = (x: NDArray, row: NDArray) => x.mul(row);
    expect(loopsOf(f, np.ones([4, 7]), np.ones([7]))).toMatchInlineSnapshot(`
      { // mul
        parallel v0 < 28 {
          let v1: i32 = (v0 / 7)
          let v2: i32 = (v0 - ((v0 / 7) * 7))
          output0[v0] = (input0[v0] * input1[v2])
        }
      }
    `);
  });

  test("take what moves elements as it is read: a transpose costs no loop", () => {
    const f = (x: NDArray, y: NDArray) => x.transpose().add(y);
    expect(unitsOf(f, np.ones([5, 4]), matrix)).toEqual(["transpose add"]);
  });
});

describe("equations stay apart", () => {
  test("with something between them that needs the one and is needed by the other", () => {
    const f = (x: NDArray) => {
      const y = np.sin(x);
      return y.sub(y.sum());
    };
    expect(unitsOf(f, vector)).toEqual(["sin", "reduce_sum", "sub"]);
  });

  test("where the way from one to the other leads through another group", () => {
    const f = (x: NDArray, m: NDArray) => {
      const y = np.sin(x); //                        [5]
      const z = m.mul(np.flip(y).reshape([1, 5])); // [4, 5]
      return np.cos(x).add(z.sum(0)); //             [5]
    };
    expect(unitsOf(f, vector, matrix)).toEqual(["sin", "rev cos", "reshape", "mul", "reduce_sum", "add"]);
  });

  test("of different shapes", () => {
    expect(unitsOf((x: NDArray, y: NDArray) => [np.sin(x), np.sin(y)], vector, matrix)).toEqual([
      "sin",
      "sin",
    ]);
  });

  test("where one reads elements of the other that are not at its own place", () => {
    const f = (x: NDArray) => np.flip(np.sin(x));
    expect(unitsOf(f, vector)).toEqual(["sin", "rev"]);
  });

  test("beyond 48 of them: their values would not fit the registers", () => {
    const f = (x: NDArray) => Array.from({ length: 100 }).reduce<NDArray>((y) => np.sin(y).mul(x), x);
    expect(fuse(simplify(traced(f, vector))).map((unit) => eqnsOf(unit).length)).toEqual([48, 48, 48, 48, 8]);
  });
});

describe("updates in place", () => {
  test("come after all who read the old value, whose memory they take over", () => {
    const f = (x: NDArray, patch: NDArray) => {
      const y = np.sin(x);
      const updated = lax.dynamicUpdateSlice(y, patch, [1]);
      return [updated, y.mul(2)];
    };
    expect(unitsOf(f, vector, np.ones([2]))).toEqual(["sin mul", "dynamic_update_slice"]);
    expect(loopsOf(f, vector, np.ones([2]))).toMatchInlineSnapshot(`
      { // sin mul
        parallel v0 < 5 {
          let v1: f32 = sin(input0[v0])
          output0[v0] = v1
          let v2: f32 = (v1 * 2f32)
          output1[v0] = v2
        }
      }
      { // dynamic_update_slice
        temp0: i32[1]
        temp0[0] = 1
        let v3: i32 = min(max(temp0[0], 0), 3)
        parallel v4 < 2 {
          output0[(v3 + v4)] = input1[v4]
        }
      }
    `);
  });

  test("are not made where the old value is read after them", () => {
    const f = (x: NDArray, patch: NDArray) => {
      const y = np.sin(x);
      const updated = lax.dynamicUpdateSlice(y, patch, [1]);
      return y.mul(updated.sum());
    };
    expect(unitsOf(f, vector, np.ones([2]))).toEqual(["sin", "dynamic_update_slice", "reduce_sum", "mul"]);
    expect(loopsOf(f, vector, np.ones([2]))).toMatchInlineSnapshot(`
      temp0: f32[5]
      temp1: f32[5]
      temp2: f32[1]
      { // sin
        parallel v0 < 5 {
          temp0[v0] = sin(input0[v0])
        }
      }
      { // dynamic_update_slice
        temp3: i32[1]
        temp3[0] = 1
        parallel v1 < 5 {
          temp1[v1] = temp0[v1]
        }
        let v2: i32 = min(max(temp3[0], 0), 3)
        parallel v3 < 2 {
          temp1[(v2 + v3)] = input1[v3]
        }
      }
      { // reduce_sum
        let v4: f32 = 0f32
        {
          let v5: f32 = (0f32 + temp1[0])
          let v6: f32 = (0f32 + temp1[1])
          let v7: f32 = (0f32 + temp1[2])
          let v8: f32 = (0f32 + temp1[3])
          let v9: f32 = (0f32 + temp1[4])
          let v10: f32 = (v5 + v9)
          let v11: f32 = (v10 + v7)
          let v12: f32 = (v6 + v8)
          let v13: f32 = (v11 + v12)
          v4 = v13
        }
        temp2[0] = v4
      }
      { // mul
        let v14: f32 = temp2[0]
        parallel v15 < 5 {
          output0[v15] = (temp0[v15] * v14)
        }
      }
    `);
  });
});

test("effects keep their order, whatever is fused around them", () => {
  const f = (x: NDArray) => {
    const y = np.sin(x);
    lax.debugPrint("first {}", x);
    lax.debugPrint("second {}", y);
    return y.mul(x);
  };
  expect(unitsOf(f, vector)).toEqual(["sin mul", "debug_print", "debug_print"]);
  const printed = simplify(traced(f, vector)).eqns.filter(({ effects }) => effects.length > 0);
  const after = fuse(simplify(traced(f, vector)))
    .flatMap(eqnsOf)
    .filter(({ effects }) => effects.length > 0);
  expect(after.map(({ params }) => params)).toEqual(printed.map(({ params }) => params));
});

test("an effect stays behind an earlier one, though what comes of it is needed before that", () => {
  const f = (x: NDArray) => {
    const y = np.sin(x);
    lax.debugPrint("first {}", x);
    const [last] = lax.scan(
      (c: NDArray) => {
        lax.debugPrint("second {}", c);
        return [c.mul(2), null];
      },
      x,
      null,
      { length: 2 },
    );
    return y.mul(last);
  };
  expect(unitsOf(f, vector)).toEqual(["debug_print", "scan", "sin mul"]);
});

describe("a reduction", () => {
  const long = np.ones([2, 600]);
  const tall = np.ones([3, 40]);

  test("takes the elements of the group that only it reads, along long rows", () => {
    const f = (x: NDArray) => np.square(x).add(1).sum(1);
    expect(unitsOf(f, long)).toEqual(["square add > reduce_sum"]);
    expect(loopsOf(f, long)).toMatchInlineSnapshot(`
      { // square add reduce_sum
        parallel v0 < 2 {
          let v1: f32 = 0f32
          {
            temp0: f32[600]
            parallel v2 < 600 {
              %0: f32 = input0[((v0 * 600) + v2)]
              let v3: f32 = (%0 * %0)
              let v4: f32 = (v3 + 1f32)
              temp0[v2] = v4
            }
            let v5: f32x16 = splat:f32x16(0f32)
            serial v6 < 37 {
              v5 = (v5 + temp0:x16[(v6 * 16)])
            }
            {
              temp1: f32[16]
              temp1[0] = splat:f32x16(0f32)
              temp1[0] = temp0[592]
              temp1[1] = temp0[593]
              temp1[2] = temp0[594]
              temp1[3] = temp0[595]
              temp1[4] = temp0[596]
              temp1[5] = temp0[597]
              temp1[6] = temp0[598]
              temp1[7] = temp0[599]
              v5 = (v5 + temp1:x16[0])
            }
            v1 = reduceLanes:add(v5)
          }
          output0[v0] = v1
        }
      }
    `);
  });

  test("over the first axis, where its sums stand side by side", () => {
    const f = (x: NDArray) => np.square(x).sum(0);
    expect(unitsOf(f, tall)).toEqual(["square > reduce_sum"]);
    expect(loopsOf(f, tall)).toMatchInlineSnapshot(`
      { // square reduce_sum
        parallel v0 < 40 {
          output0[v0] = 0f32
        }
        serial v1 < 3 {
          parallel v2 < 40 {
            %0: f32 = input0[((v1 * 40) + v2)]
            output0[v2] = (output0[v2] + (%0 * %0))
          }
        }
      }
    `);
  });

  test("over all axes, where the group walks memory in order", () => {
    expect(unitsOf((x: NDArray) => np.square(x).sum(), long)).toEqual(["square > reduce_sum"]);
    const stretched = (x: NDArray, row: NDArray) => x.mul(row).sum();
    expect(unitsOf(stretched, long, np.ones([1, 600]))).toEqual(["mul", "reduce_sum"]);
  });

  test("is not only the sum", () => {
    expect(unitsOf((x: NDArray) => np.square(x).max(1), long)).toEqual(["square > reduce_max"]);
  });

  test("leaves a group alone that others read, the last equation or one before it", () => {
    const last = (x: NDArray) => {
      const y = np.square(x);
      return [y, y.sum(1)];
    };
    expect(unitsOf(last, long)).toEqual(["square", "reduce_sum"]);
    const earlier = (x: NDArray) => {
      const y = np.square(x);
      return [y, y.add(1).sum(1)];
    };
    expect(unitsOf(earlier, long)).toEqual(["square add", "reduce_sum"]);
    const twice = (x: NDArray) => {
      const y = np.square(x);
      return [y.sum(1), y.max(1)];
    };
    expect(unitsOf(twice, long)).toEqual(["square", "reduce_sum", "reduce_max"]);
  });

  test("leaves short rows, and few sums, to loops of their own", () => {
    expect(unitsOf((x: NDArray) => np.square(x).sum(1), np.ones([2, 511]))).toEqual(["square", "reduce_sum"]);
    expect(unitsOf((x: NDArray) => np.square(x).sum(0), np.ones([600, 31]))).toEqual([
      "square",
      "reduce_sum",
    ]);
  });

  test("takes rows of 512 elements, and 32 sums side by side", () => {
    expect(unitsOf((x: NDArray) => np.square(x).sum(1), np.ones([2, 512]))).toEqual(["square > reduce_sum"]);
    expect(unitsOf((x: NDArray) => np.square(x).sum(0), np.ones([600, 32]))).toEqual(["square > reduce_sum"]);
  });

  test("does not draw reads past an update: they would keep its operand alive", () => {
    const f = (x: NDArray, patch: NDArray) => {
      const y = np.sin(x);
      const doubled = y.add(x);
      const updated = lax.dynamicUpdateSlice(y, patch, [1, 1]);
      return [updated, doubled.sum(1)];
    };
    expect(unitsOf(f, long, np.ones([1, 1]))).toEqual(["sin add", "dynamic_update_slice", "reduce_sum"]);
  });
});
