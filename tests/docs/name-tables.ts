/**
 * The documents "from JAX" and "from jax-js": tables of names, written by hand where something differs, and lists of the
 * names that are the same here or missing, which are made of the exports. So each document tells about every name there is.
 *
 * A section begins with `<!-- names: theirs -> ours -->`; below it stand rows `| theirs | ours | what differs |` and the two
 * lists between `<!-- same -->` or `<!-- missing -->` and `<!-- end -->`.
 */
import * as cotangent from "cotangent";
import * as ebm from "cotangent/ebm";
import * as sampling from "cotangent/sampling";
import * as testing from "cotangent/testing";

export interface Section {
  /** The other library's namespace, a key of the file of its names. */
  readonly theirs: string;
  /** Ours: "" for the root, "NDArray" for methods. */
  readonly ours: string;
  readonly text: string;
}

export interface Row {
  readonly theirs: readonly string[];
  readonly ours: string;
}

const heading = /<!-- names: (\S+) -> (\S*) ?-->/g;

/** The sections of a document, in order. */
export const sections = (document: string): Section[] =>
  document
    .split(/(?=<!-- names: )/)
    .slice(1)
    .map((rest) => {
      const text = rest.split(/(?=^## )/m)[0];
      const [[, theirs, ours]] = [...text.matchAll(heading)];
      return { theirs, ours, text };
    });

/** The rows of a section's tables: the names in the first column, the text of the second. */
export const rows = ({ text }: Section): Row[] =>
  [...text.matchAll(/^\| (`[^|]+) \| ([^|]*) \|/gm)].map(([, names, ours]) => ({
    theirs: [...names.matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    ours,
  }));

/** The value of a dotted name here; undefined where there is none. "x.sum" is a method of arrays. */
export function lookUp(name: string): unknown {
  const roots: Record<string, unknown> = { ...cotangent, np: cotangent.numpy, sampling, ebm, testing };
  const path = name.split(".");
  const start: unknown = path[0] === "x" ? cotangent.NDArray.prototype : roots[path[0]];
  return path
    .slice(1)
    .reduce<unknown>((value, key) => (key in Object(value) ? at(value, key) : undefined), start);
}

/** A method; a getter of the prototype has no value there: it is enough that it exists. */
const at = (value: unknown, key: string): unknown =>
  value === cotangent.NDArray.prototype
    ? (Object.getOwnPropertyDescriptor(value, key)?.get ?? Object(value)[key])
    : Object(value)[key];

/** All dotted names in pieces of code: `numpy.var_`, `x.at`, and words that stand alone in a piece. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) =>
    /^\w+$/.test(code)
      ? [code]
      : [
          ...code.matchAll(
            /(?<![\w.])((?:numpy|np|lax|random|nn|optim|tree|x|sampling|ebm|testing)(?:\.\w+)+)/g,
          ),
        ].map((match) => match[1]),
  );

/** What a namespace of ours exports; for "NDArray" its methods. */
export function exportsOf(ours: string): string[] {
  if (ours === "NDArray") {
    return Object.getOwnPropertyNames(cotangent.NDArray.prototype).filter((name) => name !== "constructor");
  }
  const namespace = ours === "" ? cotangent : lookUp(ours);
  return Object.keys(Object(namespace)).filter((name) => !isNamespace(at(namespace, name)));
}

const isNamespace = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Module]";

const camelCase = (name: string): string =>
  name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** The document with its lists made anew. */
export const render = (document: string, names: Readonly<Record<string, readonly string[]>>): string =>
  sections(document).reduce((text, section) => {
    const told = new Set(rows(section).flatMap((row) => row.theirs));
    const untold = names[section.theirs].filter((name) => !told.has(name));
    const here = new Set(exportsOf(section.ours));
    const isHere = (name: string): boolean => here.has(camelCase(name));
    const list = (kind: string, entries: readonly string[]): [RegExp, string] => [
      new RegExp(`<!-- ${kind} -->[^]*?<!-- end -->`),
      `<!-- ${kind} -->\n${wrapped(entries.length === 0 ? "None." : `${entries.join(", ")}.`)}\n<!-- end -->`,
    ];
    const same = untold
      .filter(isHere)
      .map((name) => (camelCase(name) === name ? `\`${name}\`` : `\`${name}\` → \`${camelCase(name)}\``));
    const missing = untold.filter((name) => !isHere(name)).map((name) => `\`${name}\``);
    const renewed = [list("same", same), list("missing", missing)].reduce(
      (part, [pattern, replacement]) => part.replace(pattern, () => replacement),
      section.text,
    );
    return text.replace(section.text, () => renewed);
  }, document);

/** Lines of at most 120 columns. */
function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(/(?<=,) /)) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + word.length >= 120) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
