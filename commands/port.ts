import { createServer } from "node:net";
import { MangroveError } from "../kernel-as/errors.ts";

/** Throws `MGV_PORT_BUSY` when another program listens there: better said before a training than after it. */
export async function claimPort({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "is taken by another program. Stop it, or choose another port" : `cannot be used (${cause.message}). Choose another`;
      reject(new MangroveError("MGV_PORT_BUSY", `Port ${port} on ${host} ${why} with --port or FLASK_PORT.`, { cause }));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
