/** Comparisons, logic, bits and integers: what has no derivative, and what chooses between values. */
import type { Draft } from "../draft.js";
import { asExpression, exactly, newShape, operand, partner } from "../operands.js";
import { hull, type Interval, options, ref, type Value } from "../values.js";
import type { Row } from "./row.js";

const bool: Interval = [0, 1];
const all: Interval = [-(2 ** 31), 2 ** 31 - 1];
const allUnsigned: Interval = [0, 2 ** 32 - 1];
const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const only = (name: string, grow: Row["grow"]): Row => ({ name, grow, narrow: true });

const comparisons = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"];
const laxComparisons = ["eq", "ne", "lt", "le", "gt", "ge"];

/** Bools of a comparison, or earlier ones. */
export function test(d: Draft, shape: readonly number[]): Value {
  if (d.choices.chance(0.3)) return exactly(d, shape, { kinds: ["bool"] });
  const x = exactly(d, shape, { interval: null });
  return d.step(`numpy.${d.choices.oneOf(comparisons)}`, [ref(x), d.choices.uniform(-0.7, 0.7)], bool);
}

const compared = (name: string): Row =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["float", "float", "int", "uint"], interval: null });
    const isFloat = x.dtype.startsWith("float");
    // With 64-bit types JAX compares uint32 and int32 as int64.
    const kind = isFloat ? "float" : x.dtype === "uint32" && d.root.wide ? "uint" : "int";
    const y = partner(d, x.shape, { kinds: [kind], interval: isFloat ? [-4, 4] : [0, 5] });
    d.step(name, [ref(x), asExpression(y)], bool);
  });

const laxCompared = (name: string): Row =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["float", "int", "uint"], interval: null });
    const y = d.choices.chance(0.3)
      ? d.choices.integer(0, 3)
      : ref(
          operand(d, {
            fits: (s) => String(s) === String(x.shape),
            otherwise: () => x.shape,
            interval: null,
          }),
        );
    if (typeof y !== "number" && !x.dtype.startsWith("float")) return;
    d.step(name, [ref(x), y], bool);
  });

const questions = ["isfinite", "isnan", "isinf", "isposinf", "isneginf", "signbit"].map((name) =>
  of(`numpy.${name}`, (d) => {
    d.step(`numpy.${name}`, [ref(operand(d, { kinds: ["float", "int"], interval: null }))], bool);
  }),
);

const logicals = ["logicalAnd", "logicalOr", "logicalXor"].map((name) =>
  of(`numpy.${name}`, (d) => {
    const x = operand(d, { kinds: ["bool", "int", "bool"], interval: null });
    d.step(`numpy.${name}`, [ref(x), asExpression(partner(d, x.shape, { kinds: ["bool"] }))], bool);
  }),
);

const bitwise = ["numpy.bitwiseAnd", "numpy.bitwiseOr", "numpy.bitwiseXor"].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["int", "uint", "bool"], interval: null });
    const kinds = [x.dtype === "int32" ? "int" : x.dtype === "uint32" ? "uint" : "bool"] as const;
    const y = partner(d, x.shape, { kinds, interval: null });
    d.step(
      name,
      [ref(x), asExpression(y)],
      x.dtype === "bool" ? bool : x.dtype === "int32" ? all : allUnsigned,
    );
  }),
);

const laxBitwise = ["lax.bitwiseAnd", "lax.bitwiseOr", "lax.bitwiseXor"].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["int", "uint"], interval: null });
    const kind = x.dtype === "int32" ? "int" : "uint";
    const y = exactly(d, x.shape, { kinds: [kind], interval: null });
    d.step(name, [ref(x), ref(y)], kind === "int" ? all : allUnsigned);
  }),
);

const shifts = ["leftShift", "rightShift"].map((name) =>
  of(`numpy.${name}`, (d) => {
    const x = operand(d, { kinds: ["int", "uint"], interval: null });
    const by = x.dtype === "int32" ? d.choices.integer(0, 8) : d.choices.integer(0, 31);
    d.step(`numpy.${name}`, [ref(x), by], x.dtype === "int32" ? all : allUnsigned);
  }),
);

const laxShifts = ["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"].map((name) =>
  of(`lax.${name}`, (d) => {
    const kind = d.choices.oneOf(["int", "uint"] as const);
    const x = operand(d, { kinds: [kind], interval: null });
    const by = exactly(d, x.shape, { kinds: [kind], interval: [0, 40] });
    d.step(`lax.${name}`, [ref(x), ref(by)], kind === "int" ? all : allUnsigned);
  }),
);

const unaryBits = [
  "lax.bitwiseNot",
  "lax.populationCount",
  "lax.clz",
  "numpy.bitwiseNot",
  "numpy.invert",
].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["int", "uint"], interval: null });
    const counts = name.endsWith("Count") || name.endsWith("clz");
    d.step(name, [ref(x)], counts ? [0, 32] : x.dtype === "int32" ? all : allUnsigned);
  }),
);

