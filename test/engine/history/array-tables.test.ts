import { expect, test } from "vitest";
import { openDatabase } from "../../../engine/history/database.ts";

async function opened() {
  const database = await openDatabase();
  const rowsOf = async (sql: string, connection = 0) => (await database.connections[connection]!.runAndReadAll(sql)).getRowsJS();
  return { ...database, rowsOf, [Symbol.dispose]: () => database.close() };
}

test("parts are read one behind the other, NaN as NULL, places as their texts, whatever is in them", async () => {
  using database = await opened();
  const texts = ["", "a\0b", `'"\\`, "🌡", "", "$1"];
  using table = database.arrays.open([
    { name: 'a "b"', parts: [Float64Array.of(1.5, NaN), new Float64Array(0), Float64Array.of(-0, -Infinity, 2 ** 53, 5e-324)] },
    { name: "u", parts: [Uint32Array.of(0, 2 ** 32 - 1), new Uint32Array(0), Uint32Array.of(1, 2, 3, 4)] },
    { name: "text", parts: [Uint8Array.of(5, 4), new Uint8Array(0), Uint8Array.of(3, 2, 1, 0)], texts },
  ]);
  const values = [1.5, null, -0, -Infinity, 2 ** 53, 5e-324];
  expect(await database.rowsOf(table.sql)).toEqual(values.map((value, i) => [value, [0, 2 ** 32 - 1, 1, 2, 3, 4][i], texts[5 - i]]));
  expect(await database.rowsOf(`SELECT count(*)::INTEGER FROM (${table.sql}) WHERE "a ""b""" IS NULL`)).toEqual([[1]]);
});

test("a part may be the middle of a larger buffer", async () => {
  using database = await opened();
  const large = Float64Array.of(1, 2, 3, 4, 5);
  using table = database.arrays.open([{ name: "x", parts: [large.subarray(1, 3), large.subarray(4)] }]);
  expect(await database.rowsOf(table.sql)).toEqual([[2], [3], [5]]);
});

test("many rows with as many texts keep their order, read on both connections at once and more than once", async () => {
  using database = await opened();
  const rows = 150_000;
  const places = Uint32Array.from({ length: rows }, (_, i) => (i * 7919) % rows);
  using names = database.arrays.open([{ name: "name", parts: [places.subarray(0, 5000), places.subarray(5000)], texts: Array.from({ length: rows }, (_, i) => `sensor ${i}`) }]);
  using numbers = database.arrays.open([{ name: "number", parts: [Float64Array.from(places)] }]);
  const listOf = (sql: string, connection: number) => database.rowsOf(`SELECT * FROM (${sql})`, connection).then((list) => list.map(([value]) => value));
  const [left, right, again] = await Promise.all([listOf(names.sql, 0), listOf(numbers.sql, 1), listOf(names.sql, 1)]);
  expect(right).toEqual([...places]);
  expect(left).toEqual(Array.from(places, (place) => `sensor ${place}`));
  expect(again).toEqual(left);
});

test("a table that was disposed of is an error of the query, and no other's", async () => {
  using database = await opened();
  const gone = database.arrays.open([{ name: "x", parts: [Float64Array.of(1)] }]);
  gone[Symbol.dispose]();
  await expect(database.rowsOf(gone.sql)).rejects.toThrow("Binder Error");
  using table = database.arrays.open([{ name: "x", parts: [Float64Array.of(2)] }]);
  expect(await database.rowsOf(table.sql)).toEqual([[2]]);
});
