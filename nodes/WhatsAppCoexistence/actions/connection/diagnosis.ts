import type { IDataObject } from 'n8n-workflow';

import { readAddress, readCallback } from '../../callbacks/address';
import type { HandshakeResult } from '../../callbacks/ask-handshake';
import type { Receiver } from '../../callbacks/receivers';
import { isInCoexistence, type PhoneNumber } from '../../graph/phone-numbers';
import {
	faultOfPermissions,
	faultOfToken,
	reachesAccount,
	type TokenFacts,
} from '../../graph/token';
import { sendingVerdict, type HealthStatus, type SendingVerdict } from '../../graph/health';
import type { Observed } from '../../callbacks/plan';
import { sameRoute } from '../../callbacks/verify-token';

/** `unknown`: it could not be looked at. */
export type Verdict = 'ok' | 'warning' | 'broken' | 'unknown';

/** One thing on the way of an event from Meta to the trigger. */
export interface DiagnosisStep extends IDataObject {
	step: string;
	verdict: Verdict;
	/** What was found. */
	finding: string;
	/** What to do; null where nothing has to be done. */
	remedy: string | null;
}

export interface Diagnosis extends IDataObject {
	/** The worst of the steps. */
	verdict: Verdict;
	/** Why the trigger does not fire, in one sentence, or that nothing stands in the way. */
	summary: string;
	/** Where events of the number go; null where they go nowhere. */
	callbackUrl: string | null;
	steps: DiagnosisStep[];
}

/** Something that could not be looked at: why, and what to do. */
export class Unseen {
	readonly reason: string;
	readonly remedy: string;
	/** Whether Meta has answered, and refused it. */
	readonly refused: boolean;

	constructor(reason: string, remedy: string, refused = false) {
		this.reason = reason;
		this.remedy = remedy;
		this.refused = refused;
	}
}

/** What could be found out. */
export interface Facts {
	appId: string;
	businessAccountId: string;
	token: TokenFacts | Unseen;
	app: Observed['app'] | Unseen;
	account: Observed['account'] | Unseen;
	/** All of the account. */
	numbers: Observed['numbers'] | Unseen;
	/** The ID of the number that the user has chosen; null where it is to be the first one. */
	chosen: string | null;
	number: PhoneNumber | Unseen;
	health: HealthStatus | Unseen;
	/** Null where there is no callback to ask. */
	handshake: HandshakeResult | null;
	/** Of the callback that events of the number go to. */
	receivers: Receiver[];
	/** Of the app's own callback, where account events go. */
	accountReceivers: Receiver[];
	/** The webhook fields that the events which are missed come in. */
	neededFields: readonly string[];
	/** The trigger's address, or null where the user has not given it. */
	triggerUrl: string | null;
	/** Unix ms. */
	now: number;
}

/** Walks the way of an event, judges each step of it, first cause first, and then the way back. */
export function diagnose(facts: Facts): Diagnosis {
	const steps = blamingFirst([
		tokenStep(facts),
		permissionsStep(facts),
		fieldsStep(facts),
		subscriptionStep(facts),
		numberStep(facts),
		callbackStep(facts),
		handshakeStep(facts),
		receiversStep(facts),
		coexistenceStep(facts),
		sendingStep(facts),
	]);
	const worst =
		steps.find(({ verdict }) => verdict === 'broken') ??
		steps.find(({ verdict }) => verdict === 'unknown') ??
		steps.find(({ verdict }) => verdict === 'warning');
	const standing = standingCallback(facts);
	return {
		verdict: worst?.verdict ?? 'ok',
		summary:
			worst?.finding ??
			'Nothing stands in the way. Write to the number from another phone to see an event arrive.',
		callbackUrl: standing instanceof Unseen ? null : standing.url,
		steps,
	};
}

/** What could not be seen behind something broken is left until that is mended. */
function blamingFirst(steps: DiagnosisStep[]): DiagnosisStep[] {
	const first = steps.find(({ verdict }) => verdict === 'broken');
	if (first === undefined) return steps;
	return steps.map((step, index) =>
		step.verdict === 'unknown' && index > steps.indexOf(first)
			? { ...step, remedy: `Mend “${first.step}” first.` }
			: step,
	);
}

