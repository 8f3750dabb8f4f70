import { Injectable } from '@nestjs/common';
import { AtRest, Database, Partners } from '@tacit/company';
import { fromBase64url } from '@tacit/core';
import type { EntityManager } from 'typeorm';
import { CredentialEntity } from '../entities/credential.entity';

const purposeOf = (servicer: string): string => `customer-credential:${servicer}`;

/** The credentials that servicers issued: stored encrypted, read only to place an order, shown to nobody. */
@Injectable()
export class Credentials {
  constructor(
    private readonly database: Database,
    private readonly partners: Partners,
    private readonly atRest: AtRest,
  ) {}

  /**
   * @param credential 32 bytes as base64url
   * @throws ProblemException `unknown-partner`
   */
  async store(servicer: string, credential: string): Promise<void> {
    await this.partners.get(servicer);
    const sealed = this.atRest.seal(purposeOf(servicer), fromBase64url(credential));
    await this.database.transaction((em) =>
      em.save(CredentialEntity, { servicer, sealed, storedAt: Date.now() }),
    );
  }

  /** 32 bytes; null when none is stored. */
  async find(em: EntityManager, servicer: string): Promise<Uint8Array | null> {
    const row = await em.findOneBy(CredentialEntity, { servicer });
    return row === null ? null : this.atRest.open(purposeOf(servicer), row.sealed);
  }
}
