import { bytesToBigint, concat, toHex, utf8 } from '@tacit/core';
import { keygen, paillierProfile, paillierScheme, proveKey, testProfile } from '@tacit/paillier';
import { gcd, modInv, modPow } from 'bigint-crypto-utils';
import { generatePrimeSync, randomBytes, randomInt } from 'node:crypto';
import { isDeep, trials } from '../../../test/support/trials';
import { bitLength } from './integers';
import { hashValues, keyProofs } from './key-proof';
import { mgf1 } from './mgf1';
import { isShownComposite } from './miller-rabin';
import { powerModulo } from './powers';
import { publicKeyOf, type PaillierPublicKey } from './public-key';
import { encodeRoots } from './roots';

const BITS = 64;
const profile = testProfile(BITS);
const proofs = keyProofs(profile);
const owner = utf8('ManufacturerB');
const isComposite = (n: bigint): boolean => n % 2n === 0n || isShownComposite(n, powerModulo(n));
const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

/** A number with its totient, for a prover who wants to pass with it. */
interface Modulus {
  readonly n: bigint;
  readonly totient: bigint;
}

function until(make: () => Modulus | undefined, bits = BITS): Modulus {
  for (;;) {
    const made = make();
    if (made && bitLength(made.n) === bits) return made;
  }
}

/** A key that claims the profile, whatever n is. */
const keyOf = (n: bigint): PaillierPublicKey =>
  publicKeyOf({ ...testProfile(bitLength(n)), name: profile.name }, n);

/** Roots where they exist: of the part of the group whose order is prime to n. */
function bestProof({ n, totient }: Modulus): Uint8Array {
  let order = totient;
  for (let common = gcd(n, order); common !== 1n; common = gcd(n, order)) order /= common;
  const exponent = order === 1n ? 1n : modInv(n, order);
  const key = keyOf(n);
  return encodeRoots(
    key,
    hashValues(key, owner).map((value) => modPow(value, exponent, n)),
  );
}

const twoPrimes = (p: bigint, q: bigint): Modulus => ({ n: p * q, totient: (p - 1n) * (q - 1n) });

