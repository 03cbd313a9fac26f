/** Complaints: what went wrong, as one line for people. */

/** A fault as one line, its place first. */
export type Complaint = string;

/** What the operating system says, in words for people. */
export function reasonOf(error: unknown): Complaint {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "EISDIR":
      return "this is a folder, not a file";
    case "ENOTDIR":
    case "EEXIST":
      return "a file stands where a folder is needed";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "the disk can only be read";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "ELOOP":
      return "the links lead in a circle";
    case "EMFILE":
    case "ENFILE":
      return "too many files are open";
    case "EIO":
      return "the disk does not answer";
    default:
      return error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
  }
}
