/** lax: nothing is promoted, nothing broadcast, and every dimension number is looked at. */
import { lax, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const matrix = np.ones([2, 3]);
const doubles = x.astype("float64");
const ints = np.array(new Int32Array([1, 2, 3]));
const column = np.array(new Int32Array([0, 2])).reshape([2, 1]);
const rows = { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] };
const into = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };

export const laxRows: readonly Row[] = [
  [
    "operands of two dtypes are not promoted",
    () => lax.add(x, doubles),
    "DTypeError",
    "add: operands have dtypes float32 and float64; the functions of numpy promote, those of " +
      "lax do not: use x.astype(dtype)",
  ],
  [
    "operands of two ranks are not broadcast",
    () => lax.add(x, matrix),
    "ShapeError",
    "add: f32[3] and f32[2,3] do not go together elementwise: ranks must be equal (or 0) and " +
      "sizes equal (or 1); the functions of numpy broadcast, those of lax do not",
  ],
  [
    "a dtype that an operation does not take is refused",
    () => lax.sin(ints),
    "DTypeError",
    "sin: does not take i32[3]; it takes float32, float64: use x.astype(dtype)",
  ],
  [
    "a number must be one of its partner's",
    () => lax.add(ints, 0.5),
    "DTypeError",
    "add: the number 0.5 is no int32, which the other operand is; lax does not promote: use " +
      "x.astype(dtype), or the function of numpy",
  ],
  [
    "integerPow takes an integer",
    () => lax.integerPow(x, 0.5),
    "ArgumentError",
    "integerPow: the exponent 0.5 is no integer; use pow or exp(y log x)",
  ],
  [
    "integers have no negative powers",
    () => lax.integerPow(ints, -1),
    "DTypeError",
    'integerPow: i32[3] has no power -1; use x.astype("float32")',
  ],
  [
    "pow takes a float",
    () => lax.pow(ints, ints),
    "DTypeError",
    "pow: takes a float and an exponent of the same dtype or an integer one, got i32[3] and " +
      "i32[3]; use x.astype(dtype)",
  ],
  [
    "round takes floats",
    () => lax.round(ints),
    "DTypeError",
    "round: does not take i32[3]; it takes floats: use x.astype(dtype)",
  ],
  [
    "round's method is one of two",
    () => lax.round(x, unchecked("up")),
    "ArgumentError",
    'round: the method must be one of "awayFromZero", "toNearestEven", got the string "up"',
  ],
  [
    "reduceSum takes numbers",
    () => lax.reduceSum(np.array([true]), [0]),
    "DTypeError",
    "reduceSum: takes numbers, got bool[1]; cast it to int32",
  ],
  [
    "reduceMax's axes are a list",
    () => lax.reduceMax(x, unchecked(0)),
    "ArgumentError",
    "reduceMax: the axes must be a list of integers, got the number 0",
  ],
  [
    "reduceAnd takes integers and bools",
    () => lax.reduceAnd(x, [0]),
    "DTypeError",
    "reduceAnd: does not take f32[3]; it takes bool, int32, uint32: use x.astype(dtype)",
  ],
  [
    "cumlogsumexp takes floats",
    () => lax.cumlogsumexp(ints, 0),
    "DTypeError",
    "cumlogsumexp: does not take i32[3]; it takes float32, float64: use x.astype(dtype)",
  ],
  [
    "argmax's dtype is that of integers",
    () => lax.argmax(x, 0, unchecked("float32")),
    "ArgumentError",
    'argmax: indexDtype must be one of "int32", "uint32", got the string "float32"',
  ],
  [
    "select's cases have one dtype",
    () => lax.select(np.array([true, true, false]), x, doubles),
    "DTypeError",
    "selectN: cases f64[3] and f32[3] differ in dtype; use x.astype(dtype)",
  ],
  [
    "select's test is bool",
    () => lax.select(x, x, x),
    "DTypeError",
    "selectN: the selector is f32[3]; it must be bool (two cases) or int32: use astype",
  ],
  [
    "selectN takes a case",
    () => lax.selectN(np.array([true])),
    "ArgumentError",
    "selectN: needs at least one case; give selectN(which, case0, case1)",
  ],
  [
    "reshape shows the sizes",
    () => lax.reshape(x, [2]),
    "ShapeError",
    "reshape: f32[3] has 3 elements, [2] has 2; the sizes must multiply to 3",
  ],
  [
    "full takes a number",
    () => lax.full([2], unchecked("1")),
    "ArgumentError",
    'full: the value must be a number, got the string "1"',
  ],
  [
    "full takes a dtype",
    () => lax.full([2], 1, unchecked("int8")),
    "DTypeError",
    'full: the string "int8" is no dtype; use "float32", "float64", "int32", "uint32", "bool"',
  ],
  [
    "iota counts in numbers",
    () => lax.iota("bool", 3),
    "DTypeError",
    "iota: counts in numbers, not in bool; use int32 and astype",
  ],
  [
    "broadcastInDim shows where the axes go",
    () => lax.broadcastInDim(x, [2, 2], [0]),
    "ShapeError",
    "broadcastInDim: f32[3] does not broadcast to [2,2] with its axes at [0]; each size must be " +
      "1 or that of the target's axis",
  ],
  [
    "concatenate takes a list",
    () => lax.concatenate(unchecked(x), 0),
    "ArgumentError",
    "concatenate: the operands must be a list of arrays, got an array f32[3]",
  ],
  [
    "concatenate takes at least one array",
    () => lax.concatenate([], 0),
    "ArgumentError",
    "concatenate: needs at least one array; give a list such as [x, y]",
  ],
  [
    "concatenate takes arrays of one dtype",
    () => lax.concatenate([x, doubles], 0),
    "DTypeError",
    "concatenate: dtypes float32, float64 differ; use x.astype(dtype)",
  ],
  [
    "bitcastConvertType takes no bools",
    () => lax.bitcastConvertType(np.array([true]), "int32"),
    "DTypeError",
    "bitcastConvertType: bool[1] to int32: bool has no bits to reinterpret; use x.astype(int32)",
  ],
  [
    "bitcastConvertType makes no bools",
    () => lax.bitcastConvertType(x, "bool"),
    "DTypeError",
    "bitcastConvertType: f32[3] to bool: bool has no bits to reinterpret; use x.astype(bool)",
  ],
  [
    "bitcastConvertType joins two words",
    () => lax.bitcastConvertType(x, "float64"),
    "ShapeError",
    "bitcastConvertType: f32[3] to float64 joins two words: its last axis must have size 2, " + "[low, high]",
  ],
  [
    "pad has a padding for each axis, though it be none",
    () => lax.pad(x, 0, []),
    "ShapeError",
    "pad: [] does not fit f32[3]; give [low, high, interior] for each axis, interior >= 0, and leave no negative size",
  ],
  [
    "pad's value is of the array's dtype",
    () => lax.pad(x, doubles.slice(0), [[1, 1, 0]]),
    "DTypeError",
    "pad: the padding value of f32[3] must be a scalar of its dtype, got f64[]",
  ],
  [
    "pad takes three numbers an axis",
    () => lax.pad(matrix, 0, [[1, 1, 0]]),
    "ShapeError",
    "pad: [[1,1,0]] does not fit f32[2,3]; give [low, high, interior] for each axis, interior " +
      ">= 0, and leave no negative size",
  ],
  [
    "slice stays inside the array",
    () => lax.slice(x, [0], [4]),
    "ShapeError",
    "slice: [0] to [4] in steps of 1 is no part of f32[3]; along each axis 0 <= start <= limit " +
      "<= size and stride >= 1",
  ],
  [
    "indexInDim's index lies in the axis",
    () => lax.indexInDim(x, 3),
    "ShapeError",
    "indexInDim: index 3 is out of range for an axis of size 3; use an integer from -3 to 2",
  ],
  [
    "dynamicSlice takes a start an axis",
    () => lax.dynamicSlice(matrix, [0], [1, 1]),
    "ShapeError",
    "dynamicSlice: 1 starts for f32[2,3]; give one for each of its 2 axes",
  ],
  [
    "dynamicSlice takes a vector of starts",
    () => lax.dynamicSlice(x, matrix, [1]),
    "ShapeError",
    "dynamicSlice: starts are a vector or a list of scalars, got f32[2,3]",
  ],
  [
    "dynamicSlice's window fits",
    () => lax.dynamicSlice(x, [0], [4]),
    "ShapeError",
    "dynamicSlice: a window of [4] does not fit into f32[3]; ranks must be equal and no size " + "larger",
  ],
  [
    "dynamicSlice's starts are scalars",
    () => lax.dynamicSlice(x, [ints], [1]),
    "DTypeError",
    "dynamicSlice: starts are integer scalars of one dtype, got i32[3]; use " + 'start.astype("int32")',
  ],
  [
    "dynamicUpdateSlice's update is of the array's dtype",
    () => lax.dynamicUpdateSlice(x, doubles, [0]),
    "DTypeError",
    "dynamicUpdateSlice: f32[3] and its update f64[3] differ in dtype; use update.astype(dtype)",
  ],
  [
    "gather's dimension numbers are an object",
    () => lax.gather(x, column, unchecked(null), [1]),
    "ArgumentError",
    "gather: the dimension numbers are an object of lists, got null",
  ],
  [
    "gather's dimension numbers are complete",
    () => lax.gather(x, column, unchecked({ offsetDims: [] }), [1]),
    "ArgumentError",
    "gather: collapsedSliceDims must be a list of integers, got undefined",
  ],
  [
    "gather's indices are integers",
    () => lax.gather(x, [[0.5]], rows, [1]),
    "DTypeError",
    'gather: indices must be integers, got f32[1,1]; use x.astype("int32")',
  ],
  [
    "gather's window fits",
    () => lax.gather(x, column, rows, [4]),
    "ShapeError",
    "gather of f32[3] at i32[2,1]: the window is larger than the operand; the dimension numbers " +
      "are " +
      '{"operandBatchingDims":[],"startIndicesBatchingDims":[],"offsetDims":[],"collapsedSliceDim' +
      's":[0],"startIndexMap":[0]}, the window is [4]',
  ],
  [
    "scatterAdd's updates have the array's dtype",
    () => lax.scatterAdd(x, column, np.zeros(2, { dtype: "float64" }), into),
    "DTypeError",
    "scatterAdd: f32[3] with updates f64[2]; both must have one dtype of float32, float64, " +
      "int32, uint32: use x.astype(dtype)",
  ],
  [
    "scatterAdd's updates have the windows' shape",
    () => lax.scatterAdd(x, column, x, into),
    "ShapeError",
    "scatterAdd into f32[3] at i32[2,1]: the updates must have shape [2], got f32[3]; broadcast " + "them",
  ],
  [
    "dotGeneral's dimension numbers are two pairs",
    () => lax.dotGeneral(x, x, unchecked([[0], [0]])),
    "ArgumentError",
    "dotGeneral: dimension numbers are [[contracted axes of x, of y], [batch axes of x, of y]], " +
      "such as [[[1], [0]], [[], []]], got a list of 2 entries",
  ],
  [
    "dotGeneral's contracted sizes are equal",
    () =>
      lax.dotGeneral(x, matrix, [
        [[0], [0]],
        [[], []],
      ]),
    "ShapeError",
    "dotGeneral of f32[3] and f32[2,3]: contracted sizes differ; transpose or slice one " +
      "operand; contracted axes are [0] and [0], batch axes [] and []",
  ],
  [
    "dotGeneral's operands have one dtype",
    () => lax.dot(x, doubles),
    "DTypeError",
    "dotGeneral: f32[3] and f64[3] must have one dtype, which is the result's; use " + "x.astype(dtype)",
  ],
  [
    "sort takes at least one array",
    () => lax.sortMany([]),
    "ArgumentError",
    "sort: needs at least one array; give a list such as [keys, values]",
  ],
  [
    "sort's operands have one shape",
    () => lax.sortMany([x, np.zeros(2)]),
    "ShapeError",
    "sort: operands must be at least one and of equal shapes, got (f32[3], f32[2]); broadcast " + "them",
  ],
  [
    "sort compares as many operands as there are",
    () => lax.sortMany([x], { numKeys: 2 }),
    "ArgumentError",
    "sort: 2 keys of 1 operands (f32[3]); use 1 to 1",
  ],
  [
    "topK takes as many as there are",
    () => lax.topK(x, 4),
    "ShapeError",
    "topK: 4 largest of [3]: k must be an integer from 0 to 3",
  ],
  [
    "debugPrint takes a value a place",
    () => lax.debugPrint("{} {}", x),
    "ArgumentError",
    "debugPrint: the format has 2 places {} for 1 values; give one for each",
  ],
  [
    "debugPrint takes the format first",
    () => lax.debugPrint(unchecked(x), unchecked("{}")),
    "ArgumentError",
    "debugPrint: the format must be a string, got an array f32[3]",
  ],
  [
    "pad's padding of an axis has three numbers",
    () => lax.pad(x, 0, [unchecked([1])]),
    "ArgumentError",
    "pad: the padding of an axis is [low, high, interior], got [1]",
  ],
];
