import { Inject, Injectable } from '@nestjs/common';
import { LEDGER, WaitingError } from '@tacit/company';
import { LedgerError, type Ledger } from '@tacit/ledger';

/** Queries of the ledger for jobs: while the ledger does not answer, the job waits. */
@Injectable()
export class LedgerReader {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /**
   * What the contract wrote, so its shape is the contract's.
   * @throws WaitingError, LedgerError `refused` with the contract's code
   */
  async read<T>(channel: string, name: string, input: object): Promise<T> {
    try {
      return (await this.ledger.evaluate({ channel, name, input })) as T;
    } catch (error) {
      if (error instanceof LedgerError && error.transient) {
        throw new WaitingError(`ledger channel ${channel}`, error.message, { cause: error });
      }
      throw error;
    }
  }
}
