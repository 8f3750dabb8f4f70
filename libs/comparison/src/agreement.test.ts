import { agreementHash, parseAgreement, type Agreement } from './agreement';
import { agreement, anyHash, id } from './published-pair.fixture';

describe('agreements', () => {
  it('have a hash that every term changes', () => {
    const hashes = new Set([agreementHash(agreement)]);
    const changes: Partial<Agreement>[] = [
      { id: id() },
      { version: 2 },
      { supersedes: anyHash() },
      { keyHolder: 'X' },
      { evaluator: 'X' },
      { servicer: 'X' },
      { quantity: 'weight' },
      { unit: 'kg' },
      { scale: 3 },
      { offset: '1' },
      { bits: 16 },
      { profile: 'paillier-6144' },
      { measure: 'bit' },
      { answerBudget: 13 },
      { expiresAt: 1_800_000_000_001 },
    ];
    expect(changes.map((change) => Object.keys(change)[0]).sort()).toEqual(Object.keys(agreement).sort());
    for (const change of changes) hashes.add(agreementHash({ ...agreement, ...change }));
    expect(hashes.size).toBe(changes.length + 1);
  });

  it.each([
    ['another k', { bits: 12 }],
    ['a scale below 0', { scale: -1 }],
    ['an offset with a leading zero', { offset: '01' }],
    ['an offset of 10,000 digits', { offset: '9'.repeat(10_000) }],
    ['no budget', { answerBudget: 0 }],
    ['a fractional version', { version: 1.5 }],
    ['a member that is not part of it', { extra: 1 }],
    ['a company that deals with itself', { evaluator: 'ManufacturerB' }],
    ['an unknown measure', { measure: 'exact' }],
    ['a control character', { quantity: 'mois\u0000ture' }],
  ])('refuse %s', (_, change) => {
    expect(() => parseAgreement({ ...agreement, ...change })).toThrow(
      expect.objectContaining({ code: 'bad-agreement' }),
    );
  });

  it('are what was proposed', () => {
    expect(parseAgreement(agreement)).toEqual(agreement);
  });
});
