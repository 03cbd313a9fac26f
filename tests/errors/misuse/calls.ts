/**
 * Every public function, and what a right call of it looks like: words of `values.ts`, options in braces, and after a ";" what
 * the function that comes back is called with. A function that is not listed is elementwise: it takes as many `x` as it has
 * parameters.
 */
import * as cotangent from "cotangent";
import * as ebm from "cotangent/ebm";
import * as sampling from "cotangent/sampling";
import * as testing from "cotangent/testing";

const templates: Readonly<Record<string, string>> = {
  // transformations
  grad: "sum {argnums hasAux} ; x",
  valueAndGrad: "sum {argnums} ; x",
  jacfwd: "twice {argnums} ; x",
  jacrev: "twice {argnums} ; x",
  hessian: "sum {argnums} ; x",
  jvp: "twice args args",
  vjp: "twice args {hasAux} ; x",
  linearize: "twice args ; x",
  linearTranspose: "twice args ; x",
  vmap: "twice {inAxes outAxes} ; array",
  jit: "twice {staticArgnums} ; x",
  checkpoint: "sum ; x",
  checkpointName: "x name",
  customJvp: "twice ; x",
  customVjp: "twice ; x",
  disableJit: "leaf",
  evalShape: "twice struct",
  makeJaxpr: "twice ; x",
  stopGradient: "tree",
  setDefaultTarget: "name",
  targets: "",
  checkJaxpr: "tree",
  debugNans: "boolean",
  debugInfs: "boolean",
  debugKeyReuse: "boolean",
  // creation
  "numpy.array": "x {dtype}",
  "numpy.asarray": "x {dtype}",
  "numpy.zeros": "shape {dtype}",
  "numpy.ones": "shape {dtype}",
  "numpy.full": "shape number {dtype}",
  "numpy.fullLike": "x number {dtype}",
  "numpy.zerosLike": "x {dtype}",
  "numpy.onesLike": "x {dtype}",
  "numpy.arange": "n n n {dtype}",
  "numpy.linspace": "number number n {dtype}",
  "numpy.logspace": "number number n {dtype}",
  "numpy.eye": "n n {k dtype}",
  "numpy.identity": "n {dtype}",
  "numpy.tri": "n n n {dtype}",
  "numpy.tril": "m n",
  "numpy.triu": "m n",
  "numpy.diag": "v n",
  "numpy.diagonal": "m n",
  "numpy.trace": "m n",
  "numpy.meshgrid": "list {indexing}",
  "numpy.astype": "x dtype",
  // shape
  "numpy.reshape": "array shape",
  "numpy.transpose": "m axis",
  "numpy.moveaxis": "m axis1 axis1",
  "numpy.swapaxes": "m axis1 axis1",
  "numpy.expandDims": "x axis1",
  "numpy.squeeze": "x axis",
  "numpy.broadcastTo": "scalar shape",
  "numpy.concatenate": "list axis",
  "numpy.stack": "list axis1",
  "numpy.hstack": "list",
  "numpy.vstack": "list",
  "numpy.split": "m n axis1",
  "numpy.tile": "x n",
  "numpy.repeat": "x n axis",
  "numpy.flip": "x axis",
  "numpy.roll": "x n axis",
  "numpy.rot90": "m n",
  "numpy.pad": "v width {mode}",
  "numpy.matrixTranspose": "m",
  // indexing and order
  "numpy.take": "v ints axis {mode}",
  "numpy.takeAlongAxis": "v ints axis1 {mode}",
  "numpy.where": "bools x x",
  "numpy.select": "list list number",
  "numpy.sort": "x axis1 {descending}",
  "numpy.argsort": "x axis1 {descending}",
  "numpy.searchsorted": "v x {side}",
  "numpy.interp": "x v v {}",
  "numpy.vectorize": "twice {} ; x",
  // reductions
  "numpy.average": "v axis {weights keepdims}",
  "numpy.quantile": "x number axis {method keepdims}",
  "numpy.isclose": "x x {}",
  "numpy.allclose": "x x {}",
  "numpy.nanToNum": "x {}",
  "numpy.round": "x n",
  "numpy.clip": "x number number",
  // products
  "numpy.dot": "v v",
  "numpy.matmul": "m m",
  "numpy.vdot": "v v",
  "numpy.inner": "v v",
  "numpy.vecdot": "v v",
  "numpy.matvec": "m v",
  "numpy.vecmat": "v m",
  "numpy.tensordot": "m m n",
  "numpy.einsum": "einsum2 v v",
  "numpy.cross": "v v axis1",
  "numpy.linalg.norm": "m {ord axis keepdims}",
  // lax
  "lax.scan": "pairBody scalar v {length reverse unroll}",
  "lax.whileLoop": "below step number",
  "lax.foriLoop": "size n turn number",
  "lax.cond": "boolean twice twice x",
  "lax.switch": "size branches x",
  "lax.map": "twice array",
  "lax.associativeScan": "pair v {reverse axis}",
  "lax.stopGradient": "tree",
  "lax.debugPrint": "format x",
  "lax.iota": "dtype n",
  "lax.broadcastedIota": "dtype shape axis1",
  "lax.full": "shape number dtype",
  "lax.fullLike": "x number",
  "lax.reshape": "array shape",
  "lax.transpose": "v axes",
  "lax.broadcast": "x shape",
  "lax.broadcastInDim": "v sizes axes",
  "lax.expandDims": "x axes",
  "lax.squeeze": "x axes",
  "lax.concatenate": "list axis1",
  "lax.rev": "v axes",
  "lax.pad": "v number padding",
  "lax.slice": "v starts sizes sizes",
  "lax.sliceInDim": "v size size n axis1",
  "lax.indexInDim": "v size axis1 boolean",
  "lax.dotGeneral": "v v dims",
  "lax.dot": "v v",
  "lax.dynamicSlice": "v starts sizes",
  "lax.dynamicUpdateSlice": "v v starts",
  "lax.dynamicSliceInDim": "v n n axis1",
  "lax.dynamicIndexInDim": "v n axis1 boolean",
  "lax.dynamicUpdateSliceInDim": "v v n axis1",
  "lax.dynamicUpdateIndexInDim": "v scalar n axis1",
  "lax.gather": "v column gatherDims sizes {mode}",
  "lax.scatter": "v column updates scatterDims {mode}",
  "lax.scatterAdd": "v column updates scatterDims {mode}",
  "lax.scatterMul": "v column updates scatterDims {mode}",
  "lax.scatterMin": "v column updates scatterDims {mode}",
  "lax.scatterMax": "v column updates scatterDims {mode}",
  "lax.argmax": "v axis1 dtype",
  "lax.argmin": "v axis1 dtype",
  "lax.sortMany": "list {}",
  "lax.sort": "v axis1",
  "lax.sortKeyVal": "v v axis1",
  "lax.topK": "v n",
  "lax.integerPow": "x n",
  "lax.select": "bools v v",
  "lax.selectN": "bools v v",
  "lax.clamp": "number x number",
  "lax.round": "x name",
  "lax.convertElementType": "x dtype",
  "lax.bitcastConvertType": "x dtype",
  // random
  "random.key": "n",
  "random.keyData": "key",
  "random.wrapKeyData": "key",
  "random.split": "key n",
  "random.foldIn": "key n",
  "random.bits": "key shape",
  "random.randint": "key shape n n {dtype}",
  "random.bernoulli": "key number shape",
  "random.categorical": "key v {axis shape replace}",
  "random.choice": "key n shape {replace axis}",
  "random.permutation": "key v {axis}",
  "random.truncatedNormal": "key number number shape {float}",
  // trees
  "tree.map": "leaf tree",
  "tree.mapWithPath": "leaf tree",
  "tree.reduce": "fold tree number",
  "tree.unflatten": "tree list",
  "tree.ravel": "tree ; v",
  "tree.registerNode": "tree tree",
  // nn
  "nn.softmax": "x axis1",
  "nn.logSoftmax": "x axis1",
  "nn.logsumexp": "x axis {keepdims}",
  "nn.oneHot": "ints n {dtype axis}",
  "nn.gelu": "x {approximate}",
  "nn.leakyRelu": "x number",
  "nn.elu": "x number",
  "nn.dense": "n {}",
  "nn.mlp": "shape {}",
  "nn.sequential": "layer layer",
  "nn.varianceScaling": "number name name ; key shape",
};

