import { describe, expect, it } from '@jest/globals';

import { sendingVerdict } from '../../../nodes/WhatsAppCoexistence/graph/health';

const healthy = { entity_type: 'APP', id: '700000000000001', can_send_message: 'AVAILABLE' };

describe('whether messages can be sent', () => {
	it('is yes, whatever keeps the number from calling', () => {
		const noCalls = {
			entity_type: 'PHONE_NUMBER',
			can_send_message: 'AVAILABLE',
			errors: [{ error_code: 138024, error_description: 'SIP is not enabled' }],
		};
		expect(sendingVerdict({ can_send_message: 'AVAILABLE', entities: [noCalls, healthy] })).toEqual(
			{ state: 'available', finding: 'Messages can be sent.', remedy: null },
		);
	});

	it('is yes with limits, and tells them without what is about calls', () => {
		const entities = [
			{
				entity_type: 'PHONE_NUMBER',
				can_send_message: 'LIMITED',
				additional_info: ['The display name has not been approved yet.'],
				errors: [{ error_code: 138024, error_description: 'SIP is not enabled' }],
			},
			{
				entity_type: 'BUSINESS',
				can_send_message: 'LIMITED',
				errors: [{ error_code: 141010, error_description: 'Not verified' }],
			},
			healthy,
		];
		const { state, finding, remedy } = sendingVerdict({ can_send_message: 'LIMITED', entities });
		expect(state).toBe('limited');
		expect(finding).toBe(
			'Messages can be sent, with limits. Phone number: The display name has not been approved yet. Business portfolio: the business is not verified, so it may write first to few people only.',
		);
		expect(remedy).toContain('verification');
	});

	it('is no without a payment method, and says what follows from it', () => {
		const waba = {
			entity_type: 'WABA',
			can_send_message: 'BLOCKED',
			errors: [{ error_code: 141006, error_description: 'Payment', possible_solution: 'Pay.' }],
		};
		const { state, finding, remedy } = sendingVerdict({
			can_send_message: 'BLOCKED',
			entities: [waba, healthy],
		});
		expect(state).toBe('blocked');
		expect(finding).toMatch(/WhatsApp Business Account: the payment method .*not delivered\.$/);
		expect(remedy).toContain('Add a payment method');
	});

	it('tells in Meta’s words what we have none for', () => {
		const waba = {
			entity_type: 'WABA',
			can_send_message: 'BLOCKED',
			errors: [
				{
					error_code: 141999,
					error_description: 'The account is restricted.',
					possible_solution: 'Ask for a review.',
				},
			],
		};
		expect(sendingVerdict({ can_send_message: 'BLOCKED', entities: [waba] })).toEqual({
			state: 'blocked',
			finding:
				'Meta lets no messages through. WhatsApp Business Account: The account is restricted.',
			remedy: 'Ask for a review.',
		});
	});

	it.each([{}, { can_send_message: 'SOMETHING_NEW' }])('is not known from %j', (health) => {
		expect(sendingVerdict(health).state).toBeNull();
	});
});
