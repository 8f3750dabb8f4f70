/** What tells one stock of keys from another: a key's size and the k whose 3k nonce factors it has. */
export interface KeyKind {
  readonly profile: string;
  readonly bits: number;
}

export function sameKind(a: KeyKind, b: KeyKind): boolean {
  return a.profile === b.profile && a.bits === b.bits;
}

/** Each kind once, in the order of first mention. */
export function distinctKinds(kinds: readonly KeyKind[]): readonly KeyKind[] {
  return kinds
    .map(({ profile, bits }) => ({ profile, bits }))
    .filter((kind, i, all) => all.findIndex((other) => sameKind(kind, other)) === i);
}
