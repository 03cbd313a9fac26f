/** Of the compiler. */
import type { Equivalent } from "./equivalent.js";

export const compiler: readonly Equivalent[] = [
  {
    id: "src/compiler/buffers.ts#commonScope/boundary/1",
    becomes: "let [outer, inner] = x.depth <= y.depth ? [x, y] : [y, x];",
    proof: "Of two scopes of one depth both are left in each turn, whichever is called the outer one.",
  },
  {
    id: "src/compiler/buffers.ts#commonScope/drop-guard/1",
    becomes: "if (false) outer = outer.parent;",
    proof:
      "Buffers that a swap joins are seen at one place, so one of their scopes is around the other; a ring of such pairs has one scope " +
      "around all, whose buffer is found first. So the reduction starts at it and never meets two different scopes of one depth.",
  },
  {
    id: "src/compiler/buffers.ts#findMentions/off-by-one/1",
    becomes: "let position = 1;",
    proof:
      "Positions are compared with each other alone; what was not mentioned has first > last all the same.",
  },
  {
    id: "src/compiler/buffers.ts#statementAt/boundary/2",
    becomes: "if (statements[middle].end <= position) low = middle + 1;",
    proof:
      "A statement with a mention inside ends after it, since positions are counted on behind each inner statement; so an end equals a " +
      "mention's position only where the statement is that position alone, and lifeIn takes the position itself where none is found.",
  },
  {
    id: "src/compiler/canonical.ts#canonicalNumber/flip-sign/1",
    becomes:
      'const canonicalNumber = (value: number): string => (Object.is(value, 0) ? "-0" : String(value));',
    proof: "0 and -0 exchange their texts; texts are compared with each other alone.",
  },
  {
    id: "src/compiler/canonical.ts#isJaxpr/negate/1",
    becomes: 'const isJaxpr = (value: object): value is Jaxpr => "eqns" in value || "invars" in value;',
    proof: "Of all that params hold, jaxprs alone have the one or the other.",
  },
  {
    id: "src/compiler/expand-fma.ts#fma32/drop-term/2",
    becomes: "const sum = b.local(z);",
    proof:
      "z is a float32, whose last 29 bits as a double are 0 (infinities and NaN too), so that all arguments go the rare way, through " +
      "rounding to odd, which is exact for all of them. Only time is lost.",
  },
  {
    id: "src/compiler/fuse.ts#assignGroups/off-by-one/5",
    becomes: "for (let group = groups.length - 1; own < 1 && group >= 0 && isOpen(group); group--) {",
    proof: "The loop goes on after a group was found only where that is group 0, which is the last.",
  },
  {
    id: "src/compiler/fuse.ts#dependencies/drop-guard/1",
    becomes: "if (false) return;",
    proof:
      "A literal has no producer. As the operand of an update in place it would put the update behind earlier readers of the same " +
      "literal: an order that the list has anyway, and no element depends on it.",
  },
  {
    id: "src/compiler/fuse.ts#openGroups/off-by-one/1",
    becomes: "const openGroups = 25;",
    proof:
      "How many groups are looked at bounds the time of fusion; whatever is fused, each element has the same expression.",
  },
  {
    id: "src/compiler/fuse.ts#withReductions/boundary/1",
    becomes: "if (at !== undefined && at >= lastUpdate && producer !== null && joins(eqn, producer, uses)) {",
    proof:
      "At the place of lastUpdate stands an update in place, a nest; producers are fusable equations, so none stands there, and places " +
      "are at least 0 where lastUpdate is -1.",
  },
  {
    id: "src/compiler/hoist.ts#findInvariants/boundary/1",
    becomes: "writes.size >= 0 &&",
    proof:
      "A loop that writes no memory, calls no host and assigns to no variable but its own, which is asked too, does nothing: wherever it " +
      "stands the results are the same.",
  },
  {
    id: "src/compiler/inline-functions.ts#Inliner/off-by-one/1",
    becomes: "#added = 1;",
    proof:
      "A bound on the time of compilation, 20,000 operations or 19,999; a call and its statements give the same bits.",
  },
  {
    id: "src/compiler/inline-functions.ts#rename/drop-guard/1",
    becomes: "if (false) continue;",
    proof:
      "Renaming an expression again gives an equal one, since a variable's name is settled before it is read; what a statement computes " +
      "is written once within it in either case, and no two statements share a computation.",
  },
  {
    id: "src/compiler/rewrite.ts#Rewriter/drop-guard/1",
    becomes: "if (false) return root;",
    proof:
      "The walk of an atom is the atom, which the loop passes over, and for which no expression is known: it is returned.",
  },
  {
    id: "src/compiler/simplify/algebra.ts#isPowerOfTwo/off-by-one/2",
    becomes: "size >= 2 ** -127 &&",
    proof:
      "The one value more is +-2^-127, whose reciprocal 2^127 is normal in both float dtypes: x / 2^-127 and x 2^127 are one number, " +
      "rounded once.",
  },
  {
    id: "src/compiler/simplify/algebra.ts#isSameAtom/negate/1",
    becomes: 'if (x.kind === "var" && y.kind === "var") return x === y;',
    proof:
      "A variable has no isNumber, so that of a variable and a literal the next line says no, as this one did.",
  },
  {
    id: "src/compiler/simplify/common-subexpressions.ts#share/boundary/2",
    becomes: "const isLoop = subJaxprsOf(eqn).length >= 0;",
    proof:
      "Then the params are compared among the candidates instead of in the key, by the same canonical text.",
  },
  {
    id: "src/compiler/simplify/common-subexpressions.ts#hasSameParams/drop-guard/1",
    becomes: "if (false) return true;",
    proof:
      "The canonical text is a function of the params, so that of the same object is the same: only time is lost.",
  },
  {
    id: "src/compiler/simplify/contractions.ts#isAscending/boundary/1",
    becomes: "axes.every((axis, i) => i === 0 || axes[i - 1] <= axis);",
    proof: "The axes are different ones.",
  },
  {
    id: "src/compiler/simplify/contractions.ts#narrowed/drop-guard/2",
    becomes: "if (false) return operand;",
    proof:
      "An operand whose shape differs from the one wanted got that from withoutRepetition, which gives one for broadcasts alone.",
  },
  {
    id: "src/compiler/simplify/evaluate-scalar.ts#evaluateScalar/drop-guard/1",
    becomes: "if (false) return null;",
    proof:
      "foldElementwise, the one caller, is asked about elementwise equations alone, and these have one output.",
  },
  {
    id: "src/compiler/simplify/evaluate-scalar.ts#evaluateScalar/off-by-one/5",
    becomes: "known.set(key, folded, 2);",
    proof:
      "The weight of an entry bounds how many values are kept; one that is not kept is computed again, to the same bits.",
  },
  {
    id: "src/compiler/simplify/evaluate-scalar.ts#known/off-by-one/1",
    becomes: "const known = new LruCache<Literal>(4097);",
    proof: "The size of a cache of values: what is not kept is computed again.",
  },
  {
    id: "src/compiler/simplify/loop-invariants.ts#spareBytes/off-by-one/2",
    becomes: "const spareBytes = 2 ** 21;",
    proof:
      "A bound on memory: what is hoisted is computed once instead of in every turn, from the same operands.",
  },
  {
    id: "src/compiler/simplify/loop-invariants.ts#totalBytes/off-by-one/1",
    becomes: "atoms.reduce((total, atom) => total + bytesOf(atom), 1);",
    proof:
      "A bound on memory, of a megabyte and more, that moves by one byte: what is hoisted is computed once instead of in every turn, from the same operands.",
  },
  {
    id: "src/compiler/simplify/pass.ts#hasSubJaxprs/negate/1",
    becomes: 'primitive.partialEval !== undefined || primitive.lower.kind === "nest";',
    proof:
      "It is asked by mapSubJaxprs and subJaxprsOf alone, is true of every equation of which it was, and both do the same without it " +
      "(their drop-guard/1).",
  },
  {
    id: "src/compiler/simplify/pass.ts#mapSubJaxprs/drop-guard/1",
    becomes: "if (false) return eqn;",
    proof:
      "Calls are inlined by the first pass, and outside in, before their jaxprs would be reached; no other equations have jaxprs in " +
      "their params, and without any the equation is returned as it is.",
  },
  {
    id: "src/compiler/simplify/pass.ts#subJaxprsOf/drop-guard/1",
    becomes: "if (false) return [];",
    proof:
      "Asked after calls were inlined, when no equations but scan, while and cond have jaxprs in their params: of the others the list is empty.",
  },
  {
    id: "src/compiler/simplify/pass.ts#subJaxprsOf/drop-selection/1",
    becomes: "isJaxpr(value) ? [value] : Array.isArray(value) ? value : [],",
    proof:
      "Asked of scan, while and cond alone, whose one array among the params is the branches, all jaxprs.",
  },
  {
    id: "src/compiler/simplify/rewriting.ts#literalAtom/negate/1",
    becomes: "export const literalAtom = (value: number, dtype: DType, weakType = true): Literal =>",
    proof:
      "Weak types say how operations of a traced function promote; behind it nothing reads them: neither sameType, nor keys, nor lowering.",
  },
  {
    id: "src/compiler/simplify/simplify.ts#settle/drop-guard/1",
    becomes: "if (false) return;",
    proof: "Jaxprs are finite trees, and noting one twice is noting it once: only time is lost.",
  },
  {
    id: "src/compiler/simplify/simplify.ts#settle/drop-statement/1",
    becomes: ";",
    proof:
      "What came out is simplified again where it is asked for, by passes that keep every bit: only time is lost.",
  },
  {
    id: "src/compiler/simplify/simplify.ts#settle/drop-statement/2",
    becomes: "for (const eqn of jaxpr.eqns) for (const inner of subJaxprsOf(eqn)) ;",
    proof:
      "Inner jaxprs are simplified again where they are asked for, by passes that keep every bit: only time is lost.",
  },
  {
    id: "src/compiler/simplify/simplify.ts#simplify/drop-guard/1",
    becomes: "if (false) return jaxpr;",
    proof: "Every pass keeps every bit, of what came out of the passes too: only time is lost.",
  },
  {
    id: "src/compiler/simplify/simplify.ts#simplify/drop-statement/1",
    becomes: ";",
    proof:
      "What came out is simplified again where it is asked for, by passes that keep every bit: only time is lost.",
  },
  {
    id: "src/compiler/vector-analysis.ts#analyzeFunction/drop-guard/1",
    becomes: "if (false) return null;",
    proof:
      "Coefficients are null where a variable of the surroundings is assigned to, and a function has no surroundings.",
  },
  {
    id: "src/compiler/vector-analysis.ts#analyzeFunction/negate/2",
    becomes: "return new Cost(coefficients, 4).block(fn.body, 1, true) ? coefficients : null;",
    proof: "Stores alone ask whether they are masked, and a function, pure in its parameters, has none.",
  },
  {
    id: "src/compiler/vectorize.ts#Vectorizer.#include/drop-guard/1",
    becomes: "if (false) return;",
    proof:
      "A set holds a function once, at the place where it was put first; calls are not recursive, so the walk ends.",
  },
  {
    id: "src/compiler/vectorize.ts#mostAccumulators/off-by-one/1",
    becomes: "const mostAccumulators = 9;",
    proof: "It is read as its half, and a whole number is at most 4.5 where it is at most 4.",
  },
  {
    id: "src/compiler/widen.ts#Widener.#vector/drop-guard/2",
    becomes: "if (false) {",
    proof: "The way for small trees gives the same expressions as the one for graphs, which takes trees too.",
  },
];
