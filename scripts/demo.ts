/**
 * npm run demo: builds the live page, serves it on 127.0.0.1 and prints the address. `-- --port 8000` takes another port than
 * 8377, 0 any free one.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildDemo } from "./demo-build.js";
import { demoFolder, demoServer, listen } from "./demo-server.js";

const usualPort = 8377;

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = demoFolder(root);
const port = portOf(process.argv.slice(2));
await buildDemo(root, folder);
const address = await listen(demoServer(folder), port).catch((error: unknown) => {
  const code = error instanceof Error && "code" in error ? error.code : "";
  throw code === "EADDRINUSE" ? complaint(`port ${port} is taken; give another with --port`) : error;
});
console.log(`the live page is at ${address} (Ctrl-C ends it)`);

function portOf(args: readonly string[]): number {
  const text = given(args) ?? String(usualPort);
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 65_535) return value;
  throw complaint(`--port takes a whole number from 0 to 65535, got ${JSON.stringify(text)}`);
}

function given(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { port: { type: "string" } } }).values.port;
  } catch (error) {
    throw complaint(error instanceof Error ? error.message : String(error));
  }
}

/** Ends the command with one line. */
function complaint(line: string): never {
  console.error(`demo: ${line}`);
  process.exit(2);
}
