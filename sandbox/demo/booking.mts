/** The demo's workflow that asks: by buttons, then by a form. It waits for each answer. */
import type { JsonObject, WorkflowJson, WorkflowNode } from '../n8n/rest.mts';

/** What starts it, in a customer's message. */
export const WORD = 'visit';

/** The nodes that ask. */
export const QUESTIONS = ['When would you like to come?', 'Who is coming?'] as const;

/** Of the simulated Meta, whose forms have one field. */
const FORM = '900500000000001';

const TRIGGER = 'WhatsApp Coexistence Trigger';
/** By the name that the examples have it. */
const CREDENTIALS = {
	whatsAppCoexistenceApi: { id: null, name: 'WhatsApp Coexistence account' },
} as unknown as WorkflowNode['credentials'];
const PACKAGE = 'n8n-nodes-whatsapp-coexistence';

export function bookingWorkflow(): WorkflowJson {
	const [when, who] = QUESTIONS;
	const chain = [
		node(TRIGGER, `${PACKAGE}.whatsAppCoexistenceTrigger`, {
			typeVersion: 2,
			webhookId: 'b00c1a60-0000-4000-8000-000000000001',
			parameters: { groups: ['inbound'] },
		}),
		node('Do they want to visit?', 'n8n-nodes-base.if', {
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
					conditions: [
						{
							id: 'visit',
							leftValue: `={{ !$json.takeover?.active && ($json.message?.text ?? '').toLowerCase().includes('${WORD}') }}`,
							rightValue: '',
							operator: { type: 'boolean', operation: 'true', singleValue: true },
						},
					],
					combinator: 'and',
				},
			},
		}),
		ask(when, {
			message: 'We would love to show you our flowers! When would you like to come?',
			responseType: 'buttons',
			buttons: {
				values: [
					{ title: 'Tomorrow morning', id: 'morning' },
					{ title: 'Tomorrow evening', id: 'evening' },
				],
			},
		}),
		ask(who, {
			message: '={{ $json.text }}, then. Who is coming?',
			responseType: 'form',
			flowId: { __rl: true, mode: 'id', value: FORM },
			buttonText: 'Tell us',
		}),
		node('Confirm', `${PACKAGE}.whatsAppCoexistence`, {
			parameters: {
				...toTheCustomer('sendText'),
				text: `=See you, {{ $json.fields.answer }}! We expect you: {{ $('${when}').item.json.text }}.`,
			},
		}),
	];
	return {
		name: 'Book a visit: asks, and waits for the answers',
		nodes: chain.map((each, place) => ({ ...each, position: [place * 240, 0] })),
		connections: Object.fromEntries(
			chain.slice(1).map(({ name }, place) => {
				const line = [{ node: name, type: 'main', index: 0 }];
				// Inbound is the trigger's fourth output.
				return [chain[place]!.name, { main: place === 0 ? [[], [], [], line] : [line] }];
			}),
		),
		settings: { executionOrder: 'v1' },
	};
}

function ask(name: string, parameters: JsonObject): WorkflowNode {
	return node(name, `${PACKAGE}.whatsAppCoexistence`, {
		parameters: { ...toTheCustomer('sendAndWait'), ...parameters, options: { endByOwner: true } },
	});
}

function toTheCustomer(operation: string): JsonObject {
	return {
		resource: 'message',
		operation,
		phoneNumberId: {
			__rl: true,
			mode: 'id',
			value: `={{ $('${TRIGGER}').item.json.phoneNumberId }}`,
		},
		to: `={{ $('${TRIGGER}').item.json.contact.key }}`,
	};
}

function node(name: string, type: string, more: Partial<WorkflowNode>): WorkflowNode {
	const credentials = type.startsWith(PACKAGE) ? CREDENTIALS : undefined;
	const defaults = { typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
	return { id: name, name, type, credentials, ...defaults, ...more };
}
