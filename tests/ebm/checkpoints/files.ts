/** Bytes of safetensors files, right and wrong ones, put together by hand. */
import { NDArray } from "cotangent";

/** 8 bytes of length, the header's text, the data: without any check. */
export function fileOf(header: string | Uint8Array, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The header's text of a file that is whole. */
export const headerOf = (bytes: Uint8Array): string =>
  new TextDecoder().decode(
    bytes.subarray(8, 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)),
  );

/** A tree of arrays with each array's type and bytes in its place: equal when the trees are, bit for bit. */
export function bitsOf(tree: unknown): unknown {
  if (tree instanceof NDArray) {
    const { buffer } = tree.dataSync();
    return `${tree.dtype}[${tree.shape}]${tree.weakType ? " weak" : ""} ${Buffer.from(buffer).toString("hex")}`;
  }
  if (Array.isArray(tree)) return tree.map(bitsOf);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, bitsOf(part)]));
}
