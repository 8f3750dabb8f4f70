import Libsql from 'libsql';

/**
 * libsql as TypeORM's `better-sqlite3` driver, with one repair: a call with a single object argument, which
 * includes a single `null`, is read by libsql as named parameters and aborts the process. Parameters therefore
 * always travel as one array.
 */
export class LibsqlDatabase extends Libsql {
  constructor(path: string, options?: Libsql.Options) {
    super(path, options);
    const prepare = this.prepare.bind(this);
    this.prepare = (source: string) => passArrays(prepare(source));
  }
}

function passArrays<S extends object>(statement: S): S {
  const methods = statement as Record<'run' | 'all', (...parameters: unknown[]) => unknown>;
  for (const name of ['run', 'all'] as const) {
    const method = methods[name].bind(statement);
    methods[name] = (...parameters) => method(parameters.flat());
  }
  return statement;
}
