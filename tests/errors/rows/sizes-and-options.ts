/** Axes, sizes, options, dtypes and numbers that are none. */
import { jit, type NDArray, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
export const sizesAndOptionsRows: readonly Row[] = [
  [
    "NaN as an axis is refused",
    () => x.sum(Number.NaN),
    "ShapeError",
    "sum: axis NaN is out of range for an array of 1 axis; use an integer from -1 to 0",
  ],
  [
    "a fractional axis is refused",
    () => x.sum(0.5),
    "ShapeError",
    "sum: axis 0.5 is out of range for an array of 1 axis; use an integer from -1 to 0",
  ],
  [
    "a string as an axis is refused",
    () => np.swapaxes(x, unchecked("0"), 0),
    "ShapeError",
    'swapaxes: an axis is an integer, got the string "0"; the array comes first',
  ],
  [
    "swapped arguments say in which order they go",
    () => np.sum(1, unchecked(x)),
    "ShapeError",
    "sum: the axis is an integer, a list of them, or null for all, got an array f32[3]; the " +
      "order is (array, axis, options)",
  ],
  [
    "options in the place of the axis say in which order they go",
    () => x.sum(unchecked({ axis: 0 })),
    "ShapeError",
    "sum: the axis is an integer, a list of them, or null for all, got an object with the key " +
      "axis; the order is (array, axis, options)",
  ],
  [
    "a negative size is refused",
    () => np.zeros([2, -1]),
    "ShapeError",
    "zeros: a shape is a list of sizes, integers from 0 on, got -1 in a list of 2",
  ],
  [
    "a fractional size is refused",
    () => np.zeros(2.5),
    "ShapeError",
    "zeros: a shape is a list of sizes, integers from 0 on, got 2.5",
  ],
  [
    "NaN as a size is refused",
    () => np.ones([Number.NaN]),
    "ShapeError",
    "ones: a shape is a list of sizes, integers from 0 on, got NaN",
  ],
  [
    "a string as a shape is refused",
    () => np.zeros(unchecked("3")),
    "ShapeError",
    'zeros: a shape is a list of sizes, integers from 0 on, got the string "3"',
  ],
  [
    "a huge shape is refused before memory is taken",
    () => np.zeros([1e5, 1e5]),
    "ShapeError",
    "zeros: an array of shape [100000,100000] would have 10000000000 elements; at most 2^31 - 1 " + "fit",
  ],
  [
    "a huge range is refused before memory is taken",
    () => np.arange(1e12),
    "ShapeError",
    "arange: an array of shape [1000000000000] would have 1000000000000 elements; at most 2^31 " + "- 1 fit",
  ],
  [
    "a huge repetition is refused before memory is taken",
    () => np.tile(x, 1e12),
    "ShapeError",
    "tile: an array of shape [3,1000000000000] would have 3000000000000 elements; at most 2^31 " + "- 1 fit",
  ],
  [
    "a huge product is refused before memory is taken",
    () => np.outer(np.zeros(1e5), np.zeros(1e5)),
    "ShapeError",
    "mul: an array of shape [100000,100000] would have 10000000000 elements; at most 2^31 - 1 " + "fit",
  ],
  [
    "a misspelt option is refused, and the right one named",
    () => np.sum(x, 0, unchecked({ keepDims: true })),
    "ArgumentError",
    'sum: there is no option "keepDims"; write "keepdims"',
  ],
  [
    "an unknown option is refused, and those there are named",
    () => np.std(x, 0, unchecked({ where: true })),
    "ArgumentError",
    'std: there is no option "where"; the options are keepdims, ddof',
  ],
  [
    "options that are no object are refused",
    () => np.sum(x, 0, unchecked(true)),
    "ArgumentError",
    "sum: the options are an object such as { keepdims: ... }, got true",
  ],
  [
    "options that are null are refused",
    () => np.sum(x, 0, unchecked(null)),
    "ArgumentError",
    "sum: the options are an object such as { keepdims: ... }, got null",
  ],
  [
    "an option of the wrong kind is refused",
    () => np.sum(x, 0, unchecked({ keepdims: "yes" })),
    "ArgumentError",
    'sum: the option keepdims must be a boolean, got the string "yes"',
  ],
  [
    "an option that is none of its words is refused",
    () => np.quantile(x, 0.5, 0, { method: unchecked("cubic") }),
    "ArgumentError",
    'quantile: method must be one of "linear", "lower", "higher", "midpoint", "nearest", got ' +
      'the string "cubic"',
  ],
  [
    "an option that is no integer is refused",
    () => np.eye(3, 3, { k: 0.5 }),
    "ArgumentError",
    "eye: k must be an integer, got 0.5",
  ],
  [
    "a dtype that does not exist is refused, and those there are named",
    () => np.zeros(3, { dtype: unchecked("float16") }),
    "DTypeError",
    'zeros: the string "float16" is no dtype; use "float32", "float64", "int32", "uint32", ' + '"bool"',
  ],
  [
    "astype without a dtype is refused",
    () => x.astype(unchecked(undefined)),
    "DTypeError",
    'astype: undefined is no dtype; use "float32", "float64", "int32", "uint32", "bool"',
  ],
  [
    "a typed array's class is no dtype",
    () => x.astype(unchecked(Float32Array)),
    "DTypeError",
    'astype: the class Float32Array is no dtype; use "float32", "float64", "int32", "uint32", ' + '"bool"',
  ],
  [
    "a number that no int32 holds is refused",
    () => np.array([2 ** 40], { dtype: "int32" }),
    "ArgumentError",
    "array: the number 1099511627776 does not fit into int32; use float64, or numbers from " +
      "-2147483648 to 2147483647",
  ],
  [
    "a negative number is no uint32",
    () => np.array([-1], { dtype: "uint32" }),
    "ArgumentError",
    "array: the number -1 does not fit into uint32; use float64, or numbers from 0 to " + "4294967295",
  ],
  [
    "NaN is no int32",
    () => np.full(2, Number.NaN, { dtype: "int32" }),
    "ArgumentError",
    "the number NaN does not fit into int32; use float64, or a number from -2^31 to 2^31 - 1",
  ],
  [
    "a number that no uint32 holds is refused",
    () => np.full(2, 2 ** 40, { dtype: "uint32" }),
    "ArgumentError",
    "the number 1099511627776 does not fit into uint32; use float64, or a number from 0 to 2^32 " + "- 1",
  ],
  [
    "a number beside an int32 array must fit",
    () => np.zeros(2, { dtype: "int32" }).add(2 ** 40),
    "ArgumentError",
    'add: the number 1099511627776 does not fit into int32; use x.astype("float32") on the ' +
      "other operand",
  ],
  [
    "a huge product under jit is refused before memory is taken",
    () => jit((v: NDArray) => np.outer(v, v))(np.zeros(1e5)),
    "ShapeError",
    "an array of 10000000000 elements: at most 2^31 - 1 fit; check the shapes",
  ],
];
