import { purposeOf, type ChannelPurpose } from '@tacit/contracts';
import { LedgerError, type ChannelInfo } from '@tacit/ledger';
import { MoreThan } from 'typeorm';
import type { Database } from '../database';
import { ProblemException, type FieldError } from '../http/problem';
import type { Membership } from '../ledger/membership';
import { PartnerEntity, type PartnerChannels } from './partner.entity';

export interface Partner {
  readonly company: string;
  readonly displayName: string;
  readonly inbox: string;
  readonly channels: Readonly<PartnerChannels>;
}

/** The companies that this one deals with, where their messages go and which channels are shared with them. */
export class Partners {
  constructor(
    private readonly company: string,
    private readonly database: Database,
    private readonly membership: Membership,
  ) {}

  /** Adds or replaces a partner. @throws ProblemException when the ledger does not bear out what is said. */
  async put(partner: Partner): Promise<Partner> {
    const errors = await this.#check(partner);
    if (errors.length > 0) {
      throw new ProblemException('unknown-channel', {
        detail: `the ledger does not bear out ${errors.length} of the fields`,
        errors,
      });
    }
    const now = Date.now();
    await this.database.transaction(async (em) => {
      const { createdAt } = (await em.findOneBy(PartnerEntity, { company: partner.company })) ?? {
        createdAt: now,
      };
      await em.save(PartnerEntity, { ...partner, createdAt, updatedAt: now });
    });
    return partner;
  }

  find(company: string): Promise<Partner | null> {
    return this.database.read((em) => em.findOneBy(PartnerEntity, { company }));
  }

  /** @throws ProblemException `unknown-partner` */
  async get(company: string): Promise<Partner> {
    const partner = await this.find(company);
    if (partner === null)
      throw new ProblemException('unknown-partner', { detail: `${company} is no partner` });
    return partner;
  }

  /** Partners in the order of their MSP IDs, those after `after`. */
  list(limit: number, after = ''): Promise<readonly Partner[]> {
    return this.database.read((em) =>
      em.find(PartnerEntity, { where: { company: MoreThan(after) }, order: { company: 'ASC' }, take: limit }),
    );
  }

  /** The channel shared with a partner for a purpose. @throws ProblemException `unknown-partner`, `unknown-channel` */
  async channel(company: string, purpose: ChannelPurpose): Promise<string> {
    const channel = (await this.get(company)).channels[purpose];
    if (channel === undefined) {
      throw new ProblemException('unknown-channel', {
        detail: `no ${purpose} channel with ${company} is known`,
        next: `Name it in channels.${purpose} of POST /partners.`,
      });
    }
    return channel;
  }

  /** The partner that a channel is shared with, or null. */
  async byChannel(channel: string): Promise<Partner | null> {
    const partners = await this.database.read((em) => em.find(PartnerEntity));
    return partners.find(({ channels }) => Object.values(channels).includes(channel)) ?? null;
  }

  async #check({ company, channels }: Partner): Promise<FieldError[]> {
    if (company === this.company) {
      return [{ path: 'company', message: 'must be another company than this one' }];
    }
    const joined = await this.#joined();
    return (Object.entries(channels) as [ChannelPurpose, string][]).flatMap(([purpose, name]) => {
      const path = `channels.${purpose}`;
      const channel = joined.find((info) => info.name === name);
      if (purposeOf(name) !== purpose) return [{ path, message: `must be a channel for ${purpose}` }];
      if (channel === undefined) return [{ path, message: 'this company has not joined the channel' }];
      if (!channel.members.includes(company))
        return [{ path, message: 'the partner has not joined the channel' }];
      return [];
    });
  }

  async #joined(): Promise<readonly ChannelInfo[]> {
    try {
      return await this.membership.refresh();
    } catch (cause) {
      if (cause instanceof LedgerError) throw new ProblemException('ledger-unavailable', { cause });
      throw cause;
    }
  }
}
