/** The worker that scores: log Z by quadrature, and KL(data || model) on rows whose true density is known. */
import { type NDArray, type nn, setDefaultTarget } from "cotangent";
import {
  decodeCheckpoint,
  explainCheckpointFault,
  explainQuadratureFault,
  klDivergence,
  logPartition,
} from "cotangent/ebm";
import * as np from "cotangent/numpy";
import * as random from "cotangent/random";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { modelOf } from "../train/model.js";
import { recipes } from "../train/recipes.js";
import type { FromJudge, ToJudge } from "./messages.js";

type Begin = Extract<ToJudge, { readonly kind: "begin" }>;
type Scorer = (params: Uint8Array) => E.Either<string, { mean: number; standardError: number }>;

setDefaultTarget("wasm");

let current: { readonly run: number; readonly score: Scorer } | null = null;

self.addEventListener("message", ({ data: message }: MessageEvent<ToJudge>) => {
  switch (message.kind) {
    case "begin":
      current = { run: message.run, score: scorerOf(message) };
      return;
    case "judge": {
      const { run, step, params } = message;
      if (current?.run === run) {
        post(
          pipe(
            current.score(params),
            E.match(
              (reason): FromJudge => ({ kind: "noScore", run, step, reason }),
              ({ mean, standardError }) => ({ kind: "score", run, step, mean, standardError }),
            ),
          ),
        );
      } else post({ kind: "noScore", run, step, reason: "the run is over" });
    }
  }
});

const post = (message: FromJudge): void => self.postMessage(message);

function scorerOf({ hidden, heldOut, logDensities, logJacobian, range }: Begin): Scorer {
  const model = modelOf({ ...recipes.default, hidden }, 2);
  const like: readonly nn.DenseParams[] = model.init(random.key(0));
  const rows = np.array(heldOut).reshape([heldOut.length / 2, 2]);
  const densities = np.array(logDensities);
  return (bytes) =>
    pipe(
      decodeCheckpoint(bytes, [...like]),
      E.mapLeft(explainCheckpointFault),
      E.chain(({ state }) => {
        const energy = (y: NDArray): NDArray => model.energy(state, y);
        return pipe(
          logPartition(energy, range),
          E.bimap(explainQuadratureFault, ({ logZ }) =>
            klDivergence(energy, logZ, rows, densities, { logJacobian }),
          ),
        );
      }),
    );
}
