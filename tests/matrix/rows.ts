/** All cells of a target. */
import { type DType, dtypes } from "../../src/ir/dtype.js";
import type { Case, OwnCase, TargetName } from "./case.js";
import { cellsOf, type Row } from "./cells.js";
import type { RowsOf } from "./page.js";

/** The cells of each case, made when they are first asked for. */
export function rowsOn(target: TargetName): RowsOf {
  const rows = new Map<Case | OwnCase, ReadonlyMap<DType, Row>>();
  return (case_) => {
    const made = rows.get(case_) ?? new Map(dtypes.map((dtype) => [dtype, cellsOf(case_, dtype, target)]));
    rows.set(case_, made);
    return made;
  };
}
