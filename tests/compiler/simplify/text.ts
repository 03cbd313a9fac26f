/** Jaxprs as lines that read well in a test: "c = mul a b", without types; bodies of loops stand indented under their equation. */
import { makeJaxpr, type NDArray } from "cotangent";
import { checkJaxpr } from "../../../src/autodiff/check-jaxpr.js";
import { type Atom, closeConstvars, type Eqn, type Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { type Pass, subJaxprsOf } from "../../../src/compiler/simplify/pass.js";

/** The closed jaxpr of a function of arrays. */
export const traced = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): Jaxpr =>
  closeConstvars(makeJaxpr(f)(...args).jaxpr);

/** A jaxpr, and what passes make of it; both are checked. */
export function beforeAndAfter(
  passes: readonly Pass[],
  jaxpr: Jaxpr,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const result = passes.reduce((each, pass) => checkJaxpr(pass.run(each)), checkJaxpr(jaxpr));
  return { before: linesOf(jaxpr), after: linesOf(result) };
}

/** The equations, one a line, and what is returned; variables are a, b, ... in order of appearance. */
export function linesOf(jaxpr: Jaxpr): string[] {
  const names = new Map<Atom, string>();
  const nameOf = (atom: Atom): string => {
    if (atom.kind === "literal") return Object.is(atom.value, -0) ? "-0" : String(atom.array.js());
    const name = names.get(atom) ?? String.fromCharCode(97 + names.size);
    names.set(atom, name);
    return name;
  };
  const eqnLines = (eqn: Eqn): string[] => {
    const operands = eqn.operands.map(nameOf);
    const left = eqn.outs.map(nameOf).join(" ");
    const inner = subJaxprsOf(eqn).flatMap((body) => jaxprLines(body).map((line) => `  ${line}`));
    return [`${left} = ${[eqn.primitive.name + paramsOf(eqn), ...operands].join(" ")}`, ...inner];
  };
  const jaxprLines = ({ invars, eqns, outvars }: Jaxpr): string[] => [
    `lambda ${invars.map(nameOf).join(" ")}`,
    ...eqns.flatMap(eqnLines),
    `in ${outvars.map(nameOf).join(" ")}`,
  ];
  return jaxprLines(jaxpr);
}

/** What tells two equations of a primitive apart, and does not show in the types. */
function paramsOf({ primitive, params }: Eqn): string {
  switch (primitive.name) {
    case "dot_general":
      return String(primitive.showParams?.(params).dimension_numbers).replaceAll(/[ ()]/g, "");
    case "transpose":
    case "reduce_sum":
      return `[${Object.values(params).join()}]`;
    case "reshape":
    case "broadcast_in_dim":
      return "shape" in params ? `[${params.shape}]` : "";
    default:
      return "";
  }
}
