import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pumpsCsv } from "../fixtures/pumps.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import type { Stage } from "./stage.ts";

const FIELDS = ["Temperature[C]", "Humidity[%]", "TVOC[ppb]", "eCO2[ppm]", "Raw H2", "Raw Ethanol", "Pressure[hPa]", "PM1.0", "PM2.5", "NC0.5", "NC1.0", "NC2.5"];
const USUAL = [22, 45, 120, 420, 12_800, 19_500, 938, 1.5, 1.8, 8, 1.6, 0.2];
const FIRE = [31, 38, 6200, 2900, 13_400, 18_100, 937.6, 900, 1500, 4100, 1800, 700];

/** Readings of smoke sensors with labels: fires now and then, in every room at another time. */
function smokeCsv({ startMs, rooms, readings, everyS }: { startMs: number; rooms: number; readings: number; everyS: number }): string {
  const lines = [["UTC", ...FIELDS, "CNT", "sensor_id", "room", "Fire Alarm"].join(",")];
  for (let i = 0; i < readings; i++) {
    for (let room = 0; room < rooms; room++) {
      const burns = (Math.floor((i * 8) / readings) + room) % 4 === 0;
      const values = (burns ? FIRE : USUAL).map((value, f) => (value * (1 + 0.04 * Math.sin(i * (f + 1) + room * 3))).toFixed(3));
      lines.push([startMs / 1000 + i * everyS, ...values, i, `room-${room}`, `room-${room}`, burns ? 1 : 0].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}

const machinesCsv = () => `machine,vibration,current,failed\n${Array.from({ length: 600 }, (_, i) => `m${i % 12},${(1 + Math.sin(i * i) + ((i * 7) % 10 < 3 ? 2 : 0)).toFixed(3)},${(20 + Math.cos(i * 5)).toFixed(3)},${(i * 7) % 10 < 3 ? 1 : 0}`).join("\n")}\n`;

/** The files that documents name: small, but of the kind that each document says. */
export async function layFiles(stage: Stage): Promise<void> {
  const golden = (name: string) => readFile(join(projectRoot, "test/goldens", name));
  const recording = smokeCsv({ startMs: Date.UTC(2026, 1, 27, 20), rooms: 6, readings: 320, everyS: 900 });
  const yours = smokeCsv({ startMs: Date.UTC(2026, 1, 28, 6, 30), rooms: 20, readings: 40, everyS: 1 });
  const messages = yours.split("\n").slice(1, 200).map((line) => `{"UTC": ${line.split(",")[0]}, ${FIELDS.map((name, f) => `"${name}": ${line.split(",")[f + 1]}`).join(", ")}, "sensor_id": "kitchen"}`);
  const rows = Array.from({ length: 20 }, (_, i) => [i, i / 2, i % 3, -i, i % 2]);
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "recording.csv": recording,
    "smoke_detection_iot.csv": recording,
    "rooms.csv": recording.replace("Fire Alarm", "fire"),
    "yours.csv": yours,
    "readings.jsonl": `${messages.join("\n")}\n`,
    "pumps.csv": pumpsCsv({ seed: 11, rows: 3000 }),
    "machines.csv": machinesCsv(),
    "labels.csv": "sensor,from,to,label,who\nroom-1,2026-02-28T06:00:00Z,2026-02-28T06:12:00Z,1,Ada\n",
    "rows.csv": `f0,f1,f2,f3,f4\n${rows.map((row) => row.join(",")).join("\n")}\n`,
    "labelled.csv": `f0,f1,f2,f3,f4,failed\n${rows.map((row, i) => [...row, i % 2].join(",")).join("\n")}\n`,
    "model.txt": await golden("lightgbm/binary.txt"),
    "model.ubj": await golden("xgboost/logistic-3.0.ubj"),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(stage.file(name), content);
}
