/** Functions of small arrays, mapped over whatever axes come in front. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { broadcastTo, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { readOptions } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, sizeOf } from "../ir/shape.js";
import { toArray } from "./promotion.js";

export interface VectorizeOptions {
  /** The axes that the function itself takes and gives, such as "(m,n),(n)->(m)"; by default all are scalars. */
  readonly signature?: string;
}

/**
 * `f` of arrays of the signature's ranks, applied over the axes in front of those, which broadcast.
 *
 * Source: numpy.vectorize, as jax.numpy.vectorize has it.
 *
 * @throws ArgumentError on a signature that does not parse or does not fit the arguments, ShapeError where sizes of one name
 * differ or the axes in front do not broadcast.
 * @example vectorize((x, y) => np.dot(x, y), { signature: "(n),(n)->()" })(xs, y)
 */
export function vectorize(
  f: (...args: NDArray[]) => NDArray,
  options: VectorizeOptions = {},
): (...args: ArrayLike[]) => NDArray {
  checkFunction("vectorize", f);
  const { signature } = readOptions("vectorize", options, { signature: "any" });
  const inputs = signature === undefined ? null : parse(signature);
  return (...args) => {
    const arrays = args.map((x) => toArray(x, "vectorize"));
    const names = inputs ?? arrays.map(() => []);
    if (names.length !== arrays.length) {
      throw new ArgumentError(
        `vectorize: ${arrays.length} arguments for the signature "${signature}"; give one for each of its ` +
          `${names.length} terms`,
      );
    }
    checkSizes(arrays, names);
    const loops = arrays.map((x, i) => x.shape.slice(0, x.ndim - names[i].length));
    const loop = broadcastShapes("vectorize", loops);
    return loop.length === 0 ? f(...arrays) : mapOver(f, arrays, loops, loop);
  };
}

/** All axes of the loop as one; an operand that does not change along it is not repeated. */
function mapOver(
  f: (...args: NDArray[]) => NDArray,
  arrays: readonly NDArray[],
  loops: readonly Shape[],
  loop: Shape,
): NDArray {
  const count = sizeOf(loop);
  const inAxes = loops.map((own) => (count !== 1 && sizeOf(own) === 1 ? null : 0));
  const operands = arrays.map((x, i) => {
    const core = x.shape.slice(loops[i].length);
    if (inAxes[i] === null) return reshape(x, core);
    const missing = new Array<number>(loop.length - loops[i].length).fill(1);
    const aligned = reshape(x, [...missing, ...x.shape]);
    return reshape(broadcastTo(aligned, [...loop, ...core]), [count, ...core]);
  });
  const out = vmap(f, inAxes)(...operands);
  return reshape(out, [...loop, ...out.shape.slice(1)]);
}

/** The names of each argument's own axes. */
function parse(signature: string): readonly (readonly string[])[] {
  const term = /\(((?:\w+(?:,\w+)*)?)\)/g;
  if (typeof signature !== "string") {
    throw new ArgumentError(`vectorize: the signature is a string, got ${describe(signature)}`);
  }
  const [inputs, output, ...more] = signature.replace(/\s/g, "").split("->");
  const isList = (part: string | undefined): boolean => /^\([\w,]*\)(,\([\w,]*\))*$/.test(part ?? "");
  if (!isList(inputs) || !isList(output) || more.length > 0) {
    throw new ArgumentError(
      `vectorize: the signature "${signature}" does not parse; write it like "(m,n),(n)->(m)", "()" for a scalar`,
    );
  }
  return [...inputs.matchAll(term)].map(([, names]) => (names === "" ? [] : names.split(",")));
}

function checkSizes(arrays: readonly NDArray[], names: readonly (readonly string[])[]): void {
  const sizes = new Map<string, number>();
  arrays.forEach((x, i) => {
    if (x.ndim < names[i].length) {
      throw new ShapeError(
        `vectorize: argument ${i} has shape [${x.shape}], and its signature asks for the axes (${names[i]}); reshape it`,
      );
    }
    names[i].forEach((name, k) => {
      const size = x.shape[x.ndim - names[i].length + k];
      const known = sizes.get(name) ?? size;
      if (known !== size)
        throw new ShapeError(
          `vectorize: the axis ${name} has size ${known} in one argument and ${size} in another; make them equal`,
        );
      sizes.set(name, size);
    });
  });
}
