/** What LoopIR programs are held to: the targets, all their passes on, do what the interpreter says. */
import { expandIntrinsics } from "../../src/compiler/intrinsics/expand.js";
import { commonPasses, type LoopPass, runPasses } from "../../src/compiler/passes.js";
import { compileJs } from "../../src/compiler/targets/js/compile.js";
import { jsTarget } from "../../src/compiler/targets/js/target.js";
import type { CompiledProgram } from "../../src/compiler/targets/registry.js";
import { compileWasm } from "../../src/compiler/targets/wasm/compile.js";
import { wasmTarget } from "../../src/compiler/targets/wasm/target.js";
import { allocate, type TypedArray } from "../../src/ir/dtype.js";
import { type HostCallback, interpret } from "../../src/ir/interpret.js";
import type { Program } from "../../src/ir/loop-ir.js";
import { LawViolation } from "../../src/testing/comparison.js";

/** A program with what it is run on. */
export interface LoopSubject {
  readonly program: Program;
  readonly inputs: readonly TypedArray[];
  readonly parameters: readonly number[];
}

/** What a program writes, and what it hands to the host, in order. */
interface Behaviour {
  readonly outputs: readonly TypedArray[];
  readonly calls: readonly (readonly [callback: number, operands: readonly TypedArray[]])[];
}

export type LoopCheck = (subject: LoopSubject) => void;

const compiled =
  (
    compile: (program: Program, host: HostCallback) => Pick<CompiledProgram, "run">,
    passes: readonly LoopPass[],
    name: string,
  ): LoopCheck =>
  (subject) => {
    const program = runPasses(subject.program, [...commonPasses, ...passes]);
    const actual = behaviourOf(subject, (host, inputs, parameters) => {
      const outputs = program.outputs.map(({ dtype, size }) => allocate(dtype, Number(size)).fill(77));
      compile(program, host).run(inputs, outputs, parameters);
      return outputs;
    });
    expectSame(name, actual, meaningOf(subject));
  };

/** js does what the interpreter says. */
export const jsIsInterpreter: LoopCheck = compiled(compileJs, jsTarget.passes, "js");

/** wasm does, in vectors and with functions inlined. */
export const wasmIsInterpreter: LoopCheck = compiled(
  (program, host) => compileWasm(program, host, false),
  wasmTarget.passes,
  "wasm",
);

/** Each pass alone leaves the meaning as it is. */
export const passesKeepMeaning: LoopCheck = (subject) => {
  const expected = meaningOf(subject);
  let { program } = subject;
  for (const pass of [...commonPasses, ...wasmTarget.passes]) {
    program = pass.run(program);
    expectSame(`after "${pass.name}"`, meaningOf({ ...subject, program }), expected);
  }
};

export const loopChecks = { jsIsInterpreter, wasmIsInterpreter, passesKeepMeaning } as const;
export type LoopCheckName = keyof typeof loopChecks;

/** What the interpreter makes of it. Throws InternalError where the program is none. */
export const meaningOf = (subject: LoopSubject): Behaviour => {
  const program = expandIntrinsics(subject.program);
  return behaviourOf(subject, (host, inputs, parameters) => interpret(program, inputs, parameters, host));
};

type Run = (
  host: HostCallback,
  inputs: readonly TypedArray[],
  parameters: readonly number[],
) => readonly TypedArray[];

function behaviourOf({ inputs, parameters }: LoopSubject, run: Run): Behaviour {
  const calls: (readonly [number, readonly TypedArray[]])[] = [];
  const outputs = run(
    (callback, operands) => calls.push([callback, operands.map((each) => each.slice())]),
    inputs,
    parameters,
  );
  return { outputs, calls };
}

/** To the bit; NaN equals NaN. */
function expectSame(name: string, actual: Behaviour, expected: Behaviour): void {
  actual.outputs.forEach((output, i) => {
    expectSameArray(`${name}: output ${i}`, output, expected.outputs[i]);
  });
  if (actual.calls.length !== expected.calls.length) {
    throw new LawViolation(`${name}: host calls: ${actual.calls.length}, not ${expected.calls.length}`);
  }
  actual.calls.forEach(([callback, operands], i) => {
    const [wanted, others] = expected.calls[i];
    if (callback !== wanted)
      throw new LawViolation(`${name}: host call ${i} is of ${callback}, not ${wanted}`);
    operands.forEach((operand, k) => {
      expectSameArray(`${name}: host call ${i}, operand ${k}`, operand, others[k]);
    });
  });
}

function expectSameArray(what: string, actual: TypedArray, expected: TypedArray): void {
  const i = Array.from(actual).findIndex((value, k) => !Object.is(value, expected[k]));
  if (i >= 0) throw new LawViolation(`${what} has ${actual[i]} at ${i}, the interpreter ${expected[i]}`);
}
