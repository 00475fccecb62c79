import type { Graph } from './client';

/**
 * What `/debug_token` says about an access token.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
export interface TokenFacts {
	is_valid?: boolean;
	/** Unix seconds; 0 for a token that never expires. */
	expires_at?: number;
	scopes?: string[];
	/** For each permission the objects it was given for; none named means all. */
	granular_scopes?: Array<{ scope?: string; target_ids?: string[] }>;
	app_id?: string;
}

/** The answer to the exchange of a signup code. */
export interface ExchangedToken {
	access_token?: string;
	token_type?: string;
	expires_in?: number;
}

/** Tells about the token in `input_token`. */
export const DEBUG_TOKEN_PATH = '/debug_token';

/** Asks Meta about an access token, as the app of the credential. */
export async function inspectToken(graph: Graph, accessToken: string): Promise<TokenFacts> {
	const { data } = await graph.call<{ data?: TokenFacts }>({
		method: 'GET',
		path: DEBUG_TOKEN_PATH,
		as: 'app',
		qs: { input_token: accessToken },
	});
	return data ?? {};
}

/**
 * Exchanges the code of Embedded Signup for the token of the business that has signed up. The code
 * lives for 30 seconds and can be exchanged once, so the exchange is not repeated.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-customers-as-a-tech-provider
 */
export async function exchangeSignupCode(
	graph: Graph,
	app: { appId: string; appSecret: string },
	code: string,
	itemIndex: number,
): Promise<ExchangedToken> {
	return await graph.call<ExchangedToken>({
		method: 'GET',
		path: '/oauth/access_token',
		as: 'app',
		qs: { client_id: app.appId, client_secret: app.appSecret, code },
		repeatable: false,
		changes: true,
		itemIndex,
	});
}

const NEEDED_SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];

/** What is wrong with a token, and what to do about it: a sentence each. */
export interface TokenFault {
	finding: string;
	remedy: string;
}

/**
 * What is wrong with the token itself, or undefined.
 *
 * @param now unix ms
 */
export function faultOfToken(
	token: TokenFacts,
	appId: string,
	now: number,
): TokenFault | undefined {
	if (token.expires_at !== undefined && token.expires_at > 0 && token.expires_at < now / 1000) {
		return {
			finding: 'The access token has expired.',
			remedy: 'Create a new one for a system user in Meta Business Settings.',
		};
	}
	if (token.is_valid !== true) {
		return {
			finding: 'The access token is not valid.',
			remedy: 'Copy it again, or create a new one for a system user in Meta Business Settings.',
		};
	}
	if (token.app_id !== undefined && token.app_id !== appId) {
		return {
			finding: `The access token belongs to the Meta app ${token.app_id}, not to ${appId}.`,
			remedy: 'Create the token for the app whose ID and secret stand here.',
		};
	}
	return undefined;
}

/** What the token is not allowed to do, or undefined. */
export function faultOfPermissions(token: TokenFacts): TokenFault | undefined {
	const missing = NEEDED_SCOPES.filter((scope) => !(token.scopes ?? []).includes(scope));
	if (missing.length === 0) return undefined;
	return {
		finding: `The access token lacks the permission ${missing.join(' and ')}.`,
		remedy: 'Create a new token with both WhatsApp permissions.',
	};
}

/** Whether the token was given for this WABA. */
export function reachesAccount(token: TokenFacts, businessAccountId: string): boolean {
	return (token.granular_scopes ?? [])
		.filter(({ scope }) => NEEDED_SCOPES.includes(scope ?? ''))
		.every(({ target_ids: ids }) => ids === undefined || ids.includes(businessAccountId));
}
