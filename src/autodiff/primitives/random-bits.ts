/**
 * Threefry-2x32 with 20 rounds: a key and a counter, two words each, to two random words. Counters that differ give words
 * that look independent: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */
import type { Aval } from "../../ir/aval.js";
import { aval, describeAval } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { read } from "../../ir/block-builder.js";
import { DTypeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear } from "../primitive.js";
import { bind, bind1 } from "../trace.js";
import { batchAligned } from "./batch-alignment.js";
import { elementwise, elementwiseShape, noParams } from "./elementwise.js";
import { zeroJvp } from "./rules.js";

/** How far each of four mixing steps rotates, in groups of even and of odd number. */
const rotations: readonly (readonly number[])[] = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

const rotateLeft = (x: Expr, by: number): Expr => e.or(e.shl(x, e.u32(by)), e.shr(x, e.u32(32 - by)));

/** Five groups of four steps (x0 += x1; x1 = rotl(x1) ^ x0), a part of the key added after each. */
export function emitThreefry(
  b: BlockBuilder,
  [k0, k1, counter0, counter1]: readonly Expr[],
): readonly [Expr, Expr] {
  const parity = b.local(e.xor(e.xor(k0, k1), e.u32(0x1bd11bda)));
  const key = [b.local(k0), b.local(k1), parity];
  let x0: Expr = b.local(e.add(counter0, key[0]));
  let x1: Expr = b.local(e.add(counter1, key[1]));
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]) {
      x0 = b.local(e.add(x0, x1));
      x1 = b.local(e.xor(rotateLeft(x1, by), x0));
    }
    x0 = b.local(e.add(x0, key[(group + 1) % 3]));
    x1 = b.local(e.add(x1, e.add(key[(group + 2) % 3], e.u32(group + 1))));
  }
  return [x0, x1];
}

function checkWords(name: string, avals: readonly Aval[]): void {
  if (avals.length !== 4 || avals.some((a) => a.dtype !== "uint32")) {
    throw new DTypeError(
      `${name}: takes two words of key and two of counter, all uint32, got ${avals.map(describeAval).join(", ")}`,
    );
  }
}

/** Both words, elementwise over (key0, key1, counter0, counter1); sizes of 1 stretch. */
export const threefry2x32Primitive: Primitive = {
  name: "threefry2x32",
  abstractEval: (avals) => {
    checkWords("threefry2x32", avals);
    const word = aval(elementwiseShape("threefry2x32", avals), "uint32");
    return [word, word];
  },
  jvp: zeroJvp(() => threefry2x32Primitive),
  transpose: notLinear("threefry2x32 is not linear"),
  batch: batchAligned(() => threefry2x32Primitive),
  lower: {
    kind: "nest",
    emit: (b, operands, outs) => {
      b.loops(outs[0].shape, (inner, index) => {
        const words = emitThreefry(
          inner,
          operands.map((x) => readStretched(x, index)),
        );
        outs.forEach((out, i) => {
          inner.write(out, index, words[i]);
        });
      });
    },
  },
};

const readStretched = (x: View, index: readonly Expr[]): Expr =>
  read(
    x,
    x.shape.map((n, axis) => (n === 1 ? e.i32(0) : index[axis])),
  );

export function threefry2x32(
  key: readonly [NDArray, NDArray],
  counter: readonly [NDArray, NDArray],
): readonly [NDArray, NDArray] {
  const [x0, x1] = bind(threefry2x32Primitive, [...key, ...counter], noParams);
  return [x0, x1];
}

/** The exclusive or of the two words, which is what 32-bit draws are: one output, so that it fuses with its consumers. */
export const threefryBitsPrimitive: Primitive = elementwise("threefry2x32_bits", {
  accepts: ["uint32"],
  jvp: "zero",
  scalar: (b, words) => {
    const [x0, x1] = emitThreefry(b, words);
    return e.xor(x0, x1);
  },
});

export const threefryBits = (
  key: readonly [NDArray, NDArray],
  counter: readonly [NDArray, NDArray],
): NDArray => bind1(threefryBitsPrimitive, [...key, ...counter], noParams);

export const randomBitsPrimitives: readonly Primitive[] = [threefry2x32Primitive, threefryBitsPrimitive];
