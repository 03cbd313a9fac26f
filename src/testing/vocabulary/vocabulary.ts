/** All rows, and the primitives that have none, with the reason. */
import { elementwiseRows } from "./elementwise-rows.js";
import { higherOrderRows } from "./higher-order-rows.js";
import { indexingRows } from "./indexing-rows.js";
import { linalgRows } from "./linalg-rows.js";
import { reductionRows } from "./reduction-rows.js";
import type { Row } from "./row.js";
import { structuralRows } from "./structural-rows.js";

/** The differentiable primitives of first order, one row each, under their own names. */
export const firstOrderRows: readonly Row[] = [
  ...elementwiseRows,
  ...structuralRows,
  ...reductionRows,
  ...indexingRows,
  ...linalgRows,
];

export const vocabulary: readonly Row[] = [...firstOrderRows, ...higherOrderRows];

const ofIntegers = "it takes integers alone, or gives them: there is no tangent";
const noOperand = "it has no operand to differentiate in";

/** Primitives of first order that programs of float64 values do not use as operations of their own. */
export const withoutRow: ReadonlyMap<string, string> = new Map([
  ...["eq", "ne", "lt", "le", "gt", "ge", "is_finite", "argmax", "argmin"].map(
    (name) => [name, ofIntegers] as const,
  ),
  ...["and", "or", "xor", "not", "reduce_and", "reduce_or"].map((name) => [name, ofIntegers] as const),
  ...["shift_left", "shift_right_logical", "shift_right_arithmetic", "population_count", "clz"].map(
    (name) => [name, ofIntegers] as const,
  ),
  ...["threefry2x32", "threefry2x32_bits", "bitcast_convert_type"].map((name) => [name, ofIntegers] as const),
  ["iota", noOperand],
  ["random_gamma", "its derivative is the implicit one: differences of samples by rejection give another"],
  ["nextafter", "it has no derivative, and says so"],
]);
