/** What a run can be compiled for here. */
import { setDefaultTarget, targets } from "cotangent";
import type { TargetReport } from "../messages.js";
import { type TargetName, targetNames } from "../model/settings.js";

/** Each target of the page, with the reason why it is not there where it is not. */
export const reportTargets = (): readonly TargetReport[] =>
  targetNames.map((name) => {
    const found = targets().find((target) => target.name === name);
    if (found === undefined) return { name, reason: "this build of the library has no such target" };
    return { name, reason: found.available ? null : found.description };
  });

/**
 * From now on everything is compiled for this target. A promise, since a target may have to be loaded first.
 *
 * @throws ArgumentError when it is not there
 */
export const chooseTarget = async (name: TargetName): Promise<void> => setDefaultTarget(name);
