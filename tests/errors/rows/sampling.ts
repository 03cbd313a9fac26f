/** Kernels, what is made of them, and how they are run. */
import { type NDArray, numpy as np, random, vmap } from "cotangent";
import * as sampling from "cotangent/sampling";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const x = np.array([1, 2, 3]);
const bowl = (y: NDArray): NDArray => y.square().sum().div(2);
const kernel = sampling.langevin(bowl, 0.1);
const many = vmap(kernel.init)(np.ones([4, 2]));

export const samplingRows: readonly Row[] = [
  [
    "runChain takes a whole number of steps",
    () => sampling.runChain(key, kernel, kernel.init(x), 0.5, () => null),
    "ArgumentError",
    "sampling.runChain: steps is 0.5; give a whole number of steps",
  ],
  [
    "runChain takes a kernel",
    () => sampling.runChain(key, unchecked(bowl), unchecked(x), 1, () => null),
    "ArgumentError",
    "sampling.runChain: the kernel is { init, step }, such as langevin(energy, stepSize), got the " +
      "function bowl (was a call meant, bowl(...)?)",
  ],
  [
    "runChain takes what is collected",
    () => sampling.runChain(key, kernel, kernel.init(x), 1, unchecked(null)),
    "ArgumentError",
    "sampling.runChain: collect: expected a function, got null",
  ],
  [
    "runChain's kernel returns a pair",
    () => sampling.runChain(key, { init: () => x, step: () => unchecked(x) }, x, 1, () => null),
    "ArgumentError",
    "sampling.runChain: the kernel's step must return [state, info], got an array f32[3]",
  ],
  [
    "langevin takes an energy",
    () => sampling.langevin(unchecked(x), 0.1),
    "ArgumentError",
    "sampling.langevin: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "langevin's step size is positive",
    () => sampling.langevin(bowl, -1),
    "ArgumentError",
    "sampling.constant: stepSize is -1; give a positive step size",
  ],
  [
    "langevin's state is made by init",
    () => kernel.step(key, unchecked(x)),
    "ArgumentError",
    "sampling.langevin: the state is { position, count }, made by init(position), got an array " + "f32[3]",
  ],
  [
    "langevinSampling starts from an array",
    () => sampling.langevinSampling(key, bowl, unchecked([1, 2])),
    "ArgumentError",
    "sampling.langevinSampling: init is an array, f32[n, d], got [1, 2]",
  ],
  [
    "langevinSampling starts from rows",
    () => sampling.langevinSampling(key, bowl, np.array(1)),
    "ShapeError",
    "sampling.langevinSampling: init is a scalar, and its first axis is that of the chains; give [n, d], " +
      "one start a row",
  ],
  [
    "langevinSampling starts from floats",
    () => sampling.langevinSampling(key, bowl, np.zeros([2, 2], { dtype: "int32" })),
    "DTypeError",
    'sampling.langevinSampling: init is i32[2,2]; use floats: init.astype("float32")',
  ],
  [
    "a schedule takes positive step sizes",
    () => sampling.geometric(0, 1, 10),
    "ArgumentError",
    "sampling.geometric: first is 0; give a positive step size",
  ],
  [
    "a schedule takes a whole number of steps",
    () => sampling.cosine(1, 0.1, 0),
    "ArgumentError",
    "sampling.cosine: steps is 0; give a positive whole number",
  ],
  [
    "runChain's kernel has an init",
    () => sampling.runChain(key, unchecked({ step: kernel.step }), kernel.init(x), 1, () => null),
    "ArgumentError",
    "sampling.runChain: the kernel's init: expected a function, got undefined",
  ],
  [
    "runChain's burn-in is no longer than the chain",
    () => sampling.runChain(key, kernel, kernel.init(x), 5, () => null, { burnIn: 6 }),
    "ArgumentError",
    "sampling.runChain: burnIn must be an integer from 0 to 5, got 6",
  ],
  [
    "runChain keeps every thin-th step",
    () => sampling.runChain(key, kernel, kernel.init(x), 5, () => null, { thin: 0 }),
    "ArgumentError",
    "sampling.runChain: thin must be an integer from 1 on, got 0",
  ],
  [
    "runChain's options have names",
    () => sampling.runChain(key, kernel, kernel.init(x), 5, () => null, unchecked({ burnin: 2 })),
    "ArgumentError",
    'sampling.runChain: there is no option "burnin"; write "burnIn"',
  ],
  [
    "runChains takes the states of many chains",
    () => sampling.runChains(key, kernel, kernel.init(np.array(1)), 1, () => null),
    "ShapeError",
    "sampling.runChains: the states are those of n chains, stacked along a leading axis, as " +
      "vmap(kernel.init)(positions) makes them, got a scalar in them",
  ],
  [
    "runChains takes states that hold arrays",
    () => sampling.runChains(key, kernel, unchecked({}), 1, () => null),
    "ShapeError",
    "sampling.runChains: the states are those of n chains, stacked along a leading axis, as " +
      "vmap(kernel.init)(positions) makes them, got an object without keys",
  ],
  [
    "runChains takes a whole number of steps",
    () => sampling.runChains(key, kernel, many, 0.5, () => null),
    "ArgumentError",
    "sampling.runChains: steps is 0.5; give a whole number of steps",
  ],
  [
    "runChains takes one key",
    () => sampling.runChains(random.split(key, 4), kernel, many, 1, () => null),
    "ShapeError",
    "sampling.runChains: takes one key, got a batch of them, u32[4,2]; " +
      "map over it: vmap((key) => sampling.runChains(key, ...))(keys)",
  ],
  [
    "langevin's position holds floats",
    () => kernel.init(np.array([1, 2], { dtype: "int32" })),
    "DTypeError",
    'sampling.langevin: the position is i32[2]; use floats: position.astype("float32")',
  ],
  [
    "mala takes an energy",
    () => sampling.mala(unchecked(3), 0.1),
    "ArgumentError",
    "sampling.mala: expected a function, got the number 3",
  ],
  [
    "mala takes a step size or a schedule of it",
    () => sampling.mala(bowl, unchecked("small")),
    "ArgumentError",
    'sampling.mala: stepSize: expected a function, got the string "small"',
  ],
  [
    "mala's state is made by init",
    () => sampling.mala(bowl, 0.1).step(key, unchecked(kernel.init(x))),
    "ArgumentError",
    "sampling.mala: the state is { position, energy, gradEnergy, count }, made by init(position), got " +
      "an object with the keys position, count",
  ],
  [
    "mala's energy is a scalar",
    () => sampling.mala((y) => y, 0.1).init(x),
    "DifferentiationError",
    "valueAndGrad: the function must return a real scalar, it returned f32[3]; " +
      "reduce it with sum or mean, or use vjp, jacrev or jacfwd",
  ],
  [
    "randomWalk's sd is positive",
    () => sampling.randomWalk(bowl, -1),
    "ArgumentError",
    "sampling.randomWalk: sd is -1; give a positive standard deviation",
  ],
  [
    "randomWalk's energy is an array",
    () =>
      sampling
        .randomWalk(
          unchecked(() => "low"),
          1,
        )
        .init(x),
    "ArgumentError",
    'sampling.randomWalk: the energy must return a scalar array, got the string "low"',
  ],
  [
    "randomWalk's energy is a scalar",
    () => sampling.randomWalk((y) => y, 1).init(x),
    "ShapeError",
    "sampling.randomWalk: the energy must return a scalar, the energy of one position, it returned f32[3]; " +
      "reduce it with sum",
  ],
  [
    "randomWalk's energy is a float",
    () => sampling.randomWalk((y) => y.sum().astype("int32"), 1).init(x),
    "DTypeError",
    "sampling.randomWalk: the energy must return a float, it returned i32[]; cast it with astype",
  ],
  [
    "sequence takes kernels",
    () => sampling.sequence(kernel, unchecked(bowl)),
    "ArgumentError",
    "sampling.sequence: the kernel is { init, step }, such as langevin(energy, stepSize), got the " +
      "function bowl (was a call meant, bowl(...)?)",
  ],
  [
    "sequence takes kernels, the first too",
    () => sampling.sequence(unchecked(bowl), kernel),
    "ArgumentError",
    "sampling.sequence: the kernel is { init, step }, such as langevin(energy, stepSize), got the " +
      "function bowl (was a call meant, bowl(...)?)",
  ],
  [
    "sequence's kernels have positions",
    () =>
      sampling
        .sequence(unchecked({ init: () => x, step: (_: unknown, s: unknown) => [s, null] }), kernel)
        .step(key, { position: x }),
    "ArgumentError",
    "sampling.sequence: a state must have a position, which one kernel hands to the other, got an array f32[3]",
  ],
  [
    "repeated takes a whole number of times",
    () => sampling.repeated(kernel, 2.5),
    "ArgumentError",
    "sampling.repeated: times must be an integer from 0 on, got 2.5",
  ],
  [
    "repeated takes a kernel",
    () => sampling.repeated(unchecked(bowl), 2),
    "ArgumentError",
    "sampling.repeated: the kernel is { init, step }, such as langevin(energy, stepSize), got the " +
      "function bowl (was a call meant, bowl(...)?)",
  ],
  [
    "langevinSampling keeps what burnIn and thin say of a trajectory alone",
    () => sampling.langevinSampling(key, bowl, np.ones([2, 2]), unchecked({ thin: 2 })),
    "ArgumentError",
    "sampling.langevinSampling: burnIn and thin say which positions of a trajectory are kept; ask for one: " +
      "trajectory: true",
  ],
];
