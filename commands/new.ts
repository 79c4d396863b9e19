import { access, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { readConfig } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { isCheckout, root } from "./checkout.ts";
import type { Arguments, Command } from "./command.ts";
import { checkTime, timeTexts } from "./new/check-time.ts";
import { firstRows } from "./new/first-rows.ts";
import { guess, type Guess } from "./new/guess.ts";
import { pipelineText } from "./new/pipeline-text.ts";
import { sampleFile, type Sample } from "./new/sample.ts";
import { sampleTopic } from "./new/sample-topic.ts";
import { withZone } from "./new/with-zone.ts";
import { shellWord } from "./shell-word.ts";
import { connectKafka } from "./source.ts";
import { counted, printable, tell } from "./terminal.ts";

/** Messages that are looked at. */
const SAMPLE = 50_000;

export const newCommand: Command = {
  name: "new",
  summary: "a pipeline of your own, from a file or a topic: its fields, times, sensors and rules are read off the messages",
  flags: [
    { name: "from", value: "FILE", help: "a CSV with a header, or JSON lines" },
    { name: "topic", value: "NAME", help: "a Kafka topic of JSON messages instead, at KAFKA_BOOTSTRAP_SERVERS" },
    { name: "name", value: "NAME", help: "of the pipeline: letters, digits and _ (the file's or the topic's)" },
    { name: "time", value: "KEY", help: "what holds the event time, or none where a topic's records have it (guessed)" },
    { name: "zone", value: "OFFSET", help: "of times that say none, such as UTC or +01:00: a copy of the file is written with it" },
    { name: "key", value: "KEY", help: "what names the sensor (guessed, else the record's key)" },
    { name: "label", value: "KEY", help: "the 0 or 1, true or false that is to be learnt, or none (guessed)" },
    { name: "out", value: "FILE", help: "the pipeline's file (NAME.ts); one that is there is left alone" },
    { name: "json", help: "what was found, as JSON on stdout" },
  ],
  examples: ["npm run -s mangrove -- new --from machines.csv", "npm run -s mangrove -- new --from rooms.csv --label Occupancy --zone UTC", "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 npm run -s mangrove -- new --topic readings"],
  async run(given, signal) {
    const { path, topic } = whereFrom(given);
    const name = nameOf(given.text("name") ?? (path === null ? topic! : basename(path, extname(path))));
    const out = given.text("out") ?? `${name}.ts`;
    await mustNotBe(out);
    const orNone = (flag: string) => (given.text(flag) === "none" ? null : given.text(flag));
    const said = { time: orNone("time"), key: given.text("key"), label: orNone("label") };
    const sample = path === null ? await sampleOfTopic(topic!, signal) : await sampleFile(path, SAMPLE);
    const found = guess(sample, said);
    checkTime(found, sample, { path, isNone: said.time === null });
    const column = found.time?.column;
    const copy = path !== null && (column?.time === "local" || column?.time === "zoned") ? await withZone(path, { column, zone: given.text("zone"), out: join(dirname(out), `${name}_times${extname(path)}`) }) : null;
    const data = copy ?? path;
    await writeFile(out, pipelineText(found, { name, topic: topic ?? `${name}_readings`, from: importFrom(out) }), { flag: "wx" });
    for (const line of foundLines(sample, found)) tell(`new     ${printable(line)}`);
    for (const line of await firstRows(out, copy === null ? sample : await sampleFile(copy, SAMPLE))) tell(`        ${printable(line)}`);
    if (copy !== null) tell(`new     ${copy} is a copy with times such as 2026-02-28T06:30:00Z: what is read from elsewhere must have them so too`);
    tell(`new     ${out} is yours now. Next:`);
    for (const line of nextLines(found, { out, data })) tell(`          ${line}`);
    if (given.has("json")) process.stdout.write(`${JSON.stringify(asJson(found, { name, out, data }))}\n`);
    return 0;
  },
};

/** Throws `MGV_USAGE`. */
function whereFrom(given: Arguments): { path: string | null; topic: string | null } {
  const [path, topic] = [given.text("from") ?? null, given.text("topic") ?? null];
  if ((path === null) === (topic === null)) throw new MangroveError("MGV_USAGE", "Say what to learn from: --from FILE for a CSV or JSON lines, or --topic NAME for a Kafka topic.");
  return { path, topic };
}

/** An identifier of what a file or a topic is called. Throws `MGV_USAGE`. */
function nameOf(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_+|_+$/g, "").toLowerCase();
  if (/^[a-z]\w*$/.test(name)) return name;
  throw new MangroveError("MGV_USAGE", `${JSON.stringify(text)} makes no name for a pipeline: give one of letters, digits and _ with --name.`);
}

