/** `cotangent/nn`: activations, initialisers and layers as pure functions of trees of parameters. */
import "../compiler/register.js";
import "../numpy/methods.js";

export {
  type Activation,
  elu,
  type GeluOptions,
  gelu,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softplus,
  swish,
  tanh,
} from "./activations.js";
export { type DenseOptions, type DenseParams, dense, type LinearParams } from "./dense.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { type Embedding, type EmbeddingOptions, type EmbeddingParams, embedding } from "./embedding.js";
export {
  type FanAxes,
  type FanMode,
  glorotNormal,
  glorotUniform,
  heNormal,
  type Initializer,
  lecunNormal,
  varianceScaling,
  type WeightDistribution,
} from "./initializers.js";
export type { ApplyOptions, Layer } from "./layer.js";
export { type LayerNormOptions, type LayerNormParams, layerNorm } from "./layer-norm.js";
export { type Mlp, type MlpOptions, mlp } from "./mlp.js";
export { type Part, type PartParams, sequential } from "./sequential.js";
export { logSoftmax, logsumexp, type OneHotOptions, oneHot, softmax } from "./softmax.js";
