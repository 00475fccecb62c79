import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { appSecretProof } from '../graph/app-secret-proof';
import { graphRoot, refusalOf, type CoexistenceCredential } from '../graph/client';
import { failureOf, isNoSuchObject, unanswered, type GraphFailure } from '../graph/errors';
import { phoneNumbersPath } from '../graph/phone-numbers';
import {
	DEBUG_TOKEN_PATH,
	faultOfPermissions,
	faultOfToken,
	type TokenFacts,
} from '../graph/token';
import { USER_AGENT } from '../graph/user-agent';

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
	const message = await findFault(get, data).catch((error: unknown) =>
		inWords(unanswered(graphRoot(data), error)),
	);
	return message === undefined
		? { status: 'OK', message: 'Connection successful' }
		: { status: 'Error', message };
}

type Get = (path: string, bearer: string, qs: Record<string, string>) => Promise<Answer>;

/** The first thing that is wrong, or undefined. */
async function findFault(get: Get, data: CoexistenceCredential): Promise<string | undefined> {
	const unsendable = refusalOf({ path: DEBUG_TOKEN_PATH }, graphRoot(data));
	if (unsendable !== undefined) return inWords(unsendable);

	const inspected = await get(DEBUG_TOKEN_PATH, `${data.appId}|${data.appSecret}`, {
		input_token: data.accessToken,
	});
	if (inspected.statusCode !== 200)
		return faultOfApp(failureOf(inspected.statusCode, inspected.body));
	const token = (inspected.body as { data?: TokenFacts }).data ?? {};
	const fault = faultOfToken(token, data.appId, Date.now()) ?? faultOfPermissions(token);
	if (fault !== undefined) return `${fault.finding} ${fault.remedy}`;
	return await faultOfAccount(get, data);
}

/** The app asks with its own token, which is its ID and secret. */
function faultOfApp(failure: GraphFailure): string {
	switch (failure.code) {
		case 101:
		case 190:
			return 'App ID and App Secret do not belong together. Copy both from the App Dashboard > App Settings > Basic.';
		case 100:
			return 'The access token was not made for this Meta app. Create the token for the app whose ID and secret stand here.';
		default:
			return inWords(failure);
	}
}

/** Only a WABA has the edge `phone_numbers`: a portfolio or a phone number has not. */
async function faultOfAccount(get: Get, data: CoexistenceCredential): Promise<string | undefined> {
	const path = phoneNumbersPath(data.businessAccountId);
	if (refusalOf({ path }, graphRoot(data)) !== undefined) return NOT_THE_ACCOUNT;
	const answer = await get(path, data.accessToken, { fields: 'id', limit: '1' });
	if (answer.statusCode === 200) return undefined;
	const failure = failureOf(answer.statusCode, answer.body);
	const { code } = failure;
	if (isNoSuchObject(failure)) return NOT_THE_ACCOUNT;
	if (code === 10 || code === 3 || (code !== null && code >= 200 && code < 300)) {
		return 'The access token may not see this WhatsApp Business Account. In Meta Business Settings, assign the account to the system user of the token.';
	}
	return inWords(failure);
}

const NOT_THE_ACCOUNT =
	'The WhatsApp Business Account ID is not one that this token can see. Use the ID shown in WhatsApp Manager as the account’s, not the one of a phone number or of the business portfolio.';

function inWords({ meaning, advice }: GraphFailure): string {
	return `${meaning}. ${advice}`;
}

/** n8n gives a credential test nothing but its older `request` helper. */
function askWith(helpers: ICredentialTestFunctions['helpers'], data: CoexistenceCredential): Get {
	return async (path, bearer, qs) =>
		(await helpers.request({
			method: 'GET',
			uri: graphRoot(data) + path,
			qs: { ...qs, appsecret_proof: appSecretProof(bearer, data.appSecret) },
			headers: { Authorization: `Bearer ${bearer}`, 'User-Agent': USER_AGENT },
			json: true,
			simple: false,
			resolveWithFullResponse: true,
			timeout: TIMEOUT_MS,
		})) as Answer;
}
