import { Module } from '@nestjs/common';
import { CatalogueController } from './catalogue/catalogue.controller';
import { CatalogueService } from './catalogue/catalogue.service';
import { CustomersController } from './customers/customers.controller';
import { CustomersService } from './customers/customers.service';
import { PriceBook } from './customers/price-book';
import { PriceController } from './customers/price.controller';
import { Credit } from './selling/credit';
import { Delivery } from './selling/delivery';
import { OrderProjection } from './selling/order-projection';
import { OrdersController } from './selling/orders.controller';
import { OrdersService } from './selling/orders.service';
import { StatementsController } from './statements/statements.controller';

@Module({
  controllers: [
    CatalogueController,
    CustomersController,
    PriceController,
    OrdersController,
    StatementsController,
  ],
  providers: [
    CatalogueService,
    CustomersService,
    PriceBook,
    OrderProjection,
    Delivery,
    Credit,
    OrdersService,
  ],
})
export class AppModule {}