/** Throws `MGV_USAGE` where there is something already. */
async function mustNotBe(path: string): Promise<void> {
  const isThere = await access(path).then(() => true, () => false);
  if (isThere) throw new MangroveError("MGV_USAGE", `${path} is there already, and is left as it is: name another file with --out.`);
}

async function sampleOfTopic(topic: string, signal: AbortSignal): Promise<Sample> {
  const config = readConfig(process.env);
  if (config.kafkaServers.length === 0) throw new MangroveError("MGV_USAGE", "Say where Kafka is: KAFKA_BOOTSTRAP_SERVERS=host:9092 mangrove new --topic NAME.");
  const group = `mangrove-new-${process.pid}-${Date.now().toString(36)}`;
  await using broker = await connectKafka(config, group);
  return await sampleTopic(broker, topic, { most: SAMPLE, group, signal });
}

/** In a checkout, where no package is installed, by path. */
function importFrom(out: string): string {
  if (!isCheckout) return "mangrove";
  const path = relative(dirname(resolve(out)), join(root, "engine", "index.ts")).replaceAll(sep, "/");
  return path.startsWith(".") ? path : `./${path}`;
}

function foundLines({ messages, broken }: Sample, { time, key, label, labelReason, fields, unseen, ignored, sensors, intervalMs, disorderMs }: Guess): string[] {
  return [
    `${counted(messages.length, "message")} read${broken > 0 ? `, ${broken} could not be` : ""}`,
    `time    ${time === null ? "none: each message has the time of its record" : `${time.column.name}, ${timeTexts[time.column.time ?? "iso"]}`}`,
    `sensor  ${key === null ? "the record's key, else all of a partition are one" : `${key.name}, ${counted(sensors, "sensor")}`}`,
    ...(intervalMs === null ? [] : [`rate    a reading every ${intervalMs / 1000} s of each sensor${disorderMs > 0 ? `, up to ${disorderMs / 1000} s late` : ""}`]),
    `label   ${label?.name ?? "none"}: ${labelReason}`,
    `fields  ${fields.map((field) => field.name).join(", ")}`,
    ...(unseen.length > 0 ? [`        row numbers and other times, which no model sees: ${unseen.join(", ")}`] : []),
    ...(ignored.length > 0 ? [`ignored ${ignored.join(", ")}: neither numbers nor used otherwise`] : []),
  ];
}

function nextLines({ label }: Guess, { out, data }: { out: string; data: string | null }): string[] {
  const words = `${shellWord(out)}${data === null ? "" : ` --data ${shellWord(data)}`}`;
  const [train, up] = isCheckout ? ["npm run train --", "npm start --"] : ["mangrove train", "mangrove up"];
  return [...(label === null || data === null ? [] : [`${train} ${words}`]), `${up} ${words}${data === null ? "" : " --speed 100"}`];
}

function asJson({ time, key, label, fields, unseen, ignored, sensors, intervalMs }: Guess, about: { name: string; out: string; data: string | null }) {
  return {
    ...about,
    time: time && { key: time.column.name, kind: time.column.time },
    sensor: key?.name ?? null,
    label: label?.name ?? null,
    fields: fields.map((field) => ({ name: field.name, missing: field.absent > 0 ? "absent" : "null", feature: !unseen.includes(field.name) })),
    ignored,
    sensors,
    interval_seconds: intervalMs === null ? null : intervalMs / 1000,
  };
}
