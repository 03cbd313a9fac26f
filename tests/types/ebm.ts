/**
 * Type tests of `cotangent/ebm` and `cotangent/sampling`: this file is checked by `npm run typecheck`, never run. What a model, an
 * optimiser and a sampler are made of is known from the first line of a training to its checkpoint.
 */
import { type NDArray, type nn, numpy as np, optim, random } from "cotangent";
import {
  annealedLangevin,
  type Checkpoint,
  type CheckpointFault,
  contrastiveDivergence,
  type Divergence,
  decodeCheckpoint,
  encodeCheckpoint,
  type HopsAndLangevinInfo,
  hopsAndLangevin,
  initialState,
  mlpEnergy,
  type Negatives,
  persistentChains,
  type ReplayBuffer,
  type TrainMetrics,
  type TrainState,
  train,
  trainStep,
  trainUntilDiverged,
} from "cotangent/ebm";
import {
  type LangevinInfo,
  langevin,
  type MalaInfo,
  type MalaState,
  mala,
  type RandomWalkInfo,
  randomWalk,
  repeated,
  runChain,
  sequence,
} from "cotangent/sampling";
import type { Either } from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;
/** Compiles only where the value's type is T, exactly. */
const expectType =
  <T>() =>
  <V>(_value: V, ..._same: Equal<V, T> extends true ? [] : [never, T, V]): void => {};

const key = random.key(0);
const points = np.zeros([8, 2]);
const optimizer = optim.adam(0.01);
const persistent = {
  ...mlpEnergy(),
  optimizer,
  negatives: persistentChains(hopsAndLangevin()),
  batchSize: 4,
};
type Params = nn.DenseParams[];
type Kind = typeof optimizer extends optim.Optimizer<infer F> ? F : never;
type State = TrainState<Params, optim.StateOf<Kind, Params>, ReplayBuffer>;

const step = trainStep(persistent);
const initial = initialState(key, persistent);
expectType<State>()(initial);
expectType<[state: State, metrics: TrainMetrics<HopsAndLangevinInfo>]>()(step(initial, points));
expectType<State>()(pipe(initial, train(step, points, { iterations: 1 })));
expectType<Either<Divergence<State>, State>>()(
  pipe(initial, trainUntilDiverged(step, points, { iterations: 1 })),
);
train(step, points, {
  iterations: 1,
  onStep: ({ state, metrics }) => {
    expectType<State>()(state);
    expectType<NDArray>()(metrics.sampler.langevin.acceptance);
  },
});

// What was saved can be trained on.
const decoded = decodeCheckpoint(encodeCheckpoint(initial), initial);
const resumed: Either<CheckpointFault, Checkpoint<State>> = decoded;
void resumed;

// Negatives know what they carry and what they report.
expectType<Negatives<null, LangevinInfo>>()(contrastiveDivergence());
expectType<Negatives<null, LangevinInfo>>()(contrastiveDivergence(annealedLangevin()));
expectType<Negatives<null, HopsAndLangevinInfo>>()(contrastiveDivergence(hopsAndLangevin()));

const fromData = { ...persistent, negatives: contrastiveDivergence() };
// @ts-expect-error a state whose chains are null is not one of persistent chains
step(initialState(key, fromData), points);
// @ts-expect-error an energy has parameters and one point
trainStep({ ...persistent, energy: (x: NDArray) => x.sum() })(initial, points);
// @ts-expect-error a transition goes from an energy to a kernel
persistentChains(mala);

// Kernels made of kernels report what these do.
const bowl = (x: NDArray): NDArray => x.square().sum();
const both = sequence(randomWalk(bowl, 1), mala(bowl, 0.1));
const [, infos] = both.step(key, both.init(np.zeros([2])));
expectType<readonly [RandomWalkInfo, MalaInfo]>()(infos);
const [last, acceptance] = runChain(
  key,
  repeated(mala(bowl, 0.1), 3),
  mala(bowl, 0.1).init(np.zeros([2])),
  5,
  (_, info) => info.acceptance,
);
expectType<MalaState>()(last);
expectType<NDArray>()(acceptance);
// @ts-expect-error the state of plain Langevin carries no energy
mala(bowl, 0.1).step(key, langevin(bowl, 0.1).init(np.zeros([2])));
