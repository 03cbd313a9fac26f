/** docs/coverage.md: a row a primitive, a column a transformation, and the reasons. */
import { type DType, dtypes, shortName } from "../../src/ir/dtype.js";
import {
  type Case,
  type Outcome,
  type OwnCase,
  type Transformation,
  targetNames,
  transformations,
} from "./case.js";
import { families } from "./cases/all.js";
import type { Row } from "./cells.js";

/** The cells of a primitive by dtype. What they are does not depend on the target: each target's test prints the same page. */
export type RowsOf = (case_: Case | OwnCase) => ReadonlyMap<DType, Row>;

export function printPage(rowsOf: RowsOf): string {
  const notes = new Map<string, number>();
  const numberOf = (reason: string): number => {
    const number = notes.get(reason) ?? notes.size + 1;
    notes.set(reason, number);
    return number;
  };
  const tables = families.map(([title, cases]) => {
    const lines = cases.map((case_) => lineOf(case_, rowsOf(case_), numberOf));
    return [`## ${title}`, "", header, divider, ...lines, ""].join("\n");
  });
  const reasons = [...notes].map(([reason, number]) => `${number}. ${reason}`);
  return `${introduction(rowsOf)}\n${tables.join("\n")}\n## Notes\n\n${reasons.join("\n")}\n`;
}

const header = `| primitive | takes | refuses | ${transformations.join(" | ")} |`;
const divider = `|${"---|".repeat(3 + transformations.length)}`;

// the top ----------------------------------------------------------------------------------------------------------------

function introduction(rowsOf: RowsOf): string {
  const counts = { holds: 0, zero: 0, refused: 0, none: 0 };
  const all = families.flatMap(([, cases]) => cases);
  for (const case_ of all) {
    for (const row of rowsOf(case_).values()) for (const each of transformations) counts[row[each].kind]++;
  }
  const perTarget = counts.holds + counts.zero + counts.refused + counts.none;
  const n = (count: number): string => (count * targetNames.length).toLocaleString("en-US");
  return `# What is tested of every primitive

\`npm run docs:coverage\` writes this page from the tests in \`tests/matrix\`, which fail where a primitive has no case, where a law
does not hold, and where the page is not what they print.

${all.length} primitives x ${dtypes.length} dtypes x ${transformations.length} transformations x ${targetNames.length} targets (${targetNames.join(", ")}): **${n(perTarget)} cells**.
In ${n(counts.holds)} a law was run and holds, in ${n(counts.zero)} the derivative was computed and is zero, in ${n(counts.refused)} the dtype is refused, and
${n(counts.none)} are not applicable, each for the reason in a note. All of it is the same on both targets.

What a cell states, at odd shapes: 17 elements, axes of size 1, no elements, scalars, several axes:

| column | the law |
|---|---|
| value | eager execution on the target gives what plain JavaScript, written from the definition, gives: bit for bit, or within units in the last place that the case states |
| jvp | the primal is the value; the tangent is what adaptive central differences give (float64, 1e-6), or what float64 gives (float32, 2e-5); those in each operand alone add up to it (float64) |
| vjp | <ct, J v> = <J^T ct, v>; the cotangent in each operand alone is the joint one (float64); float32 is what float64 gives |
| second | forward over reverse is reverse over forward, and what differences of the gradient give; float32 is what float64 gives |
| vmap | a loop over lanes, each operand batched alone and all of them, at every axis (float64 and int32; the others at one place each) |
| jit | one compiled program gives the bits of eager execution |

Derivatives and batches are compiled for the target. In the tables: ✓ the law holds for every dtype that is taken; otherwise the dtypes for
which it does, 0 for those whose derivative is computed and zero in its type, – for those that have none. Numbers are notes.
A dtype that is refused is refused with a DTypeError, while tracing, whatever the transformation.
`;
}

// a row ------------------------------------------------------------------------------------------------------------------

function lineOf(
  { primitive, remark }: Case | OwnCase,
  rows: ReadonlyMap<DType, Row>,
  numberOf: (reason: string) => number,
): string {
  const isTaken = (dtype: DType): boolean => rows.get(dtype)?.value.kind !== "refused";
  const taken = dtypes.filter(isTaken);
  const refused = dtypes.filter((dtype) => !isTaken(dtype)).map((dtype) => refusal(dtype, rows));
  const cells = transformations.map((each) => cellText(taken, rows, each, numberOf));
  const name = `\`${primitive.name}\`${remark === undefined ? "" : ` ${note(numberOf(remark))}`}`;
  return `| ${[name, names(taken), refused.join(" ") || " ", ...cells].join(" | ")} |`;
}

const names = (list: readonly DType[]): string => list.map((dtype) => shortName[dtype]).join(" ");

const note = (number: number): string => `[${number}](#notes)`;

function refusal(dtype: DType, rows: ReadonlyMap<DType, Row>): string {
  const outcome = rows.get(dtype)?.value;
  const error = outcome?.kind === "refused" ? outcome.error : "";
  return error === "DTypeError" ? shortName[dtype] : `${shortName[dtype]} (${error})`;
}

function cellText(
  taken: readonly DType[],
  rows: ReadonlyMap<DType, Row>,
  transformation: Transformation,
  numberOf: (reason: string) => number,
): string {
  const outcomes = taken.flatMap((dtype): [DType, Outcome][] => {
    const row = rows.get(dtype);
    return row === undefined ? [] : [[dtype, row[transformation]]];
  });
  const held = outcomes.filter(([, outcome]) => outcome.kind === "holds").map(([dtype]) => dtype);
  const zero = outcomes.filter(([, outcome]) => outcome.kind === "zero").map(([dtype]) => dtype);
  const except = new Set(
    outcomes.flatMap(([, outcome]) => (outcome.kind === "holds" ? (outcome.except ?? []) : [])),
  );
  const none = new Map<string, DType[]>();
  for (const [dtype, outcome] of outcomes) {
    if (outcome.kind === "none") none.set(outcome.reason, [...(none.get(outcome.reason) ?? []), dtype]);
  }
  const isWhole = (list: readonly DType[]): boolean => list.length === taken.length;
  const marks = [...except].map((reason) => ` ${note(numberOf(reason))}`).join("");
  const parts = [
    ...(held.length === 0 ? [] : [`${isWhole(held) ? "✓" : names(held)}${marks}`]),
    ...(zero.length === 0 ? [] : [isWhole(zero) ? "0" : `0 ${names(zero)}`]),
    ...[...none].map(
      ([reason, list]) => `–${isWhole(list) ? "" : ` ${names(list)}`} ${note(numberOf(reason))}`,
    ),
  ];
  return parts.join(" · ");
}
