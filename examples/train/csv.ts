/** The text of a CSV file -> its rows. papaparse reads the cells; the text goes to it in pieces, so that rows need no room. */
import type { TextRow } from "cotangent/ebm";
import Papa from "papaparse";

/** Quotes that do not end where a cell does. It is thrown out of the iteration, which has no other way to end early. */
export class MalformedRow extends Error {
  constructor(
    readonly line: number,
    readonly column: number,
    problem: string,
  ) {
    super(`line ${line}, column ${column}: ${problem}`);
  }
}

/** Characters of a piece; one that holds no whole row is read again twice as long. */
const pieceLength = 2 ** 18;

/**
 * The rows one by one, each with the line it begins on. Lines end with \n, \r\n or \r, mixed as they may be; the separator
 * is found out; cells may be quoted.
 *
 * @throws MalformedRow when a quote is not closed, or text follows it
 */
export function* rowsOf(text: string): Generator<TextRow, void> {
  const whole = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const config = { delimiter: separatorOf(whole), newline: "\n" } as const;
  let start = 0;
  let line = 1;
  let length = pieceLength;
  while (start < whole.length) {
    const isLast = start + length >= whole.length;
    const piece = whole.slice(start, start + length);
    const { data, errors, meta } = parse(piece, config, !isLast);
    const fault = errors.find(({ row }) => row < data.length || isLast);
    const firstLine = line;
    for (const [i, cells] of data.entries()) {
      if (i === fault?.row) throw malformed(fault, piece, config, { line, linesBefore: line - firstLine });
      yield { line, cells };
      line += 1 + linesWithin(cells);
    }
    if (isLast) return;
    start += meta.cursor;
    length = data.length === 0 ? 2 * length : pieceLength;
  }
}

/** What papaparse's parser gives, whose type is loose. */
interface Parsed {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly QuoteFault[];
  /** Where the first row that was not read begins. */
  readonly meta: { readonly cursor: number };
}

interface QuoteFault {
  readonly code: string;
  /** The row's number in the piece, from 0. */
  readonly row: number;
  /** Where the cell's text begins in the piece, behind its quote. */
  readonly index: number;
}

const parse = (piece: string, config: Papa.ParseConfig, ignoreLastRow: boolean): Parsed =>
  new Papa.Parser(config).parse(piece, 0, ignoreLastRow);

const linesWithin = (cells: readonly string[]): number =>
  cells.reduce((count, cell) => (cell.includes("\n") ? count + cell.split("\n").length - 1 : count), 0);

/** The faulty cell's place: its row begins after so many lines of the piece, and the cells before it are whole. */
function malformed(
  { code, index }: QuoteFault,
  piece: string,
  config: Papa.ParseConfig,
  row: Place,
): MalformedRow {
  let rowStart = 0;
  for (let i = 0; i < row.linesBefore; i++) rowStart = piece.indexOf("\n", rowStart) + 1;
  const before = parse(piece.slice(rowStart, index - 1), config, false).data.flat();
  return new MalformedRow(
    row.line + linesWithin(before),
    Math.max(1, before.length),
    code === "MissingQuotes" ? "a quote opens here and is never closed" : "text follows a closing quote",
  );
}

interface Place {
  readonly line: number;
  /** Of its piece. */
  readonly linesBefore: number;
}

/** Separators that are tried; on equal terms the first wins. */
const separators = [",", ";", "\t", "|", " "] as const;

/** Rows that decide on the separator. */
const sampled = 20;

/**
 * The separator that cuts most of the first rows, and more than half of them, into equally many cells, two or more; and of
 * equal ones that which makes most cells numbers, with either sign for decimals, so that 1,5;2,5 is cut at the semicolon.
 */
function separatorOf(text: string): string {
  const lines = text.slice(0, pieceLength).split("\n");
  const head = lines.filter((line) => line.trim() !== "").slice(0, sampled);
  const scores = separators.map((delimiter) => ({ delimiter, ...scoreOf(head.join("\n"), delimiter) }));
  return scores.reduce((best, score) =>
    score.rows > best.rows || (score.rows === best.rows && score.numbers > best.numbers) ? score : best,
  ).delimiter;
}

interface SeparatorScore {
  /** Rows of equally many cells. */
  readonly rows: number;
  /** The part of their cells that look like numbers. */
  readonly numbers: number;
}

function scoreOf(head: string, delimiter: string): SeparatorScore {
  const { data, errors } = parse(head, { delimiter, newline: "\n" }, false);
  const alike = data
    .map(({ length }) => data.filter((cells) => cells.length === length))
    .reduce((most, rows) => (rows.length > most.length ? rows : most), []);
  const cells = alike.flat();
  const isCut = alike.length > 0 && alike[0].length > 1 && 2 * alike.length > data.length;
  // A cell that the sample cuts off is no fault.
  const isWhole = errors.every(({ code }) => code === "MissingQuotes");
  // Spaces pad other cells: they separate where they stand alone.
  const isPadding = delimiter === " " && data.flat().includes("");
  if (!isCut || !isWhole || isPadding) return { rows: 0, numbers: 0 };
  const numbers = cells.filter((cell) => /^\s*[+-]?[\d.,]+(e[+-]?\d+)?\s*$/i.test(cell)).length;
  return { rows: alike.length, numbers: numbers / cells.length };
}
