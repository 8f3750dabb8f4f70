import {
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from './problem';

/** `operator` may do everything; `auditor` may read what the route says. */
export type Role = 'operator' | 'auditor';

const ROLES = 'tacit:roles';
const DEFAULT_ROLES: readonly Role[] = ['operator'];

/** Who may call a route or a controller; the operator unless told. */
export const Roles = (...roles: readonly [Role, ...Role[]]): CustomDecorator => SetMetadata(ROLES, roles);

/** Lets a caller in who has one of the route's roles. A message between companies is judged by its signature. */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES, targets);
    const role = roleOf(context.switchToHttp().getRequest<Request>());
    if (role === undefined || !(allowed ?? DEFAULT_ROLES).includes(role))
      throw new ProblemException('forbidden');
    return true;
  }
}

/** Until people and their keys exist, whoever is on the company's own machine is its operator. */
function roleOf(request: Request): Role | undefined {
  return isLoopback(request.socket.remoteAddress) ? 'operator' : undefined;
}

export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127(\.[0-9]{1,3}){3}|::1|::ffff:127(\.[0-9]{1,3}){3})$/.test(address);
}

/**
 * Refuses what a web page elsewhere makes the operator's browser send: a foreign name that resolves to this machine
 * (DNS rebinding), and writes from another origin. Guards every path, also the documentation.
 */
export function refuseForeignPages(request: Request, _response: Response, next: NextFunction): void {
  const host = request.headers.host;
  if (host === undefined || !/^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?$/i.test(host)) {
    next(new ProblemException('forbidden', { detail: 'the Host header names another machine' }));
    return;
  }
  const { origin } = request.headers;
  const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (!isRead && origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    next(new ProblemException('forbidden', { detail: 'the request comes from a page of another origin' }));
    return;
  }
  next();
}
