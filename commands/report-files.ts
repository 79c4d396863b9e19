import { extname, resolve } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import { reportPage } from "../trainer/report/page.ts";
import type { Report } from "../trainer/report/report.ts";
import type { Flag } from "./command.ts";
import { PendingFile } from "./pending-file.ts";

export const reportFlag: Flag = { name: "report", value: "FILES", isList: true, help: "a page (.html), the same as data (.json), or both with a comma between: figures, curves, findings" };

const written: Readonly<Record<string, (report: Report) => string>> = {
  ".html": reportPage,
  ".json": (report) => `${JSON.stringify(report)}\n`,
};

/** The files that `--report` names: opened before a training begins, so that one that cannot be written is known before, and in place once they are whole. */
export class ReportFiles implements AsyncDisposable {
  readonly paths: readonly string[];
  readonly #files: AsyncDisposableStack;
  readonly #pending: readonly PendingFile[];

  private constructor(paths: readonly string[], files: AsyncDisposableStack, pending: readonly PendingFile[]) {
    this.paths = paths;
    this.#files = files;
    this.#pending = pending;
  }

  /**
   * `FILE.html`, `FILE.json`, or several with commas between; none where nothing is given. `others` are files that the command reads or writes besides, which a report must not take the place
   * of. Throws `MGV_USAGE` for another ending and for a file that is named twice, `MGV_FILE_WRITE`.
   */
  static async open(given: string | undefined, others: readonly (string | null | undefined)[] = []): Promise<ReportFiles> {
    const paths = given?.split(",") ?? [];
    const other = paths.find((path) => !(endingOf(path) in written));
    if (other !== undefined) throw new MangroveError("MGV_USAGE", `--report takes files that end in .html or .json, with commas between several, not "${other}".`);
    const taken = new Set(others.flatMap((path) => (path == null ? [] : [resolve(path)])));
    const twice = paths.find((path) => taken.size === taken.add(resolve(path)).size);
    if (twice !== undefined) throw new MangroveError("MGV_USAGE", `--report names ${twice}, which is named already: give each file a name of its own.`);
    await using files = new AsyncDisposableStack();
    const pending: PendingFile[] = [];
    for (const path of paths) pending.push(files.use(await PendingFile.open(path)));
    return new ReportFiles(paths, files.move(), pending);
  }

  async write(report: Report): Promise<void> {
    for (const [i, file] of this.#pending.entries()) {
      await file.write(written[endingOf(this.paths[i]!)]!(report));
      await file.commit();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files.disposeAsync();
  }
}

function endingOf(path: string): string {
  return extname(path).toLowerCase();
}
