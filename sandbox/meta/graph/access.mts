/** Who may do what: https://developers.facebook.com/documentation/business-messaging/whatsapp/access-tokens */
import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import {
	appTokenRequired,
	expiredToken,
	malformedToken,
	missingToken,
	permissionMissing,
	proofInvalid,
	proofRequired,
} from '../graph-errors.mts';
import type { Simulation } from '../simulation.mts';
import { type App, appAccessToken, findApp } from '../world.mts';
import type { Caller, GraphCall } from './call.mts';

/** @throws GraphError 104 without a token, 190 with one that is unknown or expired, 100 for its proof */
export function authenticate(simulation: Simulation, request: FastifyRequest): Caller {
	const token = bearerToken(request);
	if (!token) throw missingToken();
	const { caller, expiresAt } = identify(simulation, token) ?? {};
	if (!caller) throw malformedToken();
	const now = simulation.clock.seconds();
	if (expiresAt && expiresAt <= now) throw expiredToken(expiresAt, now);
	checkProof(request, caller.app, token);
	return caller;
}

/**
 * A proof that is there has to be right, for any app; one with *Require App Secret* wants it, save for a
 * file, whose URL is no call.
 */
function checkProof(request: FastifyRequest, app: App, token: string): void {
	const body = Buffer.isBuffer(request.body) ? {} : (request.body as object | undefined);
	const parameters = { ...(request.query as object), ...body };
	const { appsecret_proof: proof } = parameters as { appsecret_proof?: string };
	if (proof === undefined) {
		if (app.requiresSecret && request.url.startsWith('/v')) throw proofRequired();
	} else if (proof !== createHmac('sha256', app.secret).update(token).digest('hex')) {
		throw proofInvalid();
	}
}

/** The owner of a token, expired or not. `expiresAt` in unix seconds, 0 for never. */
export function identify(
	{ world }: Simulation,
	token: string,
): { caller: Caller; expiresAt: number } | undefined {
	const app = world.apps.find((candidate) => appAccessToken(candidate) === token);
	if (app) return { caller: { kind: 'app', app }, expiresAt: 0 };
	const business = Object.values(world.tokens).find((candidate) => candidate.token === token);
	const owner = business && findApp(world, business.appId);
	if (!owner) return undefined;
	return {
		caller: { kind: 'business', app: owner, token: business },
		expiresAt: business.expiresAt,
	};
}

/** @throws GraphError 10 or 200 when the token was not granted `scope` */
export function requireScope(
	{ caller }: Pick<GraphCall, 'caller'>,
	scope: 'whatsapp_business_management' | 'whatsapp_business_messaging',
): void {
	if (caller.kind !== 'business' || !caller.token.scopes.includes(scope)) {
		throw permissionMissing(scope);
	}
}

/** @throws GraphError 15 unless the app itself calls, with its app access token */
export function requireApp({ caller }: Pick<GraphCall, 'caller'>, app: App): void {
	if (caller.kind !== 'app' || caller.app !== app) throw appTokenRequired();
}

function bearerToken(request: FastifyRequest): string | undefined {
	const [scheme = '', token] = (request.headers.authorization ?? '').split(' ');
	if (/^(bearer|oauth)$/i.test(scheme) && token) return token;
	const { access_token: parameter } = request.query as { access_token?: string };
	return parameter;
}
