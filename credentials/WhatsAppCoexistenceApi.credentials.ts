import type { IAuthenticate, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { appSecretProof } from '../nodes/WhatsAppCoexistence/graph/app-secret-proof';
import { MESSAGES_PER_SECOND } from '../nodes/WhatsAppCoexistence/graph/pacing';
import {
	DEFAULT_VERSION,
	OTHER_VERSION,
	VERSIONS,
} from '../nodes/WhatsAppCoexistence/graph/version';

/**
 * One credential for both nodes. The access token authenticates every Graph API call; the app
 * secret checks the signature of incoming webhooks and, with the app ID, forms the app access token
 * that reads and writes the app's own webhook fields.
 *
 * Tested by `methods/credential-test.ts`, which says what is wrong with it.
 */
export class WhatsAppCoexistenceApi implements ICredentialType {
	name = 'whatsAppCoexistenceApi';

	displayName = 'WhatsApp Coexistence API';

	icon: Icon = {
		light: 'file:../icons/whatsAppCoexistence.svg',
		dark: 'file:../icons/whatsAppCoexistence.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-whatsapp-coexistence/n8n-nodes-whatsapp-coexistence#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Token of a system user (Meta Business Settings > Users > System Users) or the business token of Embedded Signup, with the permissions whatsapp_business_messaging and whatsapp_business_management',
		},
		{
			displayName: 'WhatsApp Business Account ID',
			name: 'businessAccountId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 102290129340398',
			description:
				'Found in WhatsApp Manager > Account Tools > Phone Numbers. Not the business portfolio ID and not the phone number ID.',
		},
		{
			displayName: 'App ID',
			name: 'appId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 670843887433847',
			description: 'Found at the top of the App Dashboard of your Meta app',
		},
		{
			displayName: 'App Secret',
			name: 'appSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'Found in the App Dashboard > App Settings > Basic. Every webhook is checked against it.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://graph.facebook.com',
			description: 'Where the Graph API is reached. Change it only for a proxy or a simulator.',
		},
		{
			displayName: 'Graph API Version',
			name: 'graphVersion',
			type: 'options',
			options: [
				...VERSIONS.map((version) => ({ name: version, value: version })),
				{ name: 'Other', value: OTHER_VERSION },
			],
			default: DEFAULT_VERSION,
			description: 'Version of the Graph API that every call uses',
		},
		{
			displayName: 'Other Version',
			name: 'otherGraphVersion',
			type: 'string',
			default: '',
			placeholder: 'e.g. v28.0',
			displayOptions: { show: { graphVersion: [OTHER_VERSION] } },
		},
		{
			displayName: 'Messages per Second',
			name: 'messagesPerSecond',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MESSAGES_PER_SECOND },
			default: MESSAGES_PER_SECOND,
			description:
				'How fast one n8n process sends from a number. Meta allows 20 in all: with two workers, enter 10.',
		},
		{
			displayName: 'Flow Private Key',
			name: 'flowPrivateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			placeholder: 'e.g. -----BEGIN ENCRYPTED PRIVATE KEY-----',
			description:
				'Only for forms (WhatsApp Flows) with an endpoint of their own. The operation Flow > Create Keys makes one.',
		},
		{
			displayName: 'Flow Key Passphrase',
			name: 'flowKeyPassphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Only for a Flow Private Key that was made elsewhere and has a passphrase',
		},
		{
			displayName: 'Rehearse',
			name: 'rehearse',
			type: 'boolean',
			default: false,
			description:
				'Whether the WhatsApp Coexistence node checks everything and changes nothing at Meta: what it would have sent stands in its items. The trigger works as always.',
		},
	];

	/** A function, not an expression: n8n would evaluate one for every message that is sent. */
	authenticate: IAuthenticate = async (credentials, requestOptions) => {
		const { accessToken, appSecret } = credentials as { accessToken: string; appSecret: string };
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, Authorization: `Bearer ${accessToken}` },
			qs: { ...requestOptions.qs, appsecret_proof: appSecretProof(accessToken, appSecret) },
		};
	};
}
