import { fitsOpenssl, powerModulo } from './powers';
import type { PaillierPublicKey } from './public-key';

/** x = low + high·n, an integer modulo n² as two digits to the base n. */
interface Digits {
  readonly low: bigint;
  readonly high: bigint;
}

/** One step of an exponentiation: so many squarings, then a multiplication by base^odd; odd = 0 for none. */
interface Step {
  readonly squarings: number;
  readonly odd: number;
}

/** Bits of the widest window; the table holds the 16 odd powers below 2^5. */
const WINDOW = 5;

/**
 * r ↦ r^n mod n² for r in [0, n). All of it is public: the time depends on n.
 *
 * Through OpenSSL where it takes n². At 6144 bits it does not, and numbers modulo n² are then kept as two digits to
 * the base n: (a + b·n)² = a² + 2ab·n, (a + b·n)(c + d·n) = ac + (ad + bc)·n mod n². Products and remainders have
 * half the size, which takes 0.6 times as long as the plain square-and-multiply.
 */
export function nthPower({ modulus, modulusSquared }: PaillierPublicKey): (root: bigint) => bigint {
  if (fitsOpenssl(modulusSquared)) {
    const power = powerModulo(modulusSquared);
    return (root) => power(root, modulus);
  }
  const steps = slidingWindows(modulus);
  return (root) => {
    const odd = oddPowers({ low: root, high: 0n }, modulus);
    let { low, high } = { low: 1n, high: 0n };
    for (const step of steps) {
      for (let i = 0; i < step.squarings; i++) ({ low, high } = square({ low, high }, modulus));
      const factor = odd[step.odd >> 1];
      if (step.odd !== 0 && factor) ({ low, high } = multiply({ low, high }, factor, modulus));
    }
    return low + high * modulus;
  };
}

/** base, base³, base⁵, … */
function oddPowers(base: Digits, n: bigint): Digits[] {
  const baseSquared = square(base, n);
  const powers = [base];
  for (let last = base; powers.length < 1 << (WINDOW - 1); powers.push(last)) {
    last = multiply(last, baseSquared, n);
  }
  return powers;
}

function square({ low, high }: Digits, n: bigint): Digits {
  const product = low * low;
  const carry = product / n;
  return { low: product - carry * n, high: (2n * low * high + carry) % n };
}

function multiply(a: Digits, b: Digits, n: bigint): Digits {
  const product = a.low * b.low;
  const carry = product / n;
  return { low: product - carry * n, high: (a.low * b.high + a.high * b.low + carry) % n };
}

/** The exponent from the top as runs of zeros and windows that end in a one. */
function slidingWindows(exponent: bigint): Step[] {
  const bits = exponent.toString(2);
  const steps: Step[] = [];
  for (let from = 0; from < bits.length;) {
    let to = from + 1;
    if (bits[from] === '1') {
      to = Math.min(from + WINDOW, bits.length);
      while (bits[to - 1] === '0') to--;
    }
    const odd = bits[from] === '1' ? parseInt(bits.slice(from, to), 2) : 0;
    steps.push({ squarings: to - from, odd });
    from = to;
  }
  return steps;
}
