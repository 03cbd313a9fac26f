/** A third of numpy's functions against real JAX. */
import { goldensOf } from "./goldens-of.js";

goldensOf("numpy", 1, 3);
