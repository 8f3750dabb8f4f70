import { Body, Controller, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { Credentials } from './credentials';

class CompanyParam {
  @ApiProperty({ example: 'ServicerS', description: 'MSP ID of the servicer' })
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'company must be an MSP ID' })
  company: string;
}

class CredentialBody {
  @ApiProperty({
    writeOnly: true,
    example: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    description: 'what the servicer’s POST /customers answered: 32 bytes as base64url',
  })
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, {
    message: 'credential must be 32 bytes as base64url, 43 characters',
  })
  credential: string;
}

@ApiTags('buying')
@Controller('partners')
export class CredentialsController {
  constructor(private readonly credentials: Credentials) {}

  @Put(':company/customer-credential')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Store the credential that a servicer issued for this company; it is never shown',
  })
  @ApiNoContentResponse()
  async store(@Param() { company }: CompanyParam, @Body() { credential }: CredentialBody): Promise<void> {
    await this.credentials.store(company, credential);
  }
}
