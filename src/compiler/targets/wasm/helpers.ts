/**
 * Functions that a module brings along for what takes more than one instruction, or would trap. Their meaning is that of the
 * functions of the same names in ir/scalar.ts.
 */
import { FunctionWriter } from "./function-writer.js";
import type { Callee, FunctionImport, ValueType, WasmFunction } from "./instructions.js";

interface Helper {
  readonly parameters: readonly ValueType[];
  readonly result: ValueType;
  /** Leaves the result on the stack. */
  readonly write: (f: FunctionWriter, x: number, y: number) => void;
}

/** Answered by JavaScript, which has them: the exact remainder, and the fused product of doubles. */
export const hostFunctions = {
  remainder64: { name: "remainder64", type: { parameters: ["f64", "f64"], results: ["f64"] } },
  fma64: { name: "fma64", type: { parameters: ["f64", "f64", "f64"], results: ["f64"] } },
  hostOperand: { name: "hostOperand", type: { parameters: ["i32"], results: [] } },
  hostCall: { name: "hostCall", type: { parameters: ["i32"], results: [] } },
} as const satisfies Readonly<Record<string, FunctionImport>>;

export type HostFunctionName = keyof typeof hostFunctions;

const ints = (write: Helper["write"]): Helper => ({ parameters: ["i32", "i32"], result: "i32", write });

/** if (y = 0) return whatever `onZero` leaves. */
function whenZero(f: FunctionWriter, y: number, onZero: () => void): void {
  f.get(y);
  f.push("i32.eqz");
  f.push("if");
  onZero();
  f.push("return");
  f.push("end");
}

const divide =
  (isSigned: boolean): Helper["write"] =>
  (f, x, y) => {
    whenZero(f, y, () => f.push("i32.const", -1));
    if (isSigned) {
      f.get(y);
      f.push("i32.const", -1);
      f.push("i32.eq");
      f.push("if");
      f.push("i32.const", 0);
      f.get(x);
      f.push("i32.sub");
      f.push("return");
      f.push("end");
    }
    f.get(x);
    f.get(y);
    f.push(isSigned ? "i32.div_s" : "i32.div_u");
  };

const remainder =
  (isSigned: boolean): Helper["write"] =>
  (f, x, y) => {
    whenZero(f, y, () => f.get(x));
    f.get(x);
    f.get(y);
    f.push(isSigned ? "i32.rem_s" : "i32.rem_u");
  };

const smaller =
  (comparison: "i32.lt_s" | "i32.lt_u" | "i32.gt_s" | "i32.gt_u"): Helper["write"] =>
  (f, x, y) => {
    f.get(x);
    f.get(y);
    f.get(x);
    f.get(y);
    f.push(comparison);
    f.push("select");
  };

const isBelow32 = (f: FunctionWriter, y: number): void => {
  f.get(y);
  f.push("i32.const", 32);
  f.push("i32.lt_u");
};

const shiftOrZero =
  (shift: "i32.shl" | "i32.shr_u"): Helper["write"] =>
  (f, x, y) => {
    f.get(x);
    f.get(y);
    f.push(shift);
    f.push("i32.const", 0);
    isBelow32(f, y);
    f.push("select");
  };

const upperWord = (f: FunctionWriter): void => {
  f.push("i32.const", 32);
  f.push("i64.extend_i32_u");
  f.push("i64.shr_u");
  f.push("i32.wrap_i64");
};

const mulHigh =
  (extend: "i64.extend_i32_s" | "i64.extend_i32_u"): Helper["write"] =>
  (f, x, y) => {
    f.get(x);
    f.push(extend);
    f.get(y);
    f.push(extend);
    f.push("i64.mul");
    upperWord(f);
  };

