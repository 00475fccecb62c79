import { createHmac } from 'node:crypto';

/**
 * Shows Meta that who holds the token knows the app's secret too. Apps with *Require App Secret* take
 * no call without it, and any app refuses one that is wrong.
 *
 * @returns hex
 * @see https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function appSecretProof(token: string, appSecret: string): string {
	return createHmac('sha256', appSecret).update(token).digest('hex');
}
