/** What the scenarios read of the companies' answers, beside the views of the demo. */

export interface ProblemView {
  readonly code: string;
  readonly detail: string;
  readonly next: string;
  readonly errors?: readonly { readonly path?: string; readonly row?: number; readonly message: string }[];
}

export interface AgreementView {
  readonly id: string;
  readonly version: number;
  readonly agreementHash: string;
  readonly status: string;
  readonly paused: boolean;
  readonly reason: string | null;
}

export interface MadePairView {
  readonly pairId: string;
  readonly agreementHash: string;
  readonly evaluator: string;
  readonly sequence: { readonly x: number; readonly y: number };
  readonly supersedes: string | null;
  readonly state: string;
  readonly reason: string | null;
}

export interface OfferView {
  readonly pairId: string;
  readonly sequence: { readonly x: number; readonly y: number };
  readonly answerable: { readonly likely: boolean; readonly code: string };
  readonly comparisonId: string | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
}

export interface StatementView {
  readonly totals: readonly {
    readonly currency: string;
    readonly charged: number;
    readonly unpaid: number;
    readonly credited: number;
    readonly undelivered: number;
  }[];
  readonly orders: readonly {
    readonly orderId: string;
    readonly pairId: string;
    readonly customer: string;
    readonly state: string;
    readonly payment: { readonly reference: string } | null;
  }[];
}

export interface HealthView {
  readonly status: string;
  readonly waitingFor: readonly { readonly counterparty: string; readonly jobs: number }[];
}
