import * as path from 'node:path';
import { xorRecordSchema, qualityRecordSchema } from '@tacit/comparison';
import { createContracts } from '@tacit/contracts';
import { fromBase64url } from '@tacit/core';
import { openDevLedger, type Ledger } from '@tacit/ledger';
import { paillierProfile, paillierScheme } from '@tacit/paillier';
import { ledgerDirOf } from '../../tools/company-process';
import { B, type TestNetwork } from '../support';

/**
 * What everybody on the channels can see of B's randomness: with g = 1 + n, a ciphertext modulo n is r^n mod n,
 * so two ciphertexts under one key that agree there share their nonce.
 */
export async function publishedCiphertexts(
  network: TestNetwork,
): Promise<{ keys: string[]; nonces: string[] }> {
  const ledger = await openDevLedger({
    networkDir: ledgerDirOf(network.dir),
    identityDir: path.join(network.stateDir(B), 'identity'),
    company: B,
    inThread: createContracts(),
  });
  try {
    const pairs = await network.b.list<{ pairId: string }>('/pairs');
    const perPair = await Promise.all(pairs.map(({ pairId }) => ciphertextsOf(ledger, pairId)));
    return { keys: perPair.map(({ key }) => key), nonces: perPair.flatMap(({ nonces }) => nonces) };
  } finally {
    await ledger.close();
  }
}

async function ciphertextsOf(ledger: Ledger, pairId: string): Promise<{ key: string; nonces: string[] }> {
  const input = { pairId };
  const quality = qualityRecordSchema.parse(
    await ledger.evaluate({ channel: 'quality', name: 'getPair', input }),
  );
  const xor = xorRecordSchema.parse(await ledger.evaluate({ channel: 'xor', name: 'getXor', input }));
  const scheme = paillierScheme(paillierProfile(quality.profile));
  const publicKey = scheme.decodePublicKey(fromBase64url(quality.publicKey));
  const nonces = [quality.x, quality.y, xor.w].flatMap((vector) =>
    scheme
      .decodeCiphertexts(publicKey, fromBase64url(vector), xor.bits)
      .map(({ value }) => `${quality.keyId} ${(value % publicKey.modulus).toString(36)}`),
  );
  return { key: quality.keyId, nonces };
}
