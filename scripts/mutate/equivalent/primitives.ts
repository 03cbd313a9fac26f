/** Of primitives. */
import type { Equivalent } from "./equivalent.js";

export const primitives: readonly Equivalent[] = [
  {
    id: "src/autodiff/primitives/associative.ts#reduced/drop-term/2",
    becomes: "left = n % 2 === 0 ? combined : join(combined, part(half, n), 0);",
    proof:
      "With n odd the next round has half + 1 elements, combined and the middle one, which stand first either way; what stands " +
      "behind them is never read, and the last round, of two, joins nothing.",
  },
  {
    id: "src/autodiff/primitives/cholesky.ts#blockHeight/off-by-one/1",
    becomes: "const blockHeight = 5;",
    proof:
      "How many rows pass along together: from each element the same products are subtracted in the same order.",
  },
  {
    id: "src/autodiff/primitives/cholesky.ts#choleskyPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[l], [new Zero(l.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others), and there is one operand.",
  },
  {
    id: "src/autodiff/primitives/concatenation.ts#concatenatePrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others).",
  },
  {
    id: "src/autodiff/primitives/contraction-loops.ts#blockHeight/drop-guard/1",
    becomes: "if (false) return rows;",
    proof:
      "With rows <= most the rest gives rows where 4 divides them, else 4 ceil(rows / 4) > rows: no whole block, and the remainder " +
      "is all rows, as one block.",
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#accumulators/off-by-one/1",
    becomes: "const accumulators = 9;",
    proof:
      "Three groups of columns instead of two in the last rows where three are left: each sum has the same terms in the same order.",
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#emitElements/drop-factor/11",
    becomes: "const position = sum([out.base, mul(m, i32(out.rowStride)), n]);",
    proof: 'Its one caller, the schedule "elements", gives a target whose columnStride is 1.',
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#emitRowTile/boundary/1",
    becomes: "const groups = columns <= 4 ? Math.min(2, columns) : Math.min(most, Math.floor(columns / 4));",
    proof:
      "Four columns in two groups of two instead of one of four: each sum has the same terms in the same order.",
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#stepOf/negate/1",
    becomes: 'return step.kind === "binary" || step !== k ? b.local(step) : step;',
    proof:
      "Whether the product has a name or stands where it is used, it has the same value: integers, in one turn.",
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#stepOf/swap-branches/1",
    becomes: 'return step.kind === "binary" && step !== k ? step : b.local(step);',
    proof:
      "Whether the product has a name or stands where it is used, it has the same value: integers, in one turn.",
  },
  {
    id: "src/autodiff/primitives/contraction.ts#dotGeneralPrimitive.transpose/drop-guard/3",
    becomes: "if (false) return [null, null];",
    proof:
      "An equation is transposed only if an operand is linear; the left one is not, so the right one is.",
  },
  {
    id: "src/autodiff/primitives/cumulative.ts#logAddExp/drop-term/4",
    becomes: "return select(ne(difference, difference), x, sum);",
    proof:
      "Differs where y is NaN and x is not. Only logAddExpDual looks at the value; there the term of y is NaN all the same, and with it the tangent and every later one.",
  },
  {
    id: "src/autodiff/primitives/cumulative.ts#logAddExp/flip-sign/1",
    becomes: "const difference = sub(y, x);",
    proof: "The difference is read by its absolute value and by whether it is NaN.",
  },
  {
    id: "src/autodiff/primitives/cumulative.ts#treeJvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others), and there is one operand.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.accumulation.transpose/drop-guard/1",
    becomes: "if (false) return [sum];",
    proof:
      "Accumulation is asked for where there is a sum, equations whose cotangents are all zeros are passed over, and this one has one output and one operand that sums are taken of: neither case comes.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.accumulation.transpose/negate/1",
    becomes: "if (sum === null && ct instanceof Zero) return [sum];",
    proof:
      "Equations whose cotangents are all zeros are passed over, and accumulation is asked for where there is a sum; this one has " +
      "one output and one operand that sums are taken of, so neither case comes.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.batch/negate/2",
    becomes: "if (xAxis === null && startAxes.every((axis) => axis === null)) {",
    proof:
      "Some operand is batched, so the condition never holds, and every case becomes the gather below; with equal starts " +
      "and mode clip that reads the elements of the slice, the batch axis in front. No arithmetic is done to them.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, ...others];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.transpose/forget-element/2",
    becomes: "if (ct instanceof Zero) return [null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it): what it would return is not asked for.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicUpdateSlicePrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null, ...others];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicUpdateSlicePrimitive.transpose/forget-element/3",
    becomes: "if (ct instanceof Zero) return [null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it): what it would return is not asked for.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#startLike/off-by-one/1",
    becomes: 'literal(1, starts.length === 0 ? "int32" : starts[0].dtype, false);',
    proof:
      "The window is as long as the batch axis that this start belongs to, so whatever the start it is clipped to 0.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#fillConstant/flip-sign/1",
    becomes: "return constant(dtype, fillValue ?? 2147483648);",
    proof: "It is stored into an int32 array, modulo 2^32 (wasm encodes it as an int32): the same bits.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#gatherPrimitive.accumulation.operands/negate/2",
    becomes: "operands: () => [true, true],",
    proof: "Indices are integers: nothing linear has a cotangent there, so there is no sum to take.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#gatherPrimitive.accumulation.transpose/drop-guard/1",
    becomes: "if (false) return [sum, null];",
    proof:
      "Accumulation is asked for where there is a sum, equations whose cotangents are all zeros are passed over, and this one has one output and one operand that sums are taken of: neither case comes.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#gatherPrimitive.accumulation.transpose/negate/1",
    becomes: "if (sum === null && ct instanceof Zero) return [sum, null];",
    proof:
      "Accumulation is asked for where there is a sum, equations whose cotangents are all zeros are passed over, and this one has one output and one operand that sums are taken of: neither case comes.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#gatherPrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/gather.ts#scatterAddPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others); integers and bools have none, so it is one of the others.",
  },
  {
    id: "src/autodiff/primitives/gather.ts#scatterAddPrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/linear-solve.ts#linearSolvePrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null, null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/lu-loops.ts#panelWidth/off-by-one/1",
    becomes: "const panelWidth = 5;",
    proof:
      "How many columns are factored together: from each element the same products are subtracted in the same order.",
  },
  {
    id: "src/autodiff/primitives/lu.ts#padded/flip-sign/3",
    becomes: "if (before - after + above + below === 0) return x;",
    proof: "No call pads both after and elsewhere: the sum is 0 only where all four are.",
  },
  {
    id: "src/autodiff/primitives/matrices.ts#mirrorLower/negate/1",
    becomes:
      "export const mirrorLower = (x: NDArray): NDArray => select(onAndBelow(x, true), x, transposeMatrix(x));",
    proof: "On the diagonal a matrix and its transpose are the same.",
  },
  {
    id: "src/autodiff/primitives/random-bits.ts#threefry2x32Primitive.lower.emit/off-by-one/1",
    becomes: "b.loops(outs[1].shape, (inner, index) => {",
    proof: "Both outputs have the same shape.",
  },
  {
    id: "src/autodiff/primitives/random-gamma.ts#emitSample/off-by-one/4",
    becomes: "const [loopKey, boostKey] = emitSplit(b, elementKey, 3);",
    proof: "Key i of a split is the hash of i, however many keys there are.",
  },
  {
    id: "src/autodiff/primitives/random-gamma.ts#emitSplit/off-by-one/1",
    becomes:
      "const parts = Array.from({ length: count }, () => [b.local(e.u32(1)), b.local(e.u32(0))] as const);",
    proof: "Each of the count turns assigns one part, so no part is read with its first value.",
  },
  {
    id: "src/autodiff/primitives/random-gamma.ts#randomGammaPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[sample], [new Zero(sample.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others); key and counter are integers and have none, so it is that of a.",
  },
  {
    id: "src/autodiff/primitives/reduction.ts#extremeJvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others), and there is one operand.",
  },
  {
    id: "src/autodiff/primitives/reduction.ts#leastOf/flip-sign/1",
    becomes: "return e.i32(2147483648);",
    proof: "i32 takes its argument modulo 2^32: the same constant.",
  },
  {
    id: "src/autodiff/primitives/reduction.ts#reduceProdPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others), and there is one operand.",
  },
  {
    id: "src/autodiff/primitives/rules.ts#batchUnary/drop-guard/1",
    becomes: "if (false) return [[], []];",
    proof: "A batch rule is called only where some operand is batched, and there is one.",
  },
  {
    id: "src/autodiff/primitives/rules.ts#linearTranspose1/negate/1",
    becomes: "ct instanceof Zero && !(x instanceof LinearOperand) ? null : rule(ct, x.aval, params),",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it), and an equation is transposed only if an operand is linear: neither is so.",
  },
  {
    id: "src/autodiff/primitives/scatter.ts#ctOfUpdates/flip-sign/1",
    becomes: 'const winners = bind1(scatterPrimitive, [full(ct.shape, 1, "int32"), indices, ids], params);',
    proof:
      "The gather reads the windows that the scatter has just written, by the same indices and mode: what was there before is not read.",
  },
  {
    id: "src/autodiff/primitives/scatter.ts#scatterPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others); integers and bools have none, so it is one of the others.",
  },
  {
    id: "src/autodiff/primitives/scatter.ts#scatterPrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/selection.ts#clampPrimitive.jvp.1/drop-shape/1",
    becomes: "(dx, out, [low, x, high]) => select(and(gt(x, low), lt(x, high)), dx, 0),",
    proof:
      "The test has been made of all three operands, so it has the shape of the output, and selectN stretches the tangent to it.",
  },
  {
    id: "src/autodiff/primitives/selection.ts#selectNPrimitive.jvp/drop-guard/1",
    becomes: "if (false) return [[out], [new Zero(out.aval)]];",
    proof:
      "A jvp rule is called only where some operand has a tangent that is no Zero (JvpTrace.join keeps no others); integers and bools have none, so it is one of the others.",
  },
  {
    id: "src/autodiff/primitives/sort.ts#emitOrder/off-by-one/2",
    becomes: "b.serial(Math.ceil(Math.log2(Math.max(n, 2))), (pass) => {",
    proof:
      "One pass more over a single key, which has no right run and stays; over no keys a pass has no turns.",
  },
  {
    id: "src/autodiff/primitives/sort.ts#precedes/flip-sign/1",
    becomes: "if (i === pairs.length + 1) return less;",
    proof: "Without the shortcut the last key gives less or (equal and false), which is less.",
  },
  {
    id: "src/autodiff/primitives/sort.ts#precedes/off-by-one/1",
    becomes: "if (i === pairs.length) return less;",
    proof: "Without the shortcut the last key gives less or (equal and false), which is less.",
  },
  {
    id: "src/autodiff/primitives/sum-and-broadcast.ts#moveAxis/drop-guard/1",
    becomes: "if (false) return x;",
    proof: "The permutation is then the identity, and transpose returns its operand for that.",
  },
  {
    id: "src/autodiff/primitives/triangular-solve.ts#triangularSolvePrimitive.abstractEval/drop-statement/1",
    becomes: ";",
    proof:
      "triangularSolveOf of numpy/linalg/factorizations.ts, the only way in from outside, has checked the same; solve and det " +
      "pass factors of square matrices, and batching adds axes in front.",
  },
  {
    id: "src/autodiff/primitives/triangular-solve.ts#triangularSolvePrimitive.transpose/drop-guard/1",
    becomes: "if (false) return [null, null];",
    proof:
      "One output: its cotangent is no Zero (an equation all of whose cotangents are is passed over, and a TransposeRule may rely on it).",
  },
  {
    id: "src/autodiff/primitives/windowing.ts#padPrimitive.abstractEval/off-by-one/3",
    becomes: "const [low, high, interior] = paddingConfig[k] ?? [0, 1, 0];",
    proof:
      "The default stands in only where there are fewer paddings than axes, which throws the same error whatever the sizes; its message does not show them.",
  },
  {
    id: "src/autodiff/primitives/windowing.ts#padPrimitive.batch/off-by-one/4",
    becomes: "const outer = broadcastInDim(moveAxis(value, valueAxis ?? 1, 0), padded.shape, [0]);",
    proof:
      "A batch rule is called only where some operand is batched; here it is the value, or x is not: the value has an axis in both cases.",
  },
  {
    id: "src/autodiff/primitives/windowing.ts#positionBeforePadding/boundary/7",
    becomes: "return { position: interior >= 0 ? div(inside, step) : inside, test };",
    proof: "Without interior padding step is 1.",
  },
];
