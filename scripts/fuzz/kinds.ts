/** All kinds of cases. */
import type { Kind } from "./case.js";
import { lawKinds } from "./laws.js";
import { loopKind } from "./loops.js";
import { nestingKind } from "./nestings.js";
import { publicKind } from "./public-programs.js";

export const kinds: readonly Kind[] = [...lawKinds, nestingKind, publicKind, loopKind];
