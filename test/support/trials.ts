/** `npm run test:deep` counts as SECURITY.md does; `npm test` repeats the same tests less often. */
export const isDeep = process.env['TACIT_DEEP'] === '1';

jest.setTimeout(isDeep ? 3_600_000 : 60_000);

/** How often a test repeats its experiment; printed, because zero failures in N trials tells as much as N does. */
export function trials(quick: number, deep: number): number {
  const count = isDeep ? deep : quick;
  process.stderr.write(`${expect.getState().currentTestName ?? ''}: ${count} trials\n`);
  return count;
}
