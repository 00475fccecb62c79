import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { graphRoot, type CoexistenceCredential } from '../graph/client';
import { failureOf, isNoSuchObject } from '../graph/errors';
import { faultOfPermissions, faultOfToken, type TokenFacts } from '../graph/token';

const TIMEOUT_MS = 15_000;

interface Answer {
	statusCode: number;
	body: unknown;
}

/**
 * Tests a credential and says which of its fields is wrong: the app ID and secret, then the token and
 * its permissions, then the ID of the WABA.
 *
 * @see https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
export async function testCoexistenceApi(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data = credential.data as unknown as CoexistenceCredential;
	const get = askWith(this.helpers, data);
	const message =
		(await findFault(get, data).catch(
			() =>
				`No answer came from ${graphRoot(data)}. Check that this n8n can reach it, and the Base URL under Advanced.`,
		)) ?? undefined;
	return message === undefined
		? { status: 'OK', message: 'Connection successful' }
		: { status: 'Error', message };
}

type Get = (path: string, bearer: string) => Promise<Answer>;

/** The first thing that is wrong, or undefined. */
async function findFault(get: Get, data: CoexistenceCredential): Promise<string | undefined> {
	const inspected = await get(
		`/debug_token?input_token=${encodeURIComponent(data.accessToken)}`,
		`${data.appId}|${data.appSecret}`,
	);
	if (inspected.statusCode >= 500) return describe(inspected);
	if (inspected.statusCode !== 200) {
		return 'App ID and App Secret do not belong together. Copy both from the App Dashboard > App Settings > Basic.';
	}
	const token = (inspected.body as { data?: TokenFacts }).data ?? {};
	return (
		faultOfToken(token, data.appId, Date.now()) ??
		faultOfPermissions(token) ??
		(await faultOfAccount(get, data))
	);
}

/** Only a WABA has the edge `phone_numbers`: a portfolio or a phone number has not. */
async function faultOfAccount(get: Get, data: CoexistenceCredential): Promise<string | undefined> {
	const answer = await get(
		`/${encodeURIComponent(data.businessAccountId)}/phone_numbers?fields=id&limit=1`,
		data.accessToken,
	);
	if (answer.statusCode === 200) return undefined;
	const failure = failureOf(answer.statusCode, answer.body);
	const { code } = failure;
	if (isNoSuchObject(failure)) {
		return 'The WhatsApp Business Account ID is not one that this token can see. Use the ID shown in WhatsApp Manager as the account’s, not the one of a phone number or of the business portfolio.';
	}
	if (code === 10 || code === 3 || (code !== null && code >= 200 && code < 300)) {
		return 'The access token may not see this WhatsApp Business Account. In Meta Business Settings, assign the account to the system user of the token.';
	}
	return describe(answer);
}

function describe(answer: Answer): string {
	const { meaning, advice } = failureOf(answer.statusCode, answer.body);
	return `${meaning}. ${advice}`;
}

/** n8n gives a credential test nothing but its older `request` helper. */
function askWith(helpers: ICredentialTestFunctions['helpers'], data: CoexistenceCredential): Get {
	return async (path, bearer) =>
		(await helpers.request({
			method: 'GET',
			uri: graphRoot(data) + path,
			headers: { Authorization: `Bearer ${bearer}` },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			timeout: TIMEOUT_MS,
		})) as Answer;
}
