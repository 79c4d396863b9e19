import { readLabel } from "../../engine/labels/read-label.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { cellValue } from "../../engine/decode/rows.ts";
import type { Command, Flag } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { openRuntime } from "../runtime.ts";
import { APP_ID } from "../source.ts";
import { tell } from "../terminal.ts";
import { userName } from "../user-name.ts";
import { openLabelKeeper } from "./keeper.ts";

export const historyFlag: Flag = { name: "history", value: "DIR", help: "the history that labels are kept in without Kafka (MANGROVE_HISTORY_DIR, else history)" };

export const addLabelCommand: Command = {
  name: "labels add",
  summary: "says of a sensor's readings of a span of time whether the event (fire, or what the pipeline predicts) was there",
  operands: [PIPELINE],
  flags: [
    { name: "sensor", value: "NAME", help: "as its readings name it" },
    { name: "from", value: "TIME", help: "event time: ISO 8601 with a zone, or a number in the pipeline's unit" },
    { name: "to", value: "TIME", help: "the first moment that is not meant any more" },
    { name: "label", value: "0|1", help: "1 where the event was, 0 where it was not" },
    { name: "who", value: "NAME", help: "who says so (the user of this machine)" },
    historyFlag,
    APP_ID,
  ],
  examples: ["npm run -s mangrove -- labels add --sensor kitchen --from 2026-02-28T06:30:00Z --to 2026-02-28T06:42:00Z --label 1"],
  async run(given) {
    const runtime = await openRuntime(given);
    const cell = (name: string) => cellValue(given.text(name) ?? "");
    const read = readLabel(runtime.pipeline.schema, { sensor: given.text("sensor"), from: cell("from"), to: cell("to"), label: cell("label"), who: given.text("who") ?? userName() });
    if (!("sensor" in read)) throw new MangroveError("MGV_USAGE", `The label cannot be taken: ${read.map(({ detail }) => detail).join("; ")}.`);
    await using keeper = openLabelKeeper(given, runtime, { isKafka: runtime.config.kafkaServers.length > 0, now: Date.now });
    await keeper.keep([read]);
    tell(`1 label of ${read.sensor} is in ${keeper.where}`);
    return 0;
  },
};
