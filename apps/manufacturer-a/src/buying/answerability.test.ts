import { answerability, mayBeForced, type PairFacts } from './answerability';

const NOW = 1_000;
const GOOD: PairFacts = {
  flaw: null,
  supersededBy: null,
  agreement: { paused: false },
  expiresAt: NOW + 1,
  hasPrice: true,
  hasCredential: true,
  answersLeft: 3,
  state: null,
  answered: false,
};

const judge = (changes: Partial<PairFacts>): ReturnType<typeof answerability> =>
  answerability({ ...GOOD, ...changes }, NOW);

describe('whether an answer is likely', () => {
  it('is, when nothing speaks against it', () => {
    expect(judge({})).toEqual({
      likely: true,
      code: 'answerable',
      reason: 'The agreement is in force; 3 answers are left.',
    });
  });

  it.each([
    ['a flawed pair', { flaw: 'weak-key' }, 'flawed', false],
    ['an agreement that ends now', { expiresAt: NOW }, 'agreement-expired', false],
    ['no agreement in force', { agreement: null }, 'agreement-expired', false],
    ['no price', { hasPrice: false }, 'no-price', false],
    ['no credential', { hasCredential: false }, 'no-credential', false],
    ['a corrected pair', { supersededBy: 'another' }, 'superseded', true],
    ['a paused agreement', { agreement: { paused: true } }, 'agreement-paused', true],
    ['no answer left', { answersLeft: 0 }, 'budget-exceeded', true],
    ['more on their way than are left', { answersLeft: -2 }, 'budget-exceeded', true],
  ] as const)('is not with %s', (_name, changes, code, forcible) => {
    const judgement = judge(changes);
    expect(judgement).toMatchObject({ likely: false, code });
    expect(mayBeForced(judgement)).toBe(forcible);
  });

  it('is said with care when the budget cannot be read', () => {
    expect(judge({ answersLeft: null })).toMatchObject({ likely: true, code: 'budget-unknown' });
  });

  it.each(['created', 'ordered', 'delivered', 'requested'] as const)(
    'does not count a %s one twice',
    (state) => {
      expect(judge({ state, answersLeft: 0 })).toMatchObject({ likely: true, code: 'under-way' });
    },
  );

  it.each(['declined', 'disputed', 'expired', 'failed'] as const)('judges a %s one anew', (state) => {
    expect(judge({ state })).toMatchObject({ code: 'answerable' });
    expect(judge({ state, answersLeft: 0 })).toMatchObject({ code: 'budget-exceeded' });
  });

  it('is certain once it is answered, whatever happened since', () => {
    for (const state of ['answered', 'verified', 'disputed'] as const) {
      const judgement = judge({ state, answered: true, flaw: 'weak-key', agreement: null });
      expect(judgement).toMatchObject({ likely: true, code: 'answered' });
    }
  });
});
