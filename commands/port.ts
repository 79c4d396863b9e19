import { createServer } from "node:net";
import { listenError } from "../api/server/listen-error.ts";

/** Throws `MGV_PORT_BUSY` when another program listens there: better said before a training than after it. */
export async function claimPort({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (cause) => reject(listenError(cause, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
