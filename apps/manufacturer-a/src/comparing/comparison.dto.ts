import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import { DIRECTIONS, MEASURES, type Direction, type Measure } from '@tacit/comparison';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, Matches } from 'class-validator';
import { AmountView, AnswerabilityView } from '../buying/pair.dto';
import { PROOFS, type Proof } from '../changes/sentence';
import { IsRandomId } from '../utc-time';
import { COMPARISON_STATES, type ComparisonState } from './comparison-state';
import { REASONS, type ReasonCode } from './reasons';

const PAIR_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export class PairIdsBody {
  @ApiProperty({ type: [String], example: [PAIR_ID], minItems: 1, maxItems: 100 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(/^[A-Za-z0-9_-]{21}[AQgw]$/, {
    each: true,
    message: 'pairIds must be identifiers of 22 characters',
  })
  pairIds: string[];
}

export class ForceBody {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'also when an answer is unlikely' })
  @IsOmittable()
  @IsBoolean()
  force = false;
}

export class ComparisonsBody extends PairIdsBody {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'also buy where an answer is unlikely' })
  @IsOmittable()
  @IsBoolean()
  force = false;
}

export class ComparisonParam {
  @ApiProperty({ example: PAIR_ID, description: '`id` of the comparison' })
  @IsRandomId()
  id: string;
}

export class ComparisonsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: COMPARISON_STATES })
  @IsOmittable()
  @IsIn(COMPARISON_STATES)
  state?: ComparisonState;

  @ApiPropertyOptional({ description: '`id` of an agreement' })
  @IsOmittable()
  @IsRandomId()
  agreement?: string;
}

export class ReadingView {
  @ApiProperty({ example: 2, description: 'number in the owner’s series of readings' })
  sequence: number;

  @ApiProperty({ example: 2, description: 'calendar months in UTC since the first known reading, plus 1' })
  month: number;

  @ApiProperty({ example: '2026-02-28T00:00:00.000Z' })
  takenAt: string;

  @ApiProperty({ type: String, nullable: true, example: 'LOT-2', description: 'told with the answer' })
  lot: string | null;
}

export class ReasonView {
  @ApiProperty({ enum: Object.keys(REASONS) })
  code: ReasonCode;

  @ApiProperty({ example: 'The owner of the readings declined to answer; it tells no cause.' })
  text: string;

  @ApiProperty({ example: 'Ask the owner of the readings.' })
  next: string;
}

export class RangeView {
  @ApiProperty({ example: '0.32' })
  min: string;

  @ApiProperty({ example: '0.63' })
  max: string;

  @ApiProperty({ example: 'g/cm²' })
  unit: string;
}

export class OutcomeView {
  @ApiProperty({ enum: DIRECTIONS })
  direction: Direction;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 5,
    description: 'first differing bit; null: no change',
  })
  index: number | null;

  @ApiProperty({ type: RangeView, description: 'bounds of the change, both included' })
  range: RangeView;

  @ApiProperty({ enum: PROOFS, description: 'what this company found of the answer’s proof' })
  proof: Proof;
}

export class HistoryView {
  @ApiProperty({ enum: COMPARISON_STATES })
  state: ComparisonState;

  @ApiProperty({ example: '2026-04-01T08:00:00.000Z' })
  at: string;
}

export class OrderView {
  @ApiProperty({ example: PAIR_ID })
  orderId: string;

  @ApiProperty({ type: AmountView })
  price: AmountView;

  @ApiProperty({ enum: ['ordered', 'delivered', 'charged', 'disputed', 'refused', 'credited', 'expired'] })
  state: string;
}

export class ComparisonView {
  @ApiProperty({ example: PAIR_ID })
  id: string;

  @ApiProperty({ example: PAIR_ID })
  pairId: string;

  @ApiProperty({ example: PAIR_ID })
  agreementId: string;

  @ApiProperty({ example: 'ManufacturerB' })
  keyHolder: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ enum: MEASURES })
  measure: Measure;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ type: ReadingView })
  from: ReadingView;

  @ApiProperty({ type: ReadingView })
  to: ReadingView;

  @ApiProperty({ enum: COMPARISON_STATES })
  state: ComparisonState;

  @ApiProperty({ type: ReasonView, nullable: true, description: 'why it ended otherwise than verified' })
  reason: ReasonView | null;

  @ApiProperty({ type: OutcomeView, nullable: true })
  outcome: OutcomeView | null;

  @ApiProperty({ type: [HistoryView] })
  history: HistoryView[];

  @ApiProperty({ example: 'moisture rose by 0.32 to 0.63 g/cm², proof verified' })
  sentence: string;

  @ApiProperty({ type: OrderView, nullable: true, description: 'null until it is on the ledger' })
  order: OrderView | null;

  @ApiProperty({ example: 1, description: 'one more with every retry' })
  attempt: number;

  @ApiProperty({ type: String, nullable: true, description: 'the pair that corrects this one’s' })
  supersededBy: string | null;
}

export class ComparisonsView {
  @ApiProperty({ type: [ComparisonView], description: 'one for each pair, in the order of pairIds' })
  items: ComparisonView[];
}

export class PairForecastView {
  @ApiProperty({ example: PAIR_ID })
  pairId: string;

  @ApiProperty({ type: AmountView, nullable: true, description: 'null while the servicer has set none' })
  price: AmountView | null;

  @ApiProperty({ type: AnswerabilityView })
  answerable: AnswerabilityView;

  @ApiProperty({ type: String, nullable: true, description: 'a pair that has one is not bought again' })
  comparisonId: string | null;
}

export class BudgetForecastView {
  @ApiProperty({ example: PAIR_ID })
  agreementId: string;

  @ApiProperty({ example: 12 })
  answerBudget: number;

  @ApiProperty({ example: 2, description: 'answers given or being given, and those of orders on their way' })
  used: number;

  @ApiProperty({ example: 3, description: 'answers that this purchase would take' })
  needed: number;

  @ApiProperty({ example: 7, description: 'left after it; below 0: that many pairs would not be answered' })
  left: number;
}

export class ForecastView {
  @ApiProperty({ example: 3, description: 'pairs that would be bought' })
  purchases: number;

  @ApiProperty({ type: [AmountView], description: 'what they cost, one amount for each currency' })
  price: AmountView[];

  @ApiProperty({ type: [BudgetForecastView] })
  budgets: BudgetForecastView[];

  @ApiProperty({ type: [PairForecastView] })
  pairs: PairForecastView[];
}
