// Tells bundlers which of a module's constants they may drop when nothing uses them. A primitive is made by a call, and no
// bundler can know that the call has no other effect; in src/ none has, save those that stand as statements of their own
// (the installing files: compiler/register.ts, numpy/methods.ts).

import ts from "typescript";

const mark = "/* @__PURE__ */ ";

/**
 * The module with every top-level `const x = initialiser` marked as free of effects: calls by the comment that bundlers
 * know, whatever else might run code (a spread, a getter, a template) as a function marked and called at once. Lines stay
 * where they were.
 * @param {string} text
 * @param {string} file
 * @returns {string}
 */
export const markPure = (text, file = "module.ts") => {
  const module = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const namespaces = namespaceImports(module);
  return module.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => (initializer === undefined ? [] : insertions(initializer, namespaces)))
    .sort((a, b) => b.at - a.at)
    .reduce((marked, { at, insert }) => marked.slice(0, at) + insert + marked.slice(at), text);
};

/** @typedef {{ readonly at: number, readonly insert: string }} Insertion */

/** @type {(initializer: ts.Expression, namespaces: ReadonlySet<string>) => Insertion[]} */
const insertions = (initializer, namespaces) => {
  if (runsUnmarkable(initializer, namespaces)) {
    return [
      { at: initializer.getStart(), insert: `${mark}(() => (` },
      { at: initializer.getEnd(), insert: "))()" },
    ];
  }
  return callsOf(initializer).map((call) => ({ at: call.getStart(), insert: mark }));
};

/** What runs only when it is called: neither its calls nor its getters are the module's. @type {(node: ts.Node) => boolean} */
const isDeferred = (node) => ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isTypeNode(node);

/** @type {(node: ts.Node) => ts.Node[]} */
const callsOf = (node) => {
  if (isDeferred(node)) return [];
  const inner = childrenOf(node).flatMap(callsOf);
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? [node, ...inner] : inner;
};

/**
 * Whether the expression has a part that a bundler keeps for what it might do, and that is no call. A property of
 * `import * as core` is a variable of the other module.
 * @type {(node: ts.Node, namespaces: ReadonlySet<string>) => boolean}
 */
const runsUnmarkable = (node, namespaces) => {
  if (isDeferred(node)) return false;
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return !namespaces.has(node.expression.text);
  }
  const mayRun =
    ts.isSpreadElement(node) ||
    ts.isSpreadAssignment(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isComputedPropertyName(node) ||
    ts.isBinaryExpression(node);
  return mayRun || childrenOf(node).some((child) => runsUnmarkable(child, namespaces));
};

/** @type {(node: ts.Node) => readonly ts.Node[]} */
const childrenOf = (node) => {
  /** @type {ts.Node[]} */
  const children = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  return children;
};

/** @type {(module: ts.SourceFile) => ReadonlySet<string>} */
const namespaceImports = (module) =>
  new Set(
    module.statements
      .filter(ts.isImportDeclaration)
      .map(({ importClause }) => importClause?.namedBindings)
      .filter((bindings) => bindings !== undefined && ts.isNamespaceImport(bindings))
      .map(({ name }) => name.text),
  );
