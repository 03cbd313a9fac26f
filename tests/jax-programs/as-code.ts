/** Programs as TypeScript that can be pasted: with the names of `cotangent` (numpy as np, lax, grad, ...). */
import { NDArray } from "cotangent";
import { decodeArray } from "../jax/encoding.js";
import { toFunction } from "./interpret.js";
import { type Case, type Expression, type FunctionProgram, isList, type Step } from "./program.js";

/** The program of a case: `(v0, v1) => { const v2 = np.sin(v0); ... return [v2]; }` */
export function programCode({ program, inputs }: Case): string {
  const single = new Set<Step>();
  toFunction(program, new Map(), (step, result) => {
    if (result instanceof NDArray) single.add(step);
  })(...inputs.map(decodeArray));
  return functionCode(program, program.parameters.map(nameOf), (step) => single.has(step));
}

type IsSingle = (step: Step) => boolean;

const nameOf = (id: number): string => `v${id}`;

/** `parameters`: the patterns that the function's own parameters stand in. */
function functionCode(
  { steps, result }: FunctionProgram,
  parameters: readonly string[],
  isSingle: IsSingle,
): string {
  const lines = steps.map((step) => {
    const value = callCode(step.call, step.args, isSingle);
    const names = step.ids.map(nameOf).join(", ");
    return isSingle(step) ? `const ${names} = ${value};` : `const [${names}] = tree.leaves(${value});`;
  });
  return [`(${parameters.join(", ")}) => {`, ...lines, `return ${code(result, isSingle)};`, "}"].join("\n");
}

function code(expression: Expression, isSingle: IsSingle): string {
  if (typeof expression === "number") return Object.is(expression, -0) ? "-0" : String(expression);
  if (expression === null || typeof expression !== "object") return JSON.stringify(expression);
  if (isList(expression)) return `[${listCode(expression, isSingle)}]`;
  if ("ref" in expression) return nameOf(expression.ref);
  if ("function" in expression) {
    const { function: inner } = expression;
    return functionCode(inner, inner.parameters.map(nameOf), isSingle);
  }
  if ("call" in expression) return callCode(expression.call, expression.args, isSingle);
  const entries = Object.entries(expression.options);
  return `{ ${entries.map(([key, value]) => `${key}: ${code(value, isSingle)}`).join(", ")} }`;
}

const listCode = (list: readonly Expression[], isSingle: IsSingle): string =>
  list.map((each) => code(each, isSingle)).join(", ");

// calls --------------------------------------------------------------------------------------------------------------

function callCode(call: string, args: readonly Expression[], isSingle: IsSingle): string {
  const show = (each: Expression): string => code(each, isSingle);
  const all = (list: readonly Expression[]): string => listCode(list, isSingle);
  /** A function of trees: its parameters stand in patterns like these expressions. */
  const shaped = (f: Expression, patterns: readonly Expression[]): string => {
    if (f === null || typeof f !== "object" || isList(f) || !("function" in f)) return show(f);
    const names = f.function.parameters.map(nameOf);
    return functionCode(
      f.function,
      patterns.map((pattern) => patternCode(pattern, names)),
      isSingle,
    );
  };
  const [namespace, ...path] = call.split(".");
  if (namespace === "method") return methodCode(path.join("."), args.map(show));
  if (namespace === "index") return indexCode(path, args, show);
  if (path.length > 0) {
    const [first, ...rest] = args;
    switch (call) {
      case "lax.scan":
        return `lax.scan(${shaped(first, [rest[0], rest[1]])}, ${all(rest)})`;
      case "lax.whileLoop":
        return `lax.whileLoop(${shaped(first, [rest[1]])}, ${shaped(rest[0], [rest[1]])}, ${show(rest[1])})`;
      case "lax.foriLoop":
        return `lax.foriLoop(${all(args.slice(0, 2))}, ${shaped(args[2], [0, args[3]])}, ${show(args[3])})`;
      case "lax.associativeScan":
        return `lax.associativeScan(${shaped(first, [rest[0], rest[0]])}, ${all(rest)})`;
      default:
        return `${namespace === "numpy" ? "np" : namespace}.${path.join(".")}(${all(args)})`;
    }
  }
  const [f, primals, other] = args;
  switch (call) {
    case "apply":
      return `${callee(f)}(${all(args.slice(1))})`;
    case "vjp":
      return `(([y, pull]) => [y, pull(${show(other)})])(vjp(${show(f)}, ${show(primals)}))`;
    case "linearize":
      return `(([y, push]) => [y, push(...${show(other)})])(linearize(${show(f)}, ${show(primals)}))`;
    case "linearTranspose":
      return `linearTranspose(${show(f)}, ${show(primals)})(${show(other)})`;
    case "customJvp":
      return `customJvp(${show(f)}).defjvp(${shaped(primals, [[0], [0]])})`;
    case "customVjp":
      return `(() => { const f = customVjp(${show(f)}); f.defvjp(${show(primals)}, ${show(other)}); return f; })()`;
    case "checkpoint":
      return args.length === 1 ? `checkpoint(${show(f)})` : `checkpoint(${show(f)}, ${policyCode(primals)})`;
    default:
      return `${call}(${all(args)})`;
  }

  function callee(expression: Expression): string {
    const text = show(expression);
    return typeof expression === "object" && expression !== null && "function" in expression
      ? `(${text})`
      : text;
  }
}

/** `[v1, v2]` for a list of two, `v1` for one value, `_` for null: takes from `names` what it uses. */
function patternCode(pattern: Expression, names: string[]): string {
  if (pattern === null) return "_";
  if (isList(pattern)) return `[${pattern.map((each) => patternCode(each, names)).join(", ")}]`;
  return names.shift() ?? "_";
}

const properties = new Set(["T", "shape", "size", "ndim", "dtype"]);

function methodCode(name: string, [x, ...args]: readonly string[]): string {
  if (name === "iterate") return `[...${x}]`;
  return properties.has(name) ? `${x}.${name}` : `${x}.${name}(${args.join(", ")})`;
}

function indexCode(
  [of, update]: readonly string[],
  [x, index, ...values]: readonly Expression[],
  show: (each: Expression) => string,
): string {
  const places = isList(index) ? index.map(show).join(", ") : `...${show(index)}`;
  if (of === "slice") return `${show(x)}.slice(${places})`;
  return `${show(x)}.at(${places}).${update}(${values.map(show).join(", ")})`;
}

function policyCode(given: Expression): string {
  const policy =
    given !== null && typeof given === "object" && "options" in given ? given.options["policy"] : null;
  return `{ policy: checkpointPolicies.${typeof policy === "string" ? policy : "nothingSaveable"} }`;
}
