/**
 * The text of a safetensors header: JSON with objects, strings and lists of whole numbers, and nothing else. A reader of our
 * own, since JSON.parse keeps the last of two equal names, and gives objects whose prototype a name may replace: here they
 * are maps.
 */
import * as E from "fp-ts/lib/Either.js";
import type { SafetensorsFault } from "./safetensors-fault.js";

export type HeaderValue = string | readonly number[] | HeaderObject;
export interface HeaderObject extends ReadonlyMap<string, HeaderValue> {}

/** What stands at a position, and the position after it. */
type Parsed<A> = E.Either<SafetensorsFault, readonly [value: A, next: number]>;

/** The whole text as one object, with spaces after it; every character is read once. */
export function parseHeaderText(text: string): E.Either<SafetensorsFault, HeaderObject> {
  if (text[0] !== "{") return syntax(0, '"{"'); // the format allows nothing before
  const parsed = parseObject(text, 0, 1);
  if (E.isLeft(parsed)) return parsed;
  const [value, next] = parsed.right;
  const end = skipSpace(text, next);
  return end === text.length ? E.right(value) : syntax(end, "the header's end");
}

const syntax = (position: number, expected: string): E.Either<SafetensorsFault, never> =>
  E.left({ kind: "headerSyntax", position, expected });

/** The header itself, and an entry of it. */
const deepest = 2;

function parseValue(text: string, at: number, depth: number): Parsed<HeaderValue> {
  switch (text[at]) {
    case '"':
      return parseString(text, at);
    case "[":
      return parseIntegers(text, at);
    case "{":
      if (depth < deepest) return parseObject(text, at, depth + 1);
  }
  return syntax(at, depth < deepest ? "a string, a list or an object" : "a string or a list");
}

function parseObject(text: string, start: number, depth: number): Parsed<HeaderObject> {
  const entries = new Map<string, HeaderValue>();
  let at = skipSpace(text, start + 1);
  if (text[at] === "}") return E.right([entries, at + 1]);
  for (;;) {
    const key = text[at] === '"' ? parseString(text, at) : syntax(at, "a name in quotes");
    if (E.isLeft(key)) return key;
    const [name, afterName] = key.right;
    if (entries.has(name)) return E.left({ kind: "duplicateName", name });
    const colon = skipSpace(text, afterName);
    if (text[colon] !== ":") return syntax(colon, '":"');
    const value = parseValue(text, skipSpace(text, colon + 1), depth);
    if (E.isLeft(value)) return value;
    entries.set(name, value.right[0]);
    at = skipSpace(text, value.right[1]);
    if (text[at] === "}") return E.right([entries, at + 1]);
    if (text[at] !== ",") return syntax(at, '"," or "}"');
    at = skipSpace(text, at + 1);
  }
}

function parseIntegers(text: string, start: number): Parsed<readonly number[]> {
  const values: number[] = [];
  let at = skipSpace(text, start + 1);
  if (text[at] === "]") return E.right([values, at + 1]);
  for (;;) {
    const end = skipDigits(text, at);
    const value = Number(text.slice(at, end));
    const hasLeadingZero = text[at] === "0" && end > at + 1;
    if (end === at || hasLeadingZero || !Number.isSafeInteger(value)) {
      return syntax(at, "a whole number from 0 to 2^53 - 1");
    }
    values.push(value);
    at = skipSpace(text, end);
    if (text[at] === "]") return E.right([values, at + 1]);
    if (text[at] !== ",") return syntax(at, '"," or "]"');
    at = skipSpace(text, at + 1);
  }
}

/** JSON.parse reads the escapes, once the closing quote is found. Halves of surrogate pairs are no text. */
function parseString(text: string, start: number): Parsed<string> {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) return syntax(text.length, 'a closing "');
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1));
    if (typeof value === "string" && isWellFormed(value)) return E.right([value, end + 1]);
  } catch {
    // a control character or an escape that JSON does not have
  }
  return syntax(start, "a string of JSON");
}

/** Whether a string has a form in UTF-8: no half of a surrogate pair stands alone. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

function skipSpace(text: string, start: number): number {
  let at = start;
  while (
    at < text.length &&
    (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t")
  )
    at++;
  return at;
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (text[at] >= "0" && text[at] <= "9") at++;
  return at;
}
