import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '@tacit/company';
import { PriceBook } from './price-book';
import { PriceEntryView, SetPriceBody } from './price.dto';

@ApiTags('prices')
@Controller('prices')
export class PriceController {
  constructor(private readonly prices: PriceBook) {}

  @Put()
  @ApiOperation({ summary: 'Set the price of a pair’s XOR record, for one customer or for all' })
  @ApiOkResponse({ type: [PriceEntryView] })
  set(@Body() body: SetPriceBody): Promise<readonly PriceEntryView[]> {
    return this.prices.set(body);
  }

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'All prices' })
  @ApiOkResponse({ type: [PriceEntryView] })
  list(): Promise<readonly PriceEntryView[]> {
    return this.prices.list();
  }
}
