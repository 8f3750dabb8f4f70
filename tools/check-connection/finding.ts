/** What one check found, and what to do about it unless all is well. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'FAIL';
  readonly text: string;
  readonly todo?: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warn = (text: string, todo: string): Finding => ({ level: 'warn', text, todo });
export const fail = (text: string, todo: string): Finding => ({ level: 'FAIL', text, todo });

export function formatFinding({ level, text, todo }: Finding): string {
  return `${level.padEnd(4)}  ${text}${todo === undefined ? '' : `\n      → ${todo}`}`;
}
