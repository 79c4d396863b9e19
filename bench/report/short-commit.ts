/** As it is shown: twelve digits, and `+` where files differed. */
export function shortCommit(commit: string | null): string {
  return commit?.replace(/^(.{12})[^+]*/, "$1") ?? "unknown";
}
