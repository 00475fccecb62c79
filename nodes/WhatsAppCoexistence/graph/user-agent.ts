/** By which Meta, and whoever owns a callback, tells our requests from others of the same n8n. */
export const USER_AGENT =
	'n8n-nodes-whatsapp-coexistence (+https://github.com/n8n-nodes-whatsapp-coexistence/n8n-nodes-whatsapp-coexistence)';
