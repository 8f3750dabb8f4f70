import { REFUSAL_DELAY } from '@tacit/company';
import fc from 'fast-check';
import { refusalTime } from './refusal-time';

describe('refusalTime', () => {
  it('is a whole number of delays after the arrival, at least one, never in the past and not later than needed', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.nat(100_000), (receivedAt, elapsed) => {
        const now = receivedAt + elapsed;
        const time = refusalTime(receivedAt, now);
        const delays = (time - receivedAt) / REFUSAL_DELAY;
        expect(Number.isInteger(delays)).toBe(true);
        expect(delays).toBeGreaterThanOrEqual(1);
        expect(time).toBeGreaterThanOrEqual(now);
        expect(delays === 1 || time - REFUSAL_DELAY < now).toBe(true);
      }),
    );
  });

  it('is the same for every cause that is found within the first delay', () => {
    expect(refusalTime(5_000, 5_001)).toBe(refusalTime(5_000, 5_999));
  });
});