/** The number that is looked at: the chosen one, or the first of the account; undefined where there is none. */
export function lookedAt(
	numbers: Observed['numbers'],
	chosen: string | null,
): Observed['numbers'][number] | undefined {
	return chosen === null ? numbers.at(0) : numbers.find(({ id }) => id === chosen);
}

/** Where events of the number go, and where that is said: number, account, then app. */
export function standingCallback({
	app,
	account,
	numbers,
	chosen,
}: Pick<Facts, 'app' | 'account' | 'numbers' | 'chosen'>): Standing | Unseen {
	if (numbers instanceof Unseen) return numbers;
	const ofNumber = lookedAt(numbers, chosen)?.overrideUrl ?? null;
	if (ofNumber !== null) return { url: ofNumber, place: 'phone number' };
	if (account instanceof Unseen) return account;
	if (account.overrideUrl !== null) {
		return { url: account.overrideUrl, place: 'WhatsApp Business Account' };
	}
	if (app instanceof Unseen) return app;
	return { url: app.callbackUrl, place: 'app' };
}

interface Standing {
	url: string | null;
	place: 'phone number' | 'WhatsApp Business Account' | 'app';
}

function tokenStep({ token, appId, now }: Facts): DiagnosisStep {
	const step = 'Access token';
	if (token instanceof Unseen) {
		// It is looked at with the app's own token, which is made of its ID and secret.
		return token.refused ? broken(step, `${token.reason}.`, token.remedy) : unseen(step, token);
	}
	const fault = faultOfToken(token, appId, now);
	if (fault !== undefined) return broken(step, fault.finding, fault.remedy);
	return ok(step, 'The access token is valid and belongs to the app.');
}

function permissionsStep({ token, businessAccountId }: Facts): DiagnosisStep {
	const step = 'Permissions';
	if (token instanceof Unseen) return unseen(step, token);
	const fault = faultOfPermissions(token);
	if (fault !== undefined) return broken(step, fault.finding, fault.remedy);
	if (!reachesAccount(token, businessAccountId)) {
		return broken(
			step,
			`The access token was not given for the WhatsApp Business Account ${businessAccountId}.`,
			'In Meta Business Settings, assign the account to the system user of the token, or correct the account ID in the credential.',
		);
	}
	return ok(step, 'The access token has both WhatsApp permissions for the account.');
}

function fieldsStep({ app, neededFields }: Facts): DiagnosisStep {
	const step = 'Webhook fields of the app';
	if (app instanceof Unseen) return unseen(step, app);
	const { callbackUrl, fields } = app;
	const missing = neededFields.filter((field) => !fields.includes(field));
	if (missing.length > 0) {
		return broken(
			step,
			`The Meta app is not subscribed to ${missing.join(', ')}.`,
			callbackUrl === null
				? 'Publish the workflow of the trigger: it subscribes the app.'
				: 'Open developers.facebook.com/apps, your app, WhatsApp > Configuration > Webhook fields, and switch on “Subscribe” for each of them.',
		);
	}
	return ok(step, `The Meta app is subscribed to ${neededFields.join(', ')}.`);
}

function subscriptionStep({ account }: Facts): DiagnosisStep {
	const step = 'Subscription to the account';
	if (account instanceof Unseen) return unseen(step, account);
	if (!account.subscribed) {
		return broken(
			step,
			'The Meta app is not subscribed to the WhatsApp Business Account, so Meta sends it nothing.',
			'Run Connection > Subscribe App, or publish the workflow of the trigger.',
		);
	}
	return ok(step, 'The Meta app is subscribed to the WhatsApp Business Account.');
}

