import 'reflect-metadata';
import { bootstrapCompany } from '@tacit/company';
import { AppModule } from './app.module';
import { ENTITIES } from './entities';
import { MIGRATIONS } from './entities/migrations';
import { settingsSchema } from './settings';

void bootstrapCompany(AppModule, {
  title: 'Manufacturer-B',
  description:
    'Owns the readings: proposes agreements, publishes encrypted pairs of readings, and answers what an agreement allows.',
  party: 'keyHolder',
  entities: ENTITIES,
  migrations: MIGRATIONS,
  settings: settingsSchema,
  importPaths: ['/readings/import'],
});
