import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database, ProblemException } from '@tacit/company';
import { In } from 'typeorm';
import { viewComparisons } from '../comparing/comparison-views';
import { AgreementEntity } from '../entities/agreement.entity';
import { AlertRuleEntity } from '../entities/alert.entity';
import { ComparisonEntity } from '../entities/comparison.entity';
import { PairEntity } from '../entities/pair.entity';
import { SensorReadingEntity } from '../entities/sensor-reading.entity';
import { ChangesQuery, ChangesView } from './change.dto';
import { changeReport } from './change-report';
import { firstReadings } from './series';

@ApiTags('changes')
@Controller('changes')
export class ChangesController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({
    summary: 'What is known about a partner’s quantity, month by month, in words, beside the own equipment',
  })
  @ApiOkResponse({ type: ChangesView })
  async report(@Query() { quantity, keyHolder: wanted }: ChangesQuery): Promise<ChangesView> {
    return this.database.read(async (em) => {
      const agreements = (await em.find(AgreementEntity, { order: { proposedAt: 'ASC' } })).filter(
        ({ terms }) => terms.quantity === quantity && (wanted === undefined || terms.keyHolder === wanted),
      );
      const keyHolder = onlyOne(agreements.map(({ terms }) => terms.keyHolder));
      const pairs = await em.find(PairEntity, {
        where: { quantity, keyHolder },
        order: { takenAtY: 'ASC', sequenceY: 'ASC', publishedAt: 'ASC' },
      });
      const position = new Map(pairs.map(({ pairId }, i) => [pairId, i]));
      const comparisons = await em.findBy(ComparisonEntity, { pairId: In([...position.keys()]) });
      comparisons.sort((a, b) => (position.get(a.pairId) ?? 0) - (position.get(b.pairId) ?? 0));
      const sensors = pairs.length === 0 ? [] : await em.find(SensorReadingEntity, BY_SENSOR_AND_TIME);
      return changeReport({
        quantity,
        unit: agreements.at(-1)?.terms.unit ?? '',
        keyHolder,
        first: (await firstReadings(em))({ quantity, keyHolder }),
        comparisons: await viewComparisons(em, comparisons, Date.now()),
        sensors,
        limits: await em.findBy(AlertRuleEntity, { quantity }),
      });
    });
  }
}

const BY_SENSOR_AND_TIME = { order: { sensor: 'ASC', takenAt: 'ASC' } } as const;

/** @throws ProblemException `unknown-quantity` for none, `validation-failed` for several */
function onlyOne(keyHolders: readonly string[]): string {
  const [first, ...others] = new Set(keyHolders);
  if (first === undefined) {
    throw new ProblemException('unknown-quantity', {
      next: 'Look at the quantities of GET /agreements.',
    });
  }
  if (others.length > 0) {
    throw new ProblemException('validation-failed', {
      errors: [{ path: 'keyHolder', message: `must be one of ${[first, ...others].join(', ')}` }],
    });
  }
  return first;
}
