/** The table: a case for every primitive. */
import type { Case, OwnCase } from "../case.js";
import { arithmeticCases } from "./arithmetic.js";
import { callCases } from "./calls.js";
import { controlFlowCases } from "./control-flow.js";
import { functionCases } from "./functions.js";
import { indexingCases } from "./indexing.js";
import { linalgCases } from "./linalg.js";
import { ownCases } from "./own.js";
import { randomnessCases } from "./randomness.js";
import { reductionCases } from "./reductions.js";
import { structuralCases } from "./structural.js";

/** Under the headings of docs/coverage.md, in its order. */
export const families: readonly (readonly [title: string, cases: readonly (Case | OwnCase)[]])[] = [
  ["Arithmetic, comparison, bits", arithmeticCases],
  ["Elementary and special functions", functionCases],
  ["Shapes, windows, conversions, choices", structuralCases],
  ["Reductions, running reductions, sorting", reductionCases],
  ["Indexing", indexingCases],
  ["Contractions and matrices", linalgCases],
  ["Random bits and samples", randomnessCases],
  ["Control flow", controlFlowCases],
  ["Calls and markers", [...callCases, ...ownCases]],
];

export const allCases: readonly (Case | OwnCase)[] = families.flatMap(([, cases]) => cases);
