/** How often the public functions were used, and which never. */
import * as cotangent from "cotangent";

/** Public functions that programs do not call, and why. */
export const excused: Readonly<Record<string, string>> = {
  "numpy.NDArray": "a class",
  "numpy.nonzero": "its result's shape depends on values",
  "numpy.unique": "its result's shape depends on values",
  "numpy.vectorize": "takes a JavaScript function of the user's, as vmap does",
  "lax.debugPrint": "prints",
  "lax.randomGammaGrad":
    "JAX 0.10.2 does not lower its own under jit; it is in the derivative of random.gamma",
  "nn.dense": "a layer: its parameters are a tree",
  "nn.dropout": "a layer: its parameters are a tree",
  "nn.embedding": "a layer: its parameters are a tree",
  "nn.layerNorm": "a layer: its parameters are a tree",
  "nn.mlp": "a layer: its parameters are a tree",
  "nn.sequential": "a layer: its parameters are a tree",
  "nn.glorotNormal": "an initialiser: held to Flax elsewhere",
  "nn.glorotUniform": "an initialiser: held to Flax elsewhere",
  "nn.heNormal": "an initialiser: held to Flax elsewhere",
  "nn.lecunNormal": "an initialiser: held to Flax elsewhere",
  "nn.varianceScaling": "an initialiser: held to Flax elsewhere",
};

/** "numpy.sin", "numpy.linalg.norm": the functions of the namespaces that compute. */
export const publicNames = (): readonly string[] =>
  Object.entries({
    numpy: cotangent.numpy,
    "numpy.linalg": cotangent.numpy.linalg,
    lax: cotangent.lax,
    nn: cotangent.nn,
    random: cotangent.random,
  }).flatMap(([namespace, members]) =>
    Object.entries(members).flatMap(([name, member]) =>
      typeof member === "function" ? [`${namespace}.${name}`] : [],
    ),
  );

export function reportUses(uses: ReadonlyMap<string, number>): void {
  const names = [...new Set([...publicNames(), ...uses.keys()])].sort();
  const counts = names.map((name) => ({ name, count: uses.get(name) ?? 0 }));
  const used = counts.filter(({ count }) => count > 0);
  console.log(
    `\n${used.length} public functions were used, each at least ${Math.min(...used.map((u) => u.count))} times:`,
  );
  console.log(used.map(({ name, count }) => `${name} ${count}`).join(", "));
  console.log("\nnever used:");
  for (const { name, count } of counts) {
    if (count === 0) console.log(`  ${name}: ${excused[name] ?? "not drawn: a fault of the vocabulary"}`);
  }
}
