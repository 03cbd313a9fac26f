/** Keys and samplers. */
import { debugKeyReuse, numpy as np, random } from "cotangent";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const x = np.array([1, 2, 3]);

/** Calls with key reuse watched. */
function watched(run: () => unknown): unknown {
  debugKeyReuse(true);
  try {
    return run();
  } finally {
    debugKeyReuse(false);
  }
}

export const randomRows: readonly Row[] = [
  [
    "a seed is a safe integer",
    () => random.key(0.5),
    "ArgumentError",
    "random.key: the seed 0.5 is no integer between -2^53 and 2^53; use Math.floor, or give " + "another",
  ],
  [
    "a seed is an integer or an array",
    () => random.key(unchecked("1")),
    "ArgumentError",
    'random.key: the seed is an integer, got the string "1"',
  ],
  [
    "a seed array is of integers",
    () => random.key(np.array(0.5)),
    "DTypeError",
    "random.key: the seed is f32[]; use an int32 or uint32 scalar",
  ],
  [
    "a seed array is a scalar",
    () => random.key(np.array(new Int32Array([1, 2]))),
    "ShapeError",
    "random.key: the seed is i32[2], not a scalar; for many keys use split(key(seed), n)",
  ],
  [
    "foldIn takes a safe integer",
    () => random.foldIn(key, 2 ** 60),
    "ArgumentError",
    "random.foldIn: 1152921504606847000 is no safe integer; use Math.floor, or give another",
  ],
  [
    "foldIn takes an integer or an array",
    () => random.foldIn(key, unchecked(undefined)),
    "ArgumentError",
    "random.foldIn: the data is an integer, got undefined",
  ],
  [
    "foldIn takes an integer scalar",
    () => random.foldIn(key, np.array(0.5)),
    "DTypeError",
    "random.foldIn: the data is f32[]; use an int32 or uint32 scalar, or vmap over many",
  ],
  [
    "foldIn takes one integer",
    () => random.foldIn(key, np.array(new Int32Array([1, 2]))),
    "ShapeError",
    "random.foldIn: the data is i32[2]; use an int32 or uint32 scalar, or vmap over many",
  ],
  [
    "the key comes first",
    () => random.normal(unchecked([2, 3])),
    "ArgumentError",
    "random.normal: expected a key, made with random.key(seed), got [2, 3]; the key comes first",
  ],
  [
    "a seed is no key yet",
    () => random.keyData(unchecked(0)),
    "ArgumentError",
    "random.keyData: expected a key, made with random.key(seed), got the number 0; the key comes first",
  ],
  [
    "a key is uint32",
    () => random.normal(unchecked(x)),
    "DTypeError",
    "random.normal: a key is uint32[2], got f32[3]; make one with random.key(seed)",
  ],
  [
    "a key has two words",
    () => random.normal(unchecked(np.array(new Uint32Array([1, 2, 3])))),
    "ShapeError",
    "random.normal: a key is uint32[2], two words in the last axis, got u32[3]",
  ],
  [
    "a sampler takes one key",
    () => random.normal(unchecked(random.split(key, 3))),
    "ShapeError",
    "random.normal: takes one key, got a batch of them, u32[3,2]; map over it: vmap((key) => " +
      "random.normal(key, ...))(keys)",
  ],
  [
    "a key is used once",
    () =>
      watched(() => {
        const k = random.key(1);
        random.normal(k);
        random.uniform(k);
      }),
    "KeyReuseError",
    "random.uniform: this key was used by random.normal before, so the draws are not " +
      "independent; split it first and give each use a part: const [a, b] = random.split(key)",
  ],
  [
    "arithmetic on keys loses what they are",
    () => random.normal(unchecked(key.add(0.5))),
    "DTypeError",
    "random.normal: a key is uint32[2], got f32[2] (weak); make one with random.key(seed)",
  ],
  [
    "a shape is a list of sizes",
    () => random.normal(key, unchecked(3)),
    "ArgumentError",
    "random.normal: a shape is an array of non-negative integers such as [2, 3], got 3",
  ],
  [
    "a shape has no holes",
    // biome-ignore lint/suspicious/noSparseArray: a sparse list is the mistake
    () => random.uniform(key, unchecked([2, , 3])),
    "ArgumentError",
    "random.uniform: a shape is an array of non-negative integers such as [2, 3], got [2, , 3]",
  ],
  [
    "a sampler's options are those that it has",
    () => random.normal(key, [2], unchecked({ type: "float64" })),
    "ArgumentError",
    'random.normal: there is no option "type"; the only option is dtype',
  ],
  [
    "a sampler's options are an object",
    () => random.choice(key, 3, [2], unchecked(null)),
    "ArgumentError",
    "random.choice: the options are an object such as { replace: ... }, got null",
  ],
  [
    "a shape has fewer than 2^32 elements",
    () => random.normal(key, [1e5, 1e5]),
    "ShapeError",
    "random.normal: [100000,100000] has 10000000000 elements; fewer than 2^32 fit",
  ],
  [
    "normal draws floats",
    () => random.normal(key, [2], { dtype: unchecked("int32") }),
    "DTypeError",
    "random.normal: draws floats, not int32; use float32 or float64, and astype or randint",
  ],
  [
    "randint draws integers",
    () => random.randint(key, [2], 0, 9, { dtype: unchecked("float32") }),
    "DTypeError",
    "random.randint: draws int32 or uint32, not float32; use random.uniform for floats",
  ],
  [
    "randint's bounds are integers",
    () => random.randint(key, [2], 0, 2.5),
    "ArgumentError",
    "random.randint: the bound 2.5 is no integer; use Math.floor or Math.ceil",
  ],
  [
    "randint's bounds are no bools",
    () => random.randint(key, [2], 0, np.array(true)),
    "DTypeError",
    "random.randint: a bound is bool[]; use integers",
  ],
  [
    "rademacher has a -1",
    () => random.rademacher(key, [2], { dtype: unchecked("bool") }),
    "DTypeError",
    "random.rademacher: bool has no -1; use int32, float32 or float64",
  ],
  [
    "a parameter fits the draws",
    () => random.bernoulli(key, x.div(4), [2]),
    "ShapeError",
    "random.bernoulli: shapes [2] and [3] do not broadcast: sizes 2 and 3 meet at axis -1; make " +
      "them equal, or one of them 1 (expandDims, reshape)",
  ],
  [
    "categorical's shape ends in the batch",
    () => random.categorical(key, np.ones([2, 3]), { shape: [3] }),
    "ShapeError",
    "random.categorical: shape [3] does not end in the batch shape [2] of the logits [2,3] " +
      "without axis 1; use [3,2] for draws of each",
  ],
  [
    "categorical draws no more than there are",
    () => random.categorical(key, x, { shape: [4], replace: false }),
    "ShapeError",
    "random.categorical: 4 samples without replacement from 3 categories; ask for fewer, or use " +
      "replace: true",
  ],
  [
    "choice draws from something",
    () => random.choice(key, 0),
    "ArgumentError",
    "random.choice: there is nothing to draw from 0 entries; give a positive integer",
  ],
  [
    "choice draws no more than there are",
    () => random.choice(key, 3, [4], { replace: false }),
    "ShapeError",
    "random.choice: 4 draws without replacement from 3 entries; draw fewer, or use replace: " + "true",
  ],
  [
    "choice's p fits the entries",
    () => random.choice(key, 3, [2], { p: [0.5, 0.5] }),
    "ShapeError",
    "random.choice: p has shape [2]; it must be [3], one for each entry",
  ],
  [
    "permutation takes a length",
    () => random.permutation(key, -1),
    "ArgumentError",
    "random.permutation: the length -1 is no non-negative integer; give one, or an array",
  ],
  [
    "a parameter has no more axes than the draws",
    () => random.bernoulli(key, np.ones([2, 2]).div(4), [2]),
    "ShapeError",
    "random.bernoulli: a parameter of shape [2,2] does not fit draws of shape [2]; give a shape " +
      "that the parameters broadcast to",
  ],
  [
    "ball has a dimension",
    () => random.ball(key, -1),
    "ArgumentError",
    "random.ball: the dimension -1 is no non-negative integer; give one, such as 3",
  ],
  [
    "ball's exponent is positive",
    () => random.ball(key, 2, 0),
    "ArgumentError",
    "random.ball: the exponent p is 0; it must be a positive number, such as 2",
  ],
  [
    "dirichlet's alpha has an axis",
    () => random.dirichlet(key, np.array(1)),
    "ShapeError",
    "random.dirichlet: alpha is a scalar; it must have an axis of proportions, such as [1, 2, " + "3]",
  ],
  [
    "dirichlet's alpha fits the draws",
    () => random.dirichlet(key, np.ones([2, 2, 3]), [2]),
    "ShapeError",
    "random.dirichlet: the leading axes [2,2] of alpha do not fit draws of shape [2]; give a " +
      "shape that they broadcast to, without the axis of proportions",
  ],
  [
    "multivariateNormal's cov is a matrix",
    () => random.multivariateNormal(key, x, x),
    "ShapeError",
    "random.multivariateNormal: mean is [3] and cov [3]; they must be [..., n] and [..., n, n]",
  ],
  [
    "multivariateNormal's mean fits the draws",
    () => random.multivariateNormal(key, np.ones([2, 3]), np.eye(3), [4]),
    "ShapeError",
    "random.multivariateNormal: the leading axes of mean and cov, [2] and [], do not fit draws " +
      "of shape [4]; give a shape that they broadcast to, without the axis of the vectors",
  ],
  [
    "multivariateNormal's method is cholesky",
    () => random.multivariateNormal(key, x, np.eye(3), [], { method: unchecked("svd") }),
    "ArgumentError",
    'random.multivariateNormal: the method is the string "svd"; only "cholesky" is there, which takes ' +
      "positive definite cov: for a singular one add a little to its diagonal",
  ],
  [
    "State.sample takes a function",
    () => random.State.sample(unchecked(random.normal(key))),
    "ArgumentError",
    "random.State.sample: expected a function, got an array f32[]; pass f itself, not f(x)",
  ],
  [
    "State.sample's function returns what it drew",
    () => random.State.sample(() => undefined)(key),
    "ArgumentError",
    "random.State.sample: the function returned undefined; does it lack a return?",
  ],
  [
    "State.run takes a computation",
    () => random.State.run(key)(unchecked(() => x)),
    "ArgumentError",
    "random.State.run: a computation gives [value, key], got an array f32[3]; make one with " +
      "State.sample or State.of",
  ],
  [
    "poisson draws integers",
    () => random.poisson(key, 2, [2], { dtype: unchecked("float32") }),
    "DTypeError",
    "random.poisson: draws int32 or uint32, not float32; use astype on the draws for floats",
  ],
];
