/** What can be wrong with a checkpoint. */
import { checkChoice, checkList } from "../../ir/arguments.js";
import { explainSafetensorsFault, type SafetensorsFault, showName } from "./safetensors-fault.js";

/** Types are as in jaxprs: f32[2,3]. */
export type CheckpointFault =
  | { readonly kind: "file"; readonly fault: SafetensorsFault }
  | { readonly kind: "foreign" }
  | { readonly kind: "version"; readonly found: string; readonly expected: string }
  | { readonly kind: "missing"; readonly names: readonly string[] }
  | { readonly kind: "extra"; readonly names: readonly string[] }
  | { readonly kind: "type"; readonly name: string; readonly found: string; readonly expected: string };

/** A kind that is missing does not compile. */
const kinds: Readonly<Record<CheckpointFault["kind"], true>> = {
  file: true,
  foreign: true,
  version: true,
  missing: true,
  extra: true,
  type: true,
};

/**
 * The fault as one line, for the name of a file to stand before.
 *
 * @throws ArgumentError on what is no fault
 * @example explainCheckpointFault({ kind: "missing", names: ["params/0/w"] })
 */
export function explainCheckpointFault(fault: CheckpointFault): string {
  checkChoice("ebm.explainCheckpointFault", "the kind", Object(fault).kind, Object.keys(kinds));
  switch (fault.kind) {
    case "file":
      return explainSafetensorsFault(fault.fault);
    case "foreign":
      return "this is a safetensors file, and no checkpoint of cotangent: its metadata's format does not say so";
    case "version":
      return (
        `this is a checkpoint of version ${showName(fault.found)}, and version ${showName(fault.expected)} is read; ` +
        "use the cotangent that wrote it"
      );
    case "missing":
      return `the checkpoint lacks ${listNames(fault.names)}: it is of another model, optimiser or sampler`;
    case "extra":
      return `the checkpoint has ${listNames(fault.names)} too many: it is of another model, optimiser or sampler`;
    case "type":
      return `tensor ${showName(fault.name)}: the checkpoint has ${fault.found}, and ${fault.expected} is needed`;
  }
}

/** The first three, and how many more there are. */
function listNames(names: readonly string[]): string {
  checkList("ebm.explainCheckpointFault", "the names", names, "strings");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `${names.length === 1 ? "the tensor" : "the tensors"} ${names.slice(0, 3).map(showName).join(", ")}${more}`;
}
