import { basename, extname } from "node:path";

/** A model's file without its ending. */
export function modelName(path: string): string {
  return basename(path, extname(path));
}
