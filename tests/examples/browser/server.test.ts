/** The server of the live page: what lies in its folder, and nothing else. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentSecurityPolicy, demoServer, fileOf, listen } from "../../../scripts/demo-server.js";

const parent = mkdtempSync(join(tmpdir(), "cotangent-demo-"));
const folder = join(parent, "site");
mkdirSync(join(folder, "chunks"), { recursive: true });
writeFileSync(join(folder, "index.html"), "<!doctype html>");
writeFileSync(join(folder, "chunks", "a.js"), "export {};");
writeFileSync(join(folder, "notes"), "text");
writeFileSync(join(parent, "secret.txt"), "secret");
mkdirSync(join(parent, "site-2"));
writeFileSync(join(parent, "site-2", "other.txt"), "secret");
symlinkSync(join(parent, "secret.txt"), join(folder, "link.txt"));

const server = demoServer(folder);
let address = "";
beforeAll(async () => {
  address = await listen(server, 0);
});
afterAll(() => server.close());

describe("the server", () => {
  test.each([
    ["", "text/html; charset=utf-8", "<!doctype html>"],
    ["index.html?x=1", "text/html; charset=utf-8", "<!doctype html>"],
    ["chunks/a.js", "text/javascript; charset=utf-8", "export {};"],
    ["notes", "application/octet-stream", "text"],
  ])("gives /%s its type, under the page's policy", async (path, type, text) => {
    const response = await fetch(address + path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(response.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toBe(text);
  });
  test("answers for the local machine alone", () => {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
  test("takes nothing but GET and HEAD", async () => {
    expect((await fetch(address, { method: "POST", body: "x" })).status).toBe(405);
    const head = await fetch(address, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "15", ""]);
  });
  test("has no other file", async () => {
    const response = await fetch(`${address}none.js`);
    expect([response.status, await response.text()]).toEqual([404, "there is no such file\n"]);
  });
  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/chunks/../../secret.txt",
    "/../site-2/other.txt",
    "/..\\secret.txt",
    "/link.txt",
    "/index.html%00.js",
    "/%",
    "secret.txt",
    "/chunks",
    "/chunks/",
    "//etc/passwd",
    "/etc/passwd",
  ])("does not leave its folder for %s", async (path) => {
    expect(await fileOf(folder, path)).toBeNull();
  });
});
