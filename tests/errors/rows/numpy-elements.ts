/** numpy's functions of elements: indexing, order, products, dtypes. */
import { type NDArray, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const matrix = np.ones([2, 3]);
const ints = np.array(new Int32Array([1, 2, 3]));
const empty = np.zeros(0);

export const numpyElementRows: readonly Row[] = [
  // indexing
  [
    "an index out of range shows the range",
    () => x.slice(3),
    "ShapeError",
    "slice: index 3 is out of range for an axis of size 3; use an integer from -3 to 2",
  ],
  [
    "an index into nothing shows the size",
    () => empty.slice(0),
    "ShapeError",
    "slice: index 0 is out of range for an axis of size 0; it has no elements",
  ],
  [
    "an index has as many positions as axes",
    () => x.slice(0, 1),
    "ShapeError",
    'slice: an index with 2 positions for an array of shape [3]; give at most 1 and one "..."',
  ],
  [
    'an index has one "..."',
    () => matrix.slice("...", 0, "..."),
    "ShapeError",
    'slice: an index with 1 positions and 2 "..." for an array of shape [2,3]; give at most 2 ' +
      'and one "..."',
  ],
  [
    "a float array is no index",
    () => x.slice(np.array([0.5])),
    "DTypeError",
    'slice: an index array must be of integers, got f32[1]; use x.astype("int32")',
  ],
  [
    "a string is no index",
    () => x.slice(unchecked("0")),
    "ArgumentError",
    'slice: the string "0" is no index; use a number, [start, stop, step], [], null, "..." or ' +
      "an integer array",
  ],
  [
    "a range has a step other than 0",
    () => x.slice([0, 2, 0]),
    "ArgumentError",
    "slice: [0, 2, 0] is no range; use [start, stop] or [start, stop, step] of integers with a " +
      "step other than 0, or np.array(positions, { dtype: 'int32' }) to pick positions",
  ],
  [
    "a list of many positions is no range",
    () => x.slice([0, 1, 2, 3]),
    "ArgumentError",
    "slice: [0, 1, 2, 3] is no range; use [start, stop] or [start, stop, step] of integers with " +
      "a step other than 0, or np.array(positions, { dtype: 'int32' }) to pick positions",
  ],
  [
    "a mask has the shape of its axes",
    () => x.slice(np.array([true, false])),
    "ShapeError",
    "slice: a mask of shape [2] does not fit axes of shape [3]; make it so",
  ],
  [
    "an update must be of the array's dtype",
    () => ints.at(0).set(0.5),
    "DTypeError",
    'at(...).set: 0.5 does not fit into i32[3]; use x.astype("float32") first',
  ],
  [
    "an update array must be of the array's dtype",
    () => ints.at(0).add(np.array(0.5)),
    "DTypeError",
    "at(...).add: a value of f32[] does not fit into i32[3]; use astype on one of them",
  ],
  [
    "an update broadcasts to the part",
    () => matrix.at(0).set(np.zeros(2)),
    "ShapeError",
    "at(...).set: shapes [2] and [3] do not broadcast: sizes 2 and 3 meet at axis -1; make them " +
      "equal, or one of them 1 (expandDims, reshape)",
  ],
  [
    "an update of a higher rank does not fit",
    () => x.at(0).set(np.zeros([1])),
    "ShapeError",
    "at(...).set: a value of shape [1] does not broadcast to the part of shape []; give a " +
      "scalar, or that shape",
  ],
  [
    "take's indices are integers",
    () => np.take(x, np.array([0.5])),
    "DTypeError",
    'take: indices must be integers, got f32[1]; use x.astype("int32")',
  ],
  [
    "take's index lies in the axis",
    () => np.take(x, -4),
    "ShapeError",
    "take: index -4 is out of range for an axis of size 3; use an integer from -3 to 2",
  ],
  [
    "takeAlongAxis takes indices of the array's rank",
    () => np.takeAlongAxis(matrix, ints, 0),
    "ShapeError",
    "takeAlongAxis: indices of shape [3] for an array of shape [2,3]; the ranks must be equal: " +
      "use expandDims, or take",
  ],
  // order
  [
    "searchsorted takes a vector",
    () => np.searchsorted(matrix, 1),
    "ShapeError",
    "searchsorted: takes a sorted vector, got shape [2,3]; ravel it",
  ],
  [
    "interp takes vectors of one size",
    () => np.interp(0, x, [1, 2]),
    "ShapeError",
    "interp: the points [3] and values [2] must be vectors of one size, not empty",
  ],
  [
    "select takes a choice for each test",
    () => np.select([true], []),
    "ArgumentError",
    "select: 1 tests for 0 choices; give one for each",
  ],
  [
    "select takes lists",
    () => np.select(unchecked(x), [x]),
    "ArgumentError",
    "select: the tests must be a list of arrays, got an array f32[3]",
  ],
  // products
  [
    "dot shows the sizes",
    () => x.dot(matrix),
    "ShapeError",
    "dot: [3] and [2,3]: sizes 3 and 2 are summed together and differ; transpose or reshape one " + "of them",
  ],
  [
    "matmul takes no scalars",
    () => x.matmul(2),
    "ShapeError",
    "matmul: takes vectors, matrices and batches of them, got [3] and []; use multiply for " + "scalars",
  ],
  [
    "matmul shows the inner sizes",
    () => matrix.matmul(matrix),
    "ShapeError",
    "matmul: [2,3] and [2,3]: inner sizes 3 and 2 differ; transpose or reshape one of them",
  ],
  [
    "vdot takes as many elements of both",
    () => np.vdot(x, matrix),
    "ShapeError",
    "vdot: [3] and [2,3]: 3 and 6 elements do not pair up; transpose or reshape one of them",
  ],
  [
    "inner takes last axes of one size",
    () => np.inner(x, np.zeros(2)),
    "ShapeError",
    "inner: [3] and [2]: the last sizes differ; transpose or reshape one of them",
  ],
  [
    "vecdot takes last axes of one size",
    () => np.vecdot(x, np.zeros(2)),
    "ShapeError",
    "vecdot: [3] and [2]: the last sizes differ; transpose or reshape one of them",
  ],
  [
    "cross takes vectors of 3",
    () => np.cross([1, 2], [3, 4]),
    "ShapeError",
    "cross: [2] and [2]: axis -1 must have size 3 in both; transpose or reshape one of them",
  ],
  [
    "tensordot's number of axes fits both",
    () => np.tensordot(x, x, 2),
    "ArgumentError",
    "tensordot: 2 axes of [3] and [3] cannot be summed; use 0 to 1",
  ],
  [
    "tensordot pairs as many axes of both",
    () => np.tensordot(matrix, matrix, [[0, 1], [0]]),
    "ArgumentError",
    "tensordot: 2 axes of the first operand are paired with 1 of the second; name as many of " + "each",
  ],
  [
    "tensordot's axes are a number or a pair",
    () => np.tensordot(x, x, unchecked([0])),
    "ArgumentError",
    "tensordot: the axes are a number, or a pair [axes of the first, axes of the second], got " + "[0]",
  ],
  [
    "tensordot's paired axes have one size",
    () => np.tensordot(matrix, matrix, [0, 1]),
    "ShapeError",
    "tensordot: [2,3] and [2,3]: axes [0] and [1] are summed and differ in size; transpose or " +
      "reshape one of them",
  ],
  [
    "einsum takes the subscripts first",
    () => np.einsum(unchecked(x), unchecked("i->")),
    "ArgumentError",
    'einsum: the subscripts are a string such as "ij,jk->ik" and come first, got an array ' + "f32[3]",
  ],
  [
    "einsum takes a term for each operand",
    () => np.einsum("ij,jk", matrix),
    "ArgumentError",
    'einsum: "ij,jk": 2 terms for 1 operands; write it like "ij,jk->ik"',
  ],
  [
    "einsum shows the sizes",
    () => np.einsum("ij,ij->", matrix, np.ones([3, 2])),
    "ShapeError",
    'einsum: "ij,ij->": the axis i has sizes 2 and 3 in operands of shapes [2,3], [3,2]; ' +
      "transpose or reshape one",
  ],
  // vectorize
  [
    "vectorize takes a function first",
    () => np.vectorize(unchecked("(n)->()")),
    "ArgumentError",
    'vectorize: expected a function, got the string "(n)->()"',
  ],
  [
    "vectorize's signature is a string",
    () => np.vectorize((v: NDArray) => v, { signature: unchecked(1) }),
    "ArgumentError",
    "vectorize: the signature is a string, got the number 1",
  ],
  [
    "vectorize's signature parses",
    () => np.vectorize((v: NDArray) => v, { signature: "n->n" }),
    "ArgumentError",
    'vectorize: the signature "n->n" does not parse; write it like "(m,n),(n)->(m)", "()" for a ' + "scalar",
  ],
  [
    "vectorize takes an argument a term",
    () => np.vectorize((v: NDArray) => v, { signature: "(n),(n)->()" })(x),
    "ArgumentError",
    'vectorize: 1 arguments for the signature "(n),(n)->()"; give one for each of its 2 terms',
  ],
  [
    "vectorize's arguments have their own axes",
    () => np.vectorize((v: NDArray) => v, { signature: "(n)->()" })(1),
    "ShapeError",
    "vectorize: argument 0 has shape [], and its signature asks for the axes (n); reshape it",
  ],
  [
    "vectorize's axes of one name have one size",
    () => np.vectorize((v: NDArray) => v, { signature: "(n),(n)->()" })(x, [1, 2]),
    "ShapeError",
    "vectorize: the axis n has size 3 in one argument and 2 in another; make them equal",
  ],
  // dtypes
  [
    "bools have no negative",
    () => np.negative(true),
    "DTypeError",
    "neg: does not take bool[]; it takes float32, float64, int32, uint32: use x.astype(dtype)",
  ],
  [
    "integers have no negative powers",
    () => ints.pow(-1),
    "DTypeError",
    'integerPow: i32[3] has no power -1; use x.astype("float32")',
  ],
  [
    "floats have no bits to and",
    () => np.bitwiseAnd(x, x),
    "DTypeError",
    "bitwiseAnd: does not take f32[3]; it takes int32, uint32, bool: use x.astype(dtype)",
  ],
  [
    "bools have no difference",
    () => np.subtract(true, false),
    "DTypeError",
    "sub: does not take bool[]; it takes float32, float64, int32, uint32: use x.astype(dtype)",
  ],
];
