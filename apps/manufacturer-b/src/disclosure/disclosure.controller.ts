import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiPage, PageQuery, ProblemException, type Page } from '@tacit/company';
import { fieldFault } from '../readings/reading-fields';
import { BudgetsService } from './budgets.service';
import { BudgetView, DisclosuresQuery, DisclosureView, SetBudgetBody } from './disclosure.dto';
import { DisclosuresService } from './disclosures.service';

@ApiTags('disclosure')
@Controller()
export class DisclosureController {
  constructor(
    private readonly disclosures: DisclosuresService,
    private readonly budgets: BudgetsService,
  ) {}

  @Get('disclosures')
  @ApiOperation({ summary: 'What each answer disclosed, and to whom; the latest first' })
  @ApiPage(DisclosureView)
  list(@Query() query: DisclosuresQuery): Promise<Page<DisclosureView>> {
    return this.disclosures.list(query);
  }

  @Get('budgets')
  @ApiOperation({ summary: 'How many answers about each quantity are left' })
  @ApiPage(BudgetView)
  listBudgets(@Query() query: PageQuery): Promise<Page<BudgetView>> {
    return this.budgets.list(query);
  }

  @Put('budgets/:quantity')
  @ApiOperation({ summary: 'Limit the answers about a quantity, over all companies and versions' })
  @ApiParam({ name: 'quantity', example: 'moisture' })
  @ApiOkResponse({ type: BudgetView })
  setTotal(@Param('quantity') quantity: string, @Body() { total }: SetBudgetBody): Promise<BudgetView> {
    const fault = fieldFault('quantity', quantity);
    if (fault !== undefined) {
      throw new ProblemException('validation-failed', {
        errors: [{ path: 'quantity', message: `quantity ${fault}` }],
      });
    }
    return this.budgets.setTotal(quantity, total);
  }
}
