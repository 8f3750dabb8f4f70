/**
 * Powers of one base by a comb (Lim and Lee, CRYPTO 94).
 *
 * The exponent's bits are written as 8 rows of `columns` bits; a column is then a number below 256 that looks up a
 * product of powers of the base. Four tables, a quarter of the columns each, share the squarings: 448 bits take
 * 56 multiplications and 14 squarings instead of about 530. 8 × 4 is the cheapest for about a hundred powers,
 * tables included. Not constant-time: the lookups depend on the exponent.
 */
const ROWS = 8;
const TABLES = 4;

/** @returns little-endian bytes of an exponent below 2^exponentBits ↦ base^exponent mod modulus. */
export function fixedBasePower(
  base: bigint,
  modulus: bigint,
  exponentBits: number,
): (exponent: Uint8Array) => bigint {
  const columns = Math.ceil(exponentBits / ROWS);
  const width = Math.ceil(columns / TABLES);
  const tables = combTables(base, modulus, columns, width);

  return (exponent) => {
    let result = 1n;
    for (let offset = width - 1; offset >= 0; offset--) {
      if (offset < width - 1) result = (result * result) % modulus;
      for (const [index, table] of tables.entries()) {
        const column = index * width + offset;
        const entry = column < columns ? table[columnOf(exponent, column, columns)] : undefined;
        if (entry !== undefined) result = (result * entry) % modulus;
      }
    }
    return result;
  };
}

/** tables[t][mask] = Π over the rows i in mask of base^(2^(i·columns + t·width)). */
function combTables(base: bigint, modulus: bigint, columns: number, width: number): bigint[][] {
  const tables: bigint[][] = Array.from({ length: TABLES }, () => [1n]);
  let power = base;
  for (let bit = 0; bit < ROWS * columns; bit++) {
    const table = (bit % columns) % width === 0 ? tables[Math.floor((bit % columns) / width)] : undefined;
    if (table) {
      const factor = power;
      table.push(...table.map((entry) => (entry * factor) % modulus));
    }
    power = (power * power) % modulus;
  }
  return tables;
}

function columnOf(exponent: Uint8Array, column: number, columns: number): number {
  let mask = 0;
  for (let row = 0; row < ROWS; row++) {
    const bit = row * columns + column;
    mask |= (((exponent[bit >> 3] ?? 0) >> (bit & 7)) & 1) << row;
  }
  return mask;
}
