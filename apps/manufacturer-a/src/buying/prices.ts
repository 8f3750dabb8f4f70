import { Injectable } from '@nestjs/common';
import { LedgerEvents } from '@tacit/company';
import type { PriceRecord } from '@tacit/contracts';
import { PriceEntity } from '../entities/price.entity';

/** What each servicer charges this company, as the sales channels say. */
@Injectable()
export class Prices {
  constructor(events: LedgerEvents) {
    events.on('sales', 'PriceSet', async (em, { channel, payload }) => {
      const { servicer, minorUnits, currency } = payload as PriceRecord;
      await em.save(PriceEntity, { servicer, channel, minorUnits, currency });
    });
  }
}
