/** All rows, in families that are drawn with these weights. */
import { lookUp } from "../../jax/calls.js";
import { carryRows } from "./carries.js";
import { choiceRows } from "./choices.js";
import { controlFlowRows } from "./control-flow.js";
import { binaryRows, elementwiseRows } from "./elementwise.js";
import { indexingRows } from "./indexing.js";
import { productRows } from "./products.js";
import { reductionRows } from "./reductions.js";
import type { Row } from "./row.js";
import { shapeRows } from "./shapes.js";
import { randomRows, sourceRows } from "./sources.js";
import { transformationRows } from "./transformations.js";

export interface Family {
  readonly weight: number;
  readonly rows: readonly Row[];
}

/** What the library does not have yet is left out. */
const isThere = ({ name }: Row): boolean =>
  name.startsWith("method.") || name.startsWith("index.") || lookUp(name) !== undefined;

const present = (weight: number, rows: readonly Row[]): Family => ({ weight, rows: rows.filter(isThere) });

const simple: readonly Family[] = [
  present(15, elementwiseRows),
  present(9, binaryRows),
  present(9, choiceRows),
  present(14, reductionRows),
  present(14, shapeRows),
  present(10, indexingRows),
  present(9, productRows),
  present(2, sourceRows),
  present(3, randomRows),
];

const higher: readonly Family[] = [present(8, controlFlowRows), present(10, transformationRows)];

/** Only where much is nested: the first programs of a seed are those that are stored with JAX's answers. */
const more: Family = present(4, carryRows);

/** Functions are nested up to three deep; `nesting` says how much more often than usual. */
export const familiesAt = (depth: number, nesting: number): readonly Family[] => {
  if (depth >= 3) return simple;
  const scale = (depth === 0 ? 1.2 : 0.6) * nesting;
  const families = nesting > 1 ? [...higher, more] : higher;
  return [...simple, ...families.map(({ weight, rows }) => ({ weight: weight * scale, rows }))];
};

export const vocabulary: readonly Row[] = [...simple, ...higher].flatMap(({ rows }) => rows);
