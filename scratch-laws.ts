import "./src/compiler/register.js";
import "./src/numpy/methods.js";
import fc from "fast-check";
import { randomProgram } from "./src/testing/random-program.js";
import { countUses, showProgram } from "./src/testing/program.js";
import * as L from "./src/testing/laws.js";
const counts = new Map<string, number>();
let bad = 0; const ill = new Map<string, number>();
const times: Record<string, number> = {};
const laws = { jvpIsDifference: L.jvpIsDifference, pullbackIsAdjoint: L.pullbackIsAdjoint, vmapIsLoop: L.vmapIsLoop, jitIsEager: L.jitIsEager, secondDerivativesAgree: L.secondDerivativesAgree };
const t0 = Date.now();
let n = 0;
for (const p of fc.sample(randomProgram(), { numRuns: Number(process.argv[2] ?? 20), seed: Number(process.argv[3] ?? 5) })) {
  n++;
  for (const [name, law] of Object.entries(laws)) {
    const t = performance.now();
    try { law({ f: p.run, inputs: p.inputs, seed: p.seed }); }
    catch (e) { if (e instanceof L.IllConditioned) ill.set(name, (ill.get(name) ?? 0) + 1); else { bad++; if (bad < 4) console.log(name, String(p), e instanceof Error ? e.stack?.slice(0, 1200) : e); else console.log(n, name, String(e).slice(0,200).replace(/\n/g," ")); } }
    times[name] = (times[name] ?? 0) + performance.now() - t;
  }
}
console.log(bad, [...ill], Date.now() - t0, "ms", times);
