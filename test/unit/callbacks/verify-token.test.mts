import { expect, test } from '@jest/globals';

import {
	sameRoute,
	verifyTokenFor,
} from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';

const PRODUCTION = 'https://n8n.example/webhook/4f1c/whatsapp';
const TEST = 'https://n8n.example/webhook-test/4f1c/whatsapp';
const OTHER = 'https://n8n.example/webhook/9a2b/whatsapp';

test('is the same for the test and the production address of a trigger', () => {
	expect(verifyTokenFor(TEST, 'secret')).toBe(verifyTokenFor(PRODUCTION, 'secret'));
	expect(verifyTokenFor(`${PRODUCTION}/?a=b`, 'secret')).toBe(verifyTokenFor(PRODUCTION, 'secret'));
	expect(sameRoute(TEST, PRODUCTION)).toBe(true);
	expect(sameRoute(`${PRODUCTION}//`, TEST)).toBe(true);
});

test('differs between triggers and between apps', () => {
	expect(sameRoute(OTHER, PRODUCTION)).toBe(false);
	expect(verifyTokenFor(OTHER, 'secret')).not.toBe(verifyTokenFor(PRODUCTION, 'secret'));
	expect(verifyTokenFor(PRODUCTION, 'another')).not.toBe(verifyTokenFor(PRODUCTION, 'secret'));
});

test('does not give the secret away, and is short enough for Meta', () => {
	expect(verifyTokenFor(PRODUCTION, 'secret')).toMatch(/^[0-9a-f]{32}$/);
});
