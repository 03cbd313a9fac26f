import { checkpointRows } from "./checkpoints.js";
import { controlFlowRows } from "./control-flow.js";
import { customRuleRows } from "./custom-rules.js";
import { dataSetRows } from "./datasets.js";
import { debuggingRows } from "./debugging.js";
import { deviceRows } from "./devices.js";
import { evaluationRows } from "./evaluation.js";
import { javascriptRows } from "./javascript.js";
import { jaxprRows } from "./jaxprs.js";
import { laxRows } from "./lax.js";
import { linalgRows } from "./linalg.js";
import { nnRows, optimRows } from "./nn-and-optim.js";
import { numpyRows } from "./numpy.js";
import { numpyElementRows } from "./numpy-elements.js";
import { pointsRows } from "./points.js";
import { randomRows } from "./random.js";
import type { Row } from "./row.js";
import { samplingRows } from "./sampling.js";
import { sizesAndOptionsRows } from "./sizes-and-options.js";
import { testingRows } from "./testing.js";
import { ebmRows } from "./training.js";
import { transformRows } from "./transforms.js";
import { treeRows } from "./trees.js";

/** All rows, by what they are about. */
export const rowsByArea: Readonly<Record<string, readonly Row[]>> = {
  "the traps of JavaScript": javascriptRows,
  "sizes and options": sizesAndOptionsRows,
  trees: treeRows,
  "shapes in numpy": numpyRows,
  "elements in numpy": numpyElementRows,
  "linear algebra": linalgRows,
  lax: laxRows,
  "loops and conditions": controlFlowRows,
  transformations: transformRows,
  "rules of one's own": customRuleRows,
  debugging: debuggingRows,
  jaxprs: jaxprRows,
  devices: deviceRows,
  random: randomRows,
  nn: nnRows,
  optim: optimRows,
  sampling: samplingRows,
  ebm: ebmRows,
  "points of one's own": pointsRows,
  "scores of models": evaluationRows,
  checkpoints: checkpointRows,
  "data sets": dataSetRows,
  "derivatives put to the test": testingRows,
};