const arithmetic = ["add", "subtract", "multiply", "maximum", "minimum"].map((name) =>
  of(`numpy.${name}`, (d) => {
    const x = operand(d, { kinds: ["int"], interval: [-9, 9] });
    const y = partner(d, x.shape, { kinds: d.root.wide ? ["int"] : ["int", "uint"], interval: [0, 9] });
    d.step(`numpy.${name}`, [ref(x), asExpression(y)], [-90, 90]);
  }),
);

const unsignedArithmetic = ["numpy.add", "numpy.multiply", "numpy.subtract", "lax.add", "lax.mul"].map(
  (name) =>
    of(name, (d) => {
      const x = operand(d, { kinds: ["uint"], interval: null });
      const y = exactly(d, x.shape, { kinds: ["uint"], interval: null });
      d.step(name, [ref(x), ref(y)], allUnsigned);
    }),
);

const divisions = ["numpy.floorDivide", "numpy.remainder", "numpy.mod", "numpy.fmod", "method.mod"].map(
  (name) =>
    of(name, (d) => {
      const x = operand(d, { kinds: ["int"], interval: [-40, 40] });
      const y = partner(d, x.shape, { kinds: ["int"], interval: [-5, 5] });
      // fmod by zero is whatever the machine gives in JAX.
      if (name === "numpy.fmod" && (typeof y !== "number" || y === 0)) return;
      d.step(name, [ref(x), asExpression(y)], [-40, 40]);
    }),
);

const comparisonMethods = comparisons.map((name) => compared(`method.${name}`));

export const choiceRows: readonly Row[] = [
  ...comparisons.map((name) => compared(`numpy.${name}`)),
  ...comparisonMethods,
  ...laxComparisons.map((name) => laxCompared(`lax.${name}`)),
  ...questions,
  ...logicals,
  ...bitwise,
  ...laxBitwise,
  ...shifts,
  ...laxShifts,
  ...unaryBits,
  ...arithmetic,
  ...unsignedArithmetic,
  ...divisions,
  of("numpy.logicalNot", (d) => {
    d.step("numpy.logicalNot", [ref(operand(d, { kinds: ["bool", "int"], interval: null }))], bool);
  }),
  of("lax.isFinite", (d) => {
    d.step("lax.isFinite", [ref(operand(d, { interval: null }))], bool);
  }),
  ...["numpy.isclose", "numpy.allclose"].map((name) =>
    of(name, (d) => {
      const x = operand(d);
      const y = partner(d, x.shape);
      d.step(name, [ref(x), asExpression(y), options({ rtol: 0.3, atol: 0.2, equalNan: true })], bool);
    }),
  ),
  of("numpy.arrayEqual", (d) => {
    const x = operand(d, { kinds: ["int"], interval: null });
    d.step("numpy.arrayEqual", [ref(x), ref(operand(d, { kinds: ["int"], interval: null }))], bool);
  }),
  of("numpy.where", (d) => {
    const x = operand(d);
    const shape = d.choices.chance(0.5) ? x.shape : x.shape.slice(1);
    const y = partner(d, x.shape);
    const both = hull(x.interval, typeof y === "number" ? [y, y] : y.interval);
    d.step("numpy.where", [ref(test(d, shape)), ref(x), asExpression(y)], both);
  }),
  of("numpy.select", (d) => {
    const x = operand(d);
    const tests = [test(d, x.shape), test(d, x.shape)];
    const y = exactly(d, x.shape);
    d.step("numpy.select", [tests.map(ref), [ref(x), ref(y)], d.choices.oneOf([0, 0.5])], [-4, 4]);
  }),
  of("lax.select", (d) => {
    const x = operand(d);
    const y = exactly(d, x.shape);
    d.step("lax.select", [ref(test(d, x.shape)), ref(x), ref(y)], hull(x.interval, y.interval));
  }),
  of("lax.selectN", (d) => {
    const x = operand(d);
    const cases = [x, exactly(d, x.shape), exactly(d, x.shape)];
    const which = exactly(d, x.shape, { kinds: ["int"], interval: [0, 2] });
    d.step("lax.selectN", [ref(which), ...cases.map(ref)], [-4, 4]);
  }),
  ...["numpy.astype", "method.astype", "lax.convertElementType"].map((name) => only(name, convert(name))),
  of("numpy.astype", (d) => {
    const x = operand(d, { kinds: ["int", "uint", "bool"] });
    d.step("numpy.astype", [ref(x), d.floatType], x.interval);
  }),
  of("lax.bitcastConvertType", (d) => {
    const x = d.newInput("int", newShape(d), all);
    d.step("lax.bitcastConvertType", [ref(x), "uint32"], allUnsigned);
  }),
];

function convert(name: string): Row["grow"] {
  return (d) => {
    const x = operand(d, { kinds: ["float", "int", "uint", "bool"], interval: [0, 4] });
    const dtype = d.choices.oneOf(["float32", "int32", "uint32", "bool"]);
    d.step(name, [ref(x), dtype], dtype === "bool" ? bool : x.interval);
  };
}
