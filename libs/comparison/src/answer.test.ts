import { canonicalBytes } from '@tacit/core';
import { answerHash, findDifference, parseAnswer } from './answer';
import { anyHash, id } from './published-pair.fixture';

describe('answers', () => {
  const answer = {
    requestId: id(),
    pairId: id(),
    zHash: anyHash(),
    direction: 'rise',
    index: 5,
    salt: id(),
    proof: 'AAAA',
  };

  it('are parsed strictly', () => {
    expect(parseAnswer(answer, 8)).toEqual(answer);
    expect(parseAnswer({ ...answer, direction: 'same', index: null }, 8)).toMatchObject({
      direction: 'same',
    });
    for (const change of [
      { index: 8 },
      { index: -1 },
      { index: null },
      { direction: 'same' },
      { salt: '' },
      { proof: '' },
      { proof: 'AA==' },
      { proof: 'A'.repeat(8_193) },
      { evidence: 1 },
    ]) {
      expect(() => parseAnswer({ ...answer, ...change }, 8)).toThrow(
        expect.objectContaining({ code: 'bad-answer' }),
      );
    }
  });

  it('have hashes that do not tell the answer', () => {
    const parsed = parseAnswer(answer, 8);
    expect(answerHash(parsed)).not.toBe(answerHash({ ...parsed, salt: id() }));
    expect(new TextDecoder().decode(canonicalBytes(parsed))).toContain('"direction":"rise"');
  });

  it('find the difference for all pairs of 8-bit values as plain arithmetic does', () => {
    for (let x = 0; x < 256; x++) {
      for (let y = 0; y < 256; y++) {
        const index = x === y ? null : 31 - Math.clz32(x ^ y);
        const direction = x < y ? 'rise' : x > y ? 'fall' : 'same';
        const found = findDifference({ x: BigInt(x), y: BigInt(y) }, 8);
        if (found.index !== index || found.direction !== direction) throw new Error(`${x} ${y}`);
      }
    }
  });
});
