import type { ComparisonView } from '../comparing/comparison.dto';
import { showSensorReading } from '../sensors/sensor.dto';
import type { SensorReading } from '../sensors/sensors';
import type { ChangesView, ChangeView, MonthView } from './change.dto';
import { monthNumber } from './months';
import { firstSignificantChange, smallestLimit, type Limit } from './significance';

export interface ReportMaterial {
  readonly quantity: string;
  readonly unit: string;
  readonly keyHolder: string;
  /** Time of the series' first known reading, milliseconds UTC. */
  readonly first: number;
  /** In the order of the later readings. */
  readonly comparisons: readonly ComparisonView[];
  readonly sensors: readonly SensorReading[];
  readonly limits: readonly Limit[];
}

/**
 * Month by month: what changed at the partner, beside the own equipment and the lots. Empty months are left out. Only
 * verified outcomes count as a change.
 */
export function changeReport(material: ReportMaterial): ChangesView {
  const { quantity, unit, keyHolder, comparisons, limits } = material;
  const outcomes = comparisons.flatMap(({ measure, outcome, supersededBy, to }) =>
    outcome?.proof !== 'verified' || supersededBy !== null ? [] : [{ month: to.month, measure, outcome }],
  );
  return {
    quantity,
    unit,
    keyHolder,
    limit: smallestLimit(limits),
    firstSignificantChange: firstSignificantChange(outcomes, limits),
    months: months(material),
  };
}

function months({ comparisons, sensors, first }: ReportMaterial): MonthView[] {
  const byMonth = new Map<number, MonthView>();
  const at = (month: number): MonthView => {
    const view = byMonth.get(month) ?? { month, from: null, comparisons: [], sensors: [], lots: [] };
    byMonth.set(month, view);
    return view;
  };
  for (const comparison of comparisons) {
    const view = at(comparison.to.month);
    view.from ??= comparison.from;
    view.comparisons.push(showChange(comparison));
    for (const { month, lot } of [comparison.from, comparison.to]) {
      if (lot !== null && !at(month).lots.includes(lot)) at(month).lots.push(lot);
    }
  }
  for (const reading of sensors) {
    const month = monthNumber(reading.takenAt, first);
    if (month >= 1) at(month).sensors.push(showSensorReading(reading));
  }
  return [...byMonth.values()].sort((a, b) => a.month - b.month);
}

function showChange(comparison: ComparisonView): ChangeView {
  const { id, measure, from, to, state, sentence, outcome, supersededBy } = comparison;
  return {
    comparisonId: id,
    measure,
    from,
    to,
    direction: outcome?.direction ?? null,
    index: outcome?.index ?? null,
    range: outcome?.range ?? null,
    state,
    sentence,
    supersededBy,
  };
}
