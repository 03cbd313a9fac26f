/** The cross-target part of the core tests in a page: wasm, and the target gpu on WebGPU and on WebGL2. */
import type { Server } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imitatedGraphics } from "../../scripts/chromium.js";
import { demoServer, listen } from "../../scripts/demo-server.js";
import { heldToJs, summary } from "../compiler/gpu/cross-target-agreement.js";
import { type Case, programs, rowCases, workloads } from "../compiler/gpu/cross-target-cases.js";
import type { Machine } from "../compiler/gpu/cross-target-machines.js";
import { fastAnswer, fastCases, tooFarOff } from "../compiler/gpu/fast-math-cases.js";
import { decodeArray } from "../jax/encoding.js";
import { type NamedRow, namespaces } from "../jax/golden-rows.js";
import { everyRow } from "../jax/read-rows.js";
import { buildPage, pageFolder } from "./cross-target/build.js";
import { site } from "./opened.js";

const { browser } = site(imitatedGraphics);

let server: Server;
let address = "";

beforeAll(async () => {
  await buildPage();
  server = demoServer(pageFolder);
  address = await listen(server, 0);
});
afterAll(() => server.close());

const rowsAt = (stride: number): readonly NamedRow[] =>
  namespaces.flatMap((namespace) => everyRow(namespace, stride));

describe.each([
  { machine: "wasm", title: /WebAssembly with SIMD/, rows: rowsAt(31) },
  { machine: "webgpu", title: /in mode "webgpu": as chosen \(.*swiftshader/i, rows: rowsAt(193) },
  { machine: "webgl2", title: /in mode "webgl2": as chosen \(.*swiftshader/i, rows: rowsAt(193) },
] as const)("in a page on $machine", ({ machine, title, rows }) => {
  test("golden rows and programs give what js gives here, as closely as the machine allows", async () => {
    const { page, complaints } = await opened();
    const ofPrograms = await held(page, machine, [...workloads, ...programs], null);
    const ofRows = await held(page, machine, rows.flatMap(rowCases), rows);
    console.log(`${ofRows.description}\n  programs: ${ofPrograms.line}\n  golden rows: ${ofRows.line}`);
    expect(ofRows.description).toMatch(title);
    expect([...ofPrograms.faults, ...ofRows.faults]).toEqual([]);
    expect(ofPrograms.compared).toBeGreaterThan(programs.length);
    expect(ofRows.compared).toBeGreaterThan(3 * rows.length);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test.each(["webgpu", "webgl2"] as const)(
  "under fastMath elementary functions on %s are the driver's, within what WGSL promises",
  async (mode) => {
    const { page, complaints } = await opened();
    const answers = await page.evaluate((on) => window.fastAnswersTo(on), mode);
    for (const [i, each] of fastCases.entries()) {
      expect(tooFarOff(each, answers[i], await fastAnswer(each, "js"))).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

/** The page of the tests, with what its console says but for logs. */
async function opened(): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const page = await (await browser().newContext()).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "log") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  return { page, complaints };
}

/** What the page computes, held to js here. Golden rows are handed to it as data. */
async function held(page: Page, machine: Machine, cases: readonly Case[], rows: readonly NamedRow[] | null) {
  const start = performance.now();
  const { description, answers } = await page.evaluate(([on, given]) => window.answersTo(on, given), [
    machine,
    rows,
  ] as const);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const results = new Map(answers);
  const agreement = await heldToJs(machine, cases, ({ name }) => {
    const answer = results.get(name) ?? "the page gave no answer";
    return typeof answer === "string" ? answer : answer.map(decodeArray);
  });
  return { ...agreement, description, line: `${summary(agreement)}, in ${seconds} s` };
}
