import "./src/compiler/register.js";
import "./src/numpy/methods.js";
import fc from "fast-check";
import { writeSync } from "node:fs";
import { randomProgram } from "./src/testing/random-program.js";
import { countUses, showProgram } from "./src/testing/program.js";
import * as L from "./src/testing/laws.js";
const counts = new Map<string, number>();
let bad = 0; const ill = new Map<string, number>();
const times: Record<string, number> = {};
const laws = { jvpIsDifference: L.jvpIsDifference, pullbackIsAdjoint: L.pullbackIsAdjoint, vmapIsLoop: L.vmapIsLoop, jitIsEager: L.jitIsEager, secondDerivativesAgree: L.secondDerivativesAgree };
const t0 = Date.now();
let n = 0;
const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1000; };
for (const p of fc.sample(randomProgram(), { numRuns: Number(process.argv[2] ?? 20), seed: Number(process.argv[3] ?? 5) })) {
  n++;
  for (const [name, law] of Object.entries(laws)) {
    const t = cpu();
    try { law({ f: p.run, inputs: p.inputs, seed: p.seed }); }
    catch (e) { if (e instanceof L.IllConditioned) ill.set(name, (ill.get(name) ?? 0) + 1); else { bad++; writeSync(1, `#${n} ${name} ${String(p)} ${e instanceof Error ? e.stack?.slice(0, 1500) : e}\n`); } }
    times[name] = (times[name] ?? 0) + cpu() - t;
  }
}
writeSync(1, `${bad} ${[...ill]} ${Date.now() - t0} ms wall, cpu ${JSON.stringify(times)}\n`);
