import { CatalogueEntity } from './catalogue.entity';
import { CreditedRefusalEntity } from './credited-refusal.entity';
import { CustomerEntity } from './customer.entity';
import { OrderEntity } from './order.entity';
import { PriceEntity } from './price.entity';

export { CatalogueEntity, CreditedRefusalEntity, CustomerEntity, OrderEntity, PriceEntity };
export const ENTITIES = [CatalogueEntity, CreditedRefusalEntity, CustomerEntity, OrderEntity, PriceEntity];
