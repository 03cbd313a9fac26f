/** Progress: plain lines where nobody watches, a bar on a terminal, and never a colour. */
import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { progress } from "../../examples/train/progress.js";

/** A stream that keeps what is written to it, and passes for a terminal or not. */
function recorder(isTTY: boolean): { readonly stream: WriteStream; readonly text: () => string } {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 120,
    cursorTo() {},
    moveCursor() {},
    clearLine() {},
  });
  stream.on("data", (chunk) => written.push(String(chunk)));
  // Sound: these are the parts of a WriteStream that a bar uses.
  return { stream: stream as unknown as WriteStream, text: () => written.join("") };
}

const run = (isTTY: boolean, from = 1): string => {
  const { stream, text } = recorder(isTTY);
  const bar = progress(40, stream);
  for (let step = from; step <= 40; step++) {
    bar.report({ step, loss: -0.01, dataEnergy: 1.5, sampleEnergy: step === 7 ? Number.NaN : 1.51 });
  }
  bar.stop();
  return text();
};

test("without a terminal there are twenty-one lines, with both energies and the rate", () => {
  const lines = run(false).trimEnd().split("\n");
  expect(lines.length).toBe(21);
  expect(lines[0]).toBe(" 1/40  loss  -0.010  E(data)   1.500  E(samples)   1.510");
  expect(lines[20]).toMatch(/^40\/40 {2}loss .* E\(data\) .* E\(samples\) .* +\d+ it\/s$/);
});
test("a resumed run begins where it was", () => {
  expect(run(false, 37).split("\n")[0]).toMatch(/^38\/40 /);
});
test("on a terminal there is a bar with the time left, and no escape sequence that sets a colour", () => {
  const text = run(true);
  expect(text).toMatch(/█.* 40\/40 .* it\/s {2}loss .* E\(data\) .* E\(samples\) .* 0 s left/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are set by control characters
  expect(text).not.toMatch(/\x1b\[[\d;]*m/);
});
