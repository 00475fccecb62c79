/** Tokens: https://developers.facebook.com/docs/graph-api/reference/debug_token and .../facebook-login/guides/access-tokens */
import type { FastifyRequest } from 'fastify';
import { GraphError, parameterRequired } from '../graph-errors.mts';
import type { Simulation } from '../simulation.mts';
import { appAccessToken, findApp } from '../world.mts';
import { authenticate, identify } from './access.mts';

/** `GET /debug_token?input_token=` with an app token or any valid token of the same app. */
export function debugToken(simulation: Simulation, request: FastifyRequest) {
	const caller = authenticate(simulation, request);
	const { input_token: inputToken } = request.query as { input_token?: string };
	if (!inputToken) throw parameterRequired('input_token');

	const found = identify(simulation, inputToken);
	if (!found) {
		const error = { code: 190, message: 'Invalid OAuth access token.' };
		return { data: { error, is_valid: false, scopes: [] } };
	}
	if (found.caller.app !== caller.app) {
		throw new GraphError(100, '(#100) The App_id in the input_token did not match the Viewing App');
	}
	if (found.caller.kind === 'app') {
		return {
			data: {
				app_id: caller.app.id,
				type: 'APP',
				application: caller.app.name,
				is_valid: true,
				scopes: [],
			},
		};
	}
	const { scopes, wabaIds } = found.caller.token;
	const expired = found.expiresAt !== 0 && found.expiresAt <= simulation.clock.seconds();
	return {
		data: {
			app_id: caller.app.id,
			type: 'SYSTEM_USER',
			application: caller.app.name,
			data_access_expires_at: 0,
			expires_at: found.expiresAt,
			is_valid: !expired,
			...(expired && {
				error: {
					code: 190,
					message: 'Error validating access token: Session has expired.',
					subcode: 463,
				},
			}),
			scopes: [...scopes, 'public_profile'],
			granular_scopes: scopes.map((scope) => ({ scope, target_ids: wabaIds })),
			user_id: '122000000000001',
		},
	};
}

/** `GET /oauth/access_token`: the exchange of an Embedded Signup code, or an app token for `client_credentials`. */
export function exchangeToken(simulation: Simulation, params: Record<string, unknown>) {
	const { client_id: appId, client_secret: secret, code, grant_type: grantType } = params;
	if (!appId) throw new GraphError(101, 'Missing client_id parameter.');
	const app = findApp(simulation.world, String(appId));
	if (!app) {
		throw new GraphError(101, 'Error validating application. Invalid application ID.');
	}
	if (app.secret !== secret) throw new GraphError(1, 'Error validating client secret.');
	if (grantType === 'client_credentials') {
		return { access_token: appAccessToken(app), token_type: 'bearer' };
	}
	if (!code) throw new GraphError(1, 'Missing authorization code');
	return exchangeCode(simulation, app.id, String(code));
}

function exchangeCode(simulation: Simulation, appId: string, code: string) {
	const { world, clock } = simulation;
	const signup = world.signupCodes.find(
		(candidate) => candidate.code === code && candidate.appId === appId,
	);
	if (!signup) {
		throw new GraphError(100, 'Invalid verification code format.', { subcode: 36008 });
	}
	const { token, expiresAt } = signup;
	if (signup.used) {
		throw new GraphError(100, 'This authorization code has been used.', { subcode: 36009 });
	}
	signup.used = true;
	if (expiresAt <= clock.now()) {
		throw new GraphError(100, 'This authorization code has expired.', { subcode: 36007 });
	}
	return { access_token: token, token_type: 'bearer' };
}
