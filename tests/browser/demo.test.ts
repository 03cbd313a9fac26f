/** `npm run demo` as a process: it serves the page until it is ended, and says what is wrong in one line. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "./opened.js";

const args = [join(root, "node_modules/tsx/dist/cli.mjs"), join(root, "scripts/demo.ts")];

/** What a process says first. */
const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    let text = "";
    child.stdout?.on("data", (part) => {
      text += String(part);
      if (text.includes("\n")) done(text.split("\n")[0]);
    });
    child.on("exit", (code) => fail(new Error(`it ended with ${code} before it said anything`)));
  });

test("builds the page, serves it on 127.0.0.1 and prints the address", async () => {
  const child = spawn(process.execPath, [...args, "--port", "0"], { cwd: root });
  try {
    const line = await firstLine(child);
    const [, address] =
      /^the live page is at (http:\/\/127\.0\.0\.1:\d+\/) \(Ctrl-C ends it\)$/.exec(line) ?? [];
    const page = await fetch(address);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining("Energy-based models, live"),
    ]);
    expect((await fetch(`${address}main.js`)).headers.get("content-type")).toMatch(/^text\/javascript/);
  } finally {
    child.kill();
  }
});

const complaint = (given: readonly string[]): Promise<unknown> =>
  promisify(execFile)(process.execPath, [...args, ...given], { cwd: root }).then(
    () => "it did not complain",
    ({ code, stderr }) => [code, stderr],
  );

test("a port that is none, or taken, is said in one line", async () => {
  expect(await complaint(["--port", "http"])).toEqual([
    2,
    'demo: --port takes a whole number from 0 to 65535, got "http"\n',
  ]);
  const other = createServer();
  const port = await new Promise<number>((done) => {
    other.listen(0, "127.0.0.1", () => done(Number(Object(other.address()).port)));
  });
  expect(await complaint(["--port", String(port)])).toEqual([
    2,
    `demo: port ${port} is taken; give another with --port\n`,
  ]);
  other.close();
});
