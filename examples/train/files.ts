/** Files: written whole or not at all, read up to a bound. Faults are single lines that begin with the file's name. */
import { createHash } from "node:crypto";
import {
  access,
  constants,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Complaint, reasonOf } from "./reason.js";

/** The folder, made if need be, and found writable: better known before the work than after. */
export const ensureFolder = (folder: string): TE.TaskEither<Complaint, void> =>
  attempt(folder, async () => {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  });

/** With those above it. (Node's own recursion never ends where a parent exists and takes no folders, such as /proc.) */
async function makeFolder(folder: string, isAgain = false): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !isAgain && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await makeFolder(folder, true);
    } else if (codeOf(error) !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  }
}

/** The process's number in it says who writes to a folder. */
const lockName = ".running";

/** Claims a folder for this process, unless another one that still runs has. What a killed process left is taken over. */
export const claimFolder = (folder: string): TE.TaskEither<Complaint, void> => {
  const lock = join(folder, lockName);
  return pipe(
    attempt(folder, async () => {
      const owner = Number(await readFile(lock, "utf8").catch(() => "0"));
      if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isRunning(owner)) return owner;
      await writeFile(lock, `${process.pid}\n`);
      return null;
    }),
    TE.filterOrElse(
      (owner) => owner === null,
      (owner) =>
        `${folder}: another run, process ${owner}, writes to this folder; give another with --out ` +
        `(or remove ${lockName} in it, if that process is none of yours)`,
    ),
    TE.map(() => undefined),
  );
};

/** Gives up the claim; that of another process stays. */
export const releaseFolder = async (folder: string): Promise<void> => {
  const lock = join(folder, lockName);
  const owner = await readFile(lock, "utf8").catch(() => "");
  if (Number(owner) === process.pid) await rm(lock, { force: true }).catch(() => undefined);
};

/**
 * Writes text or bytes beside the file, flushes them to the disk, renames them and flushes the folder: whoever looks sees the
 * old file or the new one, at any moment, and after a crash too. When it ends, the new one stays even if the power goes.
 *
 * @example await writeAtomically("out/metrics.csv", "step,loss\n")()
 */
export const writeAtomically = (
  file: string,
  content: string | Uint8Array,
): TE.TaskEither<Complaint, void> => {
  const temporary = temporaryOf(file);
  return pipe(
    attempt(file, async () => {
      await withFile(temporary, "w", async (handle) => {
        await handle.writeFile(content);
        await handle.sync();
      });
      await rename(temporary, file);
      await flushFolder(dirname(file));
    }),
    TE.orElse(
      (complaint) => (): Promise<E.Either<Complaint, void>> =>
        rm(temporary, { force: true }).then(
          () => E.left(complaint),
          () => E.left(complaint), // what stopped the writing also stops the removing
        ),
    ),
  );
};

/** Adds text at a file's end and flushes it to the disk. A crash may leave a part of it, and never touches what was there. */
export const appendText = (file: string, text: string): TE.TaskEither<Complaint, void> =>
  attempt(file, () =>
    withFile(file, "a", async (handle) => {
      await handle.writeFile(text);
      await handle.sync();
    }),
  );

/** How much of a file is read: more is refused before it fills the memory. */
export interface ReadOptions {
  /** In bytes. */
  readonly atMost: number;
}

/** Whether there is a file or folder of this name. What stands in the way of an answer is a fault. */
export const isThere = (file: string): TE.TaskEither<Complaint, boolean> =>
  attempt(file, () =>
    access(file).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === "ENOENT") return false;
        throw error;
      },
    ),
  );

/** A file's bytes. What has no size of its own, such as a pipe, is read to its end or to the bound. */
export const readBytes = (file: string, { atMost }: ReadOptions): TE.TaskEither<Complaint, Uint8Array> =>
  pipe(
    attempt(file, () => withFile(file, "r", (handle) => bytesUpTo(handle, atMost))),
    TE.filterOrElse(
      (bytes): bytes is Uint8Array => bytes !== null,
      () => `${file}: the file is larger than ${showSize(atMost)}, and no more is read`,
    ),
  );

/** A file's text, which must be UTF-8; a byte-order mark is left out. */
export const readText = (file: string, options: ReadOptions): TE.TaskEither<Complaint, string> =>
  pipe(
    readBytes(file, options),
    TE.chainEitherK((bytes) =>
      E.tryCatch(
        () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
        () => `${file}: this is no text in UTF-8`,
      ),
    ),
  );

/** SHA-256 in hexadecimal: two files of one hash hold the same bytes. */
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * Removes what writers that were killed left behind in a folder: temporary files whose process is no more. A folder that is not
 * there has none. Gives the names of what was removed.
 */
export const removeLeftovers = (folder: string): TE.TaskEither<Complaint, readonly string[]> =>
  attempt(folder, async () => {
    const names = await readdir(folder).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    });
    const leftovers = names.filter((name) => {
      const [, id] = temporaryName.exec(name) ?? [];
      return id !== undefined && !isRunning(Number(id));
    });
    for (const name of leftovers) await rm(join(folder, name), { force: true });
    return leftovers;
  });

/** The process's number is in it, so that two runs never write one temporary file. */
const temporaryOf = (file: string): string => `${file}.${process.pid}.tmp`;
const temporaryName = /\.(\d+)\.tmp$/;

const isRunning = (id: number): boolean => {
  if (id === process.pid) return false; // a number used again: this process has not begun to write
  try {
    return process.kill(id, 0); // signal 0 only asks
  } catch (error) {
    return codeOf(error) !== "ESRCH"; // EPERM: somebody else's process
  }
};

const attempt = <A>(file: string, run: () => Promise<A>): TE.TaskEither<Complaint, A> =>
  TE.tryCatch(run, (error) => `${file}: ${reasonOf(error)}`);

async function withFile<A>(file: string, flags: string, use: (handle: FileHandle) => Promise<A>): Promise<A> {
  const handle = await open(file, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk once its folder is. Systems that have no such flush say so in one of these codes. */
const flushFolder = (folder: string): Promise<void> =>
  withFile(folder, "r", (handle) => handle.sync()).catch((error: unknown) => {
    if (!["EACCES", "EBADF", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"].includes(codeOf(error))) throw error;
  });

/** Null when there are more. */
async function bytesUpTo(handle: FileHandle, most: number): Promise<Uint8Array | null> {
  const found = await handle.stat();
  const { size } = found;
  if (found.isFile() && size > most) return null; // a folder's size means nothing: reading it fails below
  // One byte more than is expected shows whether the file ended; what has no size is read by the piece.
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let wanted = size + 1; ; wanted = 2 ** 20) {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(wanted), 0, wanted, null);
    if (bytesRead === 0) return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, total);
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
    if (total > most) return null;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const showSize = (bytes: number): string =>
  bytes >= 1e9 ? `${bytes / 1e9} GB` : bytes >= 1e6 ? `${bytes / 1e6} MB` : `${bytes} bytes`;
