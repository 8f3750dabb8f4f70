import { agreementHash, type Agreement } from '@tacit/comparison';
import { fromBase64url, toBase64url } from '@tacit/core';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id, pairOfReadings, terms, type PublishedPair } from './published-pair.fixture';
import { agreed, contract, published, refusal } from './quality-channel.fixture';

describe('pairs', () => {
  it('are recorded once; the same record again changes nothing', async () => {
    const { channel, pair } = await published();
    const { size } = channel.state;
    await channel.run('B', 'publishPair', pair.quality);
    expect(channel.state.size).toBe(size);
    expect(await channel.run('A', 'getPair', { pairId: pair.quality.pairId })).toEqual(pair.quality);
  });

  it('refuse a second record for a pair and a key that was used', async () => {
    const { channel, agreement, pair } = await published();
    const second = pairOfReadings(agreement, 45n, 76n, { pairId: pair.quality.pairId });
    await expect(channel.run('B', 'publishPair', second.quality)).rejects.toEqual(refusal('pair-exists'));
    const reused = pairOfReadings(agreement, 45n, 76n, { key: pair.key });
    await expect(channel.run('B', 'publishPair', reused.quality)).rejects.toEqual(refusal('key-used'));
  });

  it('refuse strangers and the evaluator', async () => {
    const { channel, agreement } = await agreed();
    const { quality } = pairOfReadings(agreement, 1n, 2n);
    for (const company of ['A', 'S', 'C']) {
      await expect(channel.run(company, 'publishPair', quality)).rejects.toEqual(refusal('not-allowed'));
    }
  });

  it.each<[string, string, (agreement: Agreement, pair: PublishedPair) => object]>([
    ['readings that are not consecutive', 'bad-record', () => ({ sequence: { x: 1, y: 3 } })],
    ['readings that go back in time', 'bad-record', () => ({ takenAt: { x: 2, y: 2 } })],
    ['a vector cut by one ciphertext', 'bad-vector', (_, { quality }) => ({ x: quality.x.slice(0, -22) })],
    [
      'a vector with one more ciphertext',
      'bad-vector',
      (_, { quality }) => ({
        x: toBase64url(Buffer.concat([fromBase64url(quality.x), Buffer.alloc(16, 1)])),
      }),
    ],
    ['ciphertext 0', 'bad-vector', (_, { quality }) => ({ x: withFirst(quality.x, 0n) })],
    [
      'ciphertext n',
      'bad-vector',
      (_, { quality, key }) => ({ x: withFirst(quality.x, key.publicKey.modulus) }),
    ],
    [
      'ciphertext n²',
      'bad-vector',
      (_, { quality, key }) => ({ x: withFirst(quality.x, key.publicKey.modulus ** 2n) }),
    ],
    [
      'ciphertext 2^128 − 1',
      'bad-vector',
      (_, { quality }) => ({ x: withFirst(quality.x, (1n << 128n) - 1n) }),
    ],
    ['a hash of other bytes', 'bad-vector', () => ({ xHash: anyHash() })],
    ['a keyId of another key', 'bad-record', () => ({ keyId: anyHash() })],
    [
      'a key that is even',
      'bad-record',
      () => ({ publicKey: toBase64url(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0)) }),
    ],
    ['no proof of the key', 'bad-record', () => ({ keyProof: null })],
    [
      'a key proof cut by one root',
      'bad-record',
      (_, { quality }) => ({ keyProof: toBase64url(fromBase64url(quality.keyProof ?? '').subarray(8)) }),
    ],
    ['a key proof in another spelling', 'bad-input', (_, q) => ({ keyProof: `${q.quality.keyProof}=` })],
    ['a profile that was not agreed', 'bad-record', () => ({ profile: 'paillier-6144' })],
    ['an unknown agreement', 'unknown-agreement', () => ({ agreementHash: anyHash() })],
    ['an unknown superseded pair', 'unknown-pair', () => ({ supersedes: id() })],
    ['a field that is not part of it', 'bad-input', () => ({ value: '0.45' })],
    ['bytes in another spelling', 'bad-input', (_, { quality }) => ({ x: `${quality.x}=` })],
    ['bytes beyond every size', 'bad-input', () => ({ x: 'A'.repeat(200_000) })],
  ])('refuse %s', async (_, code, change) => {
    const { channel, agreement } = await agreed();
    const pair = pairOfReadings(agreement, 45n, 41n);
    const record = { ...pair.quality, ...change(agreement, pair) };
    await expect(channel.run('B', 'publishPair', record)).rejects.toEqual(refusal(code));
    expect([...channel.state.keys()].some((key) => key.startsWith('pair'))).toBe(false);
  });

  it('are refused before acceptance, after expiry and under a superseded version', async () => {
    const agreement = terms();
    const channel = new MemoryChannel('quality', contract);
    await channel.run('B', 'proposeAgreement', agreement);
    const { quality } = pairOfReadings(agreement, 1n, 2n);
    await expect(channel.run('B', 'publishPair', quality)).rejects.toEqual(refusal('agreement-not-active'));
    await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(agreement) });
    channel.now = agreement.expiresAt;
    await expect(channel.run('B', 'publishPair', quality)).rejects.toEqual(refusal('agreement-expired'));
  });

  it('are corrected by another pair of the same readings', async () => {
    const { channel, agreement, pair } = await published();
    const supersedes = pair.quality.pairId;
    const other = pairOfReadings(agreement, 45n, 42n, { supersedes, sequence: { x: 2, y: 3 } });
    await expect(channel.run('B', 'publishPair', other.quality)).rejects.toEqual(refusal('bad-record'));
    const correction = pairOfReadings(agreement, 45n, 42n, { supersedes });
    await channel.run('B', 'publishPair', correction.quality);
  });
});

/** The vector with its first ciphertext replaced. */
function withFirst(vector: string, value: bigint): string {
  const bytes = Buffer.from(fromBase64url(vector));
  Buffer.from(value.toString(16).padStart(32, '0'), 'hex').copy(bytes);
  return toBase64url(bytes);
}
