/** The smallest program that still fails, found greedily: operations are left out, at any depth, and choices made simpler. */
import type { Gene } from "../../src/testing/vocabulary/draft.js";
import { isIllConditioned, likeness } from "./case.js";

/** So many smaller programs are tried. */
const triesAtMost = 500;

export interface Shrunk {
  readonly genes: readonly Gene[];
  readonly error: unknown;
}

/** `judge` throws an error like this one for all programs that are kept. */
export function shrunkGenes(
  failing: readonly Gene[],
  judge: (genes: readonly Gene[]) => void,
  error: unknown,
): Shrunk {
  let smallest: Shrunk = { genes: failing, error };
  let tries = 0;
  const accepts = (genes: readonly Gene[]): boolean => {
    tries++;
    try {
      judge(genes);
    } catch (other) {
      if (isIllConditioned(other) || likeness(other) !== likeness(error)) return false;
      smallest = { genes, error: other };
      return true;
    }
    return false;
  };
  for (const smaller of [fewer, simpler]) {
    // After each success from the start, since what is left is another program.
    for (let found = true; found && tries < triesAtMost; ) {
      found = false;
      for (const genes of smaller(smallest.genes)) {
        if (tries >= triesAtMost || accepts(genes)) {
          found = true;
          break;
        }
      }
    }
  }
  return smallest;
}

/** One operation less, or its body in its place; outer ones first. */
function* fewer(genes: readonly Gene[]): Generator<readonly Gene[]> {
  if (genes.length > 1) for (const [i] of genes.entries()) yield replaced(genes, i, []);
  for (const [i, { body }] of genes.entries()) if (body.length > 0) yield replaced(genes, i, body);
  for (const [i, gene] of genes.entries()) {
    if (gene.body.length === 1) yield replaced(genes, i, [{ ...gene, body: [] }]);
    for (const body of fewer(gene.body)) yield replaced(genes, i, [{ ...gene, body }]);
  }
}

/** All choices of an operation 0, or one of them. */
function* simpler(genes: readonly Gene[]): Generator<readonly Gene[]> {
  for (const [i, gene] of genes.entries()) {
    if (gene.picks.length > 0) yield replaced(genes, i, [{ ...gene, picks: [] }]);
    for (const [k, pick] of gene.picks.entries()) {
      if (pick !== 0)
        yield replaced(genes, i, [{ ...gene, picks: gene.picks.map((each, j) => (j === k ? 0 : each)) }]);
    }
    for (const body of simpler(gene.body)) yield replaced(genes, i, [{ ...gene, body }]);
  }
}

const replaced = (genes: readonly Gene[], i: number, by: readonly Gene[]): readonly Gene[] => [
  ...genes.slice(0, i),
  ...by,
  ...genes.slice(i + 1),
];
