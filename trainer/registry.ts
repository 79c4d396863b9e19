import { copyFile, mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { syncFolder } from "../engine/sync-folder.ts";
import { MangroveError } from "../kernel-as/errors.ts";

const BACKUPS = 5;

/**
 * Puts a model file in place so that a reader finds the old one or the new one, whole. The old one, if it differs, is kept beside it as
 * `model_backup_YYYYMMDD_HHMMSS.json` (UTC, when it was written), the newest five of them. Models of other names have backups
 * of their own: `machines_backup_…` for `machines.json`.
 */
export async function saveModel(path: string, content: Uint8Array | string): Promise<void> {
  await replaceFile("model", path, content, () => backUp(path, dirname(path)));
}

/** Puts a model's card, Markdown for people, in place beside the model: `machines.card.md` for `machines.json`. Throws `MGV_FILE_WRITE`. */
export async function saveModelCard(modelPath: string, text: string): Promise<void> {
  await replaceFile("model's card", join(dirname(modelPath), `${modelName(modelPath)}.card.md`), text);
}

/** A model's file without its ending. */
export function modelName(path: string): string {
  return basename(path, extname(path));
}

/** `before` runs when a file of other content is about to be replaced. */
async function replaceFile(what: string, path: string, content: Uint8Array | string, before?: () => Promise<void>): Promise<void> {
  const directory = dirname(path);
  const pending = `${path}.pending-${process.pid}`;
  try {
    await mkdir(directory, { recursive: true });
    const current = await readFile(path).catch(() => null);
    if (current?.equals(Buffer.from(content))) return;
    if (current !== null) await before?.();
    const file = await open(pending, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(pending, path);
    await syncFolder(directory);
  } catch (cause) {
    await rm(pending, { force: true }).catch(() => {});
    throw new MangroveError("MGV_FILE_WRITE", `The ${what} cannot be written to ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function backUp(path: string, directory: string): Promise<void> {
  const stem = basename(path, ".json").replace(/^smoke_detection_model$/, "model");
  const taken = new Set(await readdir(directory));
  let { mtimeMs: writtenMs } = await stat(path);
  while (taken.has(backupName(stem, writtenMs))) writtenMs += 1000;
  await copyFile(path, join(directory, backupName(stem, writtenMs)));
  const isBackup = (name: string) => name.startsWith(`${stem}_backup_`) && /_\d{8}_\d{6}\.json$/.test(name);
  const backups = [...taken, backupName(stem, writtenMs)].filter(isBackup).sort();
  for (const name of backups.slice(0, -BACKUPS)) await rm(join(directory, name));
}

function backupName(stem: string, timeMs: number): string {
  const digits = new Date(timeMs).toISOString().replace(/\D/g, "");
  return `${stem}_backup_${digits.slice(0, 8)}_${digits.slice(8, 14)}.json`;
}
