import type { Notifier } from "../../engine/notify/notifier.ts";
import { sleep } from "../../engine/source/pace.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { printable, tell } from "../terminal.ts";
import type { Notifications } from "./notifications.ts";

const PAUSE_MS = 5000;

/** Fills the desk of a process that tells nobody, until it is disposed. A broker that is away is asked again. */
export function followDesk(notifications: Notifications): AsyncDisposable {
  const closing = new AbortController();
  const follow = async (): Promise<Notifier | null> => {
    while (!closing.signal.aborted) {
      try {
        return await notifications.open([]);
      } catch (thrown) {
        const { code, message } = MangroveError.from(thrown);
        tell(`alerts  not known yet (${code}: ${printable(message)}); asks again`, { level: "warn", event: "alerts.unknown" });
        await sleep(PAUSE_MS, closing.signal);
      }
    }
    return null;
  };
  const following = follow();
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await (await following)?.[Symbol.asyncDispose]();
    },
  };
}
