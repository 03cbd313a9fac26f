/** How jaxprs print, and what checkGrads compares. */
import {
  checkJaxpr,
  customJvp,
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vmap,
} from "cotangent";
import { checkGrads } from "cotangent/testing";
import { describe, expect, test } from "vitest";
import { f32, f64, floats, i32, scalar } from "./statement.js";

describe("a jaxpr", () => {
  test("prints binders, equations and results, with a type at every binder", () =>
    expect(
      String(makeJaxpr((x: NDArray, y: NDArray) => x.mul(np.sin(y)).sum())(f32(1, 2, 3), f32(1, 2, 3))),
    ).toBe(
      [
        "{ lambda ; a:f32[3] b:f32[3]. let",
        "    c:f32[3] = sin b",
        "    d:f32[3] = mul a c",
        "    e:f32[] = reduce_sum[axes=(0,)] d",
        "  in (e,) }",
      ].join("\n"),
    ));

  test("hoists array constants before the semicolon, and shows scalars in line with their type", () => {
    const text = String(makeJaxpr((x: NDArray) => x.mul(f32(1, 2)).add(2))(f32(3, 4)));
    expect(text).toMatch(/^\{ lambda a:f32\[2\]; b:f32\[2\]\. let/);
    expect(text).toMatch(/add \w+ 2\.0:f32\[\]/);
  });

  test("shows params in brackets and sub-jaxprs nested in them", () => {
    const text = String(
      makeJaxpr((x: NDArray) => lax.scan((c: NDArray) => [np.sin(c), null], x, null, { length: 3 })[0])(1),
    );
    expect(text).toMatch(/scan\[\s+jaxpr=\{ lambda ; \w:f32\[\]\. let \w:f32\[\] = sin \w in \(\w,\) \}/);
    expect(text).toContain("length=3");
  });

  test("prints results that nobody reads as _", () => {
    const text = String(makeJaxpr((x: NDArray) => lax.sortKeyVal(x, x)[1])(f32(2, 1)));
    expect(text).toMatch(/_:f32\[2\] \w:f32\[2\] = sort\[/);
  });

  test("names variables a, b, c, ... and goes on with two letters", () => {
    const chain = (x: NDArray): NDArray => Array.from({ length: 30 }).reduce<NDArray>((y) => np.sin(y), x);
    const text = String(makeJaxpr(chain)(1));
    expect(text).toContain("z:f32[] = sin y");
    expect(text).toContain("ba:f32[] = sin z");
  });

  test("shows what tracing captured: host loops unrolled, host conditions decided, constants baked in", () => {
    const f = (x: NDArray): NDArray => {
      let y = x;
      for (let i = 0; i < 3; i++) y = i === 1 ? y.add(i) : y.mul(2);
      return y;
    };
    expect(makeJaxpr(f)(1).jaxpr.eqns.map((eqn) => eqn.primitive.name)).toEqual(["mul", "add", "mul"]);
  });

  test("makes grad and vmap visible as programs", () => {
    const f = (x: NDArray): NDArray => np.sin(x).mul(x);
    expect(String(makeJaxpr(grad(f))(scalar(1)))).toContain("cos");
    expect(String(makeJaxpr(vmap(f))(f32(1, 2)))).toContain("f32[2] = sin");
  });

  test("type-checks", () => {
    for (const f of [
      grad((x: NDArray) => np.sin(x).sum()),
      vmap((x: NDArray) => np.cos(x)),
      jit((x: NDArray) => x.add(1)),
    ]) {
      const { jaxpr } = makeJaxpr(f)(f32(1, 2));
      expect(checkJaxpr(jaxpr)).toBe(jaxpr);
    }
  });
});

/** x^3 with a tangent that is off by the factor. */
const cubeWith = (factor: number) =>
  customJvp((x: NDArray) => x.mul(x).mul(x)).defjvp(([x], [dx]) => [
    x.mul(x).mul(x),
    x
      .mul(x)
      .mul(dx)
      .mul(3 * factor),
  ]);

describe("checkGrads", () => {
  const point = f64(0.5, -0.25);

  test("compares forward mode with central differences along one direction", () => {
    checkGrads(cubeWith(1), [point], { modes: ["fwd"] });
    expect(() => checkGrads(cubeWith(1.01), [point], { modes: ["fwd"] })).toThrow(
      /fwd gives .*central differences/,
    );
  });

  test("compares reverse mode with the differences too, and not with forward mode", () => {
    const cube = customVjp((x: NDArray) => x.mul(x).mul(x));
    cube.defvjp(
      (x) => [x.mul(x).mul(x), x],
      (x: NDArray, ct: NDArray) => [ct.mul(x).mul(x).mul(3.03)],
    );
    expect(() => checkGrads((x: NDArray) => cube(x), [point], { modes: ["rev"] })).toThrow(/rev gives/);
  });

  test("of order 2 checks derivatives of derivatives in all four orders of the modes", () => {
    // Right value and first derivative, wrong second: the tangent's own derivative is stopped.
    const f = customJvp((x: NDArray) => np.sin(x)).defjvp(([x], [dx]) => [np.sin(x), wrongCos(x).mul(dx)]);
    const wrongCos = customJvp((x: NDArray) => np.cos(x)).defjvp(([x], [dx]) => [
      np.cos(x),
      np.sin(x).mul(dx),
    ]);
    checkGrads(f, [point]);
    for (const modes of [["fwd"], ["rev"]] as const) {
      expect(() => checkGrads(f, [point], { modes, order: 2 })).toThrow(
        new RegExp(`${modes[0]} of ${modes[0]}`),
      );
    }
    expect(() => checkGrads(f, [point], { order: 2 })).toThrow();
    checkGrads((x: NDArray) => np.sin(x), [point], { order: 2 });
  });

  test("costs the same number of evaluations whatever the size of the arguments", () => {
    const evaluations = (n: number): number => {
      let count = 0;
      const f = (x: NDArray): NDArray => {
        count++;
        return np.sin(x).sum();
      };
      checkGrads(f, [np.linspace(0, 1, n, { dtype: "float64" })], { modes: ["fwd"] });
      return count;
    };
    expect(evaluations(500)).toBe(evaluations(5));
  });

  test("takes one random direction, the same in every run", () => {
    const seen: (readonly number[])[] = [];
    const f = customJvp((x: NDArray) => x.mul(2)).defjvp(([x], [dx]) => [x.mul(2), dx.mul(2)]);
    const spy = (x: NDArray): NDArray => {
      seen.push([...x.dataSync()]);
      return f(x);
    };
    for (let run = 0; run < 2; run++) {
      disregard(() => checkGrads(spy, [point], { modes: ["rev"] }));
    }
    const half = seen.length / 2;
    expect(seen.slice(0, half)).toEqual(seen.slice(half));
  });

  test("tolerates 1e-5 in float64 and 2e-3 where anything is float32", () => {
    for (const [dtype, tolerance] of [
      ["float64", 1e-5],
      ["float32", 2e-3],
    ] as const) {
      const x = point.astype(dtype);
      checkGrads(cubeWith(1 + tolerance / 10), [x]);
      expect(() => checkGrads(cubeWith(1 + 10 * tolerance), [x])).toThrow();
    }
    expect(floats).toHaveLength(2);
  });

  test("leaves integer arguments alone", () =>
    checkGrads((x: NDArray, n: NDArray) => x.mul(n), [point, i32(2, 3)]));

  test("needs the dtypes of value and tangent to match", () => {
    const f = customJvp((x: NDArray) => x.mul(2)).defjvp(([x], [dx]) => [x.mul(2), dx.astype("float32")]);
    expect(() => jvp(f, [point], [point])).toThrow(/float32|f32/);
  });
});

/** Values are looked at inside a function that reverse mode also calls. */
function disregard(run: () => void): void {
  run();
}
