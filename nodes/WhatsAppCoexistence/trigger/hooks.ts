import { NodeOperationError, WebhookPathTakenError, type IHookFunctions } from 'n8n-workflow';

import { ownAddress, type OwnAddress } from '../callbacks/address';
import { askWho } from '../callbacks/ask-handshake';
import { askNumbers, askOurs } from '../callbacks/ask';
import { carryOut, carryOutRemoval } from '../callbacks/carry-out';
import { fieldsOf } from '../callbacks/fields';
import { observe } from '../callbacks/observe';
import { oneAtATime } from '../callbacks/one-at-a-time';
import {
	planRegistration,
	planRemoval,
	planTest,
	routesBeside,
	type Plan,
	type Scope,
	type Wanted,
} from '../callbacks/plan';
import { outOfReach, type Refusal } from '../callbacks/refusals';
import { verifyTokenFor } from '../callbacks/verify-token';
import { CREDENTIAL, openGraph, type CoexistenceCredential, type Graph } from '../graph/client';
import { GraphApiError } from '../graph/errors';
import { forgetCaught } from './caught';
import { readParameters } from './parameters';
import { faultOfContacts } from './selection';
import { staticDataOf } from './static-data';
import { takeoverOptions, tellsTakeovers } from './takeover';
import { wordOfBoth } from './takeover-words';

/**
 * n8n's three webhook hooks. n8n calls `checkExists` and `create` once for GET and once for POST, up to
 * five times after a failure with `delete` in between, and both `delete`s at once; so each may run at
 * any time and any number of times. Of a failure n8n shows the message only, so that says everything.
 *
 * Nothing is remembered between them: what has to be stands in the callbacks at Meta.
 */

/**
 * Addresses that were found or put in order a moment ago. n8n asks once more, for POST, right after
 * the GET route was made; were that to fail, n8n would drop both routes, make POST alone again, and the
 * user would read that Meta's handshake found nothing instead of what went wrong first.
 */
const inOrder = new Set<string>();

/** How long Meta may take for all that a hook asks of it, in ms. Of a failed publication, both are waited for. */
const PATIENCE_MS = { register: 20_000, remove: 10_000 };

/** Whether everything at Meta is as the user chose. */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	refuseUnreadableContacts(context);
	refuseWordOfBoth(context);
	forgetCaught(context);
	if (isManual(context) || inOrder.delete(webhookUrl(context))) return true;
	return await atMeta(context, PATIENCE_MS.register, async (meta) => {
		const { plan } = await makePlan(context, meta);
		const exists = plan.refusal === undefined && plan.steps.length === 0;
		if (exists) inOrder.add(webhookUrl(context));
		return exists;
	});
}

/** Makes everything at Meta as the user chose, or says why that cannot be. */
export async function create(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) {
		refuseWithoutVerifyToken(context);
		return true;
	}
	return await atMeta(context, PATIENCE_MS.register, async (meta) => {
		const { plan, passOnTo } = await makePlan(context, meta);
		if (plan.refusal !== undefined) throw await final(context, meta, plan.refusal);
		if (passOnTo !== undefined) staticDataOf(context).passOnTo = passOnTo;
		for (const step of plan.steps) await carryOut(meta.graph, step, meta.appSecret);
		for (const note of plan.notes) warn(context, note);
		inOrder.add(webhookUrl(context));
		return true;
	});
}

/** Takes away our own address at Meta, and puts back what stood there before. */
export async function remove(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) return true;
	inOrder.delete(webhookUrl(context));
	return await atMeta(context, PATIENCE_MS.remove, async ({ graph, appSecret, own }) => {
		const { id, base, isTest } = own;
		const observed = await observe(graph, []);
		const known = await askOurs(
			context,
			observed,
			{ ...own, account: graph.businessAccountId },
			appSecret,
		);
		const whose = { id, base, foreign: readParameters(context).options.otherCallback };
		for (const step of planRemoval(observed, whose, isTest, known)) {
			for (const lost of await carryOutRemoval(graph, step, appSecret, base)) {
				warn(
					context,
					`The callback ${lost} did not accept Meta's handshake and could not be put in its place.`,
				);
			}
		}
		return true;
	});
}

/** What every hook works with. */
interface AtMeta {
	graph: Graph;
	appSecret: string;
	own: OwnAddress;
}

/** Works with Meta for a bounded time, while no other hook does. */
async function atMeta<T>(
	context: IHookFunctions,
	patience: number,
	work: (meta: AtMeta) => Promise<T>,
): Promise<T> {
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	const opened = await openGraph(context);
	const own = ownAddress(webhookUrl(context), context.getNode().webhookId);
	return await oneAtATime(opened.appId, async () => {
		const signal = AbortSignal.timeout(patience);
		const graph: Graph = {
			...opened,
			call: async (request) => await opened.call({ signal, ...request }),
		};
		return await work({ graph, appSecret, own }).catch((error: Error) => {
			throw inOneMessage(context, error, signal.aborted);
		});
	});
}

