/** JSON as text for people: one field a line, lists of numbers on one line, and every number as it was. */

/** The value as JSON. Unlike JSON.stringify it keeps -0; fields that are undefined are left out. */
export const encodeJson = (value: unknown): string => `${encodePart(value, "")}\n`;

function encodePart(value: unknown, indent: string): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const parts = value.map((part) => encodePart(part, inner));
    const isFlat = value.every((part) => typeof part !== "object");
    return isFlat ? `[${parts.join(", ")}]` : `[\n${inner}${parts.join(`,\n${inner}`)}\n${indent}]`;
  }
  const entries = Object.entries(value).map(
    ([key, part]) => `${JSON.stringify(key)}: ${encodePart(part, inner)}`,
  );
  return entries.length === 0 ? "{}" : `{\n${inner}${entries.join(`,\n${inner}`)}\n${indent}}`;
}

/**
 * Where a text that JSON.parse refuses leaves JSON, as `line 2, column 7`: engines tell it in different words, or not at all.
 */
export function firstFault(json: string): string {
  const open: string[] = [];
  let allowed = "{[vs";
  let at = skipSpace(json, 0);
  for (;;) {
    const kind = kindAt(json, at);
    const end = kind === "s" ? stringEnd(json, at) : kind === "v" ? wordEnd(json, at) : at + 1;
    if (!allowed.includes(kind) || end === null) break;
    if (kind === "{" || kind === "[") open.push(kind);
    if (kind === "}" || kind === "]") open.pop();
    allowed = allowedAfter(kind, allowed, open[open.length - 1]);
    at = skipSpace(json, end);
  }
  const before = json.slice(0, at).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

/** Punctuation is its own kind; s is a string, v another value, "end" the text's end. */
function kindAt(json: string, at: number): string {
  if (at >= json.length) return "end";
  return "{}[],:".includes(json[at]) ? json[at] : json[at] === '"' ? "s" : "v";
}

/** The kinds that may come next, given the one that came, what it was one of, and the bracket that is open. */
function allowedAfter(kind: string, before: string, bracket: string | undefined): string {
  const isKey = kind === "s" && !before.includes("v");
  if (isKey) return ":";
  if (kind === "{") return "s}";
  if (kind === "[") return "{[vs]";
  if (kind === ":") return "{[vs";
  if (kind === ",") return bracket === "{" ? "s" : "{[vs";
  return bracket === undefined ? "" : bracket === "{" ? ",}" : ",]";
}

/** Null where no string of JSON is. */
function stringEnd(json: string, start: number): number | null {
  let end = start + 1;
  while (end < json.length && json[end] !== '"') end += json[end] === "\\" ? 2 : 1;
  return isJson(json.slice(start, end + 1)) ? end + 1 : null;
}

/** Null where neither a number, true, false nor null is. */
function wordEnd(json: string, start: number): number | null {
  let end = start;
  while (end < json.length && /[\w.+-]/.test(json[end])) end++;
  return isJson(json.slice(start, end)) ? end : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (at < json.length && " \t\n\r".includes(json[at])) at++;
  return at;
}
