import { Injectable } from '@nestjs/common';
import { BatchIntake } from '@tacit/company';
import { ImportService } from './import.service';

/** Readings that the ERP sends over the durable stream: an import like any other. */
@Injectable()
export class ReadingBatches {
  constructor(batches: BatchIntake, imports: ImportService) {
    batches.on('readings', (content) => imports.import(content, false));
  }
}
