/** What the demo reads of the companies' answers. */

export interface AgreementView {
  readonly id: string;
  readonly status: string;
  readonly measure: string;
}

export interface RecordedReadingView {
  readonly pairs: readonly string[];
}

export interface PublishedPairView {
  readonly pairId: string;
  readonly state: 'queued' | 'encrypted' | 'half-published' | 'published' | 'failed';
  readonly reason: string | null;
}

export interface PoolView {
  readonly items: readonly {
    readonly making: readonly { readonly factorsDone: number; readonly factorCount: number }[];
  }[];
}

export interface OfferedPairView {
  readonly pairId: string;
  readonly price: { readonly minorUnits: number; readonly currency: string } | null;
  readonly answerable: { readonly likely: boolean; readonly reason: string };
}

export interface RangeView {
  readonly min: string;
  readonly max: string;
  readonly unit: string;
}

export interface ComparisonView {
  readonly id: string;
  readonly quantity: string;
  readonly measure: 'bit' | 'magnitude';
  readonly from: { readonly month: number };
  readonly to: { readonly month: number };
  readonly state: string;
  readonly reason: { readonly code: string; readonly text: string; readonly next: string } | null;
  readonly outcome: {
    readonly direction: 'rise' | 'fall' | 'same';
    readonly index: number | null;
    readonly range: RangeView;
    readonly proof: string;
  } | null;
  readonly sentence: string;
}

export interface ChangesView {
  readonly unit: string;
  readonly limit: string | null;
  readonly firstSignificantChange: number | null;
  readonly months: readonly {
    readonly month: number;
    readonly comparisons: readonly { readonly comparisonId: string; readonly sentence: string }[];
    readonly sensors: readonly { readonly sensor: string; readonly value: string; readonly unit: string }[];
  }[];
}
