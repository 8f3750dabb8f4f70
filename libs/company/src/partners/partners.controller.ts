import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsDefined,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiPage, PageQuery, readCursor, toPage, type Page } from '../http/paging';
import { Roles } from '../http/roles';
import { IsOmittable } from '../http/validation';
import { Partners } from './partners';

const MSP_ID = /^[A-Za-z][A-Za-z0-9.-]{0,63}$/;
const CHANNEL = /^[a-z][a-z0-9.-]{0,99}$/;

class PartnerChannelsDto {
  @ApiPropertyOptional({ example: 'quality' })
  @IsOmittable()
  @Matches(CHANNEL)
  quality?: string;

  @ApiPropertyOptional({ example: 'xor' })
  @IsOmittable()
  @Matches(CHANNEL)
  xor?: string;

  @ApiPropertyOptional({ example: 'sales' })
  @IsOmittable()
  @Matches(CHANNEL)
  sales?: string;
}

class PartnerDto {
  @ApiProperty({ description: 'MSP ID', example: 'ManufacturerB' })
  @Matches(MSP_ID, { message: 'company must be an MSP ID such as ManufacturerB' })
  company: string;

  @ApiProperty({ example: 'Manufacturer B' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  displayName: string;

  @ApiProperty({
    description: 'Where its messages go: tcp://host:port, or nats:// and its MSP ID',
    example: 'tcp://127.0.0.1:4002',
  })
  @IsString()
  @MaxLength(300)
  @Matches(/^(tcp:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}|nats:\/\/[A-Za-z][A-Za-z0-9-]{0,63})$/, {
    message: 'inbox must be an address such as tcp://127.0.0.1:4002 or nats://ManufacturerB',
  })
  inbox: string;

  @ApiProperty({ description: 'The channel shared with it for each purpose', type: PartnerChannelsDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => PartnerChannelsDto)
  channels: PartnerChannelsDto;
}

@ApiTags('partners')
@Controller('partners')
export class PartnersController {
  constructor(private readonly partners: Partners) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Add or replace a partner',
    description:
      'The ledger must bear out that both companies have joined the channels. Sending it again changes nothing.',
  })
  @ApiOkResponse({ type: PartnerDto })
  async put(@Body() partner: PartnerDto): Promise<PartnerDto> {
    const { company, displayName, inbox, channels } = partner;
    return show(await this.partners.put({ company, displayName, inbox, channels }));
  }

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'Partners in the order of their MSP IDs' })
  @ApiPage(PartnerDto)
  async list(@Query() query: PageQuery): Promise<Page<PartnerDto>> {
    const [after] = readCursor(query, 'string') ?? [];
    const rows = await this.partners.list(query.limit + 1, after);
    return toPage(rows, query, ({ company }) => [company], show);
  }

  @Get(':company')
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'One partner' })
  @ApiOkResponse({ type: PartnerDto })
  async get(@Param('company') company: string): Promise<PartnerDto> {
    return show(await this.partners.get(company));
  }
}

function show({ company, displayName, inbox, channels }: PartnerDto): PartnerDto {
  return { company, displayName, inbox, channels };
}
