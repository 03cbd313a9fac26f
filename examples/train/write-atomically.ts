/** Files that are either whole or not there. */
import { access, constants, mkdir, open, rename, rm } from "node:fs/promises";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Complaint, reasonOf } from "./read-points.js";

/** The folder, made if need be, and found writable: better known before the work than after. */
export const ensureFolder = (folder: string): TE.TaskEither<Complaint, void> =>
  TE.tryCatch(
    async () => {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    },
    (error) => `${folder}: ${reasonOf(error)}`,
  );

/**
 * Writes the text beside the file, flushes it to the disk and renames it: whoever looks sees the old file or the new one, at
 * any moment, and after a crash too.
 */
export const writeAtomically = (file: string, text: string): TE.TaskEither<Complaint, void> => {
  const temporary = `${file}.${process.pid}.tmp`;
  const write = async (): Promise<void> => {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  };
  return pipe(
    TE.tryCatch(write, (error) => `${file}: ${reasonOf(error)}`),
    TE.orElse(
      (complaint) => () => rm(temporary, { force: true }).then(() => ({ _tag: "Left", left: complaint })),
    ),
  );
};
