import { expect, test } from "vitest";
import { nearest } from "../../kernel-as/nearest.ts";

test.each([
  ["Temperature[C]", ["Presure", "temperature_c"], "temperature_c"],
  ["Temperature", ["Temprature"], "Temprature"],
  ["Pressure[hPa]", ["Presure[hPA]"], "Presure[hPA]"],
  ["PM1.0", ["PM10"], "PM10"],
  ["Humidity", ["Humdity", "humidity"], "humidity"],
  ["kafak", ["replay", "kafka"], "kafka"],
])("for %s among %j, %s was meant", (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});

test.each([
  ["Temperature[C]", ["Pressure", "location", ""]],
  ["CNT", ["CAT"]],
  ["Raw H2", ["Raw O"]],
  ["Temperature", ["Temperature of the room"]],
])("for %s, none of %j was meant", (word, candidates) => {
  expect(nearest(word, candidates)).toBeUndefined();
});
