/** Modules that ask an engine whether it has an instruction. */
import { encodeModule } from "./encode.js";
import { FunctionWriter } from "./function-writer.js";

/** A module whose one function holds what `write` writes, and leaves nothing on the stack. */
export function probeOf(write: (f: FunctionWriter) => void): Uint8Array {
  const f = new FunctionWriter("probe");
  write(f);
  return encodeModule({ imports: [], functions: [f.finish([])] });
}
