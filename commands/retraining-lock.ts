import { join, dirname } from "node:path";
import { own } from "../engine/log/owner.ts";
import { makeFolder } from "../engine/make-folder.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { modelName } from "../trainer/registry/model-name.ts";

/** Makes this process the only one that retrains a model, until it is disposed of or ends. Throws `MGV_NOT_READY` where another one does. */
export async function lockRetraining(modelPath: string): Promise<Disposable> {
  const folder = join(dirname(modelPath), `${modelName(modelPath)}.retraining`);
  await makeFolder(folder);
  try {
    return await own(folder);
  } catch (thrown) {
    const { code, cause } = MangroveError.from(thrown);
    if (code !== "MGV_USAGE") throw thrown;
    const holder = /\(PID (\d+)\)/.exec((cause as Error).message)?.[1];
    throw new MangroveError("MGV_NOT_READY", `Another process${holder === undefined ? "" : `, ${holder},`} is training ${modelPath} at this moment. Wait until it is done.`, { cause });
  }
}
