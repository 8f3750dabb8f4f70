import 'reflect-metadata';
import { bootstrapCompany } from '@tacit/company';
import { AppModule } from './app.module';
import { ENTITIES } from './entities';
import { settingsSchema } from './settings';

void bootstrapCompany(AppModule, {
  title: 'Manufacturer-A',
  party: 'evaluator',
  description: [
    'Learns that a partner’s confidential quality value moved, which way and by roughly how much.',
    'Accept an agreement, buy pairs with POST /comparisons, read GET /changes.',
  ].join(' '),
  entities: ENTITIES,
  settings: settingsSchema,
});
