/** LoopIR programs as code: plain data, with a name for each object that stands in several places. */
import type { TypedArray } from "../../src/ir/dtype.js";
import type { LoopSubject } from "../../tests/fuzz/loop-checks.js";

/** Definitions of `program`, `inputs` and `parameters`. */
export function loopCode({ program, inputs, parameters }: LoopSubject): readonly string[] {
  const shared = sharedIn(program);
  const names = new Map<object, string>();
  const definitions: string[] = [];
  /** Objects named so far by their names; others in full, what they share being defined first. */
  const write = (value: unknown, isNamed: boolean): string => {
    if (typeof value === "number") return numberCode(value);
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const known = names.get(value);
    if (known !== undefined) return known;
    if (!isNamed && shared.has(value)) return define(value);
    if (ArrayBuffer.isView(value)) return arrayCode(value as TypedArray); // LoopIR has no other views
    if (Array.isArray(value)) return `[${value.map((each) => write(each, false)).join(", ")}]`;
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${write(each, false)}`);
    return `{ ${entries.join(", ")} }`;
  };
  const define = (value: object): string => {
    const text = write(value, true);
    const name = `${kindOf(value)}${names.size}`;
    names.set(value, name);
    definitions.push(`const ${name} = ${text} as const;`);
    return name;
  };
  const text = write(program, true);
  return [
    definitions.join("\n"),
    `const program: Program = ${text};`,
    `const inputs = [${inputs.map(arrayCode).join(", ")}];`,
    `const parameters: readonly number[] = ${JSON.stringify(parameters)};`,
  ].filter((each) => each !== "");
}

/** The objects that are reached on more than one way: buffers, variables, functions, shared expressions. */
function sharedIn(root: object): ReadonlySet<object> {
  const seen = new Set<object>();
  const shared = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    if (seen.has(value)) {
      shared.add(value);
      return;
    }
    seen.add(value);
    for (const each of Object.values(value)) visit(each);
  };
  visit(root);
  return shared;
}

function kindOf(value: object): string {
  if ("role" in value) return "buffer";
  if ("result" in value) return "callee";
  if ("kind" in value && value.kind === "var") return "variable";
  return "shared";
}

const numberCode = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** `Float32Array.of(1, -0, NaN)` */
const arrayCode = (values: TypedArray): string =>
  `${values.constructor.name}.of(${Array.from(values, numberCode).join(", ")})`;
