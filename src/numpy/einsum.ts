/** Einstein's summation: products over named axes. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { dotGeneral } from "../autodiff/primitives/contraction.js";
import { reduceOr } from "../autodiff/primitives/reduction.js";
import { reduceSum, reshape, transpose } from "../autodiff/primitives/sum-and-broadcast.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { range, showShape } from "../ir/shape.js";
import { diagonal } from "./matrices.js";
import { promoteTypes } from "./promotion.js";

/** An array whose axes have names, all different. */
interface Named {
  readonly x: NDArray;
  readonly names: readonly string[];
}

/**
 * out[names after the arrow] = the sum, over all other names, of the products of the operands' elements there. Without an
 * arrow the result has, in alphabetical order, the names that occur once. `...` stands for axes that broadcast. Operands are
 * contracted from left to right.
 *
 * Source: numpy.einsum.
 *
 * @throws ArgumentError on subscripts that do not parse, ShapeError where sizes of one name differ.
 * @example einsum("ij,jk->ik", a, b) // matmul(a, b)
 * @example einsum("bii->b", a) // traces
 */
export function einsum(subscripts: string, ...operands: ArrayLike[]): NDArray {
  if (typeof subscripts !== "string") {
    throw new ArgumentError(
      `einsum: the subscripts are a string such as "ij,jk->ik" and come first, got ${describe(subscripts)}`,
    );
  }
  const arrays = promoteTypes("einsum", operands);
  const { inputs, output } = parse(subscripts, arrays);
  const sizes = sizesOf(subscripts, arrays, inputs);
  const named = arrays.map((x, i) => simplify(x, inputs[i], sizes));
  let [left] = named;
  for (let i = 1; i < named.length; i++) {
    const needed = new Set([...output, ...named.slice(i + 1).flatMap((rest) => rest.names)]);
    left = product(summed(left, new Set([...needed, ...named[i].names])), named[i], needed);
  }
  const { x, names } = summed(left, new Set(output));
  return transpose(
    x,
    output.map((name) => names.indexOf(name)),
  );
}

// subscripts ---------------------------------------------------------------------------------------------------------

/** One name for each axis; those of "..." are numbers, counted from the last. */
function parse(
  subscripts: string,
  arrays: readonly NDArray[],
): { readonly inputs: readonly (readonly string[])[]; readonly output: readonly string[] } {
  const fail = (reason: string): never => {
    throw new ArgumentError(`einsum: "${subscripts}": ${reason}; write it like "ij,jk->ik"`);
  };
  const [before, after, ...more] = subscripts.replace(/\s/g, "").split("->");
  const terms = before.split(",");
  if (more.length > 0) fail("there is more than one arrow");
  if (terms.length !== arrays.length) fail(`${terms.length} terms for ${arrays.length} operands`);
  for (const term of [...terms, after ?? ""]) {
    if (!/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)) fail(`"${term}" is no list of letters and "..."`);
  }
  const rest = (term: string, rank: number): string[] => {
    const count = rank - term.replace("...", "").length;
    if (count < 0 || (count > 0 && !term.includes("..."))) {
      fail(`the term "${term}" does not name the ${rank} axes of its operand`);
    }
    return range(count)
      .map((k) => String(k))
      .reverse();
  };
  const expand = (term: string, ellipsis: readonly string[]): string[] => {
    const [first, last] = term.split("...");
    return last === undefined ? [...first] : [...first, ...ellipsis, ...last];
  };
  const ellipses = terms.map((term, i) => rest(term, arrays[i].ndim));
  const inputs = terms.map((term, i) => expand(term, ellipses[i]));
  const longest = ellipses.reduce((x, y) => (y.length > x.length ? y : x), []);
  const all = inputs.flat();
  const once = [...new Set(all)].filter((name) => /[A-Za-z]/.test(name) && count(all, name) === 1).sort();
  const output = after === undefined ? [...longest, ...once] : expand(after, longest);
  if (new Set(output).size !== output.length) fail("the result names an axis twice");
  if (output.some((name) => !all.includes(name))) fail("the result names an axis that no operand has");
  return { inputs, output };
}

const count = (names: readonly string[], name: string): number => names.filter((n) => n === name).length;

/** The size of every name: where operands differ, one of them must be 1. */
function sizesOf(
  subscripts: string,
  arrays: readonly NDArray[],
  inputs: readonly (readonly string[])[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  arrays.forEach((x, i) => {
    inputs[i].forEach((name, axis) => {
      const known = sizes.get(name) ?? 1;
      const size = x.shape[axis];
      if (known !== 1 && size !== 1 && known !== size) {
        throw new ShapeError(
          `einsum: "${subscripts}": the axis ${name} has sizes ${known} and ${size} in operands of shapes ` +
            `${arrays.map((a) => showShape(a.shape)).join(", ")}; transpose or reshape one`,
        );
      }
      sizes.set(name, known === 1 ? size : known);
    });
  });
  return sizes;
}

// products -----------------------------------------------------------------------------------------------------------

/** Without axes of size 1 that others stretch, and with a name that occurs twice as the diagonal. */
function simplify(x: NDArray, given: readonly string[], sizes: ReadonlyMap<string, number>): Named {
  const kept = range(x.ndim).filter((axis) => x.shape[axis] === (sizes.get(given[axis]) ?? 1));
  let out = reshape(
    x,
    kept.map((axis) => x.shape[axis]),
  );
  let names = kept.map((axis) => given[axis]);
  for (;;) {
    const second = names.findIndex((name, axis) => names.indexOf(name) < axis);
    if (second < 0) return { x: out, names };
    const first = names.indexOf(names[second]);
    out = diagonal(out, 0, first, second);
    names = [...names.filter((_, axis) => axis !== first && axis !== second), names[second]];
  }
}

/** Summed over the axes that are not needed any more. */
function summed({ x, names }: Named, needed: ReadonlySet<string>): Named {
  const axes = range(names.length).filter((axis) => !needed.has(names[axis]));
  if (axes.length === 0) return { x, names };
  return {
    x: x.dtype === "bool" ? reduceOr(x, axes) : reduceSum(x, axes),
    names: names.filter((name) => needed.has(name)),
  };
}

/** Names of both are batches where they are needed later, else contracted. */
function product(left: Named, rightWhole: Named, needed: ReadonlySet<string>): Named {
  const right = summed(rightWhole, new Set([...needed, ...left.names]));
  const shared = left.names.filter((name) => right.names.includes(name));
  const batch = shared.filter((name) => needed.has(name));
  const contracted = shared.filter((name) => !needed.has(name));
  const axesOf = ({ names }: Named, of: readonly string[]): number[] => of.map((name) => names.indexOf(name));
  const free = ({ names }: Named): string[] => names.filter((name) => !shared.includes(name));
  const x = dotGeneral(left.x, right.x, {
    lhsContracting: axesOf(left, contracted),
    rhsContracting: axesOf(right, contracted),
    lhsBatch: axesOf(left, batch),
    rhsBatch: axesOf(right, batch),
  });
  return { x, names: [...batch, ...free(left), ...free(right)] };
}
