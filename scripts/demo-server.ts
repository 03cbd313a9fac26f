/** A static server for one folder: nothing but what lies in it, under the policy that the page is made for. */
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";

/** Scripts of the page's own and WebAssembly, and nothing from anywhere else. */
export const contentSecurityPolicy: string = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** The server of a folder, which does not listen yet. */
export function demoServer(folder: string): Server {
  return createServer((request, response) => {
    answer(folder, request, response).catch(() => refuse(response, 500, "the file cannot be read"));
  });
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD are answered");
  }
  const file = await fileOf(folder, request.url ?? "/");
  if (file === null) return refuse(response, 404, "there is no such file");
  const content = await readFile(file);
  response.writeHead(200, {
    ...headers,
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Content-Length": content.length,
    "Cache-Control": "no-cache",
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

/**
 * The file that a request asks for, or null: where there is none, where it lies outside of the folder (also behind a link), and
 * where the path has bytes that no name of ours has.
 */
export async function fileOf(folder: string, url: string): Promise<string | null> {
  const path = decoded(url.replace(/[?#].*$/s, ""));
  if (path === null || !path.startsWith("/") || /[\0\\]/.test(path)) return null;
  const root = await realpath(folder);
  const wanted = resolve(root, `.${path.endsWith("/") ? `${path}index.html` : path}`);
  const file = await realpath(wanted).catch(() => null);
  if (file === null || !file.startsWith(root + sep)) return null;
  return (await stat(file)).isFile() ? file : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

const headers = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
};

function refuse(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${reason}\n`);
}

/** Listens on 127.0.0.1 alone; port 0 takes a free one. Gives the address. */
export const listen = (server: Server, port: number): Promise<string> =>
  new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      done(`http://127.0.0.1:${found}/`);
    });
  });

/** Where the built page lies. */
export const demoFolder = (root: string): string => join(root, "out", "demo");
