/** Half of lax's functions against real JAX. */
import { goldensOf } from "./goldens-of.js";

goldensOf("lax", 0, 2);
