import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';

import { CREDENTIAL, openGraph, type CoexistenceCredential, type Graph } from '../../graph/client';
import type { OutputGroup } from '../../events/groups';
import { carryOut, carryOutRemoval } from './carry-out';
import { fieldsOf } from './fields';
import { observe } from './observe';
import { planRegistration, planRemoval, type Earlier, type Plan, type Scope } from './plan';

/**
 * n8n's three webhook hooks. n8n calls `checkExists` and `create` once for GET and once for POST, and
 * up to five times after a failure with `delete` in between, so each may run at any time and any
 * number of times.
 */

interface RegistrationMemory {
	/** What stood in our place before this trigger was published. */
	earlier?: Earlier;
}

/** Whether everything at Meta is as the user chose. */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) return true;
	const { plan } = await makePlan(context);
	return plan.refusal === undefined && plan.steps.length === 0;
}

/** Makes everything at Meta as the user chose, or says why that cannot be. */
export async function create(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) {
		refuseWithoutVerifyToken(context);
		return true;
	}
	const { graph, appSecret, plan } = await makePlan(context);
	if (plan.refusal !== undefined) {
		throw new NodeOperationError(context.getNode(), plan.refusal.message, {
			description: plan.refusal.description,
		});
	}
	const memory: RegistrationMemory = context.getWorkflowStaticData('node');
	memory.earlier = { ...memory.earlier, ...plan.earlier };
	for (const step of plan.steps) await carryOut(graph, step, appSecret);
	for (const note of plan.notes) context.logger.warn(`WhatsApp Coexistence Trigger: ${note}`);
	return true;
}

/** Takes away our own address at Meta, and puts back what stood there before. */
export async function remove(context: IHookFunctions): Promise<boolean> {
	if (isManual(context)) return true;
	const { graph, appSecret } = await openWithSecret(context);
	const memory: RegistrationMemory = context.getWorkflowStaticData('node');
	const observed = await observe(graph, []);
	for (const step of planRemoval(observed, webhookUrl(context), memory.earlier ?? {})) {
		const lost = await carryOutRemoval(graph, step, appSecret);
		if (lost !== undefined) {
			context.logger.warn(
				`WhatsApp Coexistence Trigger: the callback ${lost}, which was registered before, did not accept Meta's handshake and could not be put back.`,
			);
		}
	}
	delete memory.earlier;
	return true;
}

async function makePlan(
	context: IHookFunctions,
): Promise<{ graph: Graph; appSecret: string; plan: Plan }> {
	const { graph, appSecret } = await openWithSecret(context);
	const phoneNumberIds = context.getNodeParameter('phoneNumberIds', []) as string[];
	const plan = planRegistration(await observe(graph, phoneNumberIds), {
		scope: context.getNodeParameter('registerFor') as Scope,
		url: webhookUrl(context),
		fields: fieldsOf(context.getNodeParameter('groups') as OutputGroup[]),
		foreign: context.getNodeParameter('options.otherCallback', 'stop') as 'replace' | 'stop',
		test: context.getActivationMode() === 'manual',
	});
	return { graph, appSecret, plan };
}

async function openWithSecret(context: IHookFunctions) {
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	return { graph: await openGraph(context), appSecret };
}

function isManual(context: IHookFunctions): boolean {
	return context.getNodeParameter('registerFor') === 'manual';
}

function refuseWithoutVerifyToken(context: IHookFunctions): void {
	if (context.getNodeParameter('manualVerification', '') !== '') return;
	throw new NodeOperationError(context.getNode(), 'The verify token is empty', {
		description:
			'Enter any text as “Verify Token” in the trigger, and the same text in the App Dashboard under WhatsApp > Configuration.',
	});
}

function webhookUrl(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') as string;
}
