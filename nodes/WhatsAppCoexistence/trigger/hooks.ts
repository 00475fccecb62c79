import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';

import { CREDENTIAL, openGraph, type CoexistenceCredential, type Graph } from '../graph/client';
import { readParameters } from './parameters';
import { faultOfIgnoredContacts } from './selection';
import { carryOut, carryOutRemoval } from '../callbacks/carry-out';
import { fieldsOf } from '../callbacks/fields';
import { observe } from '../callbacks/observe';
import {
	planRegistration,
	planRemoval,
	routesBeside,
	type Earlier,
	type Observed,
	type Plan,
	type Scope,
	type Wanted,
} from '../callbacks/plan';
import { probeNumbers } from '../callbacks/probe';

/**
 * n8n's three webhook hooks. n8n calls `checkExists` and `create` once for GET and once for POST, up to
 * five times after a failure with `delete` in between, and both `delete`s at once; so each may run at
 * any time and any number of times. Of a failure n8n shows the message only, so that says everything.
 */

/** What the hooks leave for later, as static data of the node. */
export interface RegistrationMemory {
	/** What stood in our place before this trigger was published. */
	earlier?: Earlier;
	/** While a test is listening: where the events of each phone number would go without it. */
	passOnTo?: Record<string, string>;
}

/**
 * Addresses that were found or put in order a moment ago. n8n asks once more, for POST, right after
 * the GET route was made; were that to fail, n8n would drop both routes, make POST alone again, and the
 * user would read that Meta's handshake found nothing instead of what went wrong first.
 */
const inOrder = new Set<string>();

/** Whether everything at Meta is as the user chose. */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	refuseUnreadableContacts(context);
	if (isManual(context) || inOrder.delete(webhookUrl(context))) return true;
	return await inOneMessage(context, async () => {
		const { plan } = await makePlan(context);
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
	return await inOneMessage(context, async () => {
		const { graph, appSecret, wanted, observed, plan } = await makePlan(context);
		if (plan.refusal !== undefined) {
			const { message, description } = plan.refusal;
			throw new NodeOperationError(context.getNode(), message, { description });
		}
		const memory: RegistrationMemory = context.getWorkflowStaticData('node');
		memory.earlier = { ...memory.earlier, ...plan.earlier };
		if (wanted.test) memory.passOnTo = routesBeside(observed, wanted);
		for (const step of plan.steps) await carryOut(graph, step, appSecret);
		for (const note of plan.notes) context.logger.warn(`WhatsApp Coexistence Trigger: ${note}`);
		inOrder.add(wanted.url);
		return true;
	});
}

/** Somebody who cannot be read would not be ignored, and nobody would notice. */
function refuseUnreadableContacts(context: IHookFunctions): void {
	const { ignoredContacts } = readParameters(context).options;
	const wrong = faultOfIgnoredContacts(ignoredContacts);
	if (wrong === undefined) return;
	throw new NodeOperationError(
		context.getNode(),
		`“${wrong.entry}” under “Ignore Contacts” is neither a phone number nor a user ID: it ${wrong.fault}.`,
	);
}

/** Removals under way, by address. The later of two would take away what the first has put back. */
const removals = new Map<string, Promise<void>>();

/** Takes away our own address at Meta, and puts back what stood there before. */
export async function remove(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) return true;
	const url = webhookUrl(context);
	inOrder.delete(url);
	const removal = removals.get(url) ?? putBack(context, url).finally(() => removals.delete(url));
	removals.set(url, removal);
	await removal;
	return true;
}

async function putBack(context: IHookFunctions, url: string): Promise<void> {
	const { graph, appSecret } = await openWithSecret(context);
	const memory: RegistrationMemory = context.getWorkflowStaticData('node');
	const observed = await observe(graph, []);
	for (const step of planRemoval(observed, url, memory.earlier ?? {})) {
		const lost = await carryOutRemoval(graph, step, appSecret);
		if (lost !== undefined) {
			context.logger.warn(
				`WhatsApp Coexistence Trigger: the callback ${lost}, which was registered before, did not accept Meta's handshake and could not be put back.`,
			);
		}
	}
	delete memory.earlier;
}

interface Prepared {
	graph: Graph;
	appSecret: string;
	wanted: Wanted;
	observed: Observed;
	plan: Plan;
}

async function makePlan(context: IHookFunctions): Promise<Prepared> {
	const { graph, appSecret } = await openWithSecret(context);
	const wanted = wantedBy(context);
	const observed = await observe(graph, []);
	if (wanted.test) {
		observed.numbers = await probeNumbers(context, observed.numbers, wanted, appSecret);
	}
	const plan = planRegistration(observed, wanted);
	return { graph, appSecret, wanted, observed, plan };
}

function wantedBy(context: IHookFunctions): Wanted {
	const { groups, registerFor, phoneNumberIds, options } = readParameters(context);
	const test = isTest(context);
	// The override of a number comes before all others, so production's own stays as it is.
	const scope = test ? 'phoneNumber' : (registerFor as Scope);
	return {
		scope,
		phoneNumberIds,
		url: webhookUrl(context),
		fields: fieldsOf(
			groups,
			options.takeoverMinutes > 0,
			scope === 'app',
			options.additionalFields,
		),
		foreign: options.otherCallback,
		test,
	};
}

/**
 * n8n shows the message of a failed publication and drops its description. It also puts a phrase of its
 * own in place of a message in which it finds the name of a network fault, such as Meta's report of one.
 */
async function inOneMessage<T>(context: IHookFunctions, work: () => Promise<T>): Promise<T> {
	return await work().catch((error: NodeOperationError) => {
		const text = [error.message, error.description].filter(Boolean).join('. ');
		throw Object.assign(new NodeOperationError(context.getNode(), text), { message: text });
	});
}

async function openWithSecret(context: IHookFunctions) {
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	return { graph: await openGraph(context), appSecret };
}

function isManual(context: IHookFunctions): boolean {
	return readParameters(context).registerFor === 'manual';
}

/** Test listening; `delete` is told nothing of it and tells test and production apart by the address. */
function isTest(context: IHookFunctions): boolean {
	return context.getActivationMode() === 'manual';
}

function refuseWithoutVerifyToken(context: IHookFunctions): void {
	if (readParameters(context).manualVerification !== '') return;
	throw new NodeOperationError(
		context.getNode(),
		'The verify token is empty. Enter any text as “Verify Token” in the trigger, and the same text in the App Dashboard under WhatsApp > Configuration.',
	);
}

function webhookUrl(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') as string;
}
