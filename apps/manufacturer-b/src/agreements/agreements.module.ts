import { Module } from '@nestjs/common';
import { AgreementEvents } from './agreement-events';
import { AgreementsController } from './agreements.controller';
import { AgreementsService } from './agreements.service';

@Module({ controllers: [AgreementsController], providers: [AgreementsService, AgreementEvents] })
export class AgreementsModule {}
