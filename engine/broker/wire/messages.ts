import type { Client } from "../platformatic-connection.ts";
import { clusterMessages } from "./cluster-messages.ts";
import { recordMessages } from "./record-messages.ts";
import { transactionMessages } from "./transaction-messages.ts";

export type Messages = ReturnType<typeof messages>;

/** The requests that the client's own classes do not give whole. */
export function messages(client: Client) {
  return { ...clusterMessages(client), ...recordMessages(client), ...transactionMessages(client) };
}
