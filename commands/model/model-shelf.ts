import { readFile } from "node:fs/promises";
import type { ModelOrigin, ModelShelf } from "../../api/options.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Registry } from "../../trainer/registry/registry.ts";
import type { Report } from "../../trainer/report/report.ts";
import { tell } from "../terminal.ts";
import { storedSummary } from "./stored-summary.ts";

/** The registry as the API may use it: clients are not told where files lie. */
export function modelShelf(open: () => Promise<Registry>): ModelShelf {
  return {
    async list() {
      const models = await Promise.all((await (await open()).list()).map(storedSummary));
      return models.map(({ stored, format, card, trainedOn, problem }) => {
        const { version, alias, time, by, reason, verdict, promoted } = stored;
        return {
          version,
          alias,
          kept: { time, by, reason, verdict },
          promoted: promoted && { time: promoted.time, by: promoted.by, reason: promoted.reason, from: promoted.from ?? null },
          format,
          trained_on: trainedOn,
          threshold: card?.threshold ?? null,
          splits: [...(card?.splits ?? [])],
          usable: problem === null,
        };
      });
    },
    async origin(version) {
      const stored = await (await open()).find(version);
      return stored && { time: stored.time, seen: await rangesSeen(stored.reportPath) };
    },
    promote: (version, about) => told(async () => void (await (await open()).promote(version, about))),
    rollback: (about) => told(async () => void (await (await open()).rollback(about))),
  };
}

/** Of the report of a training; none where there is no such report. */
async function rangesSeen(reportPath: string | null): Promise<ModelOrigin["seen"]> {
  if (reportPath === null) return [];
  try {
    const { data } = JSON.parse(await readFile(reportPath, "utf8")) as Report;
    return data.fields.flatMap(({ name, least, most }) => (least === null || most === null ? [] : { field: name, least, most }));
  } catch {
    return []; // it is only what warnings are made of
  }
}

async function told(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (thrown) {
    const { code, message, cause } = MangroveError.from(thrown);
    if (code !== "MGV_FILE_WRITE") throw thrown;
    tell(`model   ${code}: ${message}`);
    throw new MangroveError(code, "The registry of models could not be written; the log of the service says why. GET /models tells which model is the champion.", { cause });
  }
}