/** Runs of names that are called alike. */
const families: readonly (readonly [RegExp, string])[] = [
  [
    /^numpy\.(sum|prod|max|min|ptp|argmax|argmin|all|any|countNonzero|mean|median|logsumexp)$/,
    "x axis {keepdims}",
  ],
  [/^numpy\.(std|var_)$/, "x axis {keepdims ddof}"],
  [/^numpy\.(cumsum|cumprod)$/, "x axis"],
  [/^numpy\.linalg\./, "m m"],
  [/^lax\.linalg\./, "m m"],
  [/^lax\.reduce/, "v axes"],
  [/^lax\.cum/, "v axis1 {reverse}"],
  [/^random\.State\./, "key ; key"],
  [/^random\./, "key shape {float}"],
  [/^nn\.(glorot|he|lecun)/, "key shape {float}"],
  [/^optim\.applyUpdates$/, "tree tree"],
  [
    /^optim\.(sgd|momentum|adam|adamw|rmsprop|scaleBy\w*|scale|trace|addDecayedWeights|clipByGlobalNorm)$/,
    "rate {nesterov}",
  ],
  [/^optim\.chain$/, "optimizer optimizer"],
  [/^optim\.globalNorm$/, "tree"],
  [/^optim\./, "rate n n {}"],
  [/^tree\./, "tree"],
  [/^sampling\.(constant|cosine|geometric|linear)$/, "number number n ; n"],
  [/^sampling\.(langevin|mala)$/, "sum rate ; v"],
  [/^sampling\.randomWalk$/, "sum number ; v"],
  [/^sampling\.sequence$/, "kernel kernel ; v"],
  [/^sampling\.repeated$/, "kernel n ; v"],
  [/^sampling\.runChains?$/, "key kernel positioned n leaf {burnIn thin}"],
  [/^sampling\.langevinSampling$/, "key sum m {steps metropolis trajectory burnIn thin}"],
  [/^sampling\./, "key tree n"],
  [/^ebm\.(encode|decode)Checkpoint$/, "tree tree"],
  [/^ebm\.logPartition$/, "bowl interval {tolerance margin}"],
  [/^ebm\.energyGrid$/, "bowl interval n"],
  [/^ebm\.negativeLogLikelihood$/, "bowl number m {logJacobian}"],
  [/^ebm\.klDivergence$/, "bowl number m v {logJacobian}"],
  [/^ebm\.energyGap$/, "bowl m m"],
  [/^ebm\.(energyDistance|compareMoments|gaussianNll)$/, "m m"],
  [/^ebm\.kernelDensityNll$/, "m m {bandwidth}"],
  [/^ebm\.energyDistanceTest$/, "key m m {permutations}"],
  [/^ebm\.energyDistanceBaseline$/, "key m {halvings}"],
  [/^ebm\.slicedKolmogorovSmirnov$/, "key m m {projections permutations}"],
  [/^ebm\.(moments|rangeOf)$/, "m"],
  [/^ebm\.decodeTable$/, "textRows {header}"],
  [/^ebm\.preparePoints$/, "key pointsTable {columns missing outliers leastRows}"],
  [/^ebm\.encodePoints$/, "names m"],
  [/^ebm\.fitScaling$/, "m labels"],
  [/^ebm\.(scalingMaps|encodeScaling)$/, "scaling ; m"],
  [/^ebm\.decodeScaling$/, "scalingJson"],
  [/^ebm\.explainPointsFault$/, "pointsFault"],
  [/^ebm\.explainNote$/, "note"],
  [/^ebm\.explainScalingFault$/, "scalingFault"],
  [/^ebm\.candidatesFor$/, "n"],
  [/^ebm\.selectCandidate$/, "candidates n evaluate"],
  [/^ebm\.dataSets\.\w+\.logDensity$/, "column"],
  [/^ebm\.gaussianMixture$/, "m number v ; v"],
  [/^ebm\./, "key n"],
  [/^testing\.(broadcastableShapes|shapes)$/, "{minRank maxRank minSize maxSize}"],
  [/^testing\.arrays$/, "{dtype min max special kinks}"],
  [/^testing\.pytrees$/, "arbitrary {maxDepth}"],
  [/^testing\.energies$/, "{minDimension maxDimension}"],
  [/^testing\.randomProgram$/, "{minOperations maxOperations}"],
  [/^testing\.codeOf$/, "array"],
  [/^testing\.(checkGrads|findGradientFault)$/, "sum args {order modes atol rtol eps directions}"],
  [/^testing\.conditionNumber$/, "arraysFunction arrays64 n"],
  [/^testing\.subjectOf$/, "sum args n"],
  [/^testing\.chainRule$/, "arraysFunction subject"],
  [/^testing\.combineIsAssociative$/, "pair three {atol rtol}"],
  [/^testing\.emptyIsIdentity$/, "pair zero array {atol rtol}"],
  [/^testing\.chainIsAssociative$/, "optimizers tree tree {atol rtol}"],
  [/^testing\.updateIsJittable$/, "optimizer tree tree {steps atol rtol}"],
  [/^testing\.updateKeepsTypes$/, "optimizer tree tree"],
  [/^testing\.leavesInvariant$/, "kernel draw key few"],
  [/^testing\.(closeToTree|matchers\.toBeCloseToTree)$/, "tree tree {atol rtol}"],
  [/^testing\.(withinUlps|matchers\.toBeWithinUlps)$/, "x x number"],
  [/^testing\.ulpDistance$/, "number number float"],
  [/^testing\.keys$/, ""],
  [/^testing\./, "subject"],
  [
    /^method\.(add|sub|mul|div|floorDivide|mod|pow|equal|notEqual|less|lessEqual|greater|greaterEqual|dot|matmul)$/,
    "x",
  ],
  [/^method\.(sum|prod|max|min|argmax|argmin|all|any|mean|std|var_)$/, "axis {keepdims}"],
  [/^method\.(cumsum|cumprod|squeeze|flip|sort|argsort|transpose)$/, "axis"],
  [/^method\.(reshape|broadcastTo)$/, "shape"],
  [/^method\.(moveaxis|swapaxes|diagonal)$/, "axis1 axis1"],
  [/^method\.(slice|at)$/, "indices indices"],
  [/^method\.(repeat|take)$/, "n axis"],
  [/^method\.expandDims$/, "axis1"],
  [/^method\.astype$/, "dtype"],
  [/^method\.clip$/, "number number"],
  [/^method\.round$/, "n"],
  [/^method\./, ""],
];

