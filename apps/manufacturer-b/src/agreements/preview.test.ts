import { ProblemException } from '@tacit/company';
import { preview } from './preview';
import { PreviewBody } from './preview.dto';

const body = (changes: Partial<PreviewBody>): PreviewBody =>
  Object.assign(new PreviewBody(), {
    unit: 'g/cm²',
    scale: 2,
    readings: ['0.45', '0.41', '0.76', '1.32'],
    ...changes,
  });

const shown = (changes: Partial<PreviewBody>): unknown[] =>
  preview(body(changes), 'uniform').outcomes.map(({ from, to, direction, index, range }) => [
    from,
    to,
    direction,
    index,
    `${range.min}–${range.max} ${range.unit}`,
  ]);

describe('the preview of the published case', () => {
  it('says under bit what the paper says, with honest ranges', () => {
    expect(shown({ measure: 'bit' })).toEqual([
      [1, 2, 'fall', 2, '0.01–0.07 g/cm²'],
      [2, 3, 'rise', 6, '0.01–1.27 g/cm²'],
      [3, 4, 'rise', 7, '0.01–2.55 g/cm²'],
    ]);
  });

  it('says under magnitude the size of each change', () => {
    expect(shown({ measure: 'magnitude' })).toEqual([
      [1, 2, 'fall', 2, '0.04–0.07 g/cm²'],
      [2, 3, 'rise', 5, '0.32–0.63 g/cm²'],
      [3, 4, 'rise', 5, '0.32–0.63 g/cm²'],
    ]);
  });

  it('tells in words which value bit betrays, and that the steps add up', () => {
    const { notes, cost } = preview(body({ measure: 'bit' }), 'uniform');
    expect(notes).toContainEqual(expect.stringContaining('here it is 0.44 g/cm²'));
    expect(notes).toContainEqual(expect.stringContaining('here it is 0.64 g/cm²'));
    expect(notes).toContainEqual(expect.stringContaining('here it is 1.28 g/cm²'));
    expect(notes).toContainEqual(expect.stringContaining('between -0.05 and 3.81 g/cm²'));
    expect(cost.answers).toBe(3);
    expect(Object.keys(cost.coreSeconds)).toEqual(['paillier-3072', 'paillier-6144']);
  });

  it('speaks of no absolute value under magnitude', () => {
    const { notes } = preview(body({ measure: 'magnitude' }), 'uniform');
    expect(notes.join(' ')).not.toContain('here it is');
    expect(notes).toContainEqual(expect.stringContaining('between 0.57 and 1.22 g/cm²'));
  });

  it('shows a reading that stays as no change', () => {
    expect(shown({ readings: ['1', '1.00'] })).toEqual([[1, 2, 'same', null, '0.00–0.00 g/cm²']]);
  });

  it('counts the boundary from the offset', () => {
    const { notes } = preview(
      body({ measure: 'bit', offset: '1000', readings: ['-9.60', '-9.50'] }),
      'uniform',
    );
    // Encoded 40 and 50: bits 101000 and 110010 differ first at 4, and 48 encodes −9.52.
    expect(notes[0]).toContain('0.16 g/cm², counted from -10.00 g/cm²');
    expect(notes[0]).toContain('here it is -9.52 g/cm²');
  });
});

describe('a preview is refused', () => {
  it('with every reading named that the terms cannot encode', () => {
    const bad = body({ bits: 8, readings: ['0.45', '-1', '2.56', '0.455', '1e5', '9'.repeat(64)] });
    let thrown: unknown;
    try {
      preview(bad, 'uniform');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProblemException);
    const { code, errors } = thrown as ProblemException;
    expect(code).toBe('bad-reading');
    expect(errors?.map(({ path }) => path)).toEqual([1, 2, 3, 4, 5].map((i) => `readings[${i}]`));
  });
});
