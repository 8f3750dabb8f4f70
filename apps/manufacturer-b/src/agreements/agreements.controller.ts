import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiPage, COMPANY_CONFIG, type CompanyConfig, type Page } from '@tacit/company';
import { nonceMethod, type Settings } from '../settings';
import { AgreementDetailView, AgreementsQuery, AgreementView, ProposeAgreementBody } from './agreement.dto';
import { AgreementsService } from './agreements.service';
import { preview } from './preview';
import { PreviewBody, PreviewView } from './preview.dto';

@ApiTags('agreements')
@Controller('agreements')
export class AgreementsController {
  constructor(
    private readonly agreements: AgreementsService,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig<Settings>,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Propose an agreement, or the next version of one' })
  @ApiCreatedResponse({ type: AgreementView })
  propose(@Body() body: ProposeAgreementBody): Promise<AgreementView> {
    return this.agreements.propose(body);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What the asking company would learn from these readings; stores nothing' })
  @ApiOkResponse({ type: PreviewView })
  preview(@Body() body: PreviewBody): PreviewView {
    return preview(body, nonceMethod(this.config.settings));
  }

  @Get()
  @ApiOperation({ summary: 'Every version of every agreement, the latest first' })
  @ApiPage(AgreementView)
  list(@Query() query: AgreementsQuery): Promise<Page<AgreementView>> {
    return this.agreements.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'The version in force, or else the latest, and a list of all versions' })
  @ApiParam({ name: 'id', example: 'q83vEjRWeJCrze8SNFZ4kA' })
  @ApiOkResponse({ type: AgreementDetailView })
  get(@Param('id') id: string): Promise<AgreementDetailView> {
    return this.agreements.get(id);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop answering under this agreement, at once' })
  @ApiOkResponse({ type: AgreementView })
  pause(@Param('id') id: string): Promise<AgreementView> {
    return this.agreements.setPaused(id, true);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer again' })
  @ApiOkResponse({ type: AgreementView })
  resume(@Param('id') id: string): Promise<AgreementView> {
    return this.agreements.setPaused(id, false);
  }
}
