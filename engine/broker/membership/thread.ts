import { parentPort, workerData } from "node:worker_threads";
import { loadClient } from "../platformatic-connection.ts";
import { GroupMember } from "./group-member.ts";
import type { MemberInput, ToMember } from "./messages.ts";

/* The thread of a membership: its connections and timers wait for no other's work. */

const member = new GroupMember(await loadClient(), workerData as MemberInput, (message) => parentPort!.postMessage(message, []));
parentPort!.on("message", (message: ToMember) => member.hear(message));
await member.run();
