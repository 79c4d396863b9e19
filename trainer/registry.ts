import { copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";

const BACKUPS = 5;
const BACKUP_NAME = /^model_backup_\d{8}_\d{6}\.json$/;

/**
 * Puts a model file in place so that a reader finds the old one or the new one, whole. The old one is kept beside it as
 * `model_backup_YYYYMMDD_HHMMSS.json` (UTC, when it was written), the newest five of them.
 */
export async function saveModel(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  const pending = `${path}.pending-${process.pid}`;
  try {
    await mkdir(directory, { recursive: true });
    await backUp(path, directory);
    const file = await open(pending, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(pending, path);
    await syncDirectory(directory);
  } catch (cause) {
    await rm(pending, { force: true }).catch(() => {});
    throw new MangroveError("MGV_FILE_WRITE", `The model cannot be written to ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function backUp(path: string, directory: string): Promise<void> {
  const current = await stat(path).catch(() => null);
  if (!current) return;
  const taken = new Set(await readdir(directory));
  let writtenMs = current.mtimeMs;
  while (taken.has(backupName(writtenMs))) writtenMs += 1000;
  await copyFile(path, join(directory, backupName(writtenMs)));
  const backups = [...taken, backupName(writtenMs)].filter((name) => BACKUP_NAME.test(name)).sort();
  for (const name of backups.slice(0, -BACKUPS)) await rm(join(directory, name));
}

function backupName(timeMs: number): string {
  const digits = new Date(timeMs).toISOString().replace(/\D/g, "");
  return `model_backup_${digits.slice(0, 8)}_${digits.slice(8, 14)}.json`;
}

/** Makes the rename last through a power cut, where the platform lets a folder be opened. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}
