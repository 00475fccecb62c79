import * as n8n from 'n8n-workflow';

/**
 * What n8n-workflow does not export before (looked up in 1.117), each enough by itself: a newer n8n that has
 * dropped the one is not taken for an old one.
 */
const NEWER = ['createRunExecutionData', 'N8N_NODES_API_VERSION'];

/**
 * Refuses to work in an n8n before 1.123, the oldest that this package was tried in, where something would fail
 * later, or be missing without a word. n8n tells no node its version; it is known by what it provides.
 *
 * @param provided what n8n-workflow exports
 * @throws NodeOperationError with what to do
 */
export function refuseOlderN8n(node: n8n.INode, provided: object = n8n): void {
	if (NEWER.some((name) => name in provided)) return;
	throw new n8n.NodeOperationError(
		node,
		'This n8n is too old for the WhatsApp Coexistence nodes: update n8n to 1.123 or newer',
	);
}
