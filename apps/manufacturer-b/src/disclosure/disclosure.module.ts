import { Module } from '@nestjs/common';
import { BudgetsService } from './budgets.service';
import { DisclosureController } from './disclosure.controller';
import { DisclosuresService } from './disclosures.service';
import { QuantityBudget } from './quantity-budget';

@Module({
  controllers: [DisclosureController],
  providers: [DisclosuresService, BudgetsService, QuantityBudget],
  exports: [QuantityBudget],
})
export class DisclosureModule {}
