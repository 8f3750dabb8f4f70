import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, PageQuery, readCursor, toPage, type Page } from '@tacit/company';
import { AgreementParam, AgreementView, DeclineBody, showAgreement } from './agreement.dto';
import { Agreements } from './agreements';

@ApiTags('agreements')
@Controller('agreements')
export class AgreementsController {
  constructor(private readonly agreements: Agreements) {}

  @Get()
  @ApiOperation({ summary: 'What owners of readings have proposed to this company, every version by itself' })
  @ApiPage(AgreementView)
  async list(@Query() query: PageQuery): Promise<Page<AgreementView>> {
    const now = Date.now();
    const rows = await this.agreements.list(query.limit + 1, readCursor(query, 'number', 'string'));
    return toPage(
      rows,
      query,
      ({ proposedAt, agreementHash }) => [proposedAt, agreementHash],
      (row) => showAgreement(row, now),
    );
  }

  @Get(':id')
  @ApiOperation({ summary: 'The latest version of one agreement' })
  @ApiOkResponse({ type: AgreementView })
  async get(@Param() { id }: AgreementParam): Promise<AgreementView> {
    return showAgreement(await this.agreements.get(id), Date.now());
  }

  @Post(':id/accept')
  @HttpCode(202)
  @ApiOperation({ summary: 'Accept the latest version; it counts once its status says so' })
  @ApiAcceptedResponse({ type: AgreementView })
  async accept(@Param() { id }: AgreementParam): Promise<AgreementView> {
    return showAgreement(await this.agreements.decide(id, 'accept'), Date.now());
  }

  @Post(':id/decline')
  @HttpCode(202)
  @ApiOperation({ summary: 'Decline the latest version; the owner of the readings reads the reason' })
  @ApiAcceptedResponse({ type: AgreementView })
  async decline(@Param() { id }: AgreementParam, @Body() { reason }: DeclineBody): Promise<AgreementView> {
    return showAgreement(await this.agreements.decide(id, 'decline', reason), Date.now());
  }
}
