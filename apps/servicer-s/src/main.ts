import 'reflect-metadata';
import { bootstrapCompany } from '@tacit/company';
import { AppModule } from './app.module';
import { ENTITIES } from './entities';

void bootstrapCompany(AppModule, {
  title: 'Servicer-S',
  party: 'servicer',
  description:
    'Sells the XOR records without which nobody can compare: catalogue, prices, orders, statements.',
  entities: ENTITIES,
});