interface Prepared {
	plan: Plan;
	/** Only of a test: what its listener has to know. */
	passOnTo?: Record<string, string>;
}

async function makePlan(context: IHookFunctions, meta: AtMeta): Promise<Prepared> {
	const { graph, appSecret, own } = meta;
	const wanted = wantedBy(context, own);
	const observed = await observe(graph, []);
	if (own.isTest) {
		observed.numbers = await askNumbers(context, observed.numbers, own.base, appSecret);
		const plan = planTest(observed, wanted);
		return { plan, passOnTo: routesBeside(observed, wanted) };
	}
	const known = await askOurs(
		context,
		observed,
		{ ...own, account: graph.businessAccountId },
		appSecret,
	);
	if (known.unreachable !== undefined) {
		return { plan: { refusal: outOfReach(own.base.production, known.unreachable) } };
	}
	return { plan: planRegistration(observed, wanted, known) };
}

function wantedBy(context: IHookFunctions, { id, base }: OwnAddress): Wanted {
	const { groups, registerFor, phoneNumberIds, options } = readParameters(context);
	const scope = registerFor as Scope;
	return {
		scope,
		phoneNumberIds,
		id,
		base,
		fields: fieldsOf(
			groups,
			tellsTakeovers(takeoverOptions(options)),
			scope === 'app',
			options.additionalFields,
		),
		foreign: options.otherCallback,
	};
}

/** A refusal in full: with the name of the workflow that stands in the way, where it tells. */
async function final(
	context: IHookFunctions,
	{ appSecret }: AtMeta,
	{ message, description, standing }: Refusal,
): Promise<Error> {
	const who =
		standing === undefined
			? undefined
			: await askWho(context, standing, verifyTokenFor(standing, appSecret));
	const name = who?.outcome === 'accepted' ? `It is the workflow “${who.workflow}”. ` : '';
	return atOnce(context, `${message}. ${name}${description}`);
}

/**
 * n8n tries four more times, for half a minute, what fails in any other way than by this error, which
 * it has for what another try cannot change.
 */
function atOnce(context: IHookFunctions, message: string): Error {
	const error =
		context.getActivationMode() === 'manual'
			? new NodeOperationError(context.getNode(), message)
			: new WebhookPathTakenError(context.getNode().name);
	return Object.assign(error, { message });
}

/**
 * n8n shows the message of a failed publication and drops its description. It also puts a phrase of its
 * own in place of a message in which it finds the name of a network fault, such as Meta's report of one.
 *
 * @param late whether Meta was waited for long enough already
 */
function inOneMessage(context: IHookFunctions, error: Error, late: boolean): Error {
	if (!(error instanceof GraphApiError)) return error;
	const text = [error.message, error.description].filter(Boolean).join('. ');
	if (late || error.graph.retry !== 'backoff') return atOnce(context, text);
	return Object.assign(new NodeOperationError(context.getNode(), text), { message: text });
}

function warn(context: IHookFunctions, message: string): void {
	context.logger.warn(`WhatsApp Coexistence Trigger: ${message}`);
}

function isManual(context: IHookFunctions): boolean {
	return readParameters(context).registerFor === 'manual';
}

function refuseWithoutVerifyToken(context: IHookFunctions): void {
	if (readParameters(context).manualVerification !== '') return;
	throw atOnce(
		context,
		'The verify token is empty. Enter any text as “Verify Token” in the trigger, and the same text in the App Dashboard under WhatsApp > Configuration.',
	);
}

/** Somebody who cannot be read would not be known, and nobody would notice. */
function refuseUnreadableContacts(context: IHookFunctions): void {
	const { ignoredContacts, onlyContacts } = readParameters(context).options;
	for (const [label, entered] of [
		['Ignore Contacts', ignoredContacts],
		['Only These Contacts', onlyContacts],
	] as const) {
		const wrong = faultOfContacts(entered);
		if (wrong === undefined) continue;
		throw atOnce(
			context,
			`“${wrong.entry}” under “${label}” is neither a phone number nor a user ID: it ${wrong.fault}.`,
		);
	}
}

/** The owner who types a word must know what it does. */
function refuseWordOfBoth(context: IHookFunctions): void {
	const word = wordOfBoth(takeoverOptions(readParameters(context).options).words);
	if (word === undefined) return;
	throw atOnce(
		context,
		`“${word}” under “Human Takeover Ends With” also begins a takeover. Choose different words under “Human Takeover Begins With” and “Human Takeover Ends With”.`,
	);
}

function webhookUrl(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') as string;
}
