import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, PageQuery, Roles, type Page } from '@tacit/company';
import { CustomerView, NewCustomerView, RegisterCustomerBody } from './customer.dto';
import { CustomersService } from './customers.service';

@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Post()
  @ApiOperation({ summary: 'Let a partner order; answers with the credential, once' })
  @ApiCreatedResponse({ type: NewCustomerView })
  register(@Body() { company }: RegisterCustomerBody): Promise<NewCustomerView> {
    return this.customers.register(company);
  }

  @Post(':company/credential')
  @ApiOperation({
    summary: 'Issue a new credential; the old one is worth nothing as soon as the channel knows',
  })
  @ApiCreatedResponse({ type: NewCustomerView })
  renew(@Param('company') company: string): Promise<NewCustomerView> {
    return this.customers.renew(company);
  }

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'Customers in the order of their MSP IDs' })
  @ApiPage(CustomerView)
  list(@Query() query: PageQuery): Promise<Page<CustomerView>> {
    return this.customers.list(query);
  }
}
