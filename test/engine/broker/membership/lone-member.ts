import { joinGroup } from "../../../../engine/broker/membership/membership.ts";

/* A process with one member; says on stderr how many partitions it holds, and leaves at SIGTERM. */

const [servers, topic, group, protocol, sessionMs] = process.argv.slice(2) as [string, string, string, "consumer" | "classic", string];
process.once("exit", () => console.error("ends by itself"));
const terminated = new Promise((resolve) => process.once("SIGTERM", resolve));
const membership = await joinGroup({
  broker: { servers: servers.split(",") },
  topic,
  group,
  protocol,
  sessionMs: Number(sessionMs),
  onAssigned: (partitions) => console.error(`takes ${partitions.length}`),
  onRevoked: async (partitions) => console.error(`gives ${partitions.length}`),
});
await terminated;
await membership[Symbol.asyncDispose]();
