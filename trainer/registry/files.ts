import { basename, dirname, join } from "node:path";
import { versionOf } from "../../engine/model/version.ts";
import { replaceWhole, type Disk } from "./disk.ts";
import { modelName } from "./model-name.ts";

const BACKUPS = 5;

/** What may lie beside a kept model, by the ending of its name. */
export const endings = { model: ".json", report: ".report.json", manifest: ".manifest.json", card: ".card.md" } as const;

/** A file's bytes, and the version that they are. */
export interface Found {
  readonly version: string;
  readonly bytes: Uint8Array;
}

/*
 *   models/NAME.json                     the champion
 *   models/NAME.card.md                  what it says for people
 *   models/NAME.registry.jsonl           the log
 *   models/NAME_backup_YYYYMMDD_HHMMSS.json         champions before it, the last five
 *   models/versions/NAME/VERSION.json               every model that is kept, also the champion
 *   models/versions/NAME/VERSION.{report.json,manifest.json,card.md}
 *   models/versions/NAME/owner.duckdb               the lock
 */
export class ModelFiles {
  readonly path: string;
  readonly folder: string;
  readonly log: string;
  readonly versions: string;
  readonly #disk: Disk;
  readonly #stem: string;

  constructor(path: string, disk: Disk) {
    const name = basename(path, ".json");
    this.path = path;
    this.folder = dirname(path);
    this.log = join(this.folder, `${name}.registry.jsonl`);
    this.versions = join(this.folder, "versions", name);
    this.#disk = disk;
    this.#stem = name.replace(/^smoke_detection_model$/, "model");
  }

  /** What lies in the champion's place. */
  async champion(): Promise<Found | null> {
    return this.#found(this.path);
  }

  pathOf(version: string, what: keyof typeof endings = "model"): string {
    return join(this.versions, `${version}${endings[what]}`);
  }

  /** The names of all files of kept models. */
  async names(): Promise<ReadonlySet<string>> {
    return new Set(await this.#disk.list(this.versions));
  }

  /** The bytes of a kept model; null where they are not there, or are others. */
  async bytesOf(version: string): Promise<Uint8Array | null> {
    const found = await this.#found(this.pathOf(version));
    return found?.version === version ? found.bytes : null;
  }

  async keep({ version, bytes }: Found, beside: Readonly<Partial<Record<"report" | "manifest" | "card", string>>> = {}): Promise<void> {
    if ((await this.bytesOf(version)) === null) await replaceWhole(this.#disk, this.pathOf(version), bytes);
    for (const what of ["report", "manifest", "card"] as const) if (beside[what] !== undefined) await replaceWhole(this.#disk, this.pathOf(version, what), beside[what]);
  }

  /** Deletes all but the files of these versions. */
  async keepOnly(kept: ReadonlySet<string>): Promise<void> {
    for (const name of await this.names()) {
      const version = /^([0-9a-f]{12})\./.exec(name)?.[1];
      if (version !== undefined && !kept.has(version)) await this.#disk.remove(join(this.versions, name));
    }
  }

  async putInPlace(bytes: Uint8Array): Promise<void> {
    await replaceWhole(this.#disk, this.path, bytes);
  }

  /** The card beside the champion is that of the version, or none. */
  async putCard(version: string): Promise<void> {
    const path = join(this.folder, `${modelName(this.path)}.card.md`);
    const card = await this.#disk.read(this.pathOf(version, "card"));
    if (card === null) await this.#disk.remove(path);
    else await replaceWhole(this.#disk, path, card);
  }

  /** A name that no backup has yet, by the time at which the champion was written (UTC). */
  async backupName(): Promise<string> {
    const taken = new Set(await this.#disk.list(this.folder));
    let writtenMs = await this.#disk.writtenMs(this.path);
    while (taken.has(nameAt(this.#stem, writtenMs))) writtenMs += 1000;
    return nameAt(this.#stem, writtenMs);
  }

  async backUp(name: string, bytes: Uint8Array): Promise<void> {
    await replaceWhole(this.#disk, join(this.folder, name), bytes);
  }

  /** Leaves the last five: those that are `known` in their order, after all others, since a clock that was set back names them wrong. */
  async pruneBackups(known: readonly string[]): Promise<void> {
    const isBackup = (name: string) => name.startsWith(`${this.#stem}_backup_`) && /_\d{8}_\d{6}\.json$/.test(name);
    const place = new Map(known.map((name, i) => [name, i]));
    const backups = (await this.#disk.list(this.folder)).filter(isBackup).sort((a, b) => (place.get(a) ?? -1) - (place.get(b) ?? -1) || (a < b ? -1 : 1));
    for (const name of backups.slice(0, -BACKUPS)) await this.#disk.remove(join(this.folder, name));
  }

  async #found(path: string): Promise<Found | null> {
    const bytes = await this.#disk.read(path);
    return bytes && { version: versionOf(bytes), bytes };
  }
}

function nameAt(stem: string, timeMs: number): string {
  const digits = new Date(timeMs).toISOString().replace(/\D/g, "");
  return `${stem}_backup_${digits.slice(0, 8)}_${digits.slice(8, 14)}.json`;
}
