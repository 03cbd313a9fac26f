/** What the package is made of, and the language that programs become. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as root from "cotangent";
import {
  ArgumentError,
  debugNans,
  grad,
  jit,
  type NDArray,
  setDefaultTarget,
  targets,
  vmap,
} from "cotangent";
import * as lax from "cotangent/lax";
import * as nn from "cotangent/nn";
import * as np from "cotangent/numpy";
import * as optim from "cotangent/optim";
import * as random from "cotangent/random";
import { describe, expect, test } from "vitest";
import { evaluateFma } from "../../src/ir/arithmetic.js";
import { f32, unchecked } from "./statement.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${repository}package.json`, "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly exports: Readonly<Record<string, unknown>>;
};

describe("the modules", () => {
  test("share one trace: functions of every entry nest in the transformations of the root", () => {
    const f = (x: NDArray): NDArray =>
      lax
        .erf(nn.softplus(np.sin(x)))
        .mul(root.numpy.cos(x))
        .sum();
    const g = (x: NDArray): NDArray =>
      root.lax
        .erf(root.nn.softplus(root.numpy.sin(x)))
        .mul(np.cos(x))
        .sum();
    const x = f32(0.5, -1);
    expect(jit(vmap(grad(f)))(x).js()).toEqual(jit(vmap(grad(g)))(x).js());
    const loss = (p: NDArray): NDArray => np.square(p.add(random.normal(random.key(0), [2]))).sum();
    const { init, update } = optim.sgd(0.1);
    const [updates] = jit((p: NDArray) => update(grad(loss)(p), init(p), p))(x);
    expect(updates.shape).toEqual([2]);
  });

  test("are the root's namespaces", () => {
    expect([np.sin, lax.scan, random.normal, nn.relu, optim.adam]).toEqual([
      root.numpy.sin,
      root.lax.scan,
      root.random.normal,
      root.nn.relu,
      root.optim.adam,
    ]);
  });

  test("depend on fp-ts alone; fast-check, gpu.js and webgpu are optional peers", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["fp-ts"]);
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(["fast-check", "gpu.js", "webgpu"]);
    expect(Object.values(manifest.peerDependenciesMeta).map(({ optional }) => optional)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("import nothing else, and no file system: fast-check in the testing entry alone", () => {
    const files = readdirSync(`${repository}src`, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const imports = files.flatMap((file) =>
      [
        ...readFileSync(`${repository}src/${file}`, "utf8").matchAll(
          /^(?:import|export)[^;]*? from "([^"]+)";/gms,
        ),
      ]
        .map(([, from]) => from)
        .filter((from) => !from.startsWith("."))
        .map((from) => `${from.split("/")[0]}${file.startsWith("testing/") ? " in testing" : ""}`),
    );
    expect(files.length).toBeGreaterThan(150);
    expect(
      [...new Set(imports)]
        .filter((from) => !from.startsWith("fp-ts"))
        .every((from) => from === "fast-check in testing"),
    ).toBe(true);
  });
});

describe("targets", () => {
  test("are listed by name, js among them", () => {
    expect(targets().map(({ name }) => name)).toContain("js");
    for (const { available, description } of targets())
      expect([typeof available, typeof description]).toEqual(["boolean", "string"]);
  });

  test("that do not exist are an error that names those that do", () => {
    expect(() => setDefaultTarget("cray")).toThrow(ArgumentError);
    expect(() => setDefaultTarget("cray")).toThrow(/cray.*js/);
    expect(() => jit((x: NDArray) => x.mul(2), { target: "cray" })(1)).toThrow(/cray/);
  });

  test("the outermost jit's wins: an inner one's is not looked at", () => {
    const inner = jit((x: NDArray) => x.mul(2), { target: "cray" });
    expect(jit((x: NDArray) => inner(x), { target: "js" })(3).item()).toBe(6);
  });
});

describe("the language of loops", () => {
  test("has a fused multiply-add that rounds once", () => {
    const a = 1 + 2 ** -12;
    expect(evaluateFma("float32", a, a, -1)).toBe(2 ** -11 + 2 ** -24); // rounded twice: 2^-11
    expect(evaluateFma("float64", 1 + 2 ** -30, 1 + 2 ** -30, -1)).toBe(2 ** -29 + 2 ** -60);
    expect(evaluateFma("float32", Math.fround(0.1), 10, -1)).toBe(Math.fround(Math.fround(0.1) * 10 - 1));
  });

  test("keeps tables in constant buffers: the double exponents of a float64 reduction are read from one", () => {
    const x = np.array([1e300], { dtype: "float64" });
    expect(np.sin(x).js()).toEqual([Math.sin(1e300)]);
    expect(jit((v: NDArray) => np.sin(v))(x).js()).toEqual([Math.sin(1e300)]);
    const last = jit((v: NDArray) => np.sin(v))
      .lower(x)
      .stages.at(-1);
    expect(last?.text).toMatch(/const/);
  });

  test("has no 64-bit integers: float64 draws work on pairs of 32-bit words", () => {
    const text = jit((key: random.Key) => random.uniform(key, [3], { dtype: "float64" })).lower(
      random.key(1),
    ).loops;
    expect(text).not.toMatch(/[iu]64/);
    expect(() => np.zeros([1], { dtype: unchecked("int64") })).toThrow(/int64/);
  });
});

test("debugNans, once on, stays on until it is switched off, for every entry", () => {
  debugNans(true);
  try {
    expect(() => lax.log(f32(-1))).toThrow(/debugNans/);
  } finally {
    debugNans(false);
  }
});
