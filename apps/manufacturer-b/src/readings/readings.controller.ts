import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiPage, ProblemException, type Page } from '@tacit/company';
import { ImportService } from './import.service';
import {
  CorrectionBody,
  ImportBody,
  ImportQuery,
  ImportView,
  ReadingBody,
  ReadingsQuery,
  ReadingView,
  RecordedReadingView,
} from './reading.dto';
import { ReadingsService } from './readings.service';

const CSV_EXAMPLE = `quantity,value,takenAt,lot
moisture,0.45,2026-01-31T00:00:00.000Z,LOT-1
moisture,0.41,2026-02-28T00:00:00.000Z,LOT-2
moisture,0.76,2026-03-31T00:00:00.000Z,LOT-3
moisture,1.32,2026-04-30T00:00:00.000Z,LOT-4
`;

const sequencePipe = new ParseIntPipe({
  exceptionFactory: () =>
    new ProblemException('validation-failed', {
      errors: [{ path: 'sequence', message: 'sequence must be a whole number' }],
    }),
});

@ApiTags('readings')
@Controller('readings')
export class ReadingsController {
  constructor(
    private readonly readings: ReadingsService,
    private readonly imports: ImportService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Record a reading; it is published, encrypted, as a pair with the one before it' })
  @ApiCreatedResponse({ type: RecordedReadingView })
  record(@Body() body: ReadingBody): Promise<RecordedReadingView> {
    return this.readings.record(body);
  }

  @Post('import')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Record many readings at once, or see with dryRun=true what they would cost',
    description:
      'CSV or JSON, up to 20 MiB and 100,000 rows. When a row is bad, every bad row is named and nothing is stored.',
  })
  @ApiConsumes('text/csv', 'application/json')
  @ApiExtraModels(ImportBody)
  @ApiBody({
    required: true,
    schema: { oneOf: [{ type: 'string', example: CSV_EXAMPLE }, { $ref: getSchemaPath(ImportBody) }] },
  })
  @ApiOkResponse({ type: ImportView })
  import(@Body() body: unknown, @Query() query: ImportQuery): Promise<ImportView> {
    return this.imports.import(body, query.dryRun === 'true');
  }

  @Post(':quantity/:sequence/correction')
  @ApiOperation({
    summary: 'Correct a reading; pairs that it was published in are replaced by flagged new ones',
  })
  @ApiParam({ name: 'quantity', example: 'moisture' })
  @ApiParam({ name: 'sequence', example: 1, type: Number })
  @ApiCreatedResponse({ type: RecordedReadingView })
  correct(
    @Param('quantity') quantity: string,
    @Param('sequence', sequencePipe) sequence: number,
    @Body() { value }: CorrectionBody,
  ): Promise<RecordedReadingView> {
    return this.readings.correct(quantity, sequence, value);
  }

  @Get()
  @ApiOperation({ summary: 'Readings as they stand after corrections' })
  @ApiPage(ReadingView)
  list(@Query() query: ReadingsQuery): Promise<Page<ReadingView>> {
    return this.readings.list(query);
  }
}
