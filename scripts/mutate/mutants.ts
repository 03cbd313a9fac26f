/** All mutants of a file, named so that a name stays while other rules change, and a fixed choice of some for each rule. */
import { createHash } from "node:crypto";
import ts from "typescript";
import { type OperatorName, type Replacement, replacementsOf } from "./operators.js";

export interface Mutant {
  /** file#rule/operator/count */
  readonly id: string;
  readonly file: string;
  /** The declaration, and within an object its entry: powPrimitive.jvp */
  readonly rule: string;
  readonly operator: OperatorName;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The number of the node in the file that whoever runs the mutant must evaluate. */
  readonly site: number;
}

/** A node that is replaced, in part or whole; a statement cannot stand in an expression. */
export interface Site {
  readonly start: number;
  readonly end: number;
  readonly isStatement: boolean;
}

export interface Mutants {
  readonly file: string;
  /** Of the file's text. */
  readonly hash: string;
  readonly mutants: readonly Mutant[];
  readonly sites: readonly Site[];
}

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** The file's text with the mutant in it. */
export const mutated = (text: string, { start, end, text: other }: Mutant): string =>
  text.slice(0, start) + other + text.slice(end);

/** Every mutant of the file, in the order of the text. */
export function mutantsOf(file: string, text: string): Mutants {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const counts = new Map<string, number>();
  const sites = new Map<string, Site>();
  const numbers = new Map<string, number>();
  const mutants: Mutant[] = [];

  const add = (rule: string, { operator, site, ...replacement }: Replacement): void => {
    const place = `${site.getStart()}:${site.end}`;
    if (!sites.has(place)) {
      numbers.set(place, sites.size);
      sites.set(place, {
        start: site.getStart(),
        end: site.end,
        isStatement: ts.isExpressionStatement(site),
      });
    }
    const kind = `${file}#${rule}/${operator}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    mutants.push({
      id: `${kind}/${count}`,
      file,
      rule,
      operator,
      ...replacement,
      site: numbers.get(place) ?? 0,
    });
  };

  const visit = (node: ts.Node, rule: string, isInside: boolean): void => {
    if (isSkipped(node)) return;
    const name = isInside ? null : ruleName(node);
    const here = name === null ? rule : rule === "" ? name : `${rule}.${name}`;
    if (here !== "") for (const replacement of replacementsOf(node, source)) add(here, replacement);
    ts.forEachChild(node, (child) => visit(child, here, isInside || ts.isFunctionLike(node)));
  };
  visit(source, "", false);
  return { file, hash: hashOf(text), mutants, sites: [...sites.values()] };
}

/** What is no mathematics: types, imports, messages, and whether and how a message is thrown. */
const isSkipped = (node: ts.Node): boolean =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isThrowStatement(node) ||
  ts.isTemplateExpression(node) ||
  isAssertion(node) ||
  // Inside a chain with ?. a part that stands alone would end the chain.
  ts.isOptionalChain(node) ||
  (ts.isPropertyAssignment(node) && /^(name|showParams)$/.test(node.name.getText()));

/** if (...) throw new InternalError(...): what never happens while the library is right, so that no test can see it. */
const isAssertion = (node: ts.Node): boolean =>
  ts.isIfStatement(node) && /^\{?\s*throw new InternalError\b/.test(node.thenStatement.getText());

/** The name that a declaration, an entry of an object or one of a list of functions gives its rule; null for other nodes. */
function ruleName(node: ts.Node): string | null {
  if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) return node.name?.getText() ?? null;
  if (ts.isClassDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText() ?? null;
  if (ts.isPropertyAssignment(node)) return node.name.getText();
  if (ts.isArrowFunction(node) && ts.isArrayLiteralExpression(node.parent)) {
    return String(node.parent.elements.indexOf(node));
  }
  return null;
}

/**
 * Up to `count` mutants of each rule: one of every operator in turn, then a second of each, always the same ones.
 */
export function chosen(mutants: readonly Mutant[], count: number): readonly Mutant[] {
  return grouped(mutants, ({ file, rule }) => `${file}#${rule}`).flatMap((ofRule) => {
    const groups = grouped(ofRule, ({ operator }) => operator).map((group) => [...group].sort(byHash));
    groups.sort(([a], [b]) => byHash(a, b));
    const longest = Math.max(...groups.map((group) => group.length));
    const inTurns = Array.from({ length: longest }, (_, i) =>
      groups.flatMap((group) => group.slice(i, i + 1)),
    );
    return inTurns.flat().slice(0, count);
  });
}

/** Lists of what has the same name, in the order in which the names come. */
export function grouped<A>(all: readonly A[], nameOf: (one: A) => string): readonly (readonly A[])[] {
  const groups = new Map<string, A[]>();
  for (const one of all) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

/** An order that has nothing to do with that of the files: any beginning of it is a fair sample. */
export const byHash = (a: Mutant, b: Mutant): number => {
  const [x, y] = [hashOf(a.id), hashOf(b.id)];
  return x < y ? -1 : x > y ? 1 : 0;
};
