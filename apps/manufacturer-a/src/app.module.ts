import { Module } from '@nestjs/common';
import { AgreementMirror } from './agreements/agreement-mirror';
import { Agreements } from './agreements/agreements';
import { AgreementsController } from './agreements/agreements.controller';
import { Alarms } from './alarms';
import { AlertRules } from './alerts/alert-rules';
import { AlertsController } from './alerts/alerts.controller';
import { PurchaseAdvisor } from './buying/advisor';
import { Credentials } from './buying/credentials';
import { CredentialsController } from './buying/credentials.controller';
import { Deliveries } from './buying/deliveries';
import { OrderMirror } from './buying/order-mirror';
import { Ordering } from './buying/ordering';
import { PairMirror } from './buying/pair-mirror';
import { PairsController } from './buying/pairs.controller';
import { Prices } from './buying/prices';
import { Purchases } from './buying/purchases';
import { ChangesController } from './changes/changes.controller';
import { Answers } from './comparing/answers';
import { ComparingThreads } from './comparing/comparing-threads';
import { ComparisonBatches } from './comparing/comparison-batches';
import { ComparisonWaits } from './comparing/comparison-waits';
import { Comparisons } from './comparing/comparisons';
import { ComparisonsController } from './comparing/comparisons.controller';
import { Evaluations } from './comparing/evaluations';
import { Refusals } from './comparing/refusals';
import { Requests } from './comparing/requests';
import { Verifications } from './comparing/verifications';
import { LedgerReader } from './ledger-reader';
import { Sensors } from './sensors/sensors';
import { SensorsController } from './sensors/sensors.controller';

@Module({
  controllers: [
    AgreementsController,
    PairsController,
    CredentialsController,
    ComparisonsController,
    ChangesController,
    AlertsController,
    SensorsController,
  ],
  providers: [
    LedgerReader,
    Alarms,
    // What the ledger shows, mirrored.
    AgreementMirror,
    PairMirror,
    Prices,
    OrderMirror,
    // The steps of a comparison, in their order.
    Comparisons,
    ComparisonWaits,
    ComparingThreads,
    Ordering,
    Deliveries,
    Evaluations,
    Requests,
    Answers,
    Verifications,
    Refusals,
    // What people decide and see.
    Agreements,
    Credentials,
    PurchaseAdvisor,
    Purchases,
    ComparisonBatches,
    AlertRules,
    Sensors,
  ],
})
export class AppModule {}
