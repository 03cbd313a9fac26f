/** The workloads by hand in C, compiled to Wasm with SIMD: what a perfect code generator could reach with the same tricks. */
import * as data from "../workloads/data.js";
import { productAnswers } from "../workloads/w4.js";
import { gradientAnswers } from "../workloads/w6.js";
import type { Contender, Run, Sizes } from "../workloads/workload.js";
import { compileC } from "./build.js";

interface WasmEngine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}
/** Node has it; its types leave these members out. */
const wasm = (globalThis as unknown as { readonly WebAssembly: WasmEngine }).WebAssembly;

interface Program {
  readonly call: (name: string, ...values: number[]) => number;
  /** `length` floats at the address that an exported function gives. */
  readonly floats: (length: number, name: string, ...values: number[]) => Float32Array;
  readonly codeBytes: () => number;
}

function load(source: string, macros: Readonly<Record<string, number>> = {}): Program {
  const bytes = compileC(source, macros);
  const { exports } = new wasm.Instance(new wasm.Module(bytes), {});
  const call = (name: string, ...values: number[]): number =>
    (exports[name] as (...values: number[]) => number)(...values); // the sources of this folder export it
  const { buffer } = exports["memory"] as { readonly buffer: ArrayBuffer }; // as every module of the linker's does
  return {
    call,
    floats: (length, name, ...values) => new Float32Array(buffer, call(name, ...values), length),
    codeBytes: () => bytes.length,
  };
}

/** Fills the parameters of the energy's network, one after the other. */
function fillParameters(program: Program, hidden: number): void {
  const all = data.layers(data.energySizes(hidden)).flatMap(({ w, b }) => [...w, ...b]);
  program.floats(all.length, "parameters").set(all);
}

function training({ hidden, chains, steps }: Sizes): Run {
  const block = chains % 32 === 0 ? 32 : chains;
  const program = load("energy.c", { H: hidden, CHAINS: chains, BLOCK: block, MOST_CHAINS: chains });
  fillParameters(program, hidden);
  const points = data.points(data.batches * chains);
  const setBatch = (name: string, i: number): void =>
    program.floats(2 * chains, name).set(points.subarray(2 * chains * i, 2 * chains * (i + 1)));
  let turn = 0;
  let firstLoss: number | undefined;
  return {
    call: () => {
      setBatch("batch_address", turn % data.batches);
      turn += 1;
      const loss = program.call("training_step", turn, steps, data.annealed.first, data.annealed.last);
      firstLoss ??= loss;
    },
    answers: () => {
      const checked = load("energy.c", { H: hidden, CHAINS: chains, BLOCK: block, MOST_CHAINS: chains });
      fillParameters(checked, hidden);
      checked.floats(2 * chains, "batch_address").set(points.subarray(0, 2 * chains));
      checked.floats(2 * chains, "other_batch_address").set(points.subarray(2 * chains, 4 * chains));
      const loss = checked.call("loss_of_batches");
      return {
        loss,
        energy: checked.call("mean_energy"),
        gradient: checked.call("gradient_square"),
        firstLoss: firstLoss ?? Number.NaN,
      };
    },
    codeBytes: program.codeBytes,
  };
}

function sampling({ hidden, chains, steps }: Sizes): Run {
  const program = load("energy.c", { H: hidden, CHAINS: 256, BLOCK: 32, MOST_CHAINS: chains });
  fillParameters(program, hidden);
  program.floats(2 * chains, "starts_address").set(data.starts(chains));
  const ends = program.floats(2 * chains, "chains_address");
  return {
    call: () => program.call("sample", chains, steps, data.plainStep),
    answers: () => ({ meanSquare: ends.reduce((sum, v) => sum + v * v, 0) / chains }),
    codeBytes: program.codeBytes,
  };
}

function classifier({ batch, inputs, hidden, classes }: Sizes): Run {
  const program = load("classifier.c");
  const [first, second, third] = data.layers([inputs, hidden, hidden, classes]);
  const padded = 32;
  program.floats(batch * inputs, "address", 0).set(data.images(batch, inputs));
  program.floats(inputs * hidden, "address", 1).set(first.w);
  program.floats(hidden, "address", 2).set(first.b);
  program.floats(hidden * hidden, "address", 3).set(second.w);
  program.floats(hidden, "address", 4).set(second.b);
  const last = program.floats(hidden * padded, "address", 5);
  for (let i = 0; i < hidden; i++) last.set(third.w.subarray(i * classes, (i + 1) * classes), i * padded);
  program.floats(classes, "address", 6).set(third.b);
  const call = (): number => program.call("value_and_gradient");
  return {
    call,
    answers: () => ({ loss: call(), gradient: program.call("gradient_square") }),
    codeBytes: program.codeBytes,
  };
}

function squareProduct({ size }: Sizes): Run {
  const program = load("square-product.c");
  program.floats(size * size, "address", 0).set(data.leftFactor(size));
  program.floats(size * size, "address", 1).set(data.rightFactor(size));
  const call = (): Float32Array => {
    program.call("multiply");
    return program.floats(size * size, "address", 2);
  };
  return { call, answers: () => productAnswers(call(), size), codeBytes: program.codeBytes };
}

function elementwise({ size }: Sizes): { readonly value: Run; readonly gradient: Run } {
  const program = load("elementwise.c");
  program.floats(size, "address", 0).set(data.longVector(size));
  const value = (): number => program.call("value");
  const gradient = (): Float32Array => {
    program.call("slopes");
    return program.floats(size, "address", 1);
  };
  const { codeBytes } = program;
  return {
    value: { call: value, answers: () => ({ value: value() }), codeBytes },
    gradient: { call: gradient, answers: () => gradientAnswers(gradient()), codeBytes },
  };
}

function chain({ hidden, steps }: Sizes): Run {
  const program = load("chain.c");
  const [first, second, third] = data.layers(data.energySizes(hidden));
  const transposed = Float32Array.from(
    second.w,
    (_, i) => second.w[(i % hidden) * hidden + Math.floor(i / hidden)],
  );
  [first.w, first.b, second.w, transposed, second.b, third.w].forEach((values, i) => {
    program.floats(values.length, "address", i).set(values);
  });
  const walk = (count: number, root: number): Float32Array => {
    program.call("walk", count, ...data.chainStart, data.plainStep, root);
    return program.floats(2, "address", 6);
  };
  return {
    call: () => walk(steps, Math.sqrt(data.plainStep)),
    answers: () => {
      const [x, y] = walk(data.descentSteps, 0);
      return { x, y };
    },
    codeBytes: program.codeBytes,
  };
}

export const cWasm: Contender = {
  W1: training,
  W1b: training,
  W2: sampling,
  W3: classifier,
  W4: squareProduct,
  "W6 value": (sizes) => elementwise(sizes).value,
  "W6 grad": (sizes) => elementwise(sizes).gradient,
  W8: chain,
};
