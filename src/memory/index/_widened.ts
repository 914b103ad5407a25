// Columns that have become too short.

/** A longer column with what stands in the old one, zeros behind it. */
export function widened<Column extends { set(from: Column): void }>(
  old: Column,
  longer: Column,
): Column {
  longer.set(old);
  return longer;
}
