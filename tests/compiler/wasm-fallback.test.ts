/** Where wasm cannot run a program, js does if the library chose the target, said aloud once; a target that was named throws. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NDArray } from "cotangent";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

type Library = typeof import("cotangent");

/** The library as a page would load it now, with nothing said yet. */
async function freshLibrary(): Promise<Library> {
  vi.resetModules();
  return import("cotangent");
}

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a program that is too large for the engine", () => {
  const limits = "../../src/compiler/targets/wasm/limits.js";
  const tooMany = Array.from({ length: 1201 }, (_, i) => i);
  // A program that passes an engine's own limits takes seconds to write.
  beforeEach(() => {
    vi.doMock(limits, async (original) => {
      const { checkLimits, engineLimits } =
        await original<typeof import("../../src/compiler/targets/wasm/limits.js")>();
      const few = { ...engineLimits, variables: 1000 };
      return {
        checkLimits: (...[module, bytes]: Parameters<typeof checkLimits>) => checkLimits(module, bytes, few),
      };
    });
  });
  afterEach(() => void vi.doUnmock(limits));

  test("runs on js where nobody chose the target, and this is said once", async () => {
    const { jit, numpy: np } = await freshLibrary();
    const f = jit((xs: number[]) => np.stack(xs).take(1200).add(1));
    expect([f(tooMany).item(), f(tooMany).item()]).toEqual([1201, 1201]);
    jit((xs: number[]) => np.stack(xs).take(1200).mul(2))(tooMany);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^cotangent: a program runs on the target "js", which is slower: wasm: .* variables, at most 1000; jit smaller parts/,
      ),
    ]);
  });

  test("throws where wasm was named, at each call", async () => {
    const { jit, numpy: np, setDefaultTarget, TargetError } = await freshLibrary();
    const f = (xs: number[]) => np.stack(xs).take(1200).add(1);
    const named = jit(f, { target: "wasm" });
    expect(() => named(tooMany)).toThrow(TargetError);
    expect(() => named(tooMany)).toThrow(/too large for the engine.*\{ target: "js" \}/);
    setDefaultTarget("wasm");
    expect(() => jit(f)(tooMany)).toThrow(TargetError);
    setDefaultTarget(null);
    expect(jit(f)(tooMany).item()).toBe(1201);
    expect(warnings).toHaveLength(1);
  });

  test("is not one whose inputs are many: their addresses are read from a list", async () => {
    vi.doUnmock(limits);
    const { jit, numpy: np } = await freshLibrary();
    const f = jit((xs: number[]) => xs.reduce((sum, x, i) => sum.add(np.multiply(x, i)), np.array(0)), {
      target: "wasm",
    });
    expect(f(tooMany.slice(0, 300)).item()).toBe((300 * 299 * 599) / 6);
    const g = jit((xs: number[]) => xs.map((x) => np.add(x, 1)), { target: "wasm" });
    expect(g(tooMany.slice(0, 1200)).map((x) => x.item())).toEqual(tooMany.slice(1, 1201));
  });
});

interface WebAssemblyMembers {
  readonly Memory: unknown;
  readonly Instance: unknown;
  readonly validate: unknown;
  readonly CompileError: new (message: string) => Error;
}
// Sound: every engine that tests run in has it. (The library is compiled without the types of any platform.)
const { Memory, Instance, validate, CompileError } = Reflect.get(
  globalThis,
  "WebAssembly",
) as WebAssemblyMembers;

/** What a page's content security policy makes of it: valid modules are not compiled. */
class ForbiddenModule {
  constructor() {
    throw new CompileError("Wasm code generation disallowed by embedder");
  }
}

describe.each([
  ["no WebAssembly", undefined],
  ["a page that forbids it", { Memory, Instance, validate, Module: ForbiddenModule }],
] as const)("where there is %s", (_, stub) => {
  test("jit runs on js and says so once, unless js was chosen", async () => {
    vi.stubGlobal("WebAssembly", stub);
    const { jit, setDefaultTarget, targets, numpy: np } = await freshLibrary();
    expect(targets().map(({ name, available }) => [name, available])).toEqual([
      ["js", true],
      ["wasm", false],
      ["gpu", true],
    ]);
    setDefaultTarget("js");
    expect(jit((x: NDArray) => np.sin(x))(0).item()).toBe(0);
    expect(warnings).toEqual([]);
    setDefaultTarget(null);
    for (let i = 0; i < 3; i++) expect(jit((x: NDArray) => x.add(i))(1).item()).toBe(1 + i);
    expect(warnings).toEqual([
      'cotangent: jit runs on the target "js", which is slower: WebAssembly with SIMD, which this engine or page does not ' +
        'allow. setDefaultTarget("js") says that this is meant',
    ]);
  });

  test("naming wasm is an error", async () => {
    vi.stubGlobal("WebAssembly", stub);
    const { ArgumentError, jit, setDefaultTarget } = await freshLibrary();
    expect(() => setDefaultTarget("wasm")).toThrow(ArgumentError);
    expect(() => jit((x: number) => x, { target: "wasm" })(1)).toThrow(
      'there is no target "wasm" here; available: js',
    );
  });
});

test("where a page forbids new Function, everything runs on wasm, operations outside jit too", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-"));
  try {
    const source = `import { grad, jit, numpy as np, targets } from "cotangent";
      const f = (x) => np.sin(x).mul(x).sum();
      const x = np.array([1, 2, 3]);
      console.log(JSON.stringify([targets().map((t) => t.available), grad(f)(x).js(), jit(grad(f))(x).js()]));`;
    const bundle = join(folder, "program.mjs");
    await build({
      stdin: { contents: source, resolveDir: folder },
      alias: { cotangent: fileURLToPath(new URL("../../src/index.ts", import.meta.url)) },
      nodePaths: [fileURLToPath(new URL("../../node_modules", import.meta.url))],
      bundle: true,
      format: "esm",
      platform: "neutral",
      outfile: bundle,
      logLevel: "silent",
    });
    const output = execFileSync(process.execPath, ["--disallow-code-generation-from-strings", bundle]);
    const [available, eager, jitted] = JSON.parse(output.toString());
    expect(available).toEqual([false, true, true]);
    expect(eager).toEqual(jitted);
    expect(eager[0]).toBeCloseTo(Math.sin(1) + Math.cos(1), 6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
