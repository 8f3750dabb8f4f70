import { purposeOf } from '@tacit/contracts';
import { extended, TOPOLOGY } from '../topology';
import { collectionsOf, endorsementPolicyOf } from './policies';

const { channels } = extended(
  TOPOLOGY,
  TOPOLOGY.additions.map(({ member }) => member.slug),
);

it.each(channels)('wants the peers of both members of $name, and nobody else', (channel) => {
  const named = [...endorsementPolicyOf(channel).matchAll(/'([^']+)'/g)].map(([, role]) => role);
  expect(endorsementPolicyOf(channel)).toMatch(/^AND\(/);
  expect(named).toEqual(channel.members.map((mspId) => `${mspId}.peer`));
});

it.each(channels)(
  'gives private data to the members of $name only where its contract keeps some',
  (channel) => {
    const collections = collectionsOf(channel) ?? [];
    expect(collections.map(({ name }) => name)).toEqual(channel.purpose === 'quality' ? ['answers'] : []);
    for (const { policy, memberOnlyRead, memberOnlyWrite } of collections) {
      expect(policy).toBe(`OR(${channel.members.map((mspId) => `'${mspId}.member'`).join(',')})`);
      expect({ memberOnlyRead, memberOnlyWrite }).toEqual({ memberOnlyRead: true, memberOnlyWrite: true });
    }
  },
);

it.each(channels)('names $name so that the contract finds its purpose', ({ name, purpose }) => {
  expect(purposeOf(name)).toBe(purpose);
});
