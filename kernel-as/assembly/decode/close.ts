/**
 * Closes up rows: of `columns` f64 columns of `rows` each at `at`, with the sensors (u32) and the status bytes that follow them, only the rows of status 0 stay, in
 * their order. Returns how many.
 */
export function close(at: usize, columns: u32, rows: u32): u32 {
  const sensors = at + (<usize>columns * rows << 3);
  const status = sensors + (<usize>rows << 2);
  for (let column: u32 = 0; column < columns; column++) closeColumn<f64>(at + (<usize>column * rows << 3), rows, status);
  return closeColumn<u32>(sensors, rows, status);
}

// @ts-ignore: decorator
@inline
function closeColumn<T extends number>(column: usize, rows: u32, status: usize): u32 {
  let kept: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (load<u8>(status + row)) continue;
    store<T>(column + <usize>kept * sizeof<T>(), load<T>(column + <usize>row * sizeof<T>()));
    kept++;
  }
  return kept;
}
