/** jit: a function is traced once for each type of its arguments, and runs as one compiled program after that. */

import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { type Aval, sameAval } from "../../ir/aval.js";
import { InternalError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { type ClosedJaxpr, closeConstvars } from "../jaxpr.js";
import { stage } from "../staging.js";
import { bind, Tracer } from "../trace.js";
import { sameStructure, type TreeStructure, unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { eagerOnly } from "./disable-jit.js";
import { canonicalArgnums, checkFunction, curriedOptions, flatFunction } from "./flat-function.js";
import { type JitParams, jitPrimitive } from "./jit.js";

export interface JitOptions {
  /** Arguments that are not traced: compared by identity (Object.is), a new value traces anew. */
  readonly staticArgnums?: number | readonly number[];
  /**
   * The target to compile for; the outermost jit's wins. Where it is named it runs, or throws TargetError; where it is not, the
   * library takes the best there is ("wasm"), and "js", said aloud once, for what that cannot run.
   */
  readonly target?: string;
  /**
   * Allows what changes the last bits: multiply-add as one instruction, on "wasm" where the engine has relaxed SIMD (Node 22 and
   * later); sin, cos, tan, exp, log, tanh and logistic of float32 as the graphics driver has them, on "gpu" in modes webgpu and
   * webgl2. Elsewhere it changes nothing. The outermost jit's counts.
   */
  readonly fastMath?: boolean;
}

/** What `lower` needs of a jitted call; the compiler adds the stages below the jaxpr. */
export interface Traced extends ClosedJaxpr {
  readonly name: string;
}

/** A jitted function. */
export interface Jitted<A extends unknown[], R> {
  (...args: InputArguments<A>): Output<R>;
  /** Every stage of compilation for these arguments. */
  lower(...args: InputArguments<A>): Stages;
}

/** The program after one pass. */
export interface Stage {
  readonly name: string;
  readonly text: string;
}

/** What the compiler shows of a traced function: registered from above. */
export interface Stages {
  /** The traced function. */
  readonly jaxpr: string;
  /** The loops it becomes. */
  readonly loops: string;
  /** A target's own text: `text("js")`; with `{ stages: true }` the program before and after every pass comes first. */
  text(target?: string, options?: { readonly stages?: boolean }): string;
  /** The program as it was traced, and after each pass, in order: a pass's "before" is the entry before it. */
  readonly stages: readonly Stage[];
  /** Bytes of scratch memory that temporaries take at their peak. */
  readonly scratchBytes: number;
  /** Bytes of the compiled code: of the Wasm module, of the text on js. */
  readonly codeBytes: number;
}

type StagesOf = (traced: Traced, options: Pick<JitParams, "target" | "fastMath">) => Stages;
let stagesOf: StagesOf = () => {
  throw new InternalError(
    "jit: no compiler is registered; import cotangent through one of its public entries",
  );
};
export const registerStages = (next: StagesOf): void => {
  stagesOf = next;
};

/**
 * Compiles a function: loops, conditions and all become one program. Its signature stays.
 *
 * Called without a function it returns the transformation: `pipe(f, jit())`.
 * Source: jax.jit.
 *
 * @throws ConcretizationError when the function asks for the value of a traced array.
 * @example const step = jit((x) => x.sub(grad(f)(x).mul(0.1)));
 */
export function jit<A extends unknown[], R>(f: (...args: A) => R, options?: JitOptions): Jitted<A, R>;
export function jit(options?: JitOptions): <A extends unknown[], R>(f: (...args: A) => R) => Jitted<A, R>;
export function jit(first?: unknown, second: JitOptions = {}): unknown {
  if (typeof first === "function") {
    return jitted(first as (...args: never[]) => unknown, readOptions("jit", second, jitOptions)); // looked at just here
  }
  const options = curriedOptions("jit", first, jitOptions);
  return (f: (...args: never[]) => unknown) => jitted(f, options);
}

const jitOptions: OptionKinds<JitOptions> = { staticArgnums: "any", target: "any", fastMath: "boolean" };

interface Entry {
  readonly structure: TreeStructure;
  readonly avals: readonly Aval[];
  readonly statics: readonly unknown[];
  readonly params: JitParams;
  readonly consts: readonly NDArray[];
  readonly outStructure: TreeStructure;
}

/** Traces of one function kept at a time; a function called with ever new types or statics starts over. */
const entriesKept = 512;

function jitted(f: (...args: never[]) => unknown, options: JitOptions): unknown {
  checkFunction("jit", f);
  const buckets = new Map<string, Entry[]>();
  let count = 0;
  const name = f.name || "anonymous";

  const entryFor = (args: readonly unknown[]): { entry: Entry; leaves: readonly NDArray[] } => {
    const { dynamic, statics, rebuild } = splitStatics(args, options.staticArgnums);
    const [leaves, structure] = flattenArrays(dynamic, "jit: args");
    const bucket = buckets.get(structure.key);
    const found = bucket?.find((entry) => matches(entry, leaves, structure, statics));
    if (found !== undefined) return { entry: found, leaves };
    const flat = flatFunction(
      "jit",
      (...dynamics: never[]) => f(...(rebuild(dynamics) as never[])),
      structure,
    );
    const avals = leaves.map((x) => x.aval);
    const { jaxpr, consts } = stage((operands) => flat.call(operands), avals, "jit");
    const params = {
      name,
      jaxpr: closeConstvars(jaxpr),
      target: options.target ?? null,
      fastMath: options.fastMath === true,
    };
    const entry: Entry = { structure, avals, statics, params, consts, outStructure: flat.outStructure() };
    // Tracers of a transformation around this call must not outlive it.
    if (!consts.some((c) => c instanceof Tracer)) {
      if (count >= entriesKept) {
        buckets.clear();
        count = 0;
      }
      const kept = buckets.get(structure.key);
      if (kept === undefined) buckets.set(structure.key, [entry]);
      else kept.push(entry);
      count++;
    }
    return { entry, leaves };
  };

  const call = (...args: unknown[]): unknown => {
    if (eagerOnly()) {
      const { dynamic, rebuild } = splitStatics(args, options.staticArgnums);
      const [leaves, structure] = flattenArrays(dynamic);
      const arrays = unflatten(structure, leaves) as unknown[]; // a tuple: the argument list's structure
      const [results, outStructure] = flattenArrays(f(...(rebuild(arrays) as never[])));
      return unflatten(outStructure, results);
    }
    const { entry, leaves } = entryFor(args);
    const operands = entry.consts.length === 0 ? leaves : [...entry.consts, ...leaves];
    return unflatten(entry.outStructure, bind(jitPrimitive, operands, entry.params));
  };
  const lower = (...args: unknown[]): Stages => {
    const { entry } = entryFor(args);
    return stagesOf({ jaxpr: entry.params.jaxpr, consts: entry.consts, name }, entry.params);
  };
  Object.defineProperty(call, "name", { value: name });
  return Object.assign(call, { lower });
}

function matches(
  entry: Entry,
  leaves: readonly NDArray[],
  structure: TreeStructure,
  statics: readonly unknown[],
): boolean {
  for (let i = 0; i < leaves.length; i++) {
    const a = leaves[i].aval;
    if (a !== entry.avals[i] && !sameAval(a, entry.avals[i])) return false;
  }
  if (statics.length !== entry.statics.length || !statics.every((s, i) => Object.is(s, entry.statics[i])))
    return false;
  return sameStructure(structure, entry.structure);
}

/** Static arguments apart from traced ones, and the way to put them together again. */
function splitStatics(
  args: readonly unknown[],
  staticArgnums: number | readonly number[] | undefined,
): {
  dynamic: readonly unknown[];
  statics: readonly unknown[];
  rebuild: (dynamic: readonly unknown[]) => unknown[];
} {
  if (staticArgnums === undefined) return { dynamic: args, statics: [], rebuild: (dynamic) => [...dynamic] };
  const positions = canonicalArgnums("jit: staticArgnums", staticArgnums, args.length);
  return {
    dynamic: args.filter((_, i) => !positions.includes(i)),
    statics: positions.map((i) => args[i]),
    rebuild: (dynamic) => {
      let next = 0;
      return args.map((arg, i) => (positions.includes(i) ? arg : dynamic[next++]));
    },
  };
}
