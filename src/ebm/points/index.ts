/**
 * A person's own points: cells of text become numbers (decodeTable), and those become what training takes (preparePoints), or
 * one fault that says where it lies; what was done on the way is said in notes. Pure; whoever calls reads the file.
 */
export { encodePoints } from "./encode.js";
export { type ColumnLabel, explainPointsFault, type PointsFault } from "./fault.js";
export { explainNote, type Note } from "./note.js";
export { type Part, type PreparedPoints, type PrepareOptions, preparePoints } from "./prepare.js";
export { fitScaling, type Scaling, type ScalingMaps, scalingMaps } from "./scaling.js";
export {
  decodeScaling,
  encodeScaling,
  explainScalingFault,
  type ScalingFault,
  type ScalingJson,
} from "./scaling-json.js";
export { type DecodeTableOptions, decodeTable, type Table, type TableColumn, type TextRow } from "./table.js";
