import type * as Faults from './faults';

function load(armed: string | undefined): typeof Faults {
  let loaded: typeof Faults | undefined;
  const before = process.env['TACIT_FAULT'];
  if (armed === undefined) delete process.env['TACIT_FAULT'];
  else process.env['TACIT_FAULT'] = armed;
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof Faults>('./faults');
  });
  if (before === undefined) delete process.env['TACIT_FAULT'];
  else process.env['TACIT_FAULT'] = before;
  return loaded!;
}

describe('fault', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  afterEach(() => {
    kill.mockClear();
  });
  afterAll(() => {
    kill.mockRestore();
    write.mockRestore();
  });

  it('does nothing unless armed', () => {
    load(undefined).fault('publish.handled');
    load('').fault('publish.handled');
    load('another').fault('publish.handled');
    expect(kill).not.toHaveBeenCalled();
  });

  it('kills at the first passage, or at the n-th', () => {
    load('send:answer.handled').fault('send:answer.handled');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
    kill.mockClear();
    const { fault } = load('send:answer.handled#3');
    fault('send:answer.handled');
    fault('send:answer.handled');
    expect(kill).not.toHaveBeenCalled();
    fault('send:answer.handled');
    expect(kill).toHaveBeenCalledTimes(1);
  });

  it('lets nobody start in production, or with a point that does not exist', () => {
    const { checkFaults, registerFault, knownFaults } = load(undefined);
    registerFault('b', 'a');
    expect(knownFaults()).toEqual(['a', 'b']);
    expect(() => {
      checkFaults({ TACIT_FAULT: 'a', NODE_ENV: 'production' });
    }).toThrow('production');
    expect(() => {
      checkFaults({ TACIT_FAULT: 'c' });
    }).toThrow('no fault point');
    checkFaults({ TACIT_FAULT: 'a#2' });
    checkFaults({ NODE_ENV: 'production' });
  });
});
