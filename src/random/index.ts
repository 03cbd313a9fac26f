/** `cotangent/random`: keys and samplers, bit for bit those of jax.random. */
import "../compiler/register.js";
import "../numpy/methods.js";

export { ball, generalizedNormal } from "./ball.js";
export { type BernoulliOptions, bernoulli, type RademacherOptions, rademacher } from "./bernoulli.js";
export { beta, dirichlet } from "./beta.js";
export { bits } from "./bits.js";
export { type CategoricalOptions, categorical } from "./categorical.js";
export { type ChoiceOptions, choice } from "./choice.js";
export { gamma, loggamma } from "./gamma.js";
export { cauchy, exponential, gumbel, laplace, logistic } from "./inverse-transform.js";
export { foldIn, type Key, key, keyData, split, wrapKeyData } from "./key.js";
export { type MultivariateNormalOptions, multivariateNormal } from "./multivariate-normal.js";
export { normal, truncatedNormal } from "./normal.js";
export { type PermutationOptions, permutation } from "./permutation.js";
export { type PoissonOptions, poisson } from "./poisson.js";
export { type RandintOptions, randint } from "./randint.js";
export type { FloatDType, FloatOptions } from "./shape.js";
export type { Random } from "./state.js";
export * as State from "./state.js";
export { t } from "./t.js";
export { type UniformOptions, uniform } from "./uniform.js";
