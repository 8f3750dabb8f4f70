import { utf8 } from '@tacit/core';
import { A, B, TestNetwork } from './ledger.fixture';
import type { SignedProposal } from './proposal';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create();
});
afterEach(() => network.remove());

describe('a proposal', () => {
  const input = { key: ['x'], value: 'y' };

  it.each([-121_000, 121_000, -30 * 86_400_000])('of a clock %d ms away is refused', async (offset) => {
    const proposal = network.sign(B, { channel: 'quality', name: 'put', input }, Date.now() + offset);
    await expect(network.peer(B).submit(proposal, {})).rejects.toMatchObject({ code: 'bad-proposal' });
  });

  it('is committed once', async () => {
    const proposal = network.sign(B, { channel: 'quality', name: 'put', input });
    await network.peer(B).submit(proposal, {});
    await expect(network.peer(B).submit(proposal, {})).rejects.toMatchObject({ code: 'bad-proposal' });
    await expect(network.peer(A).submit(proposal, {})).rejects.toMatchObject({ code: 'bad-proposal' });
  });

  it('with a forged creator or signature is refused', async () => {
    const own = network.sign(B, { channel: 'quality', name: 'put', input });
    const other = network.sign(A, { channel: 'quality', name: 'put', input });
    const flipped = Uint8Array.from(own.signature, (byte, i) => (i === 40 ? byte ^ 1 : byte));
    const forgeries: Record<string, SignedProposal> = {
      'another company’s name': { ...own, company: A },
      'a company that does not exist': { ...own, company: '../ManufacturerB' },
      'another member’s certificate': { ...own, company: A, certificate: other.certificate },
      'the company’s admin instead of its client': {
        ...own,
        certificate: network.identity(B).admin.certificateDer,
      },
      'another proposal’s signature': {
        ...own,
        signature: network.sign(B, { channel: 'quality', name: 'put', input }).signature,
      },
      'a flipped bit': { ...own, signature: flipped },
      'no signature': { ...own, signature: new Uint8Array(0) },
      'altered content': { ...own, bytes: utf8(new TextDecoder().decode(own.bytes).replace('"y"', '"z"')) },
      'a second spelling': { ...own, bytes: utf8(` ${new TextDecoder().decode(own.bytes)}`) },
      'bytes that are no JSON': { ...own, bytes: new Uint8Array([0xff]) },
      'JSON that is no proposal': { ...own, bytes: utf8('{"channel":"quality"}') },
      'no certificate': { ...own, certificate: new Uint8Array(0) },
    };
    const peer = network.peer(B);
    for (const [forgery, proposal] of Object.entries(forgeries)) {
      const outcome: unknown = await peer.submit(proposal, {}).catch((error: unknown) => error);
      expect([forgery, outcome]).toMatchObject([forgery, { code: 'bad-proposal' }]);
    }
    expect(await peer.submit(own, {})).toMatchObject({ block: 1 });
  });

  it.each([[0.5], [[NaN]], [{ deep: 2 ** 53 }], [1n]])('does not carry %p', (value) => {
    expect(() => network.sign(B, { channel: 'quality', name: 'put', input: value })).toThrow(
      'the input is not JSON',
    );
  });

  it('does not carry what is nested beyond measure', () => {
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => network.sign(B, { channel: 'quality', name: 'put', input: deep })).toThrow(
      'the input is not JSON',
    );
  });
});
