import { mkdir, open, readFile, readdir, rename, rm, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../../engine/sync-folder.ts";

/** What a registry does to its files. A process may die before, after or amid each call: amid `create` and `append` a part of the bytes is there, the others are done or not done. */
export interface Disk {
  /** Null where there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** When a file was written, epoch ms. */
  writtenMs(path: string): Promise<number>;
  /** Names in a folder; none where it is not there. */
  list(folder: string): Promise<string[]>;
  /** Writes a file anew, and syncs it. */
  create(path: string, content: Uint8Array | string): Promise<void>;
  /** Writes behind what a file holds, and syncs it. */
  append(path: string, text: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
  /** Lasts through a power cut. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
}

export const localDisk: Disk = {
  read: (path) => readFile(path).catch(absent(null)),
  writtenMs: async (path) => (await stat(path)).mtimeMs,
  list: (folder) => readdir(folder).catch(absent([])),
  create: (path, content) => writeSynced(path, "w", content),
  async append(path, text) {
    await writeSynced(path, "a", text);
    await syncFolder(dirname(path));
  },
  truncate: (path, bytes) => truncate(path, bytes),
  async rename(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },
  remove: (path) => rm(path, { force: true }),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
};

/** Puts a file in its place, so that readers find the old one or the new one, whole. Nobody else may do so at the same time. */
export async function replaceWhole(disk: Disk, path: string, content: Uint8Array | string): Promise<void> {
  const pending = `${path}.pending`;
  try {
    await disk.create(pending, content);
    await disk.rename(pending, path);
  } catch (thrown) {
    await disk.remove(pending).catch(() => {});
    throw thrown;
  }
}

async function writeSynced(path: string, flags: "w" | "a", content: Uint8Array | string): Promise<void> {
  await using file = await open(path, flags);
  await file.writeFile(content);
  await file.sync();
}

function absent<Otherwise>(otherwise: Otherwise): (thrown: unknown) => Otherwise {
  return (thrown) => {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return otherwise;
    throw thrown;
  };
}
