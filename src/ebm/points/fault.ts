/** What can be wrong with a person's points, as data, and the sentence for each. Lines and columns count from 1. */
import { bare, quoted } from "../one-line.js";
import { checkRecord, type FieldsOf } from "./check-record.js";

/** A column as a fault or a note names it: its place in the table, and its name where the table has names. */
export interface ColumnLabel {
  readonly column: number;
  readonly name: string | null;
}

/** What ends the reading of points. */
export type PointsFault =
  | { readonly kind: "empty" }
  | { readonly kind: "ragged"; readonly line: number; readonly found: number; readonly expected: number }
  | (ColumnLabel & { readonly kind: "word"; readonly line: number; readonly text: string })
  | { readonly kind: "noNumbers"; readonly line: number; readonly text: string }
  | { readonly kind: "unknownColumn"; readonly wanted: string | number; readonly names: readonly string[] }
  | { readonly kind: "ambiguousColumn"; readonly name: string; readonly columns: readonly number[] }
  | (ColumnLabel & { readonly kind: "repeatedColumn" })
  | (ColumnLabel & {
      readonly kind: "missing";
      readonly count: number;
      readonly of: number;
      /** The part of the rows that is left out without being asked. */
      readonly most: number;
      /** The first row that lacks a number, and where. */
      readonly line: number;
    })
  | { readonly kind: "fewRows"; readonly found: number; readonly of: number; readonly least: number }
  | { readonly kind: "fewDistinct"; readonly distinct: number; readonly of: number }
  | { readonly kind: "allConstant"; readonly columns: readonly (ColumnLabel & { readonly value: number })[] }
  | (ColumnLabel & { readonly kind: "constant"; readonly value: number })
  | (ColumnLabel & { readonly kind: "dependent" })
  | (ColumnLabel & { readonly kind: "magnitude"; readonly value: number });

const label = { column: "number", name: "string or null" } as const;

const fields: FieldsOf<PointsFault> = {
  empty: {},
  ragged: { line: "number", found: "number", expected: "number" },
  word: { ...label, line: "number", text: "string" },
  noNumbers: { line: "number", text: "string" },
  unknownColumn: { wanted: "string or number", names: "list of strings" },
  ambiguousColumn: { name: "string", columns: "list of numbers" },
  repeatedColumn: label,
  missing: { ...label, count: "number", of: "number", most: "number", line: "number" },
  fewRows: { found: "number", of: "number", least: "number" },
  fewDistinct: { distinct: "number", of: "number" },
  allConstant: { columns: "list of columns" },
  constant: { ...label, value: "number" },
  dependent: label,
  magnitude: { ...label, value: "number" },
};

/**
 * The fault as one line, its place first: `line 3, column 2: "abc" is not a number`.
 *
 * @throws ArgumentError when it is no fault
 */
export function explainPointsFault(fault: PointsFault): string {
  checkRecord("ebm.explainPointsFault", fault, fields);
  switch (fault.kind) {
    case "empty":
      return "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2";
    case "ragged":
      return (
        `line ${fault.line}, column ${Math.min(fault.found, fault.expected) + 1}: ` +
        `the row has ${plural(fault.found, "cell")}, and the first has ${fault.expected}`
      );
    case "word":
      return (
        `line ${fault.line}, column ${fault.column}${inBrackets(fault.name)}: ` +
        `${showCell(fault.text)} is not a number${hint(fault.text)}`
      );
    case "noNumbers":
      return (
        `line ${fault.line}, column 1: no column holds numbers; the first begins with ` +
        `${showCell(fault.text)}${hint(fault.text)}`
      );
    case "unknownColumn":
      return `line 1: there is no column ${showWanted(fault.wanted)}; the columns are ${listed(fault.names.map(showLabel))}`;
    case "ambiguousColumn":
      return (
        `line 1: columns ${listed(fault.columns.map(String))} are all named ${showCell(fault.name)}; ` +
        "choose by number"
      );
    case "repeatedColumn":
      return `line 1: ${showColumn(fault)} is chosen twice; a column beside itself has no density`;
    case "missing":
      return (
        `line ${fault.line}, column ${fault.column}${inBrackets(fault.name)}: here and elsewhere, ` +
        `${fault.count} of ${fault.of} rows lack a finite number, and at most ${percent(fault.most)} are left out ` +
        "unasked; allow more, or leave out the columns that lack them"
      );
    case "fewRows":
      return fault.found === fault.of
        ? `${plural(fault.found, "row")} ${fault.found === 1 ? "is" : "are"} too few to learn a density from; give ${fault.least} or more`
        : `${fault.found} of ${fault.of} rows are left, too few to learn a density from; ` +
            `give ${fault.least} or more`;
    case "fewDistinct":
      return (
        `${fault.of} rows have only ${plural(fault.distinct, "value")} between them, which has no density, ` +
        "and nothing is left to test on; give points that vary"
      );
    case "allConstant": {
      const values = fault.columns.map((column) => `${showColumn(column)} is always ${column.value}`);
      return `no column varies: ${listed(values)}, which has no density; give points that vary`;
    }
    case "constant":
      return `${showColumn(fault)}: every value is ${fault.value}, which has no density; leave the column out`;
    case "dependent":
      return (
        `${showColumn(fault)} is a linear function of the columns before it, which has no density; ` +
        "leave it out"
      );
    case "magnitude":
      return `${showColumn(fault)} holds ${fault.value}, too large to reckon with; use larger units`;
  }
}

/** `column 2 (income)`; of a table without names `column 2`. */
export const showColumn = ({ column, name }: ColumnLabel): string => `column ${column}${inBrackets(name)}`;

/** A cell in quotes, on one line, and no longer than a glance. */
export const showCell = (text: string): string =>
  text.trim() === "" ? "an empty cell" : quoted(text, longest);

/** A column's name among others. */
export const showLabel = (name: string): string => bare(name, longest);

/** Of a name or a cell, in characters. */
const longest = 40;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** a, b and c; of more than eight the first seven. */
export function listed(words: readonly string[]): string {
  const shown = words.length > 8 ? [...words.slice(0, 7), `${words.length - 7} more`] : words;
  return shown.length < 2
    ? shown.join("")
    : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}

/** Three digits are enough to see what happened, and whole percents stay whole. */
export const percent = (part: number): string => `${Number((100 * part).toPrecision(3))}%`;

const inBrackets = (name: string | null): string => (name === null ? "" : ` (${showLabel(name)})`);

const showWanted = (wanted: string | number): string =>
  typeof wanted === "number" ? String(wanted) : showCell(wanted);

/** What half of the world writes where the other half writes a point. */
const hint = (text: string): string =>
  /^\s*[+-]?\d+,\d+\s*$/.test(text) ? "; write decimals with a point" : "";
