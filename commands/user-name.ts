import { userInfo } from "node:os";
import process from "node:process";

/** Who runs this process, as the registry's log names people. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // a container's user may have no name
    return process.env["USER"] ?? `user ${process.getuid?.() ?? "unknown"}`;
  }
}