/** Not called, and why. */
export const excluded: readonly (readonly [RegExp, string])[] = [
  [/^checkpointPolicies\./, "policies are called by checkpoint, with primitives"],
  [/^random\.State\.(of|map|ap|chain|Do|bind|let|flap)/, "fp-ts's own functions, which look at nothing"],
  [/^testing\.showProgram$/, "it is given what randomProgram made, a record that nobody writes by hand"],
  [/^tree\.registerNode$/, "it would change what the calls after it mean; it has tests of its own"],
];

/** What nobody calls as a function of values: types and errors. */
const isCallable = (value: unknown): value is (...args: unknown[]) => unknown =>
  typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));

export interface Callee {
  readonly name: string;
  /** Methods are called on an array. */
  readonly isMethod: boolean;
  readonly call: (...args: unknown[]) => unknown;
  readonly template: string;
}

function templateOf(name: string, parameters: number): string {
  const listed = templates[name] ?? families.find(([pattern]) => pattern.test(name))?.[1];
  return listed ?? new Array<string>(Math.max(1, parameters)).fill("x").join(" ");
}

function functionsOf(prefix: string, namespace: object): Callee[] {
  return Object.entries(namespace).flatMap(([key, value]): Callee[] => {
    const name = `${prefix}${key}`;
    if (isCallable(value))
      return [{ name, isMethod: false, call: value, template: templateOf(name, value.length) }];
    const isNamespace =
      typeof value === "object" && value !== null && /^[a-z]|^State$/.test(key) && !Array.isArray(value);
    return isNamespace ? functionsOf(`${name}.`, value) : [];
  });
}

const methodsOf = (prototype: object): Callee[] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([key, { value }]): Callee[] => {
    const name = `method.${key}`;
    if (key === "constructor" || key === "concrete" || !isCallable(value)) return [];
    return [{ name, isMethod: true, call: value, template: templateOf(name, value.length) }];
  });

/** In the order of their names, so that a run is the same whatever the order of exports. */
export const callees: readonly Callee[] = [
  ...functionsOf("", cotangent),
  ...functionsOf("sampling.", sampling),
  ...functionsOf("ebm.", ebm),
  ...functionsOf("testing.", testing),
  ...methodsOf(cotangent.NDArray.prototype),
]
  .filter(({ name }) => !excluded.some(([pattern]) => pattern.test(name)))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
