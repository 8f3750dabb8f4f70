import { UsageError } from '../tool';
import { parseDemoOptions } from './options';

describe('the demo’s command line', () => {
  it('plays the published case with keys of the paper’s size unless told', () => {
    expect(parseDemoOptions([])).toEqual({
      once: false,
      json: false,
      profile: 'paillier-6144',
      series: ['0.45', '0.41', '0.76', '1.32'],
      ports: 'usual',
      ledger: 'dev',
      messaging: 'tcp',
      answering: true,
    });
  });

  it('takes another series and profile', () => {
    const options = parseDemoOptions(['--once', '--series', '0.5, 12,0', '--profile', 'paillier-3072']);
    expect(options).toMatchObject({ once: true, series: ['0.5', '12', '0'], profile: 'paillier-3072' });
  });

  it('takes the real network', () => {
    const options = parseDemoOptions(['--ledger', 'fabric', '--messaging', 'nats']);
    expect(options).toMatchObject({ ledger: 'fabric', messaging: 'nats' });
  });

  it.each([
    [['--ledger', 'besu'], '--ledger besu is not there; there is dev and fabric'],
    [['--messaging', 'http'], '--messaging http is not there; there is tcp and nats'],
    [['--profile', 'paillier-1024'], 'there is paillier-6144 and paillier-3072'],
    [['--ports', '80'], '--ports 80 is not there'],
    [['--series', '0.456,0.41'], 'at most two decimals'],
    [['--series=-0.45,0.41'], 'at most two decimals'],
    [['--series', '0.45'], '2 to 60 monthly values'],
    [['--series', Array(61).fill('1').join()], '2 to 60 monthly values'],
    [['--fast'], '--fast'],
    [['now'], 'now'],
  ])('refuses %j', (args, message) => {
    expect(() => parseDemoOptions(args)).toThrow(UsageError);
    expect(() => parseDemoOptions(args)).toThrow(message);
  });
});
