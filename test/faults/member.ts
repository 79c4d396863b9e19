import { existsSync, rmSync, writeSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand } from "../../commands/run.ts";
import { Cluster } from "../../engine/broker/wire/cluster.ts";
import { CodeError } from "../../engine/broker/wire/codes.ts";
import type { OutputProducer } from "../../engine/broker/wire/output-producer.ts";
import { PlainProducer } from "../../engine/broker/wire/plain-producer.ts";
import { TransactionalProducer } from "../../engine/broker/wire/transactional-producer.ts";
import { KeptFiles } from "../../engine/runtime/kafka/kept-files.ts";
import { KafkaTaskLog } from "../../engine/runtime/kafka/task-log.ts";
import { switchOf, type Switch } from "./switches.ts";

/*
 * `mangrove`, in which something goes wrong as soon as a switch of this member is on. It comes in where the engine talks to the broker; all else is the program as it is.
 */

/** Of snapshots on their topic. */
const CHUNK_BYTES = 786_432;
const TRANSACTION_ABORTABLE = 120;
const KAFKA_STORAGE_ERROR = 56;

const path = (name: Switch) => switchOf(process.cwd(), process.env["FAULTS_MEMBER"]!, name);

/** Switches it off: it strikes once, also where several tasks or processes look at it. */
function takes(name: Switch): boolean {
  if (!existsSync(path(name))) return false;
  try {
    rmSync(path(name));
    return true;
  } catch {
    return false;
  }
}

/** It is out when this returns, also where the process dies next. */
function tell(line: string): void {
  writeSync(2, `fault   ${line}\n`);
}

const unsettled = new WeakMap<OutputProducer, number>();
let underWayBytes = 0;

for (const producer of [TransactionalProducer.prototype, PlainProducer.prototype] as OutputProducer[]) {
  const { send, commit } = producer;
  producer.send = async function (this: OutputProducer, batches) {
    const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
    unsettled.set(this, (unsettled.get(this) ?? 0) + bytes);
    underWayBytes += bytes;
    try {
      return await send.call(this, batches);
    } finally {
      underWayBytes -= bytes;
    }
  };
  producer.commit = async function (this: OutputProducer, offset) {
    const bytes = unsettled.get(this) ?? 0;
    unsettled.delete(this);
    if (bytes > 0 && takes("abort")) {
      tell(`abort: partition ${offset.partition}, with ${bytes} bytes that are sent and not committed`);
      throw new CodeError("commit", TRANSACTION_ABORTABLE);
    }
    return commit.call(this, offset);
  };
}

const { call } = Cluster.prototype;
Cluster.prototype.call = async function (this: Cluster, node, pool, message, ...args) {
  const isProduce = Object.is(message, this.messages.produce) || Object.is(message, this.messages.produceJoining);
  if (isProduce) while (existsSync(path("slow"))) await sleep(50);
  return call.call(this, node, pool, message as never, ...args) as never;
};

const { commit, room } = KafkaTaskLog.prototype;
const committing = new WeakSet<KafkaTaskLog>();
KafkaTaskLog.prototype.commit = async function (this: KafkaTaskLog, given) {
  committing.add(this);
  try {
    await commit.call(this, given);
  } finally {
    committing.delete(this);
  }
};
KafkaTaskLog.prototype.room = async function (this: KafkaTaskLog) {
  const waits = setTimeout(() => {
    const bytes = this.pendingBytes + (committing.has(this) ? underWayBytes : 0);
    tell(`slow: a task waits for room, ${bytes} bytes are on their way`);
  }, 500);
  try {
    await room.call(this);
  } finally {
    clearTimeout(waits);
  }
};

const { write } = KeptFiles.prototype;
KeptFiles.prototype.write = async function (this: KeptFiles, name, file) {
  const chunks = Math.ceil(file.length / CHUNK_BYTES);
  const how = chunks < 2 || name.includes("/model/") ? null : (["cut", "cut short"] as const).find(takes);
  if (!how) return write.call(this, name, file);
  const { offset } = await write.call(this, name, file.subarray(0, CHUNK_BYTES));
  tell(`${how}: ${name} at offset ${offset}, 1 of ${chunks} chunks`);
  if (how === "cut") process.kill(process.pid, "SIGKILL");
  throw new CodeError(`write ${name}`, KAFKA_STORAGE_ERROR);
};

process.exitCode = await runCommand(process.argv.slice(2));
