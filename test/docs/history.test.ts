import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { afterEach, expect, test } from "vitest";
import { historyCommand } from "../../commands/history.ts";
import { kindNames, kinds } from "../../engine/history/kinds.ts";
import { run } from "../fixtures/command.ts";
import { query } from "../fixtures/query.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const page = readFileSync(new URL("../../docs/history.md", import.meta.url), "utf8");
const lines = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) => block!.trim().split("\n"));

afterEach(() => void process.stdout.removeAllListeners("error"));

test("the guide's questions are answered", async () => {
  await using folder = await temporaryFolder();
  const csv = folder.file("smoke_detection_iot.csv");
  await writeFile(csv, "UTC,Temperature[C],Humidity[%],TVOC[ppb],eCO2[ppm],Raw H2,Raw Ethanol,Pressure[hPa],PM1.0,PM2.5,NC0.5,NC1.0,NC2.5,CNT,Fire Alarm\n1795415400,20,40,1,400,12000,19000,940,1,2,3,4,5,0,1\n");
  const words = lines.map((line) => {
    const [, rest] = /^npm run -s mangrove -- history ?(.*?)(?: +#.*)?$/.exec(line)!;
    return [...rest!.replace(/ > \S+$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain!);
  });
  expect(words.length).toBeGreaterThanOrEqual(6);
  const imports = words.filter((each) => each.includes("--import"));
  for (const each of [...imports, ...words]) {
    const placed = each.map((word) => (word === "smoke_detection_iot.csv" ? csv : word));
    expect(await run(historyCommand, ...placed, "--dir", folder.file("history")), each.join(" ")).toMatchObject({ code: 0 });
  }
  const [, sql] = /```sql\n(.*?);\n```/s.exec(page)!;
  expect(await query(sql!.replace("'history/", `'${folder.file("history")}/`))).toEqual([{ "count_star()": "1" }]);
});

test("the guide names every column", () => {
  for (const kind of kindNames) {
    const [row] = new RegExp(`^\\| \`${kind}\` \\| .*$`, "m").exec(page)!;
    for (const column of Object.keys(kinds[kind])) expect(row, column).toContain(`\`${column}\``);
  }
});
