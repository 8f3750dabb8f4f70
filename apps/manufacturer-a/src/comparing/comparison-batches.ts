import { Injectable } from '@nestjs/common';
import { BatchIntake, StrictValidationPipe } from '@tacit/company';
import { Purchases } from '../buying/purchases';
import { ComparisonsBody } from './comparison.dto';

/** Purchases that the ERP sends over the durable stream: checked and limited like `POST /comparisons`. */
@Injectable()
export class ComparisonBatches {
  readonly #validation = new StrictValidationPipe();

  constructor(
    batches: BatchIntake,
    private readonly purchases: Purchases,
  ) {
    batches.on('comparisons', (content) => this.#buy(content));
  }

  async #buy(content: unknown): Promise<void> {
    const metadata = { type: 'body', metatype: ComparisonsBody } as const;
    const { pairIds, force } = (await this.#validation.transform(content, metadata)) as ComparisonsBody;
    await this.purchases.buy(pairIds, force);
  }
}
