/** Kernels as gpu.js is given them: one for each store of a unit. */
import { InternalError } from "../../../ir/errors.js";
import type { Buffer } from "../../../ir/loop-ir.js";
import { type Given, type HelperName, helperOf } from "./helpers.js";
import { liveLines } from "./live-lines.js";
import type { ModeLimits } from "./modes.js";
import { refuse } from "./refusal.js";
import { writeThread } from "./thread.js";
import type { HostVariables, StoreSite, Unit } from "./unit.js";
import { KernelWriter, type Packing } from "./writer.js";

/** A number that a kernel is called with. */
export type ScalarParameter =
  | { readonly kind: "given"; readonly given: Given }
  | { readonly kind: "variable"; readonly id: number };

export interface Kernel {
  readonly source: string;
  readonly functions: readonly string[];
  /** Its parameters: first the arrays, then the numbers. */
  readonly inputs: readonly KernelInput[];
  readonly scalars: readonly ScalarParameter[];
  readonly output: Buffer;
  /** Threads: the elements of the output, twice for integers (lower words, then upper ones). */
  readonly length: number;
}

/** One array of a kernel: one of the program's, or several, one after the other, where a kernel cannot read as many. */
export interface KernelInput {
  readonly name: string;
  readonly buffers: readonly Buffer[];
}

/** Floats that an array takes on the device, which has no empty ones. */
export const lengthOf = (buffer: Buffer): number =>
  Math.max(1, Number(buffer.size) * (buffer.dtype === "int32" || buffer.dtype === "uint32" ? 2 : 1));

/**
 * The kernel of one store of a unit.
 *
 * @throws Refusal where the mode cannot run it
 */
export function kernelOf(unit: Unit, site: StoreSite, host: HostVariables, limits: ModeLimits): Kernel {
  const { buffer } = site.store;
  if (buffer.dtype === "float64") refuse("it writes float64, which graphics cards do not have here");
  if (typeof buffer.size !== "number") throw new InternalError("a kernel's output has no size yet");
  checkLength(lengthOf(buffer), limits);
  const write = (packing: Packing): KernelWriter => {
    const k = new KernelWriter(limits.dialect, packing);
    writeThread(k, unit, site, host);
    return k;
  };
  const first = write(new Map());
  if (first.inputs.size <= limits.mostInputs) return packaged(first, buffer, limits);
  return packaged(write(packed([...first.inputs.keys()], limits)), buffer, limits);
}

const checkLength = (length: number, { mostElements }: ModeLimits): void => {
  if (length > mostElements) {
    refuse(`${length} elements are more than the ${mostElements} positions of a kernel here`);
  }
};

/** Which arrays go into one: the smallest, as many as must. */
function packed(buffers: readonly Buffer[], { mostInputs }: ModeLimits): Packing {
  const bySize = [...buffers].sort((x, y) => lengthOf(x) - lengthOf(y));
  const packing = new Map<Buffer, number>();
  let offset = 0;
  for (const buffer of bySize.slice(0, buffers.length - mostInputs + 1)) {
    packing.set(buffer, offset);
    offset += lengthOf(buffer);
  }
  return packing;
}

/** The kernel around what was written. */
function packaged(k: KernelWriter, output: Buffer, limits: ModeLimits): Kernel {
  const ordering = k.dialect.isOrdered ? orderedCalls(k) : null;
  const never = ordering === null ? [] : ["  if (p < 0) { p = ordered(p); }"];
  const lines = liveLines([...k.lines.slice(0, -1), ...never, ...k.lines.slice(-1)]);
  const inputs = [...k.inputs]
    .filter(([buffer, name]) => !k.packing.has(buffer) && isMentioned(name, lines))
    .map(([buffer, name]): KernelInput => ({ name, buffers: [buffer] }));
  if (k.packing.size > 0) inputs.push({ name: k.packed, buffers: [...k.packing.keys()] });
  for (const { buffers } of inputs) {
    checkLength(
      buffers.reduce((sum, buffer) => sum + lengthOf(buffer), 0),
      limits,
    );
  }
  const variables = [...k.hostVariables].filter(([, name]) => isMentioned(name, lines));
  const scalars: ScalarParameter[] = [
    ...variables.map(([id]): ScalarParameter => ({ kind: "variable", id })),
    ...[...k.givens].map((given): ScalarParameter => ({ kind: "given", given })),
  ];
  const parameters = [...inputs.map(({ name }) => name), ...variables.map(([, name]) => name), ...k.givens];
  return {
    source: [`function (${parameters.join(", ")}) {`, ...lines, "}"].join("\n"),
    functions: [
      ...helperTexts(k),
      ...[...k.functions.values()].map(({ text }) => text),
      ...(ordering === null ? [] : [ordering]),
    ],
    inputs,
    scalars,
    output,
    length: lengthOf(output),
  };
}

/**
 * A function, never called, that calls all others, callers first: gpu.js writes functions in the reverse order of their last
 * mention, so that this leaves what is called before what calls it. Null where nothing is called.
 */
function orderedCalls(k: KernelWriter): string | null {
  const helpers: HelperName[] = [];
  const visit = (name: HelperName): void => {
    if (helpers.includes(name)) return;
    helperOf(name).calls.forEach(visit);
    helpers.push(name);
  };
  k.helpers.forEach(visit);
  const all = [
    ...[...k.natives].map((name) => ({ name, arity: 2 })),
    ...helpers.map((name) => ({
      name,
      arity: helperOf(name).parameters.length + helperOf(name).wants.length,
    })),
    ...k.functions.values(),
  ].reverse();
  if (all.length === 0) return null;
  const calls = all.map(
    ({ name, arity }) => `  r = r + ${name}(${new Array<string>(arity).fill("x").join(", ")});`,
  );
  return ["function ordered(x) {", "  let r = x;", ...calls, "  return r;", "}"].join("\n");
}

const isMentioned = (name: string, lines: readonly string[]): boolean => {
  const word = new RegExp(`\\b${name}\\b`);
  return lines.some((line) => word.test(line));
};

const helperTexts = (k: KernelWriter): readonly string[] =>
  [...k.helpers].map((name) => {
    const { parameters, wants, body } = helperOf(name);
    const lines = body.split("\n").map((line) => `  ${line.trim()}`);
    const text = [`function ${name}(${[...parameters, ...wants].join(", ")}) {`, ...lines, "}"].join("\n");
    return k.dialect.isDouble ? text : text.replaceAll("Math.fround", "");
  });
