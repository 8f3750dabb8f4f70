import 'reflect-metadata';
import { bootstrapCompany } from '@tacit/company';
import { z } from 'zod';
import { AppModule } from './app.module';
import { ENTITIES } from './entities';

void bootstrapCompany(AppModule, {
  title: 'Servicer-S',
  party: 'servicer',
  description:
    'Sells the XOR records without which nobody can compare: catalogue, prices, orders, statements.',
  entities: ENTITIES,
  settings: z.strictObject({}),
});
