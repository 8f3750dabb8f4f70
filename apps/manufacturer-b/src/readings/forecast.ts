import { Inject, Injectable } from '@nestjs/common';
import { COMPANY_CONFIG, type CompanyConfig } from '@tacit/company';
import type { NonceMethod } from '@tacit/paillier';
import type { EntityManager } from 'typeorm';
import { agreementUse } from '../disclosure/agreement-budget';
import { QuantityBudget } from '../disclosure/quantity-budget';
import type { AgreementEntity } from '../entities/agreement.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { nonceMethod, type Settings } from '../settings';
import { Pairing } from './pairing';
import { isPublishedProfile, pairCoreSeconds } from './publishing-cost';
import type { AgreementForecastView, ForecastView } from './reading.dto';
import type { Series } from './series';

/** What an import will cost, told before it is stored. */
@Injectable()
export class ImportForecast {
  readonly #method: NonceMethod;

  constructor(
    private readonly pairing: Pairing,
    private readonly budget: QuantityBudget,
    @Inject(COMPANY_CONFIG) { settings }: CompanyConfig<Settings>,
  ) {
    this.#method = nonceMethod(settings);
  }

  /** @param rows how many readings of each quantity are to be stored */
  async forecast(
    em: EntityManager,
    rows: ReadonlyMap<string, number>,
    series: ReadonlyMap<string, Series>,
  ): Promise<ForecastView> {
    const agreements: AgreementForecastView[] = [];
    let answersLeft = 0;
    for (const [quantity, count] of rows) {
      const { last, agreements: inForce } = series.get(quantity) ?? { last: null, agreements: [] };
      const previous =
        last &&
        (await em.findOneByOrFail(ReadingEntity, { quantity, sequence: last.sequence, current: true }));
      const use = await agreementUse(em, inForce);
      const views = inForce.map((agreement) => {
        const pairs = previous && this.pairing.encodes(agreement, previous) ? count : count - 1;
        return view(agreement, pairs, this.#method, use.get(agreement.agreementId)?.answersLeft ?? 0);
      });
      agreements.push(...views);
      const ofAgreements = sum(views.map((one) => one.answersLeft));
      answersLeft += Math.min(ofAgreements, (await this.budget.left(em, quantity)) ?? ofAgreements);
    }
    return {
      pairs: sum(agreements.map(({ pairs }) => pairs)),
      coreSeconds: tenths(sum(agreements.map(({ coreSeconds }) => coreSeconds))),
      answersLeft,
      price: null,
      agreements,
    };
  }
}

function view(
  { terms }: AgreementEntity,
  pairs: number,
  method: NonceMethod,
  answersLeft: number,
): AgreementForecastView {
  const { id, evaluator, quantity, profile, bits } = terms;
  const each = isPublishedProfile(profile) ? pairCoreSeconds(profile, bits, method) : 0;
  return {
    agreementId: id,
    evaluator,
    quantity,
    profile,
    pairs,
    coreSeconds: tenths(pairs * each),
    answersLeft,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
