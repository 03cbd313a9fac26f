/** Why log Z could not be had from a grid. */
import { checkChoice, checkList } from "../../ir/arguments.js";
import { type Box, checkBox, showBox } from "./box.js";

export type QuadratureFault =
  /** The energy of a point is NaN or -Infinity. */
  | { readonly kind: "notFinite"; readonly at: readonly number[]; readonly energy: number }
  /** Every cell's energy is Infinity. */
  | { readonly kind: "noMass"; readonly box: Box }
  /** However wide the box, too large a share of the mass lies around it. */
  | { readonly kind: "unbounded"; readonly box: Box; readonly edgeMass: number; readonly tolerance: number }
  /** The finest grid that is allowed still gives another log Z than the one before. */
  | {
      readonly kind: "unresolved";
      readonly cells: number;
      readonly spacing: readonly number[];
      readonly moved: number;
      readonly tolerance: number;
    };

const faultKinds: readonly QuadratureFault["kind"][] = ["notFinite", "noMass", "unbounded", "unresolved"];

/** The fault as one line that ends with the way out. */
export function explainQuadratureFault(fault: QuadratureFault): string {
  const operation = "ebm.explainQuadratureFault";
  checkChoice(operation, "the kind", Object(fault).kind, faultKinds);
  switch (fault.kind) {
    case "notFinite":
      checkList(operation, "at", fault.at, "numbers");
      return (
        `the energy at (${fault.at.map(short).join(", ")}) is ${fault.energy}, so there is no Z; ` +
        "go back to the parameters before they diverged"
      );
    case "noMass":
      checkBox(operation, fault.box);
      return `the energy is Infinity at every point of the grid on ${showBox(fault.box)}; give the range of the data`;
    case "unbounded":
      checkBox(operation, fault.box);
      return (
        `${percent(fault.edgeMass)} of the mass lies around the box ${showBox(fault.box)}, and at most ` +
        `${percent(fault.tolerance)} may: Z is infinite, or the density much wider than the data; ` +
        "add a confining term, as confined(energy, 2) does"
      );
    case "unresolved":
      checkList(operation, "spacing", fault.spacing, "numbers");
      return (
        `log Z still moves by ${short(fault.moved)} with ${fault.cells} cells of ${fault.spacing.map(short).join(" x ")}, ` +
        `and at most ${short(fault.tolerance)} is allowed: a well is narrower than a cell; give a smaller range, or more ` +
        "cells (mostCells)"
      );
  }
}

const short = (value: number): string => String(Number(Number(value).toPrecision(3)));
const percent = (share: number): string => `${short(100 * share)} %`;
