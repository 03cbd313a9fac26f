/** Cases of elementwise primitives: a scalar function of plain numbers is all that they are told. */
import type { NDArray } from "../../../src/autodiff/array.js";
import type { Primitive } from "../../../src/autodiff/primitive.js";
import { bind } from "../../../src/autodiff/trace.js";
import type { DType } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example, Tolerances } from "../case.js";
import { type Domain, type Draw, draw, usual } from "../draws.js";
import { at, type Plain, plainOf, tabulated } from "../plain.js";

/** The operand's values: a domain of floats (integers as they come), or a draw of one's own. */
export type Operand = Domain | ((dtype: DType, shape: Shape, seed: number) => Draw);

export interface ElementwiseRow extends Tolerances {
  readonly primitive: Primitive;
  readonly operands: readonly Operand[];
  /** The value of an element, before it is rounded to the dtype. */
  readonly scalar: (dtype: DType) => (...xs: number[]) => number;
  readonly params?: object;
  /** Where it is not the operands'. */
  readonly out?: (dtype: DType) => DType;
  readonly constants?: ReadonlyMap<number, string>;
  readonly tangent?: Example["tangent"];
  readonly remark?: string;
  /** All operands have one shape: nothing stretches. */
  readonly isRigid?: boolean;
}

/** Odd lengths, so that loops over vectors have a rest; axes of size 1 that stretch; no elements; scalars. */
const shapes: readonly (readonly Shape[])[] = [
  [[17], [17], [17], [17]],
  [
    [3, 1],
    [1, 5],
    [3, 5],
    [3, 1],
  ],
  [[], [5], [], [5]],
  [
    [0, 3],
    [0, 3],
    [0, 3],
    [0, 3],
  ],
];

export const elementwiseCase = (row: ElementwiseRow): Case => ({
  primitive: row.primitive,
  ...(row.ulps && { ulps: row.ulps }),
  ...(row.single !== undefined && { single: row.single }),
  ...(row.batching !== undefined && { batching: row.batching }),
  ...(row.remark !== undefined && { remark: row.remark }),
  examples: (dtype) =>
    shapes.map((each, k) => {
      const [, first] = each;
      return elementwiseExample(row, dtype, row.isRigid ? each.map(() => first) : each, 100 * k);
    }),
});

function elementwiseExample(
  row: ElementwiseRow,
  dtype: DType,
  ofOperands: readonly Shape[],
  seed: number,
): Example {
  const { primitive, operands, params = {}, out = (same) => same, scalar } = row;
  return {
    f: (xs) => bind(primitive, xs, params),
    operands: operands.map((operand, i) =>
      typeof operand === "function"
        ? operand(dtype, ofOperands[i], seed + 13 * i)
        : draw(dtype, ofOperands[i], seed + 13 * i, operand),
    ),
    value: (xs) => [mapped(out(dtype), scalar(dtype), xs)],
    ...(row.constants && { constants: row.constants }),
    ...(row.tangent && { tangent: row.tangent }),
  };
}

/** f of the elements at each place; sizes of 1 stretch, and scalars. */
export function mapped(dtype: DType, f: (...xs: number[]) => number, xs: readonly NDArray[]): Plain {
  const plain = xs.map(plainOf);
  const rank = Math.max(...plain.map(({ shape }) => shape.length));
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizes = plain.flatMap((x) => (x.shape.length === 0 ? [] : [x.shape[axis]]));
    return sizes.find((n) => n !== 1) ?? 1;
  });
  return tabulated(dtype, shape, (index) =>
    f(
      ...plain.map((x) =>
        at(
          x,
          x.shape.map((n, axis) => (n === 1 ? 0 : index[axis])),
        ),
      ),
    ),
  );
}

/** Of one operand, in its own dtype. */
export const unary = (
  primitive: Primitive,
  f: (x: number) => number,
  domain: Operand = usual,
  options: Partial<ElementwiseRow> = {},
): Case => elementwiseCase({ primitive, operands: [domain], scalar: () => f, ...options });

/** Of two operands, in their own dtype. */
export const binary = (
  primitive: Primitive,
  scalar: (dtype: DType) => (x: number, y: number) => number,
  domains: readonly [Operand, Operand] = [usual, usual],
  options: Partial<ElementwiseRow> = {},
): Case => elementwiseCase({ primitive, operands: domains, scalar, ...options });
