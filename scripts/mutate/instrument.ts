/** Which mutants a test file could notice: a file's text that writes down which of its nodes are evaluated. */
import { type Mutants, mutantsOf, type Site } from "./mutants.js";

/** Where the text below writes: a byte for each site, under the file's path. */
export type Hits = Record<string, Uint8Array>;

declare global {
  var $hits: Hits | undefined;
}

/** The text with `$hit[i] = 1` evaluated before site i; lines stay where they are. */
export function instrumented(file: string, text: string): string {
  const { sites } = mutantsOf(file, text);
  const head =
    `const $hit = ((globalThis.$hits ??= {})[${JSON.stringify(file)}] ??= ` +
    `new Uint8Array(${sites.length}));`;
  return head + inserted(text, sites);
}

interface Insertion {
  readonly position: number;
  readonly text: string;
  /** At one position: what closes before what opens, inner ones closing and outer ones opening first. */
  readonly rank: number;
}

function inserted(text: string, sites: readonly Site[]): string {
  const insertions = sites.flatMap(({ start, end, isStatement }, i): readonly Insertion[] => {
    const [open, close] = isStatement ? [`{$hit[${i}]=1;`, "}"] : [`($hit[${i}]=1,`, ")"];
    return [
      { position: start, text: open, rank: 1 + 1 / (1 + end - start) },
      { position: end, text: close, rank: -1 / (1 + end - start) },
    ];
  });
  insertions.sort((a, b) => a.position - b.position || a.rank - b.rank);
  let out = "";
  let from = 0;
  for (const { position, text: addition } of insertions) {
    out += text.slice(from, position) + addition;
    from = position;
  }
  return out + text.slice(from);
}

/** The numbers of the sites that were evaluated. */
export const evaluatedSites = (hits: Uint8Array): readonly number[] =>
  [...hits.keys()].filter((i) => hits[i] === 1);

/** What a test file reaches: of each rule file the sites, and the hash of the text that they count in. */
export type Reach = Readonly<Record<string, { readonly hash: string; readonly sites: readonly number[] }>>;

/** Whether the tests evaluate the mutated node; of a file that has changed since, whether they evaluate anything of it. */
export const reaches = (reach: Reach, { file, hash }: Mutants, site: number): boolean => {
  const found = reach[file];
  if (found === undefined) return false;
  return found.hash === hash ? found.sites.includes(site) : found.sites.length > 0;
};