function numberStep({ numbers, chosen, businessAccountId }: Facts): DiagnosisStep {
	const step = 'Phone number';
	if (numbers instanceof Unseen) return unseen(step, numbers);
	const found = lookedAt(numbers, chosen);
	if (found === undefined) {
		return numbers.length === 0
			? broken(
					step,
					`The WhatsApp Business Account ${businessAccountId} has no phone number.`,
					'Correct the account ID in the credential, or connect the number to this account.',
				)
			: broken(
					step,
					`The WhatsApp Business Account ${businessAccountId} has no phone number with the ID ${chosen}.`,
					`Pick one of ${numbers.map(named).join(', ')}, or correct the account ID in the credential.`,
				);
	}
	const others = numbers.filter(({ id }) => id !== found.id);
	const more =
		chosen === null && others.length > 0
			? ` It is the first of the account; choose another under “Phone Number” to look at ${others.map(named).join(', ')}.`
			: '';
	return ok(step, `The next steps are about ${named(found)}.${more}`);
}

function named({ displayPhoneNumber, id }: Observed['numbers'][number]): string {
	return `${displayPhoneNumber} (ID ${id})`;
}

function callbackStep(facts: Facts): DiagnosisStep {
	const step = 'Callback';
	const standing = standingCallback(facts);
	if (standing instanceof Unseen) return unseen(step, standing);
	const { triggerUrl, neededFields, app } = facts;
	const { url, place } = standing;
	if (url === null) {
		return broken(
			step,
			'No callback is registered, so Meta does not know where to send events.',
			'Publish the workflow of the trigger.',
		);
	}
	const where = `Events go to ${url}, which is set on the ${place}.`;
	if (triggerUrl !== null && isAtAnotherHost(url, triggerUrl)) {
		return broken(
			step,
			`${where} That is this workflow in another n8n, or in this one before it moved.`,
			'If this n8n has moved, set “If Another Callback Is Registered” in the trigger to “Take It Over: My Server Has Moved”, and publish it again.',
		);
	}
	if (isTestAddress(url, triggerUrl)) {
		return broken(
			step,
			`${where} That is the address of a test, which works only while a test is listening.`,
			clearing(place),
		);
	}
	if (triggerUrl !== null && !receives(url, triggerUrl)) {
		return broken(step, `${where} That is not the address of the trigger.`, clearing(place));
	}
	if (app instanceof Unseen) return ok(step, where);
	const accountGoesTo = app.callbackUrl;
	if (neededFields.includes('account_update') && accountGoesTo !== url) {
		return {
			step,
			verdict: 'warning',
			finding: `${where} Account events go to ${accountGoesTo ?? 'no address'}: they never follow an override.`,
			remedy:
				'To receive account events too, choose “Register For: Meta App” in the trigger, or have the app’s own callback pass them on.',
		};
	}
	return ok(step, where);
}

function handshakeStep(facts: Facts): DiagnosisStep {
	const step = 'Handshake';
	const standing = standingCallback(facts);
	if (standing instanceof Unseen) return unseen(step, standing);
	const { url } = standing;
	const { handshake } = facts;
	if (handshake === null) {
		const reason = 'there is no callback to ask';
		return unseen(step, new Unseen(reason, 'Publish the workflow of the trigger.'));
	}
	switch (handshake.outcome) {
		case 'accepted':
			return ok(step, `${url} answers Meta’s handshake as a trigger with this credential does.`);
		case 'unreachable':
			return {
				step,
				verdict: 'warning',
				finding: `This n8n cannot reach ${url}: ${handshake.reason}.`,
				remedy:
					'Open the address in a browser outside your network. If that does not work either, Meta cannot reach it: check the public address of n8n (WEBHOOK_URL, or N8N_WEBHOOK_URL since n8n 2.30), its certificate and the firewall.',
			};
		case 'refused':
			return handshake.status === 404
				? broken(
						step,
						`${url} answers that it does not exist.`,
						'Publish the workflow of the trigger. If the address belongs to nobody any more, run Connection > Clear Callback Override.',
					)
				: {
						step,
						verdict: 'warning',
						finding: `${url} answers with HTTP status ${handshake.status} and does not know the verify token of this credential.`,
						remedy:
							'That is right for a trigger registered by hand and for the callback of another system. Otherwise give the trigger this credential and publish its workflow again.',
					};
	}
}

