/** Layers, optimisers and schedules. */
import { nn, numpy as np, optim, random } from "cotangent";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const x = np.array([1, 2, 3]);
const dense = nn.dense(2);
const mlp = nn.mlp([3, 2]);
const norm = nn.layerNorm();
const params = { w: x };
const sgd = optim.sgd(0.1);
const adam = optim.adam(0.1);

export const nnRows: readonly Row[] = [
  [
    "dense has a number of outputs",
    () => nn.dense(0),
    "ArgumentError",
    "nn.dense: the number of outputs is 0; give a positive integer",
  ],
  [
    "dense takes an axis of features",
    () => dense.init(key, []),
    "ShapeError",
    "nn.dense: inputs need an axis of features, got []; reshape them to [1]",
  ],
  [
    "dense shows the features it takes",
    () => dense.apply(dense.init(key, [3]), np.zeros(2)),
    "ShapeError",
    "nn.dense: the input is f32[2], and the weights f32[3,2] take [3] features in its last " +
      "axis; reshape the input, or init the layer for its shape",
  ],
  [
    "dense takes its own parameters",
    () => dense.apply(unchecked({ w: x }), x),
    "ArgumentError",
    "nn.dense: the parameters are { w, b } as init(key, inputShape) makes them, w an array of 2 " +
      "axes, got an array f32[3]",
  ],
  [
    "dropout's rate is a probability",
    () => nn.dropout(2),
    "ArgumentError",
    "nn.dropout: the rate is 2; give the probability of dropping, from 0 to 1",
  ],
  [
    "dropout takes floats",
    () => nn.dropout(0.5).apply(null, np.zeros(2, { dtype: "int32" }), { key }),
    "DTypeError",
    "nn.dropout: the input is i32[2], and kept values are divided by 0.5; use " + 'x.astype("float32")',
  ],
  [
    "dropout takes a key",
    () => nn.dropout(0.5).apply(null, x),
    "ArgumentError",
    "nn.dropout: there is no key to draw with; give apply(params, x, { key }) in training and { " +
      "deterministic: true } in use",
  ],
  [
    "embedding has a number of rows",
    () => nn.embedding(0, 2),
    "ArgumentError",
    "nn.embedding: count is 0; give a positive integer",
  ],
  [
    "embedding attends to vectors of its features",
    () => nn.embedding(3, 2).attend({ embedding: np.ones([3, 2]) }, x),
    "ShapeError",
    "nn.embedding: the query is f32[3], and vectors have 2 features; give as many in its last " + "axis",
  ],
  [
    "layerNorm's epsilon is positive",
    () => nn.layerNorm({ epsilon: 0 }),
    "ArgumentError",
    "nn.layerNorm: epsilon is 0; give a positive number",
  ],
  [
    "layerNorm takes an axis of features",
    () => norm.init(key, []),
    "ShapeError",
    "nn.layerNorm: inputs need an axis of features, got []; reshape them to [1]",
  ],
  [
    "layerNorm's parameters fit the input",
    () => norm.apply(norm.init(key, [2]), x),
    "ShapeError",
    "nn.layerNorm: the input is f32[3], and a parameter f32[2]; init the layer for the input's " + "shape",
  ],
  [
    "an initialiser takes two sizes",
    () => nn.glorotUniform(key, [3]),
    "ShapeError",
    "nn.glorotUniform: an initialiser needs the sizes of inputs and outputs, at least two axes, got [3]; use " +
      "zeros for biases",
  ],
  [
    "an initialiser takes a shape",
    () => nn.heNormal(key, unchecked("3")),
    "ArgumentError",
    'nn.heNormal: a shape is an array of non-negative integers such as [2, 3], got the string "3"',
  ],
  [
    "mlp takes two sizes",
    () => nn.mlp([3]),
    "ArgumentError",
    "nn.mlp: sizes are [inputs, ...hidden, outputs], at least two positive integers, got [3]",
  ],
  [
    "mlp's inputs have its first size",
    () => mlp.init(key, [2]),
    "ShapeError",
    "nn.mlp: the inputs have shape [2], and the first size is 3; make them agree",
  ],
  [
    "mlp takes the parameters of all layers",
    () => mlp.apply([], x),
    "ArgumentError",
    "nn.mlp: got the parameters of 0 layers for a network of 1; use init(key)",
  ],
  [
    "mlp takes a list of parameters",
    () => mlp.apply(unchecked(x), x),
    "ArgumentError",
    "nn.mlp: the parameters are a list of { w, b }, got an array f32[3]; use init(key)",
  ],
  [
    "sequential takes a layer",
    () => (nn.sequential as () => unknown)(),
    "ArgumentError",
    "nn.sequential: nothing to apply; give at least one layer",
  ],
  [
    "sequential takes layers and functions",
    () => nn.sequential(unchecked(x)),
    "ArgumentError",
    "nn.sequential: part 0 is an array f32[3]; give layers { init, apply } or functions of " + "arrays",
  ],
  [
    "sequential takes its own parameters",
    () => nn.sequential(dense).apply(unchecked([]), x),
    "ArgumentError",
    "nn.sequential: the parameters are not a tuple of 1; make them with init(key, inputShape)",
  ],
  [
    "oneHot takes integers",
    () => nn.oneHot(x, 3),
    "DTypeError",
    'nn.oneHot: classes are integers, got f32[3]; use x.astype("int32")',
  ],
  [
    "oneHot takes a number of classes",
    () => nn.oneHot(1, -1),
    "ArgumentError",
    "nn.oneHot: the number of classes is -1; give a non-negative integer",
  ],
];

