/** Every cell of the matrix on wasm. */
import { testTarget } from "./target.js";

testTarget("wasm");
