/**
 * Do js and wasm give the same bits? All golden rows (value, vjp, jvp, vmap; operation by operation and as one program), random
 * programs (value, grad, jvp, vmap, vmap of grad), and the parameters of the energy that `npm start` trains.
 *
 *     npm run compare:targets
 *     npm run compare:targets -- --programs 2000 --from 0 --seed 1 --stride 1 --steps 200
 *
 * `--stride 10` takes every tenth row, `--from` says which program is the first. Exit code 1 where anything differs.
 */
import { parseArgs } from "node:util";
import {
  type Agreement,
  goldenRowsAgree,
  randomProgramAgrees,
  together,
  trainingAgrees,
} from "../tests/compiler/targets-agree.js";
import { namespaces } from "../tests/jax/golden-rows.js";

const { values: options } = parseArgs({
  options: {
    programs: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    stride: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    steps: { type: "string", default: "200" },
  },
});
const [programs, from, seed, stride, steps] = [
  options.programs,
  options.from,
  options.seed,
  options.stride,
  options.steps,
].map(Number);
const shownDifferences = 10;

const parts: readonly (readonly [string, () => Agreement])[] = [
  ...namespaces.map(
    (namespace) => [`golden rows of ${namespace}`, () => goldenRowsAgree(namespace, stride)] as const,
  ),
  [
    `${programs} random programs, seed ${seed}`,
    () => together(Array.from({ length: programs }, (_, i) => randomProgramAgrees(seed, from + i))),
  ],
  [`training of npm start, ${steps} steps`, () => trainingAgrees(steps)],
];

console.log(`Node ${process.version}: js against wasm, bit by bit`);
let differing = 0;
for (const [title, compare] of parts) {
  const start = performance.now();
  const { compared, elements, differences } = compare();
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const figures = [`${compared} results`, `${elements} elements`, `${differences.length} differ`];
  console.log(
    `${title.padEnd(36)} ${figures.map((text) => text.padStart(18)).join("")}${seconds.padStart(7)} s`,
  );
  for (const line of differences.slice(0, shownDifferences)) console.log(`    ${line}`);
  differing += differences.length;
}
process.exitCode = differing > 0 ? 1 : 0;
