import { bigintToBytes, transcriptHash, u64be } from '@tacit/core';
import { encodeCiphertexts, type PaillierCiphertext } from './ciphertext';
import { PaillierError } from './errors';
import { mgf1 } from './mgf1';
import { ROOTS, WEIGHT_BITS } from './proof-parameters';
import { requireSameKey, type PaillierPublicKey } from './public-key';

/** Bits of a weight that one multiplication takes. */
const WINDOW = 4;

/**
 * U_l = Π_j c_j^(t_lj) mod n² for l = 1 … 7, the weights t_lj from the transcript.
 *
 * Simultaneous exponentiation (Straus 1964): the powers c_j^1 … c_j^15 serve all seven products, and all factors of
 * one product share its squarings. For 34 ciphertexts that makes 1,700 multiplications, of which one power with
 * exponent n takes 9,000 at 6144 bits.
 *
 * @throws PaillierError `wrong-key`, `bad-ciphertext` for an empty list, of which nothing can be said
 */
export function combinations(
  publicKey: PaillierPublicKey,
  ciphertexts: readonly PaillierCiphertext[],
  context: Uint8Array,
): bigint[] {
  if (ciphertexts.length === 0) throw new PaillierError('bad-ciphertext', 'no ciphertext to speak of');
  for (const ciphertext of ciphertexts) requireSameKey(publicKey, ciphertext);
  const { modulusSquared } = publicKey;
  const tables = ciphertexts.map(({ value }) => smallPowers(value, modulusSquared));
  return transcriptWeights(publicKey, ciphertexts, context).map((weights) => {
    let product = 1n;
    for (let shift = WEIGHT_BITS - WINDOW; shift >= 0; shift -= WINDOW) {
      for (let i = 0; i < WINDOW; i++) product = (product * product) % modulusSquared;
      for (const [j, table] of tables.entries()) {
        const factor = table[((weights[j] ?? 0) >> shift) & ((1 << WINDOW) - 1)];
        if (factor !== undefined) product = (product * factor) % modulusSquared;
      }
    }
    return product;
  });
}

/** table[d] = value^d for d = 1 … 15. */
function smallPowers(value: bigint, modulus: bigint): (bigint | undefined)[] {
  const table: (bigint | undefined)[] = [undefined];
  for (let power = value; table.length < 1 << WINDOW; power = (power * value) % modulus) table.push(power);
  return table;
}

/**
 * t_lj = bits 20a … 20a + 19, first bit first, of MGF1(H("zero-proof", profile, n, context, m, c_1 ‖ … ‖ c_m)) with
 * a = (l − 1)·m + (j − 1).
 */
function transcriptWeights(
  { profile, modulus, ciphertextLength }: PaillierPublicKey,
  ciphertexts: readonly PaillierCiphertext[],
  context: Uint8Array,
): number[][] {
  const count = ciphertexts.length;
  const seed = transcriptHash(
    'zero-proof',
    profile,
    bigintToBytes(modulus, ciphertextLength / 2),
    context,
    u64be(count),
    encodeCiphertexts(ciphertextLength, ciphertexts),
  );
  const bytes = mgf1(seed, Math.ceil((ROOTS * count * WEIGHT_BITS) / 8));
  return Array.from({ length: ROOTS }, (_, l) =>
    Array.from({ length: count }, (_, j) => bitsAt(bytes, (l * count + j) * WEIGHT_BITS)),
  );
}

/** 20 bits from a place that is a multiple of 4. */
function bitsAt(bytes: Uint8Array, bit: number): number {
  const at = bit >> 3;
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (three >> (24 - WEIGHT_BITS - (bit & 7))) & ((1 << WEIGHT_BITS) - 1);
}