describe('key proofs', () => {
  it('of sound keys are accepted', () => {
    for (let left = trials(200, 10_000); left > 0; left--) {
      const { publicKey, secretKey } = keygen(profile, left % 2 === 0 ? 'uniform' : 'short-exponent');
      const proof = proveKey(secretKey, owner);
      if (!proofs.verify(publicKey, owner, proof)) throw new Error(`refused ${publicKey.modulus}`);
    }
  });

  it.each(isDeep ? ['paillier-3072', 'paillier-6144'] : ['paillier-3072'])(
    'of %s are accepted',
    (name) => {
      const real = paillierProfile(name);
      for (let left = trials(1, 20); left > 0; left--) {
        const { publicKey, secretKey } = keygen(real);
        const proof = proveKey(secretKey, owner);
        expect(proof.length).toBe((7 * real.modulusBits) / 8);
        expect(proof.length).toBe(paillierScheme(real).proofs.key?.proofLength(publicKey));
        expect(keyProofs(real).verify(publicKey, owner, proof)).toBe(true);
        const other = proof.map((byte, i) => (i === left ? byte ^ 1 : byte));
        expect(keyProofs(real).verify(publicKey, owner, other)).toBe(false);
      }
    },
    1_200_000,
  );

  it.each<[string, () => Modulus]>([
    ['3p', () => until(() => twoPrimes(3n, prime(62)))],
    ['p times a prime just below 2^20', () => until(() => twoPrimes(1_048_573n, prime(44)))],
    [
      'p²q',
      () =>
        until(() => {
          const [p, q] = [prime(22), prime(21)];
          return { n: p * p * q, totient: p * (p - 1n) * (q - 1n) };
        }),
    ],
    [
      'p³',
      () =>
        until(() => {
          const p = BigInt(randomInt(2_097_152, 2_580_000));
          return isComposite(p) ? undefined : { n: p ** 3n, totient: p * p * (p - 1n) };
        }),
    ],
    [
      'pq with p a divisor of q − 1',
      () =>
        until(() => {
          const p = prime(30);
          const q = 2n * BigInt(randomInt(4, 16)) * p + 1n;
          return isComposite(q) ? undefined : twoPrimes(p, q);
        }),
    ],
    [
      'prime',
      () =>
        until(() => {
          const p = prime(64);
          return { n: p, totient: p - 1n };
        }),
    ],
    ['even', () => until(() => twoPrimes(2n, prime(63)))],
    ['one bit short', () => until(() => twoPrimes(prime(32), prime(31)), 63)],
    ['two bits long', () => until(() => twoPrimes(prime(33), prime(33)), 66)],
  ])('of n = %s are refused', (_, make) => {
    for (let left = trials(100, 10_000); left > 0; left--) {
      const modulus = make();
      if (proofs.verify(keyOf(modulus.n), owner, bestProof(modulus)))
        throw new Error(`accepted ${modulus.n}`);
    }
  });

  it('of 1024-bit keys are refused by every profile', () => {
    const { publicKey, secretKey } = keygen(testProfile(1024));
    const proof = proveKey(secretKey, owner);
    for (const name of ['paillier-3072', 'paillier-6144']) {
      expect(keyProofs(paillierProfile(name)).verify({ ...publicKey, profile: name }, owner, proof)).toBe(
        false,
      );
    }
  });

  it('cannot see close or shared primes, which key generation and comparing keys prevent', () => {
    const p = prime(32);
    let q = p + 2n;
    while (isComposite(q)) q += 2n;
    const close = twoPrimes(p, q);
    expect(proofs.verify(keyOf(close.n), owner, bestProof(close))).toBe(true);
    const shared = [0, 1].map(() => until(() => twoPrimes(p, prime(32))));
    for (const modulus of shared) {
      expect(proofs.verify(keyOf(modulus.n), owner, bestProof(modulus))).toBe(true);
    }
    expect(gcd(shared[0]!.n, shared[1]!.n)).toBe(p);
  });

  describe('that were changed', () => {
    const { publicKey, secretKey } = keygen(profile);
    const proof = proveKey(secretKey, owner);
    const roots = Array.from({ length: 7 }, (_, i) => proof.subarray(8 * i, 8 * i + 8));
    const n = publicKey.modulus;
    const replaced = (root: bigint): Uint8Array =>
      encodeRoots(publicKey, [root, ...roots.slice(1).map(bytesToBigint)]);

    it('in any bit are refused', () => {
      for (let bit = 0; bit < 8 * proof.length; bit++) {
        const changed = Uint8Array.from(proof);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (proofs.verify(publicKey, owner, changed)) throw new Error(`bit ${bit}`);
      }
    });

    it.each<[string, Uint8Array]>([
      ['cut', proof.subarray(1)],
      ['lengthened', concat(proof, new Uint8Array(1))],
      ['empty', new Uint8Array()],
      ['six roots', proof.subarray(8)],
      ['two roots exchanged', concat(roots[1]!, roots[0]!, ...roots.slice(2))],
      ['one root seven times', concat(...roots.map(() => roots[0]!))],
      ['zeros', new Uint8Array(proof.length)],
      ['all ones', new Uint8Array(proof.length).fill(255)],
      ['n − σ', replaced(n - bytesToBigint(roots[0]!))],
      ['σ = n', replaced(n)],
      ['σ = p', replaced(secretKey.primes().p)],
      ['random', randomBytes(proof.length)],
    ])('to %s are refused', (_, changed) => {
      expect(proofs.verify(publicKey, owner, Uint8Array.from(changed))).toBe(false);
    });

    it('to another owner, profile or key are refused', () => {
      expect(proofs.verify(publicKey, owner, proof)).toBe(true);
      expect(proofs.verify(publicKey, utf8('ManufacturerC'), proof)).toBe(false);
      expect(proofs.verify(keygen(profile).publicKey, owner, proof)).toBe(false);
      const renamed = { ...profile, name: 'paillier-test-other' };
      expect(keyProofs(renamed).verify(publicKey, owner, proof)).toBe(false);
      expect(keyProofs(renamed).verify({ ...publicKey, profile: renamed.name }, owner, proof)).toBe(false);
    });
  });

  it('do not leave the process when a bit flips in one half of the CRT', () => {
    const { publicKey, secretKey } = keygen(profile);
    const { modulus: n } = publicKey;
    const { p, q } = secretKey.primes();
    const join = secretKey.joinModulo.bind(secretKey);
    const [value] = hashValues(publicKey, owner);
    for (let bit = 0n; bit < 32n; bit++) {
      for (const half of [0, 1]) {
        let joined = 0n;
        const faulty = jest.spyOn(secretKey, 'joinModulo').mockImplementation((xp, xq) => {
          joined = half === 0 ? join(xp ^ (1n << bit), xq) : join(xp, xq ^ (1n << bit));
          return joined;
        });
        let thrown: unknown;
        try {
          proveKey(secretKey, owner);
        } catch (error) {
          thrown = error;
        }
        faulty.mockRestore();
        expect(thrown).toMatchObject({ code: 'computation-fault', message: 'an n-th root failed its check' });
        expect(Object.keys(thrown as Error).sort()).toEqual(['code', 'name']);
        // What the root would have given away.
        expect(gcd(modPow(joined, n, n) - value! + n, n)).toBe(half === 0 ? q : p);
      }
    }
  });

  it('are refused to a key holder whose n is not prime to φ(n)', () => {
    const p = prime(30);
    let q = 2n * p + 1n;
    while (isComposite(q)) q += 2n * p; // p divides q − 1
    const { secretKey } = keygen(profile);
    jest.spyOn(secretKey, 'inHalves').mockImplementation((work) => {
      const half = (l: bigint): never => ({ prime: l, square: l * l, power: powerModulo(l * l) }) as never;
      return [work(half(p)), work(half(q))];
    });
    Object.assign(secretKey, { publicKey: keyOf(p * q) });
    expect(() => proveKey(secretKey, owner)).toThrow(expect.objectContaining({ code: 'unsuitable-key' }));
  });
});

describe('MGF1', () => {
  it('gives the known bytes with SHA-256', () => {
    expect(toHex(mgf1(utf8('bar'), 50))).toBe(
      '382576a7841021cc28fc4c0948753fb8312090cea942ea4c4e735d10dc724b155f9f6069f289d61daca0cb814502ef04eae1',
    );
    expect(mgf1(utf8('bar'), 0).length).toBe(0);
    expect(mgf1(utf8('bar'), 32)).toEqual(mgf1(utf8('bar'), 50).subarray(0, 32));
  });
});

describe('the Miller–Rabin test', () => {
  it('calls no prime composite and every odd composite below 20,000', () => {
    const isPrime = (n: number): boolean => {
      for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
      return true;
    };
    for (let n = 9; n < 20_000; n += 2) {
      const shown = isShownComposite(BigInt(n), (b, e) => modPow(b, e, BigInt(n)));
      if (shown === isPrime(n)) throw new Error(`${n}`);
    }
  });
});
