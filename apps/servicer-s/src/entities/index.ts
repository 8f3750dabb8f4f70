import { CatalogueEntity } from './catalogue.entity';
import { CustomerEntity } from './customer.entity';
import { OrderEntity } from './order.entity';
import { PriceEntity } from './price.entity';

export { CatalogueEntity, CustomerEntity, OrderEntity, PriceEntity };
export const ENTITIES = [CatalogueEntity, CustomerEntity, OrderEntity, PriceEntity];
