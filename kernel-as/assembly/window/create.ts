import { Arena } from "../state/arena";
import { Rules } from "../state/ticker";
import { COUNTS, FIELD_BYTES, OUTPUT_BYTES, partBytes, partOffset, VALUES, Windows } from "./plan";
import { layReadings } from "./readings";
import { createResults, destroyResults, Results } from "./results";
import { openState } from "./windows";

/*
 * A definition, as `host/window-plan.ts` writes it.
 *
 *     0 f64 1: sessions, 2: sliding   8 f64 1: clock `partition`   16 f64 1: `updates`   24 f64 size, or gap   32 f64 hop   40 f64 pane   48 f64 lateness
 *    56 f64 disorder   64 f64 idle after   72 f64 forget after   80 u32 fields   84 u32 outputs
 *    88 fields: u32 parts
 *       outputs: u32 kind   u32 field   u32 part   u32 –   f64 fraction       at the next multiple of 8
 */

const HEADER_BYTES: u32 = 88;

/** Windows whose state is under root `number`; `kept`: a definition of the readings that results come with, or 0. 0: the state there is of other definitions. */
export function create(arena: usize, number: u32, definition: usize, kept: usize): usize {
  const windows = lay(arena, definition);
  let hash = hashOf(0x811c9dc5, definition, bytesOf(windows));
  if (kept) {
    const keeper = lay(arena, kept);
    windows.kept = changetype<usize>(keeper);
    hash = hashOf(hash, kept, bytesOf(keeper));
  }
  if (openState(windows, number, hash)) return changetype<usize>(windows);
  destroy(changetype<usize>(windows));
  return 0;
}

/** Of a definition. */
function bytesOf(windows: Windows): usize {
  return <usize>(outputsFrom(windows.fields) + windows.outputs * OUTPUT_BYTES);
}

function outputsFrom(fields: u32): u32 {
  return (HEADER_BYTES + (fields << 2) + 7) & ~7;
}

function lay(arena: usize, definition: usize): Windows {
  const windows = changetype<Windows>(heap.alloc(offsetof<Windows>()));
  memory.fill(changetype<usize>(windows), 0, offsetof<Windows>());
  const rules = changetype<Rules>(heap.alloc(offsetof<Rules>()));
  windows.arena = changetype<Arena>(arena);
  windows.rules = rules;
  windows.session = u32(load<f64>(definition) == 1);
  windows.sliding = u32(load<f64>(definition) == 2);
  windows.perPartition = <u32>load<f64>(definition, 8);
  windows.updates = <u32>load<f64>(definition, 16);
  windows.sizeMs = <i64>load<f64>(definition, 24);
  windows.hopMs = <i64>load<f64>(definition, 32);
  windows.paneMs = <i64>load<f64>(definition, 40);
  windows.latenessMs = load<f64>(definition, 48);
  windows.delayMs = windows.updates ? 0 : windows.latenessMs;
  rules.disorderMs = load<f64>(definition, 56);
  rules.idleAfterMs = load<f64>(definition, 64);
  rules.forgetAfterMs = load<f64>(definition, 72);
  windows.fields = load<u32>(definition, 80);
  windows.outputs = load<u32>(definition, 84);
  layFields(windows, definition + HEADER_BYTES);
  layOutputs(windows, definition + <usize>outputsFrom(windows.fields));
  windows.whole = heap.alloc(windows.paneBytes);
  windows.results = changetype<usize>(createResults(windows.outputs));
  return windows;
}

/** Frees what is outside of the pages. */
export function destroy(pointer: usize): void {
  const windows = changetype<Windows>(pointer);
  if (windows.kept) destroy(windows.kept);
  destroyResults(changetype<Results>(windows.results));
  heap.free(windows.whole);
  heap.free(windows.fieldsAt);
  heap.free(windows.outputsAt);
  if (windows.scratch) heap.free(windows.scratch);
  heap.free(changetype<usize>(windows.rules));
  heap.free(pointer);
}

function layFields(windows: Windows, from: usize): void {
  windows.fieldsAt = heap.alloc(windows.fields * FIELD_BYTES);
  let offset: u32 = windows.session | windows.sliding ? 32 : 24;
  for (let i: usize = 0; i < <usize>windows.fields; i++) {
    const parts = load<u32>(from + (i << 2)) & (windows.sliding ? ~VALUES : -1); // whose panes have all values
    const field = windows.fieldsAt + i * FIELD_BYTES;
    store<u32>(field, 0);
    store<u32>(field, parts, 4);
    store<u32>(field, offset, 8);
    store<u32>(field, offset + partOffset(parts, VALUES), 12);
    offset += COUNTS;
    for (let part: u32 = 1; part <= VALUES; part <<= 1) if (parts & part) offset += partBytes(part);
  }
  windows.paneBytes = windows.sliding ? layReadings(windows, offset) : offset;
}

function layOutputs(windows: Windows, from: usize): void {
  windows.outputsAt = heap.alloc(windows.outputs * OUTPUT_BYTES);
  for (let i: usize = 0; i < <usize>windows.outputs; i++) {
    const source = from + i * OUTPUT_BYTES;
    const output = windows.outputsAt + i * OUTPUT_BYTES;
    const field = windows.fieldsAt + <usize>load<u32>(source, 4) * FIELD_BYTES;
    memory.fill(output, 0, OUTPUT_BYTES);
    store<u32>(output, load<u32>(source));
    store<u32>(output, load<u32>(source, 4), 12);
    store<f64>(output, load<f64>(source, 16), 16);
    if (load<u32>(source, 4) >= windows.fields) continue; // counts readings
    store<u32>(output, load<u32>(field, 8), 4);
    store<u32>(output, load<u32>(field, 8) + partOffset(load<u32>(field, 4), load<u32>(source, 8)), 8);
  }
}

/** FNV-1a. */
function hashOf(hash: u32, from: usize, bytes: usize): u32 {
  for (let at = from; at < from + bytes; at++) hash = (hash ^ load<u8>(at)) * 0x01000193;
  return hash;
}
