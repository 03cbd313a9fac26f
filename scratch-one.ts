import "./src/compiler/register.js";
import "./src/numpy/methods.js";
import fc from "fast-check";
import { writeSync } from "node:fs";
import { randomProgram } from "./src/testing/random-program.js";
import * as L from "./src/testing/laws.js";
const laws = { jvpIsDifference: L.jvpIsDifference, pullbackIsAdjoint: L.pullbackIsAdjoint, vmapIsLoop: L.vmapIsLoop, jitIsEager: L.jitIsEager, secondDerivativesAgree: L.secondDerivativesAgree };
let n = 0;
for (const p of fc.sample(randomProgram(), { numRuns: 100, seed: 5 })) {
  n++; if (n < Number(process.argv[2] ?? 0)) continue; if (process.argv[3]) writeSync(1, String(p)+"\n");
  for (const [name, law] of Object.entries(laws)) {
    const t = performance.now();
    writeSync(1, `${n} ${name} `);
    try { law({ f: p.run, inputs: p.inputs, seed: p.seed }); } catch (e) { writeSync(1, String(e).slice(0, 100).replace(/\n/g, " ")); }
    writeSync(1, `${Math.round(performance.now() - t)}ms\n`);
  }
}
