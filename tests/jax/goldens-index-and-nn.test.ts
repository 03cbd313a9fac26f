/** Indexing, updates and nn's functions against real JAX. */
import { goldensOf } from "./goldens-of.js";

goldensOf("index");
goldensOf("nn");
