import type { Graph } from './client';

/**
 * Whether Meta lets messages through, for everything that a message passes.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
 */
export interface HealthStatus {
	/** The worst of the entities: `AVAILABLE`, `LIMITED` or `BLOCKED`. */
	can_send_message?: string;
	entities?: HealthEntity[];
}

export interface HealthEntity {
	/** `PHONE_NUMBER`, `WABA`, `BUSINESS`, `APP` or `MESSAGE_TEMPLATE`. */
	entity_type?: string;
	id?: string;
	can_send_message?: string;
	/** Why it is limited. */
	additional_info?: string[];
	/** Why it is blocked, sometimes why it is limited, and what keeps it from calling. */
	errors?: HealthError[];
}

export interface HealthError {
	error_code?: number;
	error_description?: string;
	possible_solution?: string;
}

/** Whether messages can be sent, in words for a person. */
export interface SendingVerdict {
	/** Null where Meta does not say. */
	state: 'available' | 'limited' | 'blocked' | null;
	/** What was found, without what to do. */
	finding: string;
	/** What to do; null where nothing has to be done. */
	remedy: string | null;
}

/** Asks for the health of a phone number and of the account, portfolio and app behind it. */
export async function readHealth(graph: Graph, phoneNumberId: string): Promise<HealthStatus> {
	const { health_status: health } = await graph.call<{ health_status?: HealthStatus }>({
		method: 'GET',
		path: `/${phoneNumberId}`,
		qs: { fields: 'health_status' },
	});
	return health ?? {};
}

export function sendingVerdict({ can_send_message, entities = [] }: HealthStatus): SendingVerdict {
	const state = STATES[can_send_message ?? ''] ?? null;
	const problems = entities.flatMap(problemsOf);
	const reasons = problems.map(({ where, reason }) => `${where}: ${reason}`).join(' ');
	const remedies = problems.flatMap(({ remedy }) => remedy ?? []).join(' ');
	switch (state) {
		case 'available':
			return { state, finding: 'Messages can be sent.', remedy: null };
		case null:
			return { state, finding: 'Meta does not say whether messages can be sent.', remedy: null };
		default:
			return {
				state,
				finding: [FINDINGS[state], reasons].filter(Boolean).join(' '),
				remedy: remedies || 'See the overview of the account in WhatsApp Manager.',
			};
	}
}

const STATES: Partial<Record<string, 'available' | 'limited' | 'blocked'>> = {
	AVAILABLE: 'available',
	LIMITED: 'limited',
	BLOCKED: 'blocked',
};

const FINDINGS = {
	limited: 'Messages can be sent, with limits.',
	blocked: 'Meta lets no messages through.',
};

interface Problem {
	where: string;
	reason: string;
	remedy: string | null;
}

/** What stands in the way of messages at one entity; each reason ends with a full stop. */
function problemsOf(entity: HealthEntity): Problem[] {
	if (entity.can_send_message === 'AVAILABLE') return [];
	const where = PLACES[entity.entity_type ?? ''] ?? entity.entity_type ?? 'Somewhere';
	const told = (entity.additional_info ?? []).map((reason) => ({ where, reason, remedy: null }));
	const errors = (entity.errors ?? []).filter((error) => !isAboutCalls(error));
	return [
		...told,
		...errors.map(({ error_code: code = 0, error_description, possible_solution }) => ({
			where,
			reason: error_description ?? `Meta gives the code ${code}.`,
			remedy: possible_solution ?? null,
			...KNOWN[code],
		})),
	];
}

const PLACES: Partial<Record<string, string>> = {
	APP: 'Meta app',
	BUSINESS: 'Business portfolio',
	MESSAGE_TEMPLATE: 'Template',
	PHONE_NUMBER: 'Phone number',
	WABA: 'WhatsApp Business Account',
};

/** Calling has codes of its own, 138000 to 138999, which stop no message. */
function isAboutCalls({ error_code: code = 0 }: HealthError): boolean {
	return code >= 138_000 && code < 139_000;
}

/** In our words, where Meta's leave out what it means here. */
const KNOWN: Partial<Record<number, Omit<Problem, 'where'>>> = {
	141006: {
		reason:
			'the payment method is missing or does not work, so what costs money is accepted and not delivered.',
		remedy:
			'Add a payment method in WhatsApp Manager > Account tools, or at the partner who bills you.',
	},
	141010: {
		reason: 'the business is not verified, so it may write first to few people only.',
		remedy: 'Start the verification in Meta Business Settings > Security Centre.',
	},
};
