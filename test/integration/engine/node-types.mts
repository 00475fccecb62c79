import { NodeHelpers, type INodeType, type INodeTypes } from 'n8n-workflow';

import { WhatsAppCoexistence } from '../../../nodes/WhatsAppCoexistence/WhatsAppCoexistence.node';
import { WhatsAppCoexistenceTrigger } from '../../../nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node';

/** The node types of this package, under the names that users' workflows have. */
const PACKAGE = 'n8n-nodes-whatsapp-coexistence';

const TYPES: Record<string, INodeType> = Object.fromEntries(
	[new WhatsAppCoexistence(), new WhatsAppCoexistenceTrigger()].map((node) => [
		`${PACKAGE}.${node.description.name}`,
		node,
	]),
);

export const ACTION_TYPE = `${PACKAGE}.whatsAppCoexistence`;
export const TRIGGER_TYPE = `${PACKAGE}.whatsAppCoexistenceTrigger`;

export const nodeTypes: INodeTypes = {
	getByName: (name) => TYPES[name]!,
	getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(TYPES[name]!, version),
	getKnownTypes: () => ({}),
};
