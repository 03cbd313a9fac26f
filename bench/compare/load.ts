/** The contenders that run in Node, loaded when they are asked for. */
import type { Contender } from "../workloads/workload.js";

export async function loadContender(name: string): Promise<Contender> {
  switch (name) {
    case "js":
    case "wasm":
      return (await import("../workloads/index.js")).ownContender(name);
    case "c-wasm":
      return (await import("../limits/c-wasm.js")).cWasm;
    case "jax-js":
      return (await import("../peers/jax-js/contender.js")).asUsersWriteIt();
    case "jax-js-best":
      return (await import("../peers/jax-js/contender.js")).bestArrangement();
    case "tfjs":
      return (await import("../peers/tfjs/contender.js")).tfjs();
    default:
      throw new Error(`there is no contender ${name} that runs in Node`);
  }
}
