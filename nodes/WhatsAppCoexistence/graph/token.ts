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

const NEEDED_SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging'];

/**
 * What is wrong with the token itself, with what to do, or undefined.
 *
 * @param now unix ms
 */
export function faultOfToken(token: TokenFacts, appId: string, now: number): string | undefined {
	if (token.expires_at !== undefined && token.expires_at > 0 && token.expires_at < now / 1000) {
		return 'The access token has expired. Create a new one for a system user in Meta Business Settings.';
	}
	if (token.is_valid !== true) {
		return 'The access token is not valid. Copy it again, or create a new one for a system user in Meta Business Settings.';
	}
	if (token.app_id !== undefined && token.app_id !== appId) {
		return `The access token belongs to the Meta app ${token.app_id}, not to ${appId}. Create the token for the app whose ID and secret stand here.`;
	}
	return undefined;
}

/** What the token is not allowed to do, with what to do, or undefined. */
export function faultOfPermissions(token: TokenFacts): string | undefined {
	const missing = NEEDED_SCOPES.filter((scope) => !(token.scopes ?? []).includes(scope));
	if (missing.length === 0) return undefined;
	return `The access token lacks the permission ${missing.join(' and ')}. Create a new token with both WhatsApp permissions.`;
}

/** Whether the token was given for this WABA. */
export function reachesAccount(token: TokenFacts, businessAccountId: string): boolean {
	return (token.granular_scopes ?? [])
		.filter(({ scope }) => NEEDED_SCOPES.includes(scope ?? ''))
		.every(({ target_ids: ids }) => ids === undefined || ids.includes(businessAccountId));
}
