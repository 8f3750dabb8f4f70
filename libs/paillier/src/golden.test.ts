import { bigintToBytes, concat } from '@tacit/core';
import {
  decodeSecretKey,
  decrypt,
  type PaillierCiphertext,
  paillierScheme,
  testProfile,
  zeroTester,
} from '@tacit/paillier';
import { modInv, modPow } from 'bigint-crypto-utils';
import appendix from '../../../test/vectors/appendix-a.json';

/** The paper's Appendix A, five misprinted digits repaired; see `protocol.md`, section 3. */
describe('appendix A of the paper', () => {
  const [n, p, q] = [appendix.n, appendix.p, appendix.q].map(BigInt) as [bigint, bigint, bigint];
  const profile = testProfile(32);
  const scheme = paillierScheme(profile);
  const publicKey = scheme.decodePublicKey(bigintToBytes(n, 4));
  const secretKey = decodeSecretKey(profile, publicKey, concat(bigintToBytes(p, 2), bigintToBytes(q, 2)));
  const [x, y, w] = [appendix.t1q, appendix.t2q, appendix.xor].map((vector) =>
    scheme.decodeCiphertexts(
      publicKey,
      concat(...vector.map((value) => bigintToBytes(BigInt(value), 8))),
      vector.length,
    ),
  ) as [PaillierCiphertext[], PaillierCiphertext[], PaillierCiphertext[]];

  /** Table 3 from the operations alone: x_i − y_i + m + 3·Σ_{j>i} w_j. */
  function column(m: bigint): PaillierCiphertext[] {
    const minusY = scheme.negateAll(publicKey, y);
    let above = scheme.multiplyPlaintext(publicKey, x[0]!, 0n);
    const column: PaillierCiphertext[] = [];
    for (let i = x.length - 1; i >= 0; i--) {
      const difference = scheme.addPlaintext(publicKey, scheme.add(publicKey, x[i]!, minusY[i]!), m);
      column[i] = scheme.add(publicKey, difference, scheme.multiplyPlaintext(publicKey, above, 3n));
      above = scheme.add(publicKey, above, w[i]!);
    }
    return column;
  }
  const rise = column(1n);
  const fall = column(-1n);

  it('decrypts to X = 11, Y = 10 and their XOR, least significant bit first', () => {
    const value = (vector: PaillierCiphertext[]): bigint =>
      vector.reduce((sum, bit, i) => sum + (decrypt(secretKey, bit) << BigInt(i)), 0n);
    expect([x, y, w].map(value)).toEqual([
      BigInt(appendix.expect.x),
      BigInt(appendix.expect.y),
      BigInt(appendix.expect.xor),
    ]);
  });

  it('has no zero under formula (1) and one at i = 0 under formula (2)', () => {
    const tester = zeroTester(secretKey);
    expect(rise.map((z) => tester.isZero(z))).not.toContain(true);
    expect(fall.map((z) => tester.isZero(z))).toEqual(fall.map((_, i) => i === 0));
  });

  it('gives fall_0 and its n-th root to the digit', () => {
    expect(fall[0]!.value).toBe(4192655623401172440n);
    const root = modPow(fall[0]!.value % n, modInv(n, (p - 1n) * (q - 1n)), n);
    expect(root).toBe(2081782348n);
    expect(modPow(root, n, n * n)).toBe(fall[0]!.value);
  });
});
