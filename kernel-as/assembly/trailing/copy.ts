import { at } from "../state/arena";
import { rowAt, rowsOf } from "../state/table";
import { redirectBaseline } from "./baseline";
import { copyChunk, newerOf } from "./chunk";
import { BASELINE, baselineAt, blockOf, forget, spanAt, Trailing } from "./trailing";

/**
 * Gives a sensor of one state all that another sensor of another state has, so that the next reading has the same features there, bit for bit; the other is left as it is.
 * Both states are of the same fields, spans and kinds. Returns the readings, 0 where there are none.
 */
export function copy(pointer: usize, sensor: u32, fromPointer: usize, fromSensor: u32): u32 {
  const to = changetype<Trailing>(pointer);
  const from = changetype<Trailing>(fromPointer);
  if (to.blockBytes != from.blockBytes || to.layout.bytes != from.layout.bytes || to.asked != from.asked) unreachable();
  forget(pointer, sensor);
  const source = from.layout.arena;
  if (fromSensor >= rowsOf(source, from.table)) return 0;
  const fromBlock = load<u32>(at(source, rowAt(source, from.table, fromSensor)));
  if (!fromBlock) return 0;
  const block = blockOf(to, sensor);
  memory.copy(at(to.layout.arena, block), at(source, fromBlock), to.blockBytes);
  let last: u32 = 0;
  for (let chunk = load<u32>(at(source, fromBlock)); chunk; chunk = newerOf(from.layout, chunk)) {
    const copied = copyChunk(to.layout, last, from.layout, chunk);
    redirect(to, at(to.layout.arena, block), from, at(source, fromBlock), chunk, copied);
    last = copied;
  }
  return load<u32>(at(source, fromBlock), 8);
}

/** Has whatever in the block stands for a chunk stand for its copy. */
function redirect(to: Trailing, header: usize, from: Trailing, fromHeader: usize, chunk: u32, copied: u32): void {
  if (load<u32>(fromHeader) == chunk) store<u32>(header, copied);
  if (load<u32>(fromHeader, 4) == chunk) store<u32>(header, copied, 4);
  for (let span: u32 = 0; span < from.spans; span++) {
    if (load<u32>(spanAt(from, fromHeader, span)) == chunk) store<u32>(spanAt(to, header, span), copied);
  }
  if (from.asked & BASELINE) redirectBaseline(baselineAt(to, header), baselineAt(from, fromHeader), chunk, copied);
}
