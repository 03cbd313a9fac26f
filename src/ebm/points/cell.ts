/** One cell of a table: a number, nothing, or a word. */

export type Cell =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "missing" }
  | { readonly kind: "word" };

/**
 * What a cell says. A number is a decimal one, with or without an exponent, and finite. Missing are empty cells, what programs
 * write for a value they do not have (NA, N/A, NaN, null, none), and numbers that are not finite. All else is a word, 0x10
 * and 1,5 included: guessing what was meant would change numbers in silence.
 */
export function readCell(text: string): Cell {
  const inner = text.trim();
  if (decimal.test(inner)) {
    const value = Number(inner);
    return Number.isFinite(value) ? { kind: "number", value } : missing;
  }
  return notNumbers.test(inner) ? missing : word;
}

export const isBlank = (text: string): boolean => text.trim() === "";

const missing: Cell = { kind: "missing" };
const word: Cell = { kind: "word" };

/** No part of it can take what another part could: a cell is a megabyte long if somebody wants, and is read once. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** With R's and spreadsheets' spellings: NA, #N/A, <NA>. */
const notNumbers = /^(?:#?n\/?a|<na>|[+-]?nan|null|none|[+-]?inf(?:inity)?)?$/i;
