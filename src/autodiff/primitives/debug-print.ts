/** debugPrint: output from inside a compiled program, in order. The one primitive with an effect. */
import { type Aval, showAval } from "../../ir/aval.js";
import type { TypedArray } from "../../ir/dtype.js";
import { ArgumentError } from "../../ir/errors.js";
import { registerHostCallback } from "../../ir/host-callbacks.js";
import { range, sizeOf } from "../../ir/shape.js";
import { ConcreteArray, type NDArray } from "../array.js";
import { notLinear, type Primitive } from "../primitive.js";
import { bind } from "../trace.js";
import { reshape } from "./sum-and-broadcast.js";
import { sliceAlong } from "./windowing.js";

// The library is compiled without the types of any platform; all of them have this.
declare const console: { log(text: string): void };

interface DebugPrintParams {
  /** `{}` stands for an operand. */
  readonly format: string;
}

/** Prints its operands; no outputs. Derivatives pass by it; under vmap it prints once a lane. */
export const debugPrintPrimitive: Primitive<DebugPrintParams> = {
  name: "debug_print",
  abstractEval: () => [],
  jvp: (primals, _, params) => [bind(debugPrintPrimitive, primals, params), []],
  transpose: notLinear("debug_print has no outputs"),
  batch: (axisSize, operands, axes, params) => {
    for (const lane of range(axisSize)) {
      const slices = operands.map((x, i) => {
        const axis = axes[i];
        if (axis === null) return x;
        const shape = x.shape.filter((_, k) => k !== axis);
        return reshape(sliceAlong(x, axis, lane, lane + 1), shape);
      });
      bind(debugPrintPrimitive, slices, params);
    }
    return [[], []];
  },
  lower: {
    kind: "nest",
    emit: (b, operands, _, { params: { format }, avalsIn }) => {
      const key = `${format}\n${avalsIn.map(showAval).join(" ")}`;
      const callback = registerHostCallback(key, () => (values) => print(format, avalsIn, values));
      b.push({
        kind: "host",
        callback,
        operands: operands.map(({ buffer, offset, shape }) => ({ buffer, offset, size: sizeOf(shape) })),
      });
    },
  },
  effects: () => ["ordered"],
};

function print(format: string, types: readonly Aval[], values: readonly TypedArray[]): void {
  let next = 0;
  const text = format.replaceAll("{}", () => {
    const i = next++;
    const x = new ConcreteArray(types[i], values[i]);
    return types[i].shape.length === 0 ? String(x.item()) : x.toString();
  });
  console.log(text);
}

/** Prints when the program runs, not when it is traced. */
export function debugPrint(format: string, operands: readonly NDArray[]): void {
  const holes = format.split("{}").length - 1;
  if (holes !== operands.length) {
    throw new ArgumentError(
      `debugPrint: the format has ${holes} places {} for ${operands.length} values; give one for each`,
    );
  }
  bind(debugPrintPrimitive, operands, { format });
}
