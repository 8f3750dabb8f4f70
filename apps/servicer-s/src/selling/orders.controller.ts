import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Roles, type Page } from '@tacit/company';
import { OrdersQuery, OrderView, PaymentBody } from './order.dto';
import { OrdersService } from './orders.service';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'Orders, newest first; by state, customer, or unpaid (paid=false)' })
  @ApiPage(OrderView)
  list(@Query() query: OrdersQuery): Promise<Page<OrderView>> {
    return this.orders.list(query);
  }

  @Get(':orderId')
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'One order' })
  @ApiOkResponse({ type: OrderView })
  get(@Param('orderId') orderId: string): Promise<OrderView> {
    return this.orders.get(orderId);
  }

  @Put(':orderId/payment')
  @ApiOperation({ summary: 'Enter that the charge was paid' })
  @ApiOkResponse({ type: OrderView })
  pay(@Param('orderId') orderId: string, @Body() body: PaymentBody): Promise<OrderView> {
    return this.orders.pay(orderId, body);
  }

  @Post(':orderId/delivery')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver an undelivered order once more' })
  @ApiOkResponse({ type: OrderView })
  deliver(@Param('orderId') orderId: string): Promise<OrderView> {
    return this.orders.deliver(orderId);
  }
}
