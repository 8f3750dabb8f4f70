import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Roles, type Page } from '@tacit/company';
import { CatalogueQuery, CatalogueView } from './catalogue.dto';
import { CatalogueService } from './catalogue.service';

@ApiTags('catalogue')
@Controller('catalogue')
export class CatalogueController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'The XOR records for sale, newest first, with their buyers and prices' })
  @ApiPage(CatalogueView)
  list(@Query() query: CatalogueQuery): Promise<Page<CatalogueView>> {
    return this.catalogue.list(query);
  }
}
