/**
 * Errors that no call of a public function meets, and why each is there all the same. InternalErrors are not listed: they
 * are faults of the library by their nature.
 */
export const unreachable: readonly (readonly [file: string, words: string, reason: string])[] = [
  ["ir/dtype.ts", "which this machine does not give", "it depends on the machine's memory"],
  [
    "compiler/targets/js/scratch.ts",
    "which this machine does not give",
    "it depends on the machine's memory",
  ],
  ["compiler/targets/wasm/memory.ts", "cannot grow by that", "it depends on the machine's memory"],
  ["compiler/targets/wasm/compile.ts", "no memory left", "it depends on the machine's memory"],
  ...["needs the package gpu.js", "has no GPU", "ran a kernel in mode", "the WebGL2 context was lost"].map(
    (words) =>
      [
        "compiler/targets/gpu/device.ts",
        words,
        "it rejects the reading of a result; it is for other versions",
      ] as const,
  ),
  ...["is loaded when the target is first used", "could not be loaded"].map(
    (words) =>
      [
        "compiler/targets/gpu/loading.ts",
        words,
        "it is for pages: tests/compiler/gpu/loading.test.ts has its message",
      ] as const,
  ),
  ["compiler/targets/gpu/queue.ts", "failed: ", "it rejects the reading of a result: what gpu.js throws"],
  [
    "compiler/targets/gpu/queue.ts",
    "of gpu.js cannot run here",
    "it rejects the reading of a result: tests/compiler/gpu/pending.test.ts has its message",
  ],
  ["compiler/targets/gpu/queue.ts", "cannot run here: ", "it is for pages that forbid all compiled code"],
  ["compiler/targets/gpu/target.ts", "an array of another device", "there is one device"],
  ["compiler/targets/registry.ts", "runs beside the host", "only tests say where eager work runs"],
  [
    "compiler/targets/registry.ts",
    "noTarget",
    "it is for engines that run neither JavaScript text nor WebAssembly",
  ],
  [
    "autodiff/transforms/custom-vjp.ts",
    "a customVjp function cannot be",
    "jvp and jit refuse before anything is transposed",
  ],
  [
    "autodiff/trace.ts",
    "expected an array, got",
    "the public functions look at their operands before; this is for those that forget to",
  ],
  [
    "testing/laws.ts",
    "<ct, J v> = <J^T ct, v>",
    "both sides come of one linearization: only a wrong transpose of a primitive breaks it",
  ],
  [
    "autodiff/jaxpr.ts",
    "a jaxpr reads a variable before",
    "transformations alone evaluate jaxprs, those they made",
  ],
];
