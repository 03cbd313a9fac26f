/** TensorFlow.js on its WebAssembly backend, where it is installed (`npm ci --prefix bench/peers`). */
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

export interface TfTensor {
  readonly shape: number[];
  add(other: TfTensor): TfTensor;
  sub(other: TfTensor): TfTensor;
  mul(other: TfTensor | number): TfTensor;
  matMul(other: TfTensor): TfTensor;
  sigmoid(): TfTensor;
  relu(): TfTensor;
  neg(): TfTensor;
  exp(): TfTensor;
  square(): TfTensor;
  sum(): TfTensor;
  mean(): TfTensor;
  reshape(shape: readonly number[]): TfTensor;
  slice(begin: readonly number[], size: readonly number[]): TfTensor;
  toFloat(): TfTensor;
  variable(): TfTensor;
  dataSync(): Float32Array;
  dispose(): void;
}

type Gradient = (x: TfTensor) => TfTensor;

/** As much of it as the scripts here use. */
export interface Tf {
  tensor(values: Float32Array | Int32Array, shape?: readonly number[], dtype?: string): TfTensor;
  scalar(value: number): TfTensor;
  zeros(shape: readonly number[]): TfTensor;
  oneHot(x: TfTensor, classes: number): TfTensor;
  sin(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  logSoftmax(x: TfTensor): TfTensor;
  randomNormal(shape: readonly number[]): TfTensor;
  randomUniform(shape: readonly number[], low: number, high: number): TfTensor;
  grad(f: Gradient): Gradient;
  variableGrads(
    f: () => TfTensor,
    variables: readonly TfTensor[],
  ): { readonly value: TfTensor; readonly grads: Readonly<Record<string, TfTensor>> };
  tidy<T>(f: () => T): T;
  dispose(tensors: unknown): void;
  readonly train: {
    adam(rate: number): { minimize(f: () => TfTensor, returnCost: boolean): TfTensor };
  };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
}

export async function loadTf(): Promise<Tf> {
  const require = createRequire(resolve("bench/peers/package.json"));
  // Both casts are true of the versions that the lockfile in that folder names.
  const tf = require("@tensorflow/tfjs") as Tf;
  const backend = require("@tensorflow/tfjs-backend-wasm") as WasmBackend;
  backend.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}
