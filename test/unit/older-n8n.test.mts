import { expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { refuseOlderN8n } from '../../nodes/WhatsAppCoexistence/older-n8n';

const node = { name: 'WhatsApp Coexistence' } as INode;

test('an n8n that is new enough is not refused', () => {
	expect(() => refuseOlderN8n(node)).not.toThrow();
	const changed = { NodeOperationError: Error, N8N_NODES_API_VERSION: 2 };
	expect(() => refuseOlderN8n(node, changed)).not.toThrow();
});

test('an older one is to be updated', () => {
	// Of what n8n-workflow 1.117 exports.
	const older = { NodeConnectionTypes: {}, NodeOperationError: Error, UserError: Error };
	expect(() => refuseOlderN8n(node, older)).toThrow(/too old .* update n8n to 1\.123 or newer/);
});