export const optimRows: readonly Row[] = [
  [
    "chain takes an optimiser",
    () => (optim.chain as () => unknown)(),
    "ArgumentError",
    "optim.chain: nothing to chain; give at least one optimiser",
  ],
  [
    "chain takes optimisers",
    () => optim.chain(unchecked(0.1)),
    "ArgumentError",
    "optim.chain: expected an optimiser { init, update }, got the number 0.1",
  ],
  [
    "chain takes its own state",
    () => optim.chain(sgd, sgd).update(params, unchecked([]), params),
    "ArgumentError",
    "optim.chain: the state is not that of 2 optimisers; make it with init(params)",
  ],
  [
    "adam takes its own state",
    () => optim.scaleByAdam().update(params, unchecked(null), params),
    "ArgumentError",
    "optim.scaleByAdam: the state is { count, mu, nu } as init(params) makes it, got null",
  ],
  [
    "gradients are a tree like the parameters",
    () => adam.update(unchecked({ b: x }), adam.init(params), params),
    "TreeError",
    "optim: gradients, parameters and state must be trees of one structure, got {b: *} and {w: " +
      "*}; give the gradients of the parameters that the state was made for with init(params)",
  ],
  [
    "gradients have the parameters' shapes",
    () => adam.update({ w: np.zeros(2) }, adam.init(params), params),
    "ShapeError",
    "optim: the leaf .w of gradients, parameters and state must have one shape, got [2] and " +
      "[3]; give the gradients of the parameters that the state was made for with init(params)",
  ],
  [
    "a learning rate is finite",
    () => optim.sgd(Number.NaN),
    "ArgumentError",
    "optim: the learning rate is NaN; give a finite number or a schedule",
  ],
  [
    "a learning rate is a number or a schedule",
    () => optim.sgd(unchecked("0.1")),
    "ArgumentError",
    'optim: a learning rate is a number, a scalar array or a schedule, got the string "0.1"',
  ],
  [
    "sgd with nesterov takes a momentum",
    () => optim.sgd(0.1, unchecked({ nesterov: true })),
    "ArgumentError",
    "optim.sgd: nesterov needs a momentum; give { momentum, nesterov }",
  ],
  [
    "a factor is a number",
    () => optim.scale(unchecked("2")),
    "ArgumentError",
    'optim.scale: a factor is a number or a scalar array, got the string "2"',
  ],
  [
    "a factor is finite",
    () => optim.scale(Number.NaN),
    "ArgumentError",
    "optim.scale: factor must be a finite number, got NaN",
  ],
  [
    "a factor is a scalar",
    () => optim.scale(x),
    "ShapeError",
    "optim.scale: a factor is a scalar, got f32[3]; use x.item()",
  ],
  [
    "a norm is positive",
    () => optim.clipByGlobalNorm(0),
    "ArgumentError",
    "optim.clipByGlobalNorm: maxNorm is 0; give a positive number",
  ],
  [
    "a bound is positive",
    () => optim.clip(0),
    "ArgumentError",
    "optim.clip: maxDelta is 0; give a positive number",
  ],
  [
    "decay takes the parameters",
    () => optim.addDecayedWeights(0.1).update(params, null),
    "ArgumentError",
    "optim.addDecayedWeights: decay needs the parameters; call update(grads, state, params)",
  ],
  [
    "ema's decay is below 1",
    () => optim.ema(1),
    "ArgumentError",
    "optim.ema: decay is 1; give the part of the average that is kept, from 0 to less than 1",
  ],
  [
    "applyIfFinite counts errors",
    () => optim.applyIfFinite(sgd, -1),
    "ArgumentError",
    "optim.applyIfFinite: maxConsecutiveErrors is -1; give a non-negative integer",
  ],
  [
    "a schedule takes a number of steps",
    () => optim.cosineDecay(1, 0),
    "ArgumentError",
    "optim.cosineDecay: steps is 0; give a positive number of steps",
  ],
  [
    "a schedule is called with a count",
    () => optim.linear(1, 0, 10)(unchecked([1, 2])),
    "ArgumentError",
    "optim.linear: a schedule takes the count of steps, a number or an array, got [1, 2]",
  ],
  [
    "a decay's rate is positive",
    () => optim.exponentialDecay(1, 10, 0),
    "ArgumentError",
    "optim.exponentialDecay: rate is 0; give a positive factor",
  ],
  [
    "labels are one for each row of logits",
    () => optim.softmaxCrossEntropyWithIntegerLabels(np.ones([2, 3]), new Int32Array(3)),
    "ShapeError",
    "optim.softmaxCrossEntropyWithIntegerLabels: logits f32[2,3] need a label for each of [2], " +
      "got i32[3]",
  ],
  [
    "predictions and targets have one shape",
    () => optim.sigmoidBinaryCrossEntropy(x, np.ones([3, 1])),
    "ShapeError",
    "optim.sigmoidBinaryCrossEntropy: f32[3] and f32[3,1] must have one shape; reshape one of " + "them",
  ],
];