function receiversStep({ receivers, accountReceivers }: Facts): DiagnosisStep {
	const step = 'Workflows';
	const all = [...receivers, ...accountReceivers];
	if (all.length === 0) {
		const reason = 'there is no callback to ask';
		return unseen(step, new Unseen(reason, 'Publish the workflow of the trigger.'));
	}
	const parts = [
		receivers.length > 0 ? `Events of the number go to ${listed(receivers)}.` : '',
		accountReceivers.length > 0 ? `Account events go to ${listed(accountReceivers)}.` : '',
	];
	const finding = parts.filter((part) => part !== '').join(' ');
	const gone = new Set(all.filter((one) => one.gone).map(({ url }) => url));
	if (gone.size === 0) return ok(step, finding);
	return {
		step,
		verdict: 'warning',
		finding: `${finding} Left over, as nothing answers there any more: ${[...gone].join(', ')}.`,
		remedy:
			'Publish one of the workflows again, which takes what is left over off the list. If none is left, run Connection > Clear Callback Override.',
	};
}

function listed(receivers: Receiver[]): string {
	return receivers
		.map(({ workflow, url }) => (workflow === null ? url : `“${workflow}”`))
		.join(', ');
}

function coexistenceStep({ number }: Facts): DiagnosisStep {
	const step = 'Coexistence';
	if (number instanceof Unseen) return unseen(step, number);
	const name = number.display_phone_number ?? number.id;
	if (!isInCoexistence(number) || (number.status ?? 'CONNECTED') !== 'CONNECTED') {
		return broken(
			step,
			`${name} is not connected to the WhatsApp Business app and the Cloud API at the same time (platform ${number.platform_type ?? 'unknown'}, status ${number.status ?? 'unknown'}).`,
			'After a change of phone the number reconnects by itself within minutes. Otherwise the owner has to go through Embedded Signup again.',
		);
	}
	return ok(step, `${name} is in coexistence and connected.`);
}

/** Not on the way of an event to the trigger, but the other thing that ends in silence. */
function sendingStep({ health }: Facts): DiagnosisStep {
	const step = 'Sending';
	if (health instanceof Unseen) return unseen(step, health);
	const { state, finding, remedy } = sendingVerdict(health);
	return { step, verdict: SENDING[state ?? 'unknown'], finding, remedy };
}

const SENDING: Record<NonNullable<SendingVerdict['state']> | 'unknown', Verdict> = {
	available: 'ok',
	limited: 'warning',
	blocked: 'broken',
	unknown: 'unknown',
};

/** Whether the trigger is one of those that share a callback. */
function receives(url: string, triggerUrl: string): boolean {
	const { base, id } = readAddress(triggerUrl);
	return readCallback(url, base)?.members.some((member) => member.id === id) ?? url === triggerUrl;
}

/** The same path at another host: a copy of the workflow, or this n8n before its address changed. */
function isAtAnotherHost(url: string, triggerUrl: string): boolean {
	const standing = URL.parse(url);
	const own = URL.parse(triggerUrl);
	return (
		standing !== null &&
		own !== null &&
		standing.host !== own.host &&
		standing.pathname === own.pathname
	);
}

/** n8n's own path for tests, or the trigger's route under another address than its production one. */
function isTestAddress(url: string, triggerUrl: string | null): boolean {
	if (url.includes('/webhook-test/')) return true;
	return triggerUrl !== null && !receives(url, triggerUrl) && sameRoute(url, triggerUrl);
}

function clearing(place: Standing['place']): string {
	return place === 'app'
		? 'Publish the workflow of the trigger again.'
		: `Run Connection > Clear Callback Override for the ${place}, or publish the workflow of the trigger again.`;
}

function ok(step: string, finding: string): DiagnosisStep {
	return { step, verdict: 'ok', finding, remedy: null };
}

function broken(step: string, finding: string, remedy: string): DiagnosisStep {
	return { step, verdict: 'broken', finding, remedy };
}

function unseen(step: string, { reason, remedy }: Unseen): DiagnosisStep {
	return { step, verdict: 'unknown', finding: `This could not be seen: ${reason}.`, remedy };
}