/** The bits that `read` takes of x, or `ofNaN`: every NaN gives the same. */
const bitsOf = (type: "f32" | "f64", ofNaN: number, read: (f: FunctionWriter) => void): Helper => ({
  parameters: [type],
  result: "i32",
  write: (f, x) => {
    f.get(x);
    read(f);
    f.push("i32.const", ofNaN);
    f.get(x);
    f.get(x);
    f.push(`${type}.eq`);
    f.push("select");
  },
});

const helpers = {
  divideInt32: ints(divide(true)),
  divideUint32: ints(divide(false)),
  remainderInt32: ints(remainder(true)),
  remainderUint32: ints(remainder(false)),
  minInt32: ints(smaller("i32.lt_s")),
  minUint32: ints(smaller("i32.lt_u")),
  maxInt32: ints(smaller("i32.gt_s")),
  maxUint32: ints(smaller("i32.gt_u")),
  shiftLeft: ints(shiftOrZero("i32.shl")),
  shiftRightUint32: ints(shiftOrZero("i32.shr_u")),
  shiftRightInt32: ints((f, x, y) => {
    f.get(x);
    f.get(y);
    f.push("i32.const", 31);
    isBelow32(f, y);
    f.push("select");
    f.push("i32.shr_s");
  }),
  mulHighInt32: ints(mulHigh("i64.extend_i32_s")),
  mulHighUint32: ints(mulHigh("i64.extend_i32_u")),
  absInt32: {
    parameters: ["i32"],
    result: "i32",
    write: (f, x) => {
      f.push("i32.const", 0);
      f.get(x);
      f.push("i32.sub");
      f.get(x);
      f.get(x);
      f.push("i32.const", 0);
      f.push("i32.lt_s");
      f.push("select");
    },
  },
  float32Bits: bitsOf("f32", 0x7fc00000, (f) => f.push("i32.reinterpret_f32")),
  highWord: bitsOf("f64", 0x7ff80000, (f) => {
    f.push("i64.reinterpret_f64");
    upperWord(f);
  }),
  lowWord: bitsOf("f64", 0, (f) => {
    f.push("i64.reinterpret_f64");
    f.push("i32.wrap_i64");
  }),
  fromWords: {
    parameters: ["i32", "i32"],
    result: "f64",
    write: (f, high, low) => {
      f.get(high);
      f.push("i64.extend_i32_u");
      f.push("i32.const", 32);
      f.push("i64.extend_i32_u");
      f.push("i64.shl");
      f.get(low);
      f.push("i64.extend_i32_u");
      f.push("i64.or");
      f.push("f64.reinterpret_i64");
    },
  },
} as const satisfies Readonly<Record<string, Helper>>;

export type HelperName = keyof typeof helpers | HostFunctionName | "remainder32";

const isHostFunction = (name: HelperName): name is HostFunctionName => name in hostFunctions;

const written = new Map<HelperName, WasmFunction>();

/** The function: one for all modules. */
export function helperFunction(name: HelperName): Callee {
  if (isHostFunction(name)) return hostFunctions[name];
  const known = written.get(name);
  if (known !== undefined) return known;
  const made = writeHelper(name);
  written.set(name, made);
  return made;
}

function writeHelper(name: Exclude<HelperName, HostFunctionName>): WasmFunction {
  const f = new FunctionWriter(name);
  if (name === "remainder32") {
    // Exact in double, and so exact in single.
    f.parameter("x", ["f32"]);
    f.parameter("y", ["f32"]);
    for (const key of ["x", "y"]) {
      f.get(f.lookup(key)[0]);
      f.push("f64.promote_f32");
    }
    f.call(hostFunctions.remainder64);
    f.push("f32.demote_f64");
    return f.finish(["f32"]);
  }
  const { parameters, result, write }: Helper = helpers[name];
  parameters.forEach((type, i) => {
    f.parameter(i, [type]);
  });
  const y = parameters.length > 1 ? f.lookup(1)[0] : -1;
  write(f, f.lookup(0)[0], y);
  return f.finish([result]);
}
